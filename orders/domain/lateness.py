"""Lines that will be late, or are: the customer is told before he asks, once for each new date.

A new date is only what a supplier has stated, and one day more for the way; where he has stated none, the letter says
that there is none yet.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.confirmation import lock_order
from orders.models import Answer, Order, OrderLine, OrderStatus, PurchaseOrderLine
from orders.models.order import PROMISED
from orders.queries.shipments import units_to_send
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.web.formats import long_day

# The way from a supplier to the customer, as the last day to ship is reckoned from the promise.
ON_THE_WAY = timedelta(days=1)


def late_day(promised_on: date | None, ships_on: Iterable[date], today: date) -> date | None:
    """The day of which the customer is to be told: a later arrival that a supplier named, else the missed promise.

    None while the promise can be kept, or where none was given. Pure.
    """
    if promised_on is None:
        return None
    arrives_on = max((day + ON_THE_WAY for day in ships_on), default=None)
    if arrives_on is not None and arrives_on > max(promised_on, today):
        return arrives_on
    return promised_on if promised_on <= today else None


@transaction.atomic
def warn_of_lateness(line_id: int, *, by: Actor, today: date) -> Message | None:
    """Tell the customer of this line, once for each new date; None when there is nothing new to say. Idempotent."""
    order = lock_order(OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id))
    line = order.lines.select_related("product").get(pk=line_id)
    promised_on = line.promised_on or order.promised_on
    ships_on = stated_days(line)
    day = late_day(promised_on, ships_on, today)
    if not is_owed(order, line) or day is None or promised_on is None or day == line.told_late_for:
        return None
    OrderLine.objects.filter(pk=line.pk).update(told_late_for=day)
    new_date = day if day > promised_on else None
    record(
        order,
        "line.late",
        by=by,
        line=line.pk,
        sku=line.ordered_sku,
        promised_on=promised_on.isoformat(),
        new_date=new_date.isoformat() if new_date else "",
    )
    with override(order.customer.language):
        return apologise(
            order.customer,
            kind="late_line",
            about=thread_of(order),
            key=f"line:{line.pk}:late:{day.isoformat()}",
            facts={
                "order.number": order.number,
                "line.product": line.product.name if line.product else line.ordered_name,
                "promised_date": long_day(promised_on),
                "late_sentence": late_sentence(max(ships_on) if new_date else None, new_date),
            },
            by=by,
        )


def is_owed(order: Order, line: OrderLine) -> bool:
    """Whether something of it is still to be sent; what staff is cancelling is no longer promised."""
    promised = order.status == OrderStatus.CONFIRMED and line.status in PROMISED
    return promised and line.cancel_asked_at is None and bool(units_to_send([line]))


def stated_days(line: OrderLine) -> list[date]:
    """The days on which suppliers have said that they ship units of this line."""
    said = PurchaseOrderLine.objects.filter(
        allocation__line=line, answer__in=[Answer.ACCEPTED, Answer.PART], ship_on__isnull=False
    )
    return [day for day in said.values_list("ship_on", flat=True) if day is not None]


def late_sentence(ships_on: date | None, new_date: date | None) -> str:
    if ships_on is None or new_date is None:
        return _("It has not left yet, and we have no new date: we will write to you as soon as we know one.")
    days = {"ships_on": long_day(ships_on), "new_date": long_day(new_date)}
    return _("Our supplier ships it on %(ships_on)s: you should receive it on %(new_date)s.") % days
