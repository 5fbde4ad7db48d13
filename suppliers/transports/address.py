"""A file at a URL."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from stocke.core.outbound import FetchLimits, OutboundError, Unreachable, check_url, download
from stocke.core.outbound.addresses import addresses_of
from suppliers.transports.errors import NotFetched
from suppliers.transports.fetched import Fetched, Progress


def check_address(url: str) -> None:
    """Refuse early what we would never fetch. Raises NotFetched; a name that nobody knows today may pass."""
    try:
        parsed = check_url(url)
        addresses_of(parsed.host, parsed.port or 443)
    except Unreachable:
        return
    except OutboundError as error:
        raise NotFetched.of(error) from error


def fetch_from_address(url: str, folder: Path, *, progress: Progress) -> Fetched:
    """Download to `folder`. Raises NotFetched.

    The moment of the statement is when we began to ask: whatever the server counts afterwards is not in it.
    """
    path, taken_at = folder / "fetched", timezone.now()
    try:
        with path.open("wb") as file:
            got = download(url, file, limits=FetchLimits(settings.FEED_MAX_BYTES), progress=progress)
    except OutboundError as error:
        raise NotFetched.of(error) from error
    return Fetched(path, got.file_name, got.size, got.sha256, taken_at)
