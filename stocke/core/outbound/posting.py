"""Hand something to another server, once: no redirect is followed, and nobody tries again by himself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

from stocke.core.outbound.access import WebAccess, check_access
from stocke.core.outbound.addresses import check_url
from stocke.core.outbound.connection import CheckedClient, Deadline
from stocke.core.outbound.errors import OutboundError, Unreachable

MOST_READ = 64 * 1024
NO_ACCESS = WebAccess()


class Unsure(OutboundError):
    """The line broke, or the time was over, after the request had begun: perhaps it was taken, perhaps not."""

    retry = False


@dataclass(frozen=True)
class Reply:
    """What the server said; of a long text, the beginning."""

    status: int
    text: str

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], access: WebAccess = NO_ACCESS, seconds: float = 30
) -> Reply:
    """Send the body to an address that a person typed.

    Raises AddressRefused or Unreachable before anything was sent, and Unsure afterwards.
    """
    target, deadline = check_url(url), Deadline(seconds)
    check_access(target.host, access)
    if access.query:
        target = target.copy_merge_params(access.query)
    with named_errors(target.host), CheckedClient(deadline) as client:
        said = {"User-Agent": "Stock-e", "Accept-Encoding": "identity", **headers, **access.headers}
        request = client.build_request("POST", target, content=body, headers=said, timeout=seconds)
        answer = client.ask(request)
        try:
            return Reply(answer.status_code, beginning_of(answer))
        finally:
            answer.close()


def beginning_of(answer: httpx.Response) -> str:
    """Its words as far as they come: the status alone has said what became of the request."""
    kept = b""
    try:
        for block in answer.iter_raw(4096):
            kept += block
            if len(kept) >= MOST_READ:
                break
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        pass
    return kept[:MOST_READ].decode("utf-8", "replace")


@contextmanager
def named_errors(host: str) -> Iterator[None]:
    """The library's errors under our names: what happened before the request had begun, and what after."""
    try:
        yield
    except httpcore.ConnectTimeout:
        raise Unreachable("slow", host=host) from None
    except httpcore.ConnectError as error:
        raise Unreachable("secure" if "SSL" in str(error) else "connect", host=host) from error
    except httpcore.TimeoutException:
        raise Unsure("slow", host=host) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unsure("cut", host=host) from error
