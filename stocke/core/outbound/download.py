"""Fetch one file from an address that a person typed."""

import hashlib
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote

import httpcore
import httpx

from stocke.core.outbound.access import Validators, WebAccess, check_access, is_same_door
from stocke.core.outbound.addresses import check_url
from stocke.core.outbound.clocks import age_of, seconds_to_wait
from stocke.core.outbound.connection import CheckedClient, Deadline
from stocke.core.outbound.errors import AddressRefused, BadAnswer, NotModified, TooMuch, Unreachable
from stocke.core.outbound.limits import FetchLimits

BLOCK = 256 * 1024
HEADERS = {
    "User-Agent": "Stock-e",
    "Accept": "*/*",
    # Nothing but gzip: it is the one whose output we can bound while it is unpacked.
    "Accept-Encoding": "gzip",
}
# A file that was changed within the second in which it was given to us may change again without a new date.
SETTLED_SECONDS = 60
NO_ACCESS, NOTHING_KNOWN = WebAccess(), Validators()
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Answer:
    """A file on its way: where from in the end, its name and type as the server gave them, and its bytes.

    `total` are the bytes announced, if any. `age` are the seconds since the file was changed, both times by the
    server's own clock. `blocks` ends only after the whole file, and raises an OutboundError otherwise.
    """

    url: str
    content_type: str
    file_name: str
    total: int | None
    age: float | None
    validators: Validators
    next_url: str
    blocks: Iterator[bytes]


@dataclass(frozen=True)
class Download:
    """What came: where from in the end, its name and type as the server gave them, size and hash as we wrote it."""

    url: str
    content_type: str
    file_name: str
    size: int
    sha256: str


def download(
    url: str, into: BinaryIO, *, limits: FetchLimits, progress: Progress = lambda done, total: None
) -> Download:
    """Write the file at `url` to `into`. Raises an OutboundError; what was written then is worth nothing.

    `progress(bytes so far, bytes announced or None)` is called for every block.
    """
    size, digest = 0, hashlib.sha256()
    with open_download(url, limits=limits) as answer:
        for block in answer.blocks:
            size += len(block)
            digest.update(block)
            into.write(block)
            progress(size, answer.total)
    return Download(answer.url, answer.content_type, answer.file_name, size, digest.hexdigest())


@contextmanager
def open_download(
    url: str,
    *,
    limits: FetchLimits,
    access: WebAccess = NO_ACCESS,
    known: Validators = NOTHING_KNOWN,
    deadline: Deadline | None = None,
) -> Iterator[Answer]:
    """The file at `url`, to be read inside the `with`. Raises an OutboundError, or NotModified if `known` still holds.

    Never more than the limit of bytes; all requests together end with the deadline.
    """
    start, deadline = check_url(url), deadline or Deadline(limits.seconds)
    check_access(start.host, access)
    with (
        named_errors(start.host),
        CheckedClient(deadline) as client,
        open_answer(client, start, limits, access, known) as answer,
    ):
        yield told_by(answer, limits)


def told_by(answer: httpx.Response, limits: FetchLimits) -> Answer:
    age, headers = age_of(answer.headers), answer.headers
    is_settled = age is not None and age >= SETTLED_SECONDS
    return Answer(
        url=str(answer.url),
        content_type=content_type(answer),
        file_name=file_name(answer),
        total=announced(answer),
        age=age,
        validators=Validators(
            headers.get("ETag", ""), headers.get("Last-Modified", "") if is_settled else ""
        ),
        next_url=answer.links.get("next", {}).get("url", ""),
        blocks=bounded_body(answer, limits),
    )


@contextmanager
def open_answer(
    client: CheckedClient, start: httpx.URL, limits: FetchLimits, access: WebAccess, known: Validators
) -> Iterator[httpx.Response]:
    """The answer with the file, after following redirects ourselves, each checked like the first address."""
    url = start
    for _hop in range(limits.redirects + 1):
        shown = access if is_same_door(start, url) else NO_ACCESS
        answer = client.ask(request_for(client, url, limits, shown, known))
        try:
            if not answer.has_redirect_location:
                refuse_failure(answer)
                yield answer
                return
            url = redirected(url, answer.headers["Location"])
        finally:
            answer.close()
    raise TooMuch("redirects", limit=limits.redirects)


def request_for(
    client: httpx.Client, url: httpx.URL, limits: FetchLimits, access: WebAccess, known: Validators
) -> httpx.Request:
    # Merging nothing would still take the address apart and put it together in another spelling.
    target = url.copy_merge_params(access.query) if access.query else url
    headers = {**HEADERS, **known.headers, **access.headers}
    return client.build_request("GET", target, headers=headers, timeout=limits.idle_seconds)


def redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Where the server sends us on to. Whoever typed the first address can do nothing about this one."""
    try:
        return check_url(str(url.join(location)))
    except (httpx.InvalidURL, AddressRefused):
        raise AddressRefused("astray", host=url.host) from None


def refuse_failure(answer: httpx.Response) -> None:
    if answer.status_code == 304:
        raise NotModified
    # 204 and 206 are answers, but not the file that we asked for.
    if answer.status_code != 200:
        raise BadAnswer(answer.status_code, retry_after=seconds_to_wait(answer.headers))


def bounded_body(answer: httpx.Response, limits: FetchLimits) -> Iterator[bytes]:
    """The body in blocks, at most one block beyond the limit is ever held."""
    total, size = announced(answer), 0
    if total is not None and total > limits.max_bytes:
        raise TooMuch("bytes", limit=limits.max_bytes, announced=total)
    for block in unpacked(answer):
        size += len(block)
        if size > limits.max_bytes:
            raise TooMuch("bytes", limit=limits.max_bytes)
        yield block


def announced(answer: httpx.Response) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and "Content-Encoding" not in answer.headers else None


def unpacked(answer: httpx.Response) -> Iterator[bytes]:
    """The body as the sender meant it, in bounded blocks."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from answer.iter_raw(BLOCK)
    elif encoding in {"gzip", "x-gzip"}:
        yield from gunzipped(answer.iter_raw(BLOCK))
    else:
        raise TooMuch("encoding", encoding=encoding[:40])


def gunzipped(blocks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    for block in blocks:
        while block:
            yield decoder.decompress(block, BLOCK)
            block = decoder.unconsumed_tail
    yield decoder.flush()
    if not decoder.eof:
        raise Unreachable("cut")


def content_type(answer: httpx.Response) -> str:
    return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()[:100]


def file_name(answer: httpx.Response) -> str:
    """The name the server gives, else the last part of the address; never a path."""
    header = EmailMessage()
    header["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    name = header.get_filename() or unquote(answer.url.path)
    return PurePosixPath(name.replace("\\", "/")).name[:200]


@contextmanager
def named_errors(host: str) -> Iterator[None]:
    """The libraries' errors under our names, from the narrow to the wide."""
    try:
        yield
    except httpcore.TimeoutException:
        raise Unreachable("slow", host=host) from None
    except httpcore.ConnectError as error:
        secure = isinstance(error.__cause__, ssl.SSLError) or "SSL" in str(error)
        raise Unreachable("secure" if secure else "connect", host=host) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        raise Unreachable("cut", host=host) from error
