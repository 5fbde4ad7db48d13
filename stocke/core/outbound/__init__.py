"""The one door to other people's servers. Every request of the house to an address that a person typed goes here.

The addresses of a name are looked up once, checked, and the connection goes to the address that was checked, so
that a name which changes between check and use gains nothing. Each redirect is a new request and is checked anew.
"""

from stocke.core.outbound.access import Validators, WebAccess, is_sendable
from stocke.core.outbound.addresses import check_url
from stocke.core.outbound.connection import Deadline
from stocke.core.outbound.download import Answer, Download, download, open_download
from stocke.core.outbound.errors import (
    AddressRefused,
    BadAnswer,
    NotModified,
    OutboundError,
    TooMuch,
    Unreachable,
)
from stocke.core.outbound.exchanging import Exchanged, exchange
from stocke.core.outbound.limits import FetchLimits
from stocke.core.outbound.lines import TimeLimit, connected
from stocke.core.outbound.posting import Reply, Unsure, post

__all__ = [
    "AddressRefused",
    "Answer",
    "BadAnswer",
    "Deadline",
    "Download",
    "Exchanged",
    "FetchLimits",
    "NotModified",
    "OutboundError",
    "Reply",
    "TimeLimit",
    "TooMuch",
    "Unreachable",
    "Unsure",
    "Validators",
    "WebAccess",
    "check_url",
    "connected",
    "download",
    "exchange",
    "is_sendable",
    "open_download",
    "post",
]
