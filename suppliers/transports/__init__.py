"""Where a feed's file comes from. A transport fetches to a local folder and knows nothing of rows or offers."""

from suppliers.transports.address import check_address, fetch_from_address
from suppliers.transports.errors import NotFetched
from suppliers.transports.fetched import Fetched, Progress
from suppliers.transports.folder import fetch_from_folder, has_waiting_file, put_aside, watched_folder

__all__ = [
    "Fetched",
    "NotFetched",
    "Progress",
    "check_address",
    "fetch_from_address",
    "fetch_from_folder",
    "has_waiting_file",
    "put_aside",
    "watched_folder",
]
