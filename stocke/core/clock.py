"""The clock: one process that queues periodic jobs. A PostgreSQL advisory lock keeps it alone."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

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
        """The ticks whose time has come."""
        return [t for t in self.ticks if now - self.last.get(t, -t.every_seconds) >= t.every_seconds]

    def beat(self, now: float) -> None:
        """Queue what is due. What could not be queued, because the queues' server was lost, is due at the next beat."""
        for tick in self.due(now):
            enqueue(tick.queue, tick.job)
            # Only now: a tick that counts as queued and is not would be missed for all of its pause, be it a day.
            self.last[tick] = now


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
            if leads:
                clock.beat(time.monotonic())
        except (OperationalError, InterfaceError, RedisError, OSError):
            logger.exception("The clock lost a server and tries again")
            connection.close()
            leads = False
        time.sleep(pause_seconds)
