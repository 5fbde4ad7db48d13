"""Parcels: keyed by staff on the order's page, or by the supplier on his own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.domain.carriers import CARRIERS
from orders.domain.shipping import NotShippable, announce
from orders.forms.shipments import ParcelForm
from orders.models import Order, Shipment, ShipmentState
from orders.queries.shipments import shipments_of, units_to_send
from orders.views.verification import order_or_404
from stocke.core.actors import Actor
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on


@dataclass(frozen=True)
class ShipmentShown:
    """One parcel in words: `carrier` and `link` are those of its carrier."""

    shipment: Shipment
    carrier: str
    link: str


def shown_shipments(order_id: int) -> Sequence[ShipmentShown]:
    return [
        ShipmentShown(one, carrier.name, carrier.link(one.tracking_number))
        for one in shipments_of(order_id)
        for carrier in (CARRIERS.get(one.carrier, CARRIERS["other"]),)
    ]


def unseen_lines(shipments: Sequence[ShipmentShown]) -> set[int]:
    """The lines whose parcels no carrier has seen yet: announced, which is not yet sent."""
    parcels = [one.shipment for one in shipments if one.shipment.state != ShipmentState.RETURNED]
    seen = {entry.line_id for one in parcels if not one.awaits_scan for entry in one.lines.all()}
    return {entry.line_id for one in parcels for entry in one.lines.all()} - seen


def parcel_form(order: Order, data: object = None) -> ParcelForm:
    """The form for what is still to be sent of an order."""
    lines = list(order.lines.select_related("product").order_by("position"))
    return ParcelForm(lines, units_to_send(lines), data)


@require_POST
@staff_can("orders.edit")
def ship(request: StaffRequest, number: str) -> HttpResponse:
    """A parcel that somebody told us of."""
    order = order_or_404(number)
    form = parcel_form(order, request.POST)
    if not form.is_valid() or not announced(request, order, form, by=request.staff):
        return form_page(request, "orders/ship.html", form=form, order=order, nav_key="orders")
    return go_on(request, reverse("orders:order", args=[number]))


def announced(request: HttpRequest, order: Order, form: ParcelForm, *, by: Actor) -> bool:
    """Whether the parcel stands on the record now; else the form says why not."""
    try:
        shipment, is_new = announce(order.pk, form.parcel(), by=by)
    except NotShippable as problem:
        form.add_error(None, in_words(problem))
        return False
    if is_new:
        messages.success(request, _("Parcel %(number)s noted") % {"number": shipment})
    else:
        messages.info(request, _("This parcel was known already. Nothing was changed."))
    return True


def in_words(problem: NotShippable) -> str:
    return {
        "empty": _("Say what is in the parcel: at least one unit."),
        "line": _("A line of the parcel was cancelled or refunded meanwhile. Nothing was recorded."),
        "quantity": _("More units than are still to be sent. Nothing was recorded."),
        "number": _("This is longer than any tracking number. Nothing was recorded."),
    }[problem.code]
