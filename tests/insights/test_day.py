"""The plan of a day: the oldest promise first, three named rows, one row for the rest of a queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from stocke.insights.domain.day import HEADS, Part, Queue, Row, Waiting, closing, part_of, plan
from stocke.insights.domain.ruler import Mark, ruler

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 9, 42, tzinfo=PARIS)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=PARIS) + timedelta(days=days)


def queue(key: str, dues: Sequence[datetime], now: datetime = NOW) -> Queue:
    """A queue of things due at these times, named "cases 1", "cases 2", …"""
    counts = dict.fromkeys(Part, 0)
    for due in dues:
        counts[part_of(due, now)] += 1
    heads = tuple(Waiting(due, f"{key} {number}") for number, due in enumerate(sorted(dues)[:HEADS], 1))
    return Queue(key, heads, counts)


def told(rows: Sequence[Row]) -> list[str]:
    return [row.waiting.subject if row.waiting else f"{row.left} {row.queue.key}" for row in rows]


def test_the_parts_of_a_day_end_at_now_noon_and_midnight() -> None:
    assert [
        part_of(due, NOW) for due in (at(9, 41), at(9, 42), at(12), at(12, 1), at(23, 59), at(0, days=1))
    ] == [
        Part.LATE,
        Part.MORNING,
        Part.MORNING,
        Part.TODAY,
        Part.TODAY,
        Part.LATER,
    ]


def test_what_has_no_hour_of_its_own_is_due_when_work_ends_and_never_late() -> None:
    assert [closing(now) for now in (at(9), at(17, 59), at(18), at(23, 59))] == [
        at(18),
        at(18),
        at(23, 59) + timedelta(minutes=1, microseconds=-1),
        at(23, 59) + timedelta(minutes=1, microseconds=-1),
    ]
    assert [part_of(closing(now), now) for now in (at(0), at(18), at(23, 59))] == [Part.TODAY] * 3


def test_three_things_are_named_across_all_queues_and_each_rest_is_one_row() -> None:
    cases = queue("cases", [at(8, 30), at(14), at(15), at(16, days=1)])
    orders = queue("orders", [at(11), at(11, 30), at(12, 22), at(17), at(17, 30)])

    day = plan([cases, orders], NOW)

    assert told(day.rows[Part.LATE]) == ["cases 1"]
    assert told(day.rows[Part.MORNING]) == ["orders 1", "orders 2"]
    assert told(day.rows[Part.TODAY]) == ["3 orders", "3 cases"]
    assert [row.left_today for row in day.rows[Part.TODAY]] == [3, 2]
    assert day.counts == {Part.LATE: 1, Part.MORNING: 2, Part.TODAY: 5, Part.LATER: 1}
    assert day.due_today == 8


def test_a_thing_that_is_alone_in_its_queue_has_its_name() -> None:
    orders = queue("orders", [at(10), at(10, 5), at(10, 10), at(10, 15)])
    mails = queue("mails", [at(17)])

    day = plan([orders, mails], NOW)

    assert told(day.rows[Part.MORNING]) == ["orders 1", "orders 2", "orders 3", "orders 4"]
    assert told(day.rows[Part.TODAY]) == ["mails 1"]


def test_the_rest_of_a_long_queue_knows_when_its_first_is_due() -> None:
    day = plan([queue("orders", [at(10, minute) for minute in range(40)])], NOW)

    (rest,) = (row for row in day.rows[Part.MORNING] if row.waiting is None)
    assert (rest.left, rest.left_today, rest.due) == (37, 37, at(10, 3))


def test_an_empty_day_says_when_the_next_falls_due() -> None:
    day = plan([queue("cases", []), queue("orders", [at(14, days=1), at(15, days=2)])], NOW)

    assert day.due_today == 0
    assert day.next_due == at(14, days=1)


def test_a_day_without_anything_has_no_next() -> None:
    day = plan([], NOW)

    assert (day.due_today, day.next_due) == (0, None)


def test_the_ruler_places_the_rows_of_today_and_keeps_marks_apart() -> None:
    dues = [at(7), at(13), at(13, 1), at(13, 2), at(23), at(9, days=1)]

    line = ruler(plan([queue(name, [due]) for name, due in zip("abcdef", dues, strict=True)], NOW))

    assert line.now == 17.0
    assert line.ticks == [(0, 8), (20, 10), (40, 12), (60, 14), (80, 16), (100, 18)]
    assert line.marks == [Mark(0.0, "a"), Mark(50.0, "b"), Mark(52.6, "c"), Mark(55.2, "d"), Mark(100.0, "e")]
