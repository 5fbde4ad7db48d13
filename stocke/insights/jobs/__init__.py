"""Jobs of the insights context: arguments are ids, running twice is harmless."""
