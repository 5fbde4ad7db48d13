"""The clock: one process that queues periodic jobs. A PostgreSQL advisory lock keeps it alone."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string

from stocke.core.jobs import enqueue

logger = logging.getLogger(__name__)
CLOCK_LOCK = 0x570C_CE01


@dataclass(frozen=True)
class Tick:
    """A job to queue every so many seconds. It must be cheap and harmless when nothing is due."""

    every_seconds: int
    queue: str
    job: str


@dataclass
class Clock:
    """Knows when each tick was last queued. `now` is monotonic seconds; the first beat queues everything."""

    ticks: Sequence[Tick]
    last: dict[Tick, float] = field(default_factory=dict)

    def due(self, now: float) -> list[Tick]:
        """The ticks whose time has come; they count as queued from now on."""
        ready = [t for t in self.ticks if now - self.last.get(t, -t.every_seconds) >= t.every_seconds]
        self.last.update(dict.fromkeys(ready, now))
        return ready


def hold_lock() -> bool:
    """Try to become the only clock. The lock is the session's: it goes when the connection goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [CLOCK_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def run(should_stop: Callable[[], bool], *, pause_seconds: float = 1.0) -> None:
    """Beat until told to stop. Waits quietly while another clock holds the lock; survives a lost database."""
    clock, leads = Clock(import_string(settings.CLOCK)), False
    while not should_stop():
        try:
            # Taken anew at each beat: PostgreSQL counts re-entrant locks, and a lost session loses them all.
            leads = (leads and connection.is_usable()) or hold_lock()
            for tick in clock.due(time.monotonic()) if leads else []:
                enqueue(tick.queue, tick.job)
        except (OperationalError, InterfaceError, OSError):
            logger.exception("The clock lost a server and tries again")
            connection.close()
            leads = False
        time.sleep(pause_seconds)
