"""Jobs of the customers context: arguments are ids, running twice is harmless."""
