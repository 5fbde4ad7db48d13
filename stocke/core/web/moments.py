"""A moment of the past as a person writes it or an address holds it, in the merchant's time zone. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Chosen:
    """A moment, and what the clocks make of it.

    Where the clocks were set back the same hour came twice: `other` is the second time, or the first. Where they were
    set forward an hour never was: `skipped`, and `at` is as far after the change as was meant.
    """

    at: datetime
    other: datetime | None = None
    skipped: bool = False


def moment_of(text: str, zone: tzinfo) -> Chosen | None:
    """What was written: a local date and time, or an instant with its offset. None where it is neither."""
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return Chosen(written.astimezone(UTC)) if written.tzinfo else _of_local(written, zone)
    except OverflowError:
        return None


def _of_local(written: datetime, zone: tzinfo) -> Chosen:
    first, second = (written.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return Chosen(first)
    if first > second:
        # In the gap, the offset of before gives what clocks that nobody had set would have shown.
        return Chosen(first, skipped=True)
    return Chosen(first, other=second)


def written_as(at: datetime, zone: tzinfo) -> str:
    """For a field of date and time. The next whole second, so that what happened at the moment has happened."""
    whole = at.replace(microsecond=0)
    local = (whole if whole == at else whole + SECOND).astimezone(zone)
    return local.strftime("%Y-%m-%dT%H:%M:%S")


def instant(at: datetime) -> str:
    """For an address: exact, and the same in every zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def yesterday(now: datetime, zone: tzinfo) -> str:
    """The same time of the clock a day ago, as a person would write it."""
    local = now.astimezone(zone).replace(tzinfo=None) - timedelta(days=1)
    return local.isoformat(timespec="seconds")
