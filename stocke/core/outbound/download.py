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

from stocke.core.outbound.addresses import check_url
from stocke.core.outbound.connection import CheckedTransport, Deadline
from stocke.core.outbound.errors import AddressRefused, BadAnswer, TooMuch, Unreachable
from stocke.core.outbound.limits import FetchLimits

BLOCK = 256 * 1024
HEADERS = {
    "User-Agent": "Stock-e",
    "Accept": "*/*",
    # Nothing but gzip: it is the one whose output we can bound while it is unpacked.
    "Accept-Encoding": "gzip",
}
Progress = Callable[[int, int | None], None]


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
    start, deadline = check_url(url), Deadline(limits.seconds)
    with (
        named_errors(start.host),
        httpx.Client(transport=CheckedTransport(deadline), trust_env=False) as client,
        open_file(client, start, limits) as answer,
    ):
        size, digest = copy_body(answer, into, limits, progress)
        return Download(str(answer.url), content_type(answer), file_name(answer), size, digest)


@contextmanager
def open_file(client: httpx.Client, url: httpx.URL, limits: FetchLimits) -> Iterator[httpx.Response]:
    """The answer with the file, after following redirects ourselves, each checked like the first address."""
    for _hop in range(limits.redirects + 1):
        request = client.build_request("GET", url, headers=HEADERS, timeout=limits.idle_seconds)
        answer = client.send(request, stream=True, follow_redirects=False)
        try:
            if not answer.has_redirect_location:
                refuse_failure(answer)
                yield answer
                return
            url = redirected(url, answer.headers["Location"])
        finally:
            answer.close()
    raise TooMuch("redirects", limit=limits.redirects)


def redirected(url: httpx.URL, location: str) -> httpx.URL:
    try:
        return check_url(str(url.join(location)))
    except httpx.InvalidURL:
        raise AddressRefused("host", url=location[:200]) from None


def refuse_failure(answer: httpx.Response) -> None:
    # 204 and 206 are answers, but not the file that we asked for.
    if answer.status_code != 200:
        raise BadAnswer(answer.status_code)


def copy_body(
    answer: httpx.Response, into: BinaryIO, limits: FetchLimits, progress: Progress
) -> tuple[int, str]:
    """Size and hash of what was written, which is never more than the limit and one block."""
    total = announced(answer)
    if total is not None and total > limits.max_bytes:
        raise TooMuch("bytes", limit=limits.max_bytes, announced=total)
    size, digest = 0, hashlib.sha256()
    for block in unpacked(answer):
        size += len(block)
        if size > limits.max_bytes:
            raise TooMuch("bytes", limit=limits.max_bytes)
        digest.update(block)
        into.write(block)
        progress(size, total)
    return size, digest.hexdigest()


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
