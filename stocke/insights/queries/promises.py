"""How many promises fall on each of the next days, and how many of them are at risk."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from orders.models import LineStatus, OrderLine
from orders.models.order import OPEN
from stocke.core.kept import kept

DAYS = 7
# The columns of a week move little in a minute.
KEPT_SECONDS = 60
AT_RISK = [LineStatus.DOUBTFUL, LineStatus.ASKED, LineStatus.SHORT]


@dataclass(frozen=True)
class DayOfPromises:
    day: date
    kept: int
    at_risk: int

    @property
    def total(self) -> int:
        return self.kept + self.at_risk


def promises_by_day(today: date) -> list[DayOfPromises]:
    """The next days, today first, each with the open lines promised for it: as of some seconds ago."""
    by_day = kept(f"promises:{today}", lambda: counted_by_day(today), seconds=KEPT_SECONDS)
    days = (today + timedelta(days=number) for number in range(DAYS))
    return [
        DayOfPromises(day, total - risk, risk)
        for day, (total, risk) in ((day, by_day.get(day, (0, 0))) for day in days)
    ]


def counted_by_day(today: date) -> dict[date, tuple[int, int]]:
    """All open lines, and those at risk. Read from an index, but one by one: a large house has a hundred thousand."""
    last = today + timedelta(days=DAYS - 1)
    lines = OrderLine.objects.filter(status__in=OPEN, promised_on__gte=today, promised_on__lte=last)
    counted = lines.values("promised_on").annotate(
        # Of what the index holds: with the key they would have to be looked at one by one.
        total=Count("status"),
        at_risk=Count("status", filter=Q(status__in=AT_RISK)),
    )
    rows = counted.order_by().values_list("promised_on", "total", "at_risk")
    return {day: (total, at_risk) for day, total, at_risk in rows if day}
