"""Jobs of the products context: arguments are ids, running twice is harmless."""
