"""Speak with another server's interface: one request, its whole answer, once. No redirect is followed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from stocke.core.outbound.access import WebAccess, check_access
from stocke.core.outbound.addresses import check_url
from stocke.core.outbound.connection import CheckedClient, Deadline
from stocke.core.outbound.errors import TooMuch
from stocke.core.outbound.posting import named_errors

NO_ACCESS = WebAccess()
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Exchanged:
    """What the server answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """The seconds that it asks us to stay away, however it says so; None where it does not."""
        return seconds_of(self.headers.get("retry-after", ""), now=self.said_at or datetime.now(UTC))

    @property
    def said_at(self) -> datetime | None:
        """Its own clock."""
        return moment_of(self.headers.get("date", ""))


def seconds_of(word: str, *, now: datetime) -> float | None:
    if word.strip().isdecimal():
        return float(word)
    until = moment_of(word)
    return max((until - now).total_seconds(), 0.0) if until else None


def moment_of(word: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(word)
    except (TypeError, ValueError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def exchange(
    method: str,
    url: str,
    body: bytes = b"",
    *,
    headers: Mapping[str, str],
    access: WebAccess = NO_ACCESS,
    seconds: float = 30,
    most_bytes: int = MOST_BYTES,
) -> Exchanged:
    """Send a request to an address that a person typed, and read the answer to its end.

    Raises AddressRefused or Unreachable before anything was sent, and afterwards Unsure (perhaps it was carried out,
    perhaps not) or TooMuch.
    """
    target, deadline = check_url(url), Deadline(seconds)
    check_access(target.host, access)
    if access.query:
        target = target.copy_merge_params(access.query)
    said = {"User-Agent": "Stock-e", "Accept-Encoding": "identity", **headers, **access.headers}
    with (
        named_errors(target.host),
        CheckedClient(deadline) as client,
    ):
        request = client.build_request(method, target, content=body or None, headers=said, timeout=seconds)
        answer = client.ask(request)
        try:
            return Exchanged(answer.status_code, named(answer.headers), whole(answer, most_bytes))
        finally:
            answer.close()


def named(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def whole(answer: httpx.Response, most_bytes: int) -> bytes:
    kept = bytearray()
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise TooMuch("encoding")
    for block in answer.iter_raw(65536):
        kept += block
        if len(kept) > most_bytes:
            raise TooMuch("bytes", limit=most_bytes)
    return bytes(kept)
