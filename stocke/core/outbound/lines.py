"""Lines to servers that do not speak HTTP: to a checked address, and hung up in time."""

import socket
from threading import Lock, Timer
from types import TracebackType
from typing import Self

from stocke.core.outbound.addresses import addresses_of
from stocke.core.outbound.connection import Deadline
from stocke.core.outbound.errors import Unreachable
from stocke.core.outbound.limits import FetchLimits


class TimeLimit:
    """Hangs up every line it was told of when the time is over: libraries bound each step, never their sum.

    A library may wrap the line for TLS or hand it on; a second handle on the same connection still ends it.
    """

    def __init__(self, limits: FetchLimits) -> None:
        self.limits, self.deadline, self.is_over = limits, Deadline(limits.seconds), False
        self._lines: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(limits.seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def watch(self, line: socket.socket) -> None:
        with self._lock:
            self._lines.append(line.dup())
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        with self._lock:
            for line in self._lines:
                hang_up(line)


def hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def connected(host: str, port: int, limit: TimeLimit) -> socket.socket:
    """A watched line to an address of `host` that was checked. Raises Unreachable or AddressRefused."""
    for address in addresses_of(host, port):
        try:
            line = socket.create_connection((address, port), timeout=limit.limits.idle_seconds)
        except OSError:
            continue
        limit.watch(line)
        return line
    raise Unreachable("connect", host=host)
