"""Jobs of ad feeds: arguments are ids, running twice is harmless."""
