"""How many promises fall on each of the next days, and how many of them are at risk."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from orders.models import LineStatus, OrderLine
from orders.models.order import OPEN

DAYS = 7
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
    """The next days, today first, each with the open lines promised for it."""
    last = today + timedelta(days=DAYS - 1)
    lines = OrderLine.objects.filter(status__in=OPEN, promised_on__gte=today, promised_on__lte=last)
    counted = lines.values("promised_on").annotate(
        # Of what the index holds: with the key they would have to be looked at one by one.
        total=Count("status"),
        at_risk=Count("status", filter=Q(status__in=AT_RISK)),
    )
    by_day = {row["promised_on"]: (row["total"], row["at_risk"]) for row in counted.order_by()}
    days = (today + timedelta(days=number) for number in range(DAYS))
    return [
        DayOfPromises(day, total - risk, risk)
        for day, (total, risk) in ((day, by_day.get(day, (0, 0))) for day in days)
    ]
