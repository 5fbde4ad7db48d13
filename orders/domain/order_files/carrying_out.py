"""Taking a kept file in, with its beginning and its end on the record; that record is what its page shows."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from orders.domain.intake import Outcome
from orders.domain.order_files.keeping import KeptFile, read_kept
from orders.domain.order_files.taking import take_in_orders
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import HistoryEntry

STARTED, TAKEN_IN = "order_file.started", "order_file.taken_in"
# A job that has said nothing for so long was killed: its file may be taken in again.
GIVEN_UP_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Standing:
    """How far a file is: started with so many orders and not at its end, or `taken_in` with its counts, or neither."""

    started_at: datetime | None = None
    orders: int = 0
    taken_in: HistoryEntry | None = None

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and timezone.now() - self.started_at < GIVEN_UP_AFTER

    @property
    def was_interrupted(self) -> bool:
        return self.started_at is not None and not self.is_running


def standing(kept: KeptFile) -> Standing:
    last = HistoryEntry.objects.filter(thread=kept.thread).order_by("-pk").first()
    if last is None:
        return Standing()
    return Standing(taken_in=last) if last.kind == TAKEN_IN else Standing(last.at, int(last.data["orders"]))


def start(kept: KeptFile, *, orders: int, by: Actor) -> None:
    """Note that a job was asked for, and how many orders it will take in."""
    record(kept.thread, STARTED, by=by, file=kept.file_name, orders=orders)


def take_in_kept(
    kept: KeptFile, *, by: Actor, told: Callable[[int], None] = lambda done: None
) -> Counter[Outcome]:
    """Take the orders of a kept file in, each in its own transaction. Idempotent. Raises NoLongerKept."""
    outcomes = take_in_orders(read_kept(kept).orders, by=by, told=told)
    counts = {outcome.value: outcomes[outcome] for outcome in Outcome}
    record(kept.thread, TAKEN_IN, by=by, after=counts, file=kept.file_name, channel=kept.channel)
    return outcomes
