"""Waiting for signals without missing one and without turning in circles."""

import select
import signal
import socket
from types import TracebackType
from typing import Any, Self

END = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


class Wakeups:
    """Inside the block, signals become bytes in a socket; none of them interrupts anything."""

    def __init__(self) -> None:
        self.reader, self.writer = socket.socketpair()
        self.asked_to_end = False
        self.previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for end in (self.reader, self.writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self.writer.fileno(), warn_on_full_buffer=False)
        for number in (*END, signal.SIGCHLD):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                self.previous[number] = signal.signal(number, lambda _number, _frame: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self.previous.items():
            signal.signal(number, handler)
        self.reader.close()
        self.writer.close()

    def wait(self, seconds: float | None = None) -> None:
        """Until the next signal. Afterwards `asked_to_end` tells whether one of them was a request to end."""
        ready, _, _ = select.select([self.reader], [], [], seconds)
        if ready:
            received = self.reader.recv(1024)
            self.asked_to_end = self.asked_to_end or any(number in END for number in received)
