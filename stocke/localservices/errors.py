"""What can go wrong before there is an application."""

from pathlib import Path


class ServiceError(Exception):
    """A local server could not be found or started; the text says what to do."""


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a server's log, for the message of an error."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
