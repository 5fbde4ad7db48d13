"""Parcels are announced once, and lines and orders follow what carriers say."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.domain.shipping import NotShippable, Parcel, announce
from orders.domain.tracking import Scan, note_scans
from orders.models import OrderLine, PurchaseOrder, Shipment, ShipmentLine, ShipmentState, TrackingEvent
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.shipments import AcceptedFactory, line_of

pytestmark = pytest.mark.django_db
NORTH = Actor.supplier("Nord")
CARRIER = Actor.job("tracking")
UPS = "1Z999AA10123456784"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def status(purchase: PurchaseOrder) -> tuple[str, str]:
    purchase.order.refresh_from_db()
    return line_of(purchase).status, purchase.order.status


def send(purchase: PurchaseOrder, quantity: int, number: str = UPS) -> Shipment:
    parcel = Parcel({line_of(purchase).pk: quantity}, number)
    return announce(purchase.order_id, parcel, by=NORTH, purchase=purchase)[0]


def scanned(shipment: Shipment, *states: str) -> Shipment:
    scans = [Scan(MONDAY + timedelta(hours=hour), ShipmentState(state)) for hour, state in enumerate(states)]
    return note_scans(shipment.pk, scans, by=CARRIER)


def test_a_parcel_with_everything_ships_the_line_and_knows_its_carrier() -> None:
    purchase = AcceptedFactory(quantity=2)

    shipment = send(purchase, 2, "1Z 999-AA1 0123456784")

    assert (shipment.carrier, shipment.tracking_number, shipment.state) == ("ups", UPS, "label")
    assert (shipment.handed_at, shipment.shipped_at) == (None, shipment.announced_at)
    assert status(purchase) == ("shipped", "confirmed")


def test_the_same_tracking_number_twice_is_one_parcel() -> None:
    purchase = AcceptedFactory(quantity=2)
    first = send(purchase, 1)

    again, is_new = announce(purchase.order_id, Parcel({line_of(purchase).pk: 1}, UPS), by=NORTH)

    assert (again.pk, is_new) == (first.pk, False)
    assert ShipmentLine.objects.get().quantity == 1
    assert HistoryEntry.objects.filter(kind="shipment.announced").count() == 1


def test_a_part_leaves_the_line_with_the_supplier_until_the_rest_has_left() -> None:
    purchase = AcceptedFactory(quantity=3)

    send(purchase, 2, "A1")
    after_part = status(purchase)
    send(purchase, 1, "A2")

    assert after_part == ("accepted", "confirmed")
    assert status(purchase) == ("shipped", "confirmed")


@pytest.mark.parametrize(
    ("units", "number", "code"),
    [
        ({}, "", "empty"),
        ({"line": 0}, "", "empty"),
        ({"line": 3}, "", "quantity"),
        ({"other": 1}, "", "line"),
    ],
)
def test_a_parcel_that_cannot_be_is_refused_and_changes_nothing(
    units: dict[str, int], number: str, code: str
) -> None:
    purchase, other = AcceptedFactory(quantity=2), AcceptedFactory()
    ids = {"line": line_of(purchase).pk, "other": line_of(other).pk}

    with pytest.raises(NotShippable) as refused:
        announce(purchase.order_id, Parcel({ids[name]: n for name, n in units.items()}, number), by=NORTH)

    assert refused.value.code == code
    assert not Shipment.objects.exists()
    assert status(purchase) == ("accepted", "confirmed")


def test_what_was_refunded_meanwhile_is_not_sent() -> None:
    purchase = AcceptedFactory(quantity=2)
    OrderLine.objects.update(status="refunded")

    with pytest.raises(NotShippable):
        send(purchase, 1)

    assert not Shipment.objects.exists()


def test_shipped_counts_from_the_carriers_first_scan() -> None:
    purchase = AcceptedFactory(quantity=2)
    shipment = send(purchase, 2)

    moved = scanned(shipment, "label", "in_transit", "out_for_delivery")

    assert (moved.state, moved.handed_at) == ("out_for_delivery", MONDAY + timedelta(hours=1))
    assert moved.shipped_at == MONDAY + timedelta(hours=1)


def test_delivered_everything_ends_the_order() -> None:
    purchase = AcceptedFactory(quantity=2)

    moved = scanned(send(purchase, 2), "in_transit", "delivered")

    assert moved.delivered_at == MONDAY + timedelta(hours=1)
    assert status(purchase) == ("delivered", "done")


def test_news_in_any_order_and_twice_end_the_same() -> None:
    purchase = AcceptedFactory(quantity=2)
    shipment = send(purchase, 2)
    scans = [
        Scan(MONDAY + timedelta(days=1), ShipmentState.DELIVERED),
        Scan(MONDAY, ShipmentState.IN_TRANSIT),
        Scan(MONDAY + timedelta(days=1), ShipmentState.DELIVERED),
    ]

    for _time in range(2):
        moved = note_scans(shipment.pk, scans, by=CARRIER)

    assert (moved.state, moved.handed_at, moved.delivered_at) == (
        "delivered",
        MONDAY,
        MONDAY + timedelta(days=1),
    )
    assert TrackingEvent.objects.count() == 2
    assert HistoryEntry.objects.filter(kind="shipment.moved").count() == 1
    assert HistoryEntry.objects.filter(kind="order.delivered").count() == 1


def test_a_parcel_that_came_back_stays_back_once_its_units_have_left_anew() -> None:
    purchase = AcceptedFactory(quantity=2)
    first = send(purchase, 2)
    scanned(first, "in_transit", "returned")
    second = send(purchase, 2, "A2")

    first = scanned(first, "in_transit", "returned", "out_for_delivery", "delivered")

    assert (first.state, first.delivered_at, first.events.count()) == ("returned", None, 4)
    assert status(purchase) == ("shipped", "confirmed")
    scanned(second, "delivered")
    assert status(purchase) == ("delivered", "done")


def test_a_parcel_that_came_back_and_goes_on_is_under_way_again_where_no_other_has_its_units() -> None:
    purchase = AcceptedFactory(quantity=2)
    first = send(purchase, 2)

    scanned(first, "in_transit", "returned", "in_transit")

    assert status(purchase) == ("shipped", "confirmed")


def test_a_parcel_that_comes_back_is_owed_again() -> None:
    purchase = AcceptedFactory(quantity=2)
    shipment = send(purchase, 2)

    scanned(shipment, "in_transit", "delivered", "returned")

    assert status(purchase) == ("accepted", "confirmed")
    send(purchase, 2, "A2")
    assert status(purchase) == ("shipped", "confirmed")
