"""Telling a customer that a parcel has left: once for each parcel, with where it can be followed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.carriers import CARRIERS
from orders.domain.confirmation import lock_order
from orders.domain.returns.letters import return_link
from orders.models import OrderStatus, Shipment, ShipmentLine, ShipmentState
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.models import Message


@transaction.atomic
def tell_shipped(shipment_id: int, *, by: Actor) -> Message | None:
    """Write to the customer, once. None for what came back meanwhile, for a cancelled order, and the second time."""
    order = lock_order(Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id))
    untold = Shipment.objects.filter(pk=shipment_id, customer_told_at=None)
    if not untold.update(customer_told_at=timezone.now()):
        return None
    shipment = Shipment.objects.prefetch_related("lines__line__product").get(pk=shipment_id)
    if order.status == OrderStatus.CANCELLED or shipment.state == ShipmentState.RETURNED:
        return None
    with override(order.customer.language):
        return apologise(
            order.customer,
            kind="shipped",
            about=thread_of(order),
            key=f"shipment:{shipment.pk}:sent",
            facts={
                "order.number": order.number,
                "shipped_lines": "\n".join(map(in_words, shipment.lines.all())),
                "tracking_sentence": tracking_sentence(shipment),
                "return_link": return_link(order),
            },
            by=by,
        )


def in_words(entry: ShipmentLine) -> str:
    """The units in this parcel: perhaps fewer than were bought."""
    line = entry.line
    name = line.product.name if line.product else line.ordered_name
    return "– " + _("%(quantity)s × %(name)s") % {"quantity": entry.quantity, "name": name}


def tracking_sentence(shipment: Shipment) -> str:
    """Carrier, number and his public page, as far as they are known."""
    carrier = CARRIERS.get(shipment.carrier, CARRIERS["other"])
    if not shipment.tracking_number:
        return _("It has no tracking number.")
    said = {"carrier": carrier.name, "number": shipment.tracking_number}
    if link := carrier.link(shipment.tracking_number):
        return _("%(carrier)s tracking %(number)s: %(link)s") % {**said, "link": link}
    return _("Tracking number %(number)s, %(carrier)s.") % said
