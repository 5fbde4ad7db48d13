"""The queue of the stockout desk: its order and its filters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.models import CaseCause, CaseStatus, Order, StockoutCase
from orders.queries.case_marks import Mark, marked

CLAIM_MINUTES = 10


class Sort(StrEnum):
    """What stands first."""

    DEADLINE = "deadline"
    VALUE = "value"
    HISTORY = "history"


class Who(StrEnum):
    """Which customers: with their first order, with several, with a stockout before this one."""

    NEW = "new"
    LOYAL = "loyal"
    HIT = "hit"


WHO: Mapping[Who, Q] = {
    Who.NEW: Q(customer_orders__lte=1),
    Who.LOYAL: Q(customer_orders__gt=1),
    Who.HIT: Q(customer_cases__gt=1),
}


@dataclass(frozen=True)
class Look:
    """How an agent looks at the queue. `mine` is the user whose cases alone are shown: assigned, or held now."""

    sort: Sort = Sort.DEADLINE
    cause: str = ""
    who: str = ""
    least_cents: int = 0
    mine: int | None = None
    mark: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return replace(self, sort=Sort.DEADLINE) == Look()


def held_since() -> Q:
    """Cases that somebody works on at this moment."""
    return Q(claimed_at__gte=timezone.now() - timedelta(minutes=CLAIM_MINUTES), claimed_by__isnull=False)


def matching(look: Look) -> Q:
    """What this look shows of a stage."""
    wanted = Q(value_cents__gte=look.least_cents) if look.least_cents else Q()
    if look.cause in CaseCause.values:
        wanted &= Q(cause=look.cause)
    if look.who in set(Who):
        wanted &= WHO[Who(look.who)]
    if look.mark in set(Mark):
        wanted &= marked(Mark(look.mark))
    if look.mine is not None:
        wanted &= Q(assigned_to=look.mine) | (Q(claimed_by=look.mine) & held_since())
    return wanted


def in_order(cases: QuerySet[StockoutCase], status: str, sort: Sort) -> QuerySet[StockoutCase]:
    """The stage in this order; settled cases stand newest first whatever is asked."""
    if status in (CaseStatus.SETTLED, CaseStatus.CANCELLED):
        return cases.order_by("-closed_at", "-id")
    if sort == Sort.VALUE:
        return cases.order_by("-value_cents", "id")
    if sort == Sort.HISTORY:
        return cases.order_by("-customer_orders", "respond_by", "id")
    return cases.order_by("deadline" if status == CaseStatus.WITH_CUSTOMER else "respond_by", "id")


def next_to_propose(
    after: StockoutCase | None = None, *, look: Look | None = None, user_id: int | None = None
) -> StockoutCase | None:
    """The next case of this look, other than this one and than those that a colleague works on now."""
    look = look or Look()
    cases = StockoutCase.objects.filter(matching(look), status=CaseStatus.TO_PROPOSE)
    if after is not None:
        cases = cases.exclude(pk=after.pk)
    if user_id is not None:
        cases = cases.exclude(held_since() & ~Q(claimed_by=user_id))
    return in_order(cases, CaseStatus.TO_PROPOSE, look.sort).first()


def of_cause(case: StockoutCase) -> Q:
    """Every case that waits for a proposal and has the cause of this one."""
    return Q(
        status=CaseStatus.TO_PROPOSE,
        cause=case.cause,
        cause_supplier=case.cause_supplier,
        cause_sku=case.cause_sku,
    )


def count_of_orders(customer_id: int) -> Combinable:
    """How often this customer has bought, reckoned by the statement that it is written with."""
    mine = Order.objects.filter(customer=customer_id).order_by().values("customer")
    counted = Subquery(mine.annotate(n=Count("id")).values("n"), output_field=IntegerField())
    return Coalesce(counted, Value(1))


def count_of_cases(customer_id: int) -> Combinable:
    """The same for his stockouts, with the one that is being opened."""
    mine = StockoutCase.objects.filter(line__order__customer=customer_id).order_by()
    counted = Subquery(
        mine.values("line__order__customer").annotate(n=Count("id")).values("n"), output_field=IntegerField()
    )
    return Coalesce(counted, Value(0)) + Value(1)
