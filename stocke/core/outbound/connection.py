"""Connections that go to a checked address and end in time, however slowly the other side drips."""

import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from stocke.core.outbound.addresses import addresses_of
from stocke.core.outbound.tls import tls_context

SocketOptions = Iterable[Any] | None


class Deadline:
    """One end for everything that belongs to a request."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def within(self, timeout: float | None) -> float:
        """The shorter of `timeout` and what is left. Raises httpcore.ReadTimeout when nothing is."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout is None else min(timeout, left)


class TimedStream(httpcore.NetworkStream):
    """A stream whose single steps share one deadline: httpx alone bounds each step, never their sum."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.deadline.within(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self.stream.start_tls(ssl_context, server_hostname, self.deadline.within(timeout))
        return TimedStream(inner, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class CheckedBackend(httpcore.SyncBackend):
    """Connects only to addresses that passed. TLS still proves the name, because httpcore asks for it later."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses_of(host, port):
            try:
                left = self.deadline.within(timeout)
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
                return TimedStream(stream, self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Body(httpx.SyncByteStream):
    """Closes the connection even when the body was not read to its end."""

    def __init__(self, answer: httpcore.Response, pool: httpcore.ConnectionPool) -> None:
        self.answer, self.pool = answer, pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer.iter_stream()

    def close(self) -> None:
        self.answer.close()
        self.pool.close()


class CheckedTransport(httpx.BaseTransport):
    """httpx over the checked backend. Errors stay httpcore's; outbound.download gives them our names."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        pool = httpcore.ConnectionPool(
            ssl_context=tls_context(), network_backend=CheckedBackend(self.deadline)
        )
        url = request.url
        answer = pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, pool), extensions=answer.extensions
        )


class CheckedClient(httpx.Client):
    """httpx over the checked transport, as far as whoever visits a stranger may use it."""

    def __init__(self, deadline: Deadline) -> None:
        self.checked = CheckedTransport(deadline)
        super().__init__(transport=self.checked, trust_env=False)

    def ask(self, request: httpx.Request) -> httpx.Response:
        """The answer, unread. `send` would look where a redirect leads even if it is not to be followed, and fail with
        errors of its own over what is no address."""
        answer = self.checked.handle_request(request)
        answer.request = request
        self.cookies.extract_cookies(answer)
        return answer
