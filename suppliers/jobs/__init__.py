"""Jobs of the suppliers context: arguments are ids, running twice is harmless."""
