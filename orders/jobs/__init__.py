"""Jobs of the orders context: arguments are ids, running twice is harmless."""
