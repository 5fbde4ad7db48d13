"""Parcels by JSON: announce one, hand over what its carrier said."""

from datetime import UTC, datetime
from http import HTTPStatus

from django.http import Http404
from ninja import Field, Router, Schema, Status

from orders.domain.problems import Code
from orders.domain.shipping import NotShippable, Parcel, announce
from orders.domain.tracking import Scan, note_scans
from orders.models import Order, Shipment, ShipmentState
from orders.queries.orders import order_of_channel
from stocke.core.actors import Actor
from stocke.core.texts import is_storable
from stocke.core.web.api import ApiRequest, ErrorOut, ErrorsOut, TokenAuth

router = Router(tags=["shipments"])
REFUSALS = {401: ErrorsOut, 403: ErrorsOut, 404: ErrorsOut}


class UnitsIn(Schema):
    sku: str = Field(description="what was bought, or what is sent instead of it", examples=["ALB-LAI-01"])
    quantity: int = Field(ge=1, examples=[2])


class ScanIn(Schema):
    at: datetime = Field(description="when it happened; without an offset it is read as UTC")
    state: ShipmentState
    text: str = Field(default="", max_length=250)
    place: str = Field(default="", max_length=120)


class ShipmentIn(Schema):
    lines: list[UnitsIn] = Field(min_length=1, max_length=500)
    tracking_number: str = Field(default="", max_length=80)
    carrier: str = Field(default="", max_length=60, description="empty: told from the number")
    scans: list[ScanIn] = Field(default_factory=list, max_length=200)


class ScansIn(Schema):
    scans: list[ScanIn] = Field(min_length=1, max_length=200)


class ShipmentOut(Schema):
    id: int
    carrier: str
    tracking_number: str
    state: str
    handed_at: datetime | None = Field(description="the carrier's first scan")
    delivered_at: datetime | None


@router.post(
    "/{number}/shipments",
    auth=TokenAuth("shipments.write"),
    response={200: ShipmentOut, 201: ShipmentOut, 409: ErrorsOut, 422: ErrorsOut, **REFUSALS},
    summary="Announce a parcel",
)
def announce_parcel(request: ApiRequest, number: str, payload: ShipmentIn) -> Status[ErrorsOut | ShipmentOut]:
    """The same tracking number twice is one parcel (200). More units than are still to be sent are refused (409)."""
    order, by = order_or_404(request, number), Actor.channel(request.auth.channel)
    units, strange = units_by_line(order, payload.lines)
    if strange:
        return Status(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorsOut(errors=strange))
    try:
        parcel = Parcel(units, payload.tracking_number, payload.carrier)
        shipment, is_new = announce(order.pk, parcel, by=by)
    except NotShippable as problem:
        told = ErrorOut(code=f"shipment_{problem.code}", message="nothing was recorded", field="lines")
        return Status(HTTPStatus.CONFLICT, ErrorsOut(errors=[told]))
    if payload.scans:
        shipment = note_scans(shipment.pk, [scan_of(one) for one in payload.scans], by=by)
    return Status(HTTPStatus.CREATED if is_new else HTTPStatus.OK, ShipmentOut.from_orm(shipment))


@router.post(
    "/{number}/shipments/{tracking_number}/scans",
    auth=TokenAuth("shipments.write"),
    response={200: ShipmentOut, 422: ErrorsOut, **REFUSALS},
    summary="Hand over what a carrier said",
)
def hand_over_scans(request: ApiRequest, number: str, tracking_number: str, payload: ScansIn) -> ShipmentOut:
    """In any order and as often as you like: the newest scan tells the state, the first one when it left."""
    order = order_or_404(request, number)
    found = Shipment.objects.filter(order=order, tracking_number=tracking_number).first()
    if found is None:
        raise Http404
    by = Actor.channel(request.auth.channel)
    return ShipmentOut.from_orm(note_scans(found.pk, [scan_of(one) for one in payload.scans], by=by))


def order_or_404(request: ApiRequest, number: str) -> Order:
    if not is_storable(number):
        raise Http404
    try:
        return order_of_channel(request.auth.channel, number)
    except Order.DoesNotExist:
        raise Http404 from None


def units_by_line(order: Order, lines: list[UnitsIn]) -> tuple[dict[int, int], list[ErrorOut]]:
    """Units by line id, each SKU on the first of its lines that has room; and the SKUs that the order does not have."""
    units: dict[int, int] = {}
    strange: list[ErrorOut] = []
    for row, one in enumerate(lines, start=1):
        fitting = [
            line
            for line in sorted(order.lines.all(), key=lambda line: line.position)
            if one.sku in (line.ordered_sku, line.product.sku if line.product else "")
        ]
        if not fitting:
            message = "the order has no line of this SKU"
            strange.append(
                ErrorOut(code=Code.UNKNOWN_SKU.value, message=message, field="sku", row=row, value=one.sku)
            )
            continue
        free = [line for line in fitting if line.quantity - units.get(line.pk, 0) >= one.quantity]
        line = (free or fitting)[0]
        units[line.pk] = units.get(line.pk, 0) + one.quantity
    return units, strange


def scan_of(scan: ScanIn) -> Scan:
    at = scan.at if scan.at.tzinfo else scan.at.replace(tzinfo=UTC)
    return Scan(at, scan.state, scan.text, scan.place)
