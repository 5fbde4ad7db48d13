"""Lines that end as *cancelled*: their promises, the money for them, and the letter that says so."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.allocations import release_line
from orders.domain.execution import carry_on
from orders.domain.purchase_messages import bought_in_words, keep_confirmation
from orders.domain.settlements import owe_cancelled
from orders.models import LineStatus, Order, OrderLine, Refund
from orders.models.order import ENDED
from orders.queries.cases import line_statuses
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.web.formats import long_day, money


def end_lines(order: Order, lines: Sequence[OrderLine], *, by: Actor, why: str = "") -> list[OrderLine]:
    """Cancel these lines, owe what was paid for them, tell the customer, and let the rest of the order go on.

    Lines that have ended meanwhile are passed over; returns the others. The caller holds the order and its offers.
    """
    ended = [line for line in lines if _end(line, by=by)]
    if not ended:
        return []
    refunds = owe_cancelled(order, ended, by=by)
    record(
        order,
        "order.lines_cancelled",
        by=by,
        why=why,
        lines=[{"sku": line.ordered_sku, "quantity": line.quantity} for line in ended],
    )
    if line_statuses(order.pk) == {LineStatus.CANCELLED}:
        keep_confirmation(order, by=by)
    _tell(order, ended, refunds, by=by)
    carry_on(order, by=by)
    return ended


def _end(line: OrderLine, *, by: Actor) -> bool:
    """False for a line that has ended already; nothing was changed then."""
    still_open = OrderLine.objects.filter(pk=line.pk).exclude(status__in=ENDED)
    asked_at = line.cancel_asked_at or timezone.now()
    if not still_open.update(status=LineStatus.CANCELLED, cancel_asked_at=asked_at):
        return False
    line.status, line.cancel_asked_at = LineStatus.CANCELLED, asked_at
    release_line(line, reason="called_off", by=by)
    return True


def _tell(order: Order, lines: Sequence[OrderLine], refunds: Sequence[Refund], *, by: Actor) -> Message:
    """Say what was cancelled and what is given back, once for each set of lines."""
    with override(order.customer.language):
        facts = {
            "order.number": order.number,
            "order.date": long_day(order.placed_at),
            "order.lines": "\n".join(f"– {bought_in_words(line)}" for line in lines),
            "refund_sentence": _refund_sentence(order, refunds),
        }
    key = f"order:{order.pk}:cancelled:{'-'.join(str(line.pk) for line in lines)}"
    return apologise(
        order.customer, kind="order_cancelled", about=thread_of(order), key=key, facts=facts, by=by
    )


def _refund_sentence(order: Order, refunds: Sequence[Refund]) -> str:
    if not refunds:
        return _("Nothing was paid for it, so there is nothing to refund.")
    return _("We are refunding you %(amount)s, by %(date)s at the latest.") % {
        "amount": money(sum(refund.amount_cents for refund in refunds), order.currency),
        "date": long_day(max(refund.due_on for refund in refunds)),
    }
