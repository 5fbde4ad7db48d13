"""A believable merchant, made up from a seed: the same world on every machine, and nobody real in it."""
