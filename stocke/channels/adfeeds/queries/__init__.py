"""What the files and pages of ad feeds ask."""
