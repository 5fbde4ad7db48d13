"""What stockouts cost: settled cases by cause and supplier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from orders.models import CaseCause, CaseStatus, StockoutCase


@dataclass(frozen=True)
class CostRow:
    """The settled cases of one cause at one supplier, in one currency. `unknown` cases have no known margin."""

    cause: str
    supplier: str
    currency: str
    cases: int
    margin_cents: int
    extra_cents: int
    goodwill_cents: int
    unknown: int
    minutes: int

    @property
    def cause_words(self) -> str:
        return str(CaseCause(self.cause).label)

    @property
    def total_cents(self) -> int:
        """Everything in money that is known."""
        return self.margin_cents + self.extra_cents + self.goodwill_cents


def costs_since(since: datetime) -> Sequence[CostRow]:
    """One row per cause, supplier and currency, the dearest first. One statement."""
    settled = StockoutCase.objects.filter(status=CaseStatus.SETTLED, closed_at__gte=since).order_by()
    grouped = settled.values("cause", "cause_supplier", "currency").annotate(
        n=Count("id"),
        margin=Sum("margin_lost_cents", default=0),
        extra=Sum("cost_cents", default=0),
        goodwill_sum=Sum("goodwill__amount_cents", default=0),
        unknown=Count("id", filter=Q(margin_lost_cents=None)),
        seconds=Sum("worked_seconds", default=0),
    )
    rows = [
        CostRow(
            cause=row["cause"],
            supplier=row["cause_supplier"],
            currency=row["currency"],
            cases=row["n"],
            margin_cents=row["margin"],
            extra_cents=row["extra"],
            goodwill_cents=row["goodwill_sum"],
            unknown=row["unknown"],
            minutes=round(row["seconds"] / 60),
        )
        for row in grouped
    ]
    return sorted(rows, key=lambda row: (-row.total_cents, -row.cases, row.cause, row.supplier))
