"""Feeds for the advertising platforms: every product stays in them, with what we are certain of."""
