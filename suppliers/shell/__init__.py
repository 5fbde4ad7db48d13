"""What this context adds to the shell: entries, searches, settings, and how its changes are told."""

from suppliers.shell import catalogue, feeds, parties, words

__all__ = ["catalogue", "feeds", "parties", "words"]
