"""Stockout cases: opening one, holding one, closing one. How it is settled lives beside, in `choices`.

Lock order everywhere in this context: the order, then its line, then its case, then offers.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, IntegerField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Extract, Greatest, Least
from django.utils import timezone

from orders.models import CaseCause, CaseStatus, LineStatus, OrderLine, StockoutCase, VerificationPolicy
from orders.models.case import OPEN_CASES
from orders.models.order import ENDED
from orders.queries.case_queue import CLAIM_MINUTES, count_of_cases, count_of_orders
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.numbers import next_numbers
from stocke.core.models import User


class CaseError(Exception):
    """Something about a case forbids the act; nothing was changed."""


class LineEnded(CaseError):
    """The line was shipped, refunded or cancelled: there is no promise left that could break."""


class CaseClosed(CaseError):
    """The case was settled or cancelled meanwhile."""


class HeldByAnother(CaseError):
    """Another member of staff works on this case; take it over first."""

    def __init__(self, holder: str, since: datetime) -> None:
        super().__init__(f"held by {holder}")
        self.holder, self.since = holder, since


@transaction.atomic
def open_case(
    line: OrderLine,
    *,
    cause: CaseCause,
    facts: Mapping[str, object],
    by: Actor,
    quantity: int | None = None,
) -> StockoutCase:
    """Say that `quantity` units (default: all) of this line cannot be delivered; the line is *out of stock*.

    Idempotent, and safe under a race: a line has one open case, and a second call returns it unchanged.
    `facts` are the recorded facts behind `cause`; which ones each cause needs is in `domain.causes`. Promises
    of the missing units must already have been released. Raises LineEnded when nothing is owed any more.
    """
    hit = OrderLine.objects.filter(pk=line.pk).exclude(status__in=ENDED).update(status=LineStatus.SHORT)
    if not hit:
        raise LineEnded(line.pk)
    line.status = LineStatus.SHORT
    case = StockoutCase(
        number=f"R-{next_numbers('case_number')[0]}",
        line=line,
        quantity=min(quantity or line.quantity, line.quantity),
        cause=cause,
        facts=dict(facts),
        respond_by=timezone.now() + timedelta(hours=VerificationPolicy.current().respond_hours),
        cause_supplier=str(facts.get("supplier") or "")[:200],
        cause_sku=line.ordered_sku,
        currency=line.order.currency,
        # Reckoned by the INSERT itself.
        customer_orders=count_of_orders(line.order.customer_id),
        customer_cases=count_of_cases(line.order.customer_id),
    )
    case.value_cents = case.quantity * line.unit_price_cents
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        return StockoutCase.objects.get(line=line, status__in=OPEN_CASES)
    record(
        line.order,
        "case.opened",
        by=by,
        case=case.number,
        line=line.pk,
        product=line.ordered_name,
        cause=str(cause),
        quantity=case.quantity,
    )
    return case


def lock_case(case_id: int) -> StockoutCase:
    """The case with its line and order, locked in the house's order. Call inside a transaction."""
    line = OrderLine.objects.get(cases=case_id)
    list(type(line.order).objects.select_for_update(no_key=True).filter(pk=line.order_id))
    list(OrderLine.objects.select_for_update(no_key=True).filter(pk=line.pk))
    locked = StockoutCase.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("line__order__customer", "line__product").get(pk=case_id)


def lock_open_case(case_id: int) -> StockoutCase:
    """As `lock_case`; raises CaseClosed when the case is settled or cancelled."""
    case = lock_case(case_id)
    if case.status not in OPEN_CASES:
        raise CaseClosed(case.number)
    return case


def claim(case: StockoutCase, *, by: Actor) -> None:
    """Take the case, or keep it for another ten minutes. Raises HeldByAnother; raises CaseClosed."""
    now = timezone.now()
    free = (
        Q(claimed_by=None)
        | Q(claimed_by=by.user_id)
        | Q(claimed_at__lt=now - timedelta(minutes=CLAIM_MINUTES))
    )
    mine = StockoutCase.objects.filter(free, pk=case.pk, status__in=OPEN_CASES).update(
        worked_seconds=worked_until(now), claimed_by=by.user_id, claimed_at=now
    )
    if mine:
        return
    current = StockoutCase.objects.select_related("claimed_by").get(pk=case.pk)
    if current.status not in OPEN_CASES or current.claimed_by is None or current.claimed_at is None:
        raise CaseClosed(case.number)
    raise HeldByAnother(current.claimed_by.get_full_name(), current.claimed_at)


def release(case: StockoutCase, *, by: Actor) -> bool:
    """Give the case back to the queue; False when it was not ours."""
    mine = StockoutCase.objects.filter(pk=case.pk, claimed_by=by.user_id)
    return bool(mine.update(worked_seconds=worked_until(timezone.now()), claimed_by=None, claimed_at=None))


def worked_until(now: datetime) -> Combinable:
    """The time that the case was in somebody's hands, with that since the last claim: no more than a claim lasts."""
    seconds = Extract(Value(now, output_field=DateTimeField()) - F("claimed_at"), "epoch")
    since = Least(Greatest(Coalesce(seconds, 0.0), 0.0), CLAIM_MINUTES * 60.0)
    return F("worked_seconds") + Cast(since, IntegerField())


@transaction.atomic
def take_over(case: StockoutCase, *, by: Actor) -> None:
    """Take the case from whoever holds it; on the record when that was somebody else. Raises CaseClosed."""
    locked = lock_open_case(case.pk)
    before, now = holder_of(locked), timezone.now()
    StockoutCase.objects.filter(pk=case.pk).update(
        worked_seconds=worked_until(now), claimed_by=by.user_id, claimed_at=now
    )
    if before is not None and before.pk != by.user_id:
        record(locked.line.order, "case.taken_over", by=by, case=locked.number, holder=before.get_full_name())


@transaction.atomic
def assign(case: StockoutCase, *, to: User | None, by: Actor) -> None:
    """Say whose task the case is, or that it is nobody's; on the record when that changes. Raises CaseClosed.

    It takes nothing from whoever works on it now: a claim is about this moment, an assignment about the case.
    """
    locked = lock_open_case(case.pk)
    before = locked.assigned_to
    if before == to:
        return
    StockoutCase.objects.filter(pk=locked.pk).update(assigned_to=to)
    record(
        locked.line.order,
        "case.assigned",
        by=by,
        before={"assigned": before.get_full_name() if before else ""},
        after={"assigned": to.get_full_name() if to else ""},
        case=locked.number,
    )


def holder_of(case: StockoutCase) -> User | None:
    """Who works on the case now; a claim ends after ten minutes of silence."""
    if case.claimed_at is None or case.claimed_at < timezone.now() - timedelta(minutes=CLAIM_MINUTES):
        return None
    return case.claimed_by


@transaction.atomic
def cancel_case(case: StockoutCase, *, by: Actor, why: str) -> bool:
    """Close a case that has lost its object (the line was cancelled, or can be delivered after all).

    Touches neither line nor promises. Idempotent: False when the case was closed already.
    """
    locked = lock_case(case.pk)
    if locked.status not in OPEN_CASES:
        return False
    locked.status, locked.closed_at = CaseStatus.CANCELLED, timezone.now()
    locked.save(update_fields=["status", "closed_at"])
    record(
        locked.line.order,
        "case.cancelled",
        by=by,
        why=why,
        case=locked.number,
        product=locked.line.ordered_name,
    )
    return True
