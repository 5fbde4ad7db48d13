"""A sign of life while a run or a dry run is worked on, and how far it has come."""

from threading import Event, Thread
from types import TracebackType
from typing import Protocol, Self

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from suppliers.models import Run, RunStatus, Trial
from suppliers.queries.progress import tell

EVERY_SECONDS = 2.0
# Whoever claimed the work has just said that it lives, and most of it is done before anybody looks.
FIRST_AFTER_SECONDS = 0.5


class Watcher(Protocol):
    """Whoever wants to know how far the work is."""

    def enter(self, stage: str, total: int | None = None) -> None: ...
    def progress(self, done: int, total: int | None) -> None: ...


class Nobody:
    """Does not watch."""

    def enter(self, stage: str, total: int | None = None) -> None: ...
    def progress(self, done: int, total: int | None) -> None: ...


NOBODY = Nobody()


class Heartbeat:
    """Writes stage, counts and time of the work from a thread of its own, on a connection of its own.

    The work may sit in one long statement or transaction; the sign of life must not wait for it. While that
    transaction holds the work's row, the row is passed over, and so does the sweep; how far it is, the cache tells.
    """

    def __init__(self, work: Run | Trial) -> None:
        self.work, self.stage = work, ""
        self.done: int | None = None
        self.total: int | None = None
        self._stop, self._news = Event(), Event()
        self._thread = Thread(target=self._beat, name=f"heartbeat of {work}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._news.set()
        self._thread.join(timeout=30)

    def enter(self, stage: str, total: int | None = None) -> None:
        """The next stage begins: "fetching", "reading", "comparing", "writing" or "levels".

        `total`: bytes, files or lines.
        """
        self.stage, self.done, self.total = stage, None, total
        self._news.set()

    def progress(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total

    def lines_read(self, done: int) -> None:
        """Nobody knows how many there are before the last one is read."""
        self.done, self.total = done, None

    def _beat(self) -> None:
        self._stop.wait(FIRST_AFTER_SECONDS)
        try:
            while not self._stop.is_set():
                self._write()
                self._news.wait(EVERY_SECONDS)
                self._news.clear()
        finally:
            connection.close()

    def _write(self) -> None:
        counts = self._counts()
        tell(self.work, self.stage, counts)
        # Dry runs call it "running", too.
        mine = {"pk": self.work.pk, "status": RunStatus.RUNNING, "attempts": self.work.attempts}
        rows = type(self.work).objects
        news = {"heartbeat_at": timezone.now(), "stage": self.stage[:10], "counts": counts}
        try:
            with transaction.atomic():
                if rows.select_for_update(skip_locked=True).filter(**mine).exists():
                    rows.filter(**mine).update(**news)
        except DatabaseError:
            connection.close()

    def _counts(self) -> dict[str, int]:
        counts = {"done": self.done, "total": self.total}
        return {name: value for name, value in counts.items() if value is not None}
