"""Where a feed's file comes from. A transport opens a file on its way to us and knows nothing of rows or offers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType

from stocke.core.outbound import NotModified, OutboundError
from suppliers.transports.contents import hash_of, hash_of_file
from suppliers.transports.errors import NotFetched, not_fetched
from suppliers.transports.folder import has_waiting_file, open_folder, put_aside, take, watched_folder
from suppliers.transports.ftp import open_ftp
from suppliers.transports.mailbox import open_mailbox
from suppliers.transports.remote import check_host
from suppliers.transports.rest import open_rest
from suppliers.transports.sftp import open_sftp
from suppliers.transports.sheets import open_sheet
from suppliers.transports.sources import Fetched, Incoming, Progress, Source, save
from suppliers.transports.web import check_address, open_address

type Open = Callable[[Source], AbstractContextManager[Incoming]]
OPEN: Mapping[str, Open] = MappingProxyType(
    {
        "url": open_address,
        "sheet": open_sheet,
        "rest": open_rest,
        "sftp": open_sftp,
        "ftp": open_ftp,
        "mailbox": open_mailbox,
        "folder": open_folder,
    }
)


@contextmanager
def open_source(transport: str, source: Source) -> Iterator[Incoming]:
    """The file of this source, to be read inside the `with`. Raises NotFetched, or NotModified."""
    try:
        with OPEN[transport](source) as incoming:
            yield incoming
    except OutboundError as error:
        raise NotFetched.of(error) from error


__all__ = [
    "OPEN",
    "Fetched",
    "Incoming",
    "NotFetched",
    "NotModified",
    "Progress",
    "Source",
    "check_address",
    "check_host",
    "has_waiting_file",
    "hash_of",
    "hash_of_file",
    "not_fetched",
    "open_source",
    "put_aside",
    "save",
    "take",
    "watched_folder",
]
