"""The plan of a day: which of all that waits gets a row of its own, and under which hour it stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

NAMED_ROWS = 3
# One more than can ever be named, so that the rest of a queue still knows when its first one falls due.
HEADS = NAMED_ROWS + 1
NOON, CLOSING = time(12), time(18)


class Part(StrEnum):
    LATE = "late"
    MORNING = "morning"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person, until `due`; `cents` is what is at stake with it."""

    due: datetime
    subject: Any
    cents: int = 0


@dataclass(frozen=True)
class Queue:
    """All that waits of one kind: its first HEADS in order, how many there are in each part of the day, and what
    is at stake in minor units."""

    key: str
    heads: tuple[Waiting, ...]
    counts: Mapping[Part, int]
    cents: int | None = None

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def due_today(self) -> int:
        return self.count - self.counts.get(Part.LATER, 0)


@dataclass(frozen=True)
class Row:
    """One row: a thing by its name, or (`waiting` is None) what is left of its queue."""

    queue: Queue
    due: datetime
    waiting: Waiting | None = None
    left: int = 1
    left_today: int = 0
    cents: int | None = None


@dataclass(frozen=True)
class Plan:
    """Rows by the part of the day they are due in. `counts` are things, not rows."""

    now: datetime
    rows: dict[Part, list[Row]]
    counts: dict[Part, int]

    @property
    def due_today(self) -> int:
        return sum(count for part, count in self.counts.items() if part != Part.LATER)

    @property
    def next_due(self) -> datetime | None:
        """When the first thing falls due that need not be done today."""
        later = self.rows[Part.LATER]
        return later[0].due if later else None


def end_of_day(now: datetime) -> datetime:
    """Midnight that ends the local day of `now` (an aware local time)."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def closing(now: datetime) -> datetime:
    """When the working day ends; after hours, when the day does: what has no hour of its own is never late."""
    evening = datetime.combine(now.date(), CLOSING, tzinfo=now.tzinfo)
    return evening if now < evening else datetime.combine(now.date(), time.max, tzinfo=now.tzinfo)


def noon(now: datetime) -> datetime:
    return datetime.combine(now.date(), NOON, tzinfo=now.tzinfo)


def part_of(due: datetime, now: datetime) -> Part:
    if due < now:
        return Part.LATE
    if due <= noon(now):
        return Part.MORNING
    return Part.TODAY if due < end_of_day(now) else Part.LATER


def named(queues: Sequence[Queue]) -> set[tuple[str, int]]:
    """The three things of all queues that are due first, and a thing that is alone in its queue."""
    heads = [(head.due, queue.key, at) for queue in queues for at, head in enumerate(queue.heads)]
    chosen = {(key, at) for _due, key, at in sorted(heads, key=lambda head: head[0])[:NAMED_ROWS]}
    for queue in queues:
        left = [at for at in range(len(queue.heads)) if (queue.key, at) not in chosen]
        if queue.count - (len(queue.heads) - len(left)) == 1 and left:
            chosen.add((queue.key, left[0]))
    return chosen


def rows_of(queue: Queue, chosen: set[tuple[str, int]], now: datetime) -> list[Row]:
    """The queue's named rows, then one for the rest."""
    own = [head for at, head in enumerate(queue.heads) if (queue.key, at) in chosen]
    rows = [Row(queue, head.due, head) for head in own]
    left = queue.count - len(own)
    if left and len(queue.heads) > len(own):
        named_today = sum(head.due < end_of_day(now) for head in own)
        first = queue.heads[len(own)]
        cents = None if queue.cents is None else queue.cents - sum(head.cents for head in own)
        rows.append(Row(queue, first.due, None, left, max(0, queue.due_today - named_today), cents))
    return rows


def plan(queues: Sequence[Queue], now: datetime) -> Plan:
    """Everything that waits, oldest promise first. `now` is local: noon and midnight are the operator's."""
    chosen = named(queues)
    every = sorted((row for queue in queues for row in rows_of(queue, chosen, now)), key=lambda row: row.due)
    rows: dict[Part, list[Row]] = {part: [] for part in Part}
    for row in every:
        rows[part_of(row.due, now)].append(row)
    counts = {part: sum(queue.counts.get(part, 0) for queue in queues) for part in Part}
    return Plan(now, rows, counts)
