"""Jobs of the channels context: arguments are ids, running twice is harmless."""
