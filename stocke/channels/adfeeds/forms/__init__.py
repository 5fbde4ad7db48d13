"""Forms of ad feeds."""
