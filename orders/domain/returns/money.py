"""The money of a return in both directions: what we owe the customer, and what the supplier owes us.

A refund is the same row as after a stockout, with the same page, the same mail and the same key: paid once. For no
line more is ever owed than was paid for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from orders.domain.legal.places import UNITED_KINGDOM, is_in_union
from orders.domain.legal.refunding import withdrawal_refund_by
from orders.domain.returns.deciding import lock_return
from orders.domain.returns.requesting import note_down
from orders.domain.settlements import DIFFERENCE, RETURNED
from orders.models import LineStatus, Order, Refund, Return, ReturnLine
from orders.models.returns import COMING_BACK
from orders.queries.cases import GIVEN_BACK
from orders.queries.returns import refunded_cents, units_back, units_out
from stocke.core.actors import Actor
from stocke.core.domain.history import record


class TooMuch(Exception):
    """More than was paid for the line and not paid back yet. Nothing was changed."""

    def __init__(self, line: ReturnLine, most_cents: int) -> None:
        super().__init__(f"at most {most_cents}")
        self.line, self.most_cents = line, most_cents


class Settled(Exception):
    """Owed, credited or let be already. Nothing was changed."""


def has_withdrawal_right(country: str) -> bool:
    """Whether a law that we know lets a consumer send back what he bought from afar."""
    return is_in_union(country) or country == UNITED_KINGDOM


def refund_due_on(returned: Return) -> date:
    """The last day for the refund: by the law of withdrawal where there is one, else by a rule of this house."""
    proof, goods = (
        timezone.localtime(at).date() if at else None for at in (returned.sent_at, returned.received_at)
    )
    told = timezone.localtime(returned.requested_at).date()
    today = timezone.localdate()
    if has_withdrawal_right(returned.order.customer.country):
        return withdrawal_refund_by(told, shipped=True, proof_on=proof, goods_on=goods or today) or today
    return withdrawal_refund_by(goods or today) or today


def prices(returned: Return) -> dict[int, int]:
    """What each entry without a refund is worth to the customer: its price, never more than is left of what was paid.

    The shipping charge of the order comes with the last one, when nothing of the order stays with him.
    """
    entries = [one for one in returned.lines.select_related("line").order_by("pk") if one.refund_id is None]
    left = left_of([one.line_id for one in entries], returned)
    worth = {one.pk: min(one.quantity * one.line.unit_price_cents, left[one.line_id]) for one in entries}
    if entries and gives_all_back(returned):
        worth[entries[-1].pk] += shipping_left(returned.order)
    return worth


def left_of(line_ids: Sequence[int], returned: Return) -> dict[int, int]:
    """What was paid for each line and is not owed back yet."""
    paid_back = refunded_cents(line_ids, but=DIFFERENCE)
    lines = returned.order.lines.filter(pk__in=line_ids)
    return {line.pk: max(0, line.total_cents - paid_back[line.pk]) for line in lines}


def gives_all_back(returned: Return) -> bool:
    """Whether with this return every line has come back or was given up.

    Another return counts once it is back or paid back: what was only asked for may never come.
    """
    lines = returned.order.lines
    kept = lines.exclude(status__in=[*GIVEN_BACK, LineStatus.DELIVERED, LineStatus.SHIPPED]).exists()
    return not kept and not units_out(returned.order_id) - units_back(returned.order_id, returned.pk)


def shipping_left(order: Order) -> int:
    """The shipping charge, as far as refunds have not held it already."""
    lines = list(order.lines.all())
    paid_back = refunded_cents([line.pk for line in lines], but=DIFFERENCE)
    beyond = sum(max(0, paid_back[line.pk] - line.total_cents) for line in lines)
    return max(0, order.shipping_cents - beyond)


def owe_in_full(returned: Return, *, by: Actor) -> list[Refund]:
    """Owe all that the return is worth. The caller holds the order."""
    return _owe(returned, prices(returned), by=by)


@transaction.atomic
def owe(return_id: int, amounts: Mapping[int, int], *, by: Actor) -> list[Refund]:
    """Owe these amounts, by entry. Raises ReturnMoved, Settled when an entry has its refund, or TooMuch."""
    returned = lock_return(return_id, COMING_BACK)
    most = prices(returned)
    for entry in returned.lines.filter(pk__in=amounts):
        if entry.pk not in most:
            raise Settled(returned.number)
        if amounts[entry.pk] > most[entry.pk]:
            raise TooMuch(entry, most[entry.pk])
    return _owe(returned, {pk: amounts[pk] for pk in most if pk in amounts}, by=by)


def _owe(returned: Return, amounts: Mapping[int, int], *, by: Actor) -> list[Refund]:
    made, order, due_on = [], returned.order, refund_due_on(returned)
    for entry in returned.lines.filter(pk__in=amounts, refund=None).order_by("pk"):
        if not amounts[entry.pk]:
            continue
        entry.refund = Refund.objects.create(
            line_id=entry.line_id,
            amount_cents=amounts[entry.pk],
            currency=order.currency,
            reason=RETURNED,
            due_on=due_on,
        )
        entry.save(update_fields=["refund"])
        made.append(entry.refund)
        record(
            order,
            "refund.due",
            by=by,
            case="",
            amount_cents=entry.refund.amount_cents,
            currency=order.currency,
            reason=RETURNED,
            due_on=due_on.isoformat(),
        )
    return made


@transaction.atomic
def note_credit(return_id: int, *, cents: int, reference: str, by: Actor) -> Return:
    """What the supplier has credited, once. Raises ReturnMoved or Settled."""
    returned = lock_return(return_id, COMING_BACK)
    if returned.credited_at is not None:
        raise Settled(returned.number)
    returned.credit_cents, returned.credited_at = cents, timezone.now()
    returned.credit_reference = reference
    returned.save(update_fields=["credit_cents", "credited_at", "credit_reference"])
    currency = returned.credit_currency
    note_down(returned, "return.credited", by=by, cents=cents, currency=currency, reference=reference)
    return returned


@transaction.atomic
def let_be(return_id: int, *, why: str, by: Actor) -> Return:
    """Accept that refund and credit differ, and say why. Raises ReturnMoved or Settled."""
    returned = lock_return(return_id, COMING_BACK)
    if returned.difference_note:
        raise Settled(returned.number)
    returned.difference_note = why.strip()
    returned.save(update_fields=["difference_note"])
    note_down(returned, "return.let_be", by=by, why=returned.difference_note)
    return returned


def is_refundable(returned: Return) -> bool:
    """Whether a refund may be owed, and an entry has none yet."""
    return returned.status in COMING_BACK and any(one.refund_id is None for one in returned.lines.all())
