"""How many promises fall on each of the next days, and how many of them are at risk."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

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
    # By state, as the index holds them: that is cheaper than to look at the state of each for those at risk.
    counted = lines.order_by().values_list("promised_on", "status").annotate(n=Count("*"))
    by_day: dict[date | None, Counter[bool]] = defaultdict(Counter)
    for day, status, n in counted:
        by_day[day][status in AT_RISK] += n
    days = (today + timedelta(days=number) for number in range(DAYS))
    return [DayOfPromises(day, by_day[day][False], by_day[day][True]) for day in days]
