"""Parcels where people and programs write them down."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.purchase_messages import LINK_PURPOSE
from orders.domain.shipping import Parcel, announce
from orders.models import LineStatus, PurchaseOrder, Shipment
from stocke.core.actors import Actor
from stocke.core.domain.links import sign
from tests.factories.people import person
from tests.factories.shipments import AcceptedFactory, line_of
from tests.factories.tokens import token_headers

pytestmark = pytest.mark.django_db
UPS = "1Z999AA10123456784"


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(person("customer_service", language="en"))
    return client


def supplier_page(purchase: PurchaseOrder) -> str:
    return reverse("orders:answer", args=[sign(LINK_PURPOSE, purchase.pk)]) + "?lang=en"


def test_staff_note_a_parcel_on_the_orders_page(agent: Client) -> None:
    purchase = AcceptedFactory(quantity=2)
    number = purchase.order.number

    answer = agent.post(
        reverse("orders:ship", args=[number]),
        {f"units_{line_of(purchase).pk}": 2, "tracking_number": UPS},
        follow=True,
    )
    page = " ".join(answer.content.decode().split())

    assert f"https://www.ups.com/track?tracknum={UPS}" in page
    assert "not scanned yet" in page
    assert f"Parcel announced: {line_of(purchase).ordered_sku} × 2, UPS {UPS}" in page


@pytest.mark.parametrize(
    ("number", "scanned", "kind"),
    [
        (UPS, False, "waiting"),
        (UPS, True, "done"),
        # Nobody can follow it: what its supplier says has to do.
        ("", False, "done"),
    ],
)
def test_a_line_is_called_shipped_from_the_carriers_first_scan_when_there_can_be_one(
    agent: Client, number: str, scanned: bool, kind: str
) -> None:
    purchase = AcceptedFactory(quantity=2)
    seen = timezone.now() if scanned else None
    units = {line_of(purchase).pk: 2}
    announce(purchase.order_id, Parcel(units, number, handed_at=seen), by=Actor.job("test"))

    page = agent.get(reverse("orders:order", args=[purchase.order.number]))

    [shown] = page.context["lines"]
    assert (shown.line.status, shown.state[0]) == (LineStatus.SHIPPED, kind)


def test_an_empty_parcel_is_told_and_nothing_recorded(agent: Client) -> None:
    purchase = AcceptedFactory(quantity=2)

    answer = agent.post(
        reverse("orders:ship", args=[purchase.order.number]), {f"units_{line_of(purchase).pk}": 0}
    )

    assert answer.status_code == 422
    assert "Say what is in the parcel: at least one unit." in answer.content.decode()
    assert not Shipment.objects.exists()


def test_the_supplier_says_on_his_page_that_it_has_left(client: Client) -> None:
    purchase = AcceptedFactory(quantity=2)
    asked = client.get(supplier_page(purchase)).content.decode()

    client.post(
        supplier_page(purchase), {"ship": "yes", f"units_{line_of(purchase).pk}": 2, "tracking_number": UPS}
    )
    after = client.get(supplier_page(purchase)).content.decode()

    assert "A parcel has left?" in asked
    assert "A parcel has left?" not in after
    assert f"{UPS} · Announced" in after
    assert Shipment.objects.get().purchase_order == purchase


def test_opening_his_page_sends_nothing(client: Client) -> None:
    purchase = AcceptedFactory(quantity=2)

    client.get(supplier_page(purchase) + "&ship=yes")

    assert not Shipment.objects.exists()


def api(client: Client, token: dict[str, str], path: str, body: object) -> tuple[int, Any]:
    answer = client.post(path, json.dumps(body), content_type="application/json", headers=token)
    return answer.status_code, answer.json()


def test_a_program_announces_a_parcel_once_and_hands_over_its_scans(client: Client) -> None:
    purchase = AcceptedFactory(quantity=2)
    secret = token_headers(channel=purchase.order.channel, scopes=("shipments.write",))
    path = f"/api/v1/orders/{purchase.order.number}/shipments"
    body = {"lines": [{"sku": line_of(purchase).ordered_sku, "quantity": 2}], "tracking_number": UPS}

    first, again = api(client, secret, path, body), api(client, secret, path, body)
    scans = {"scans": [{"at": "2026-11-23T09:00:00Z", "state": "delivered"}]}
    moved = api(client, secret, f"{path}/{UPS}/scans", scans)

    assert (first[0], first[1]["carrier"], first[1]["state"]) == (201, "ups", "label")
    assert again == (200, first[1])
    assert moved[0] == 200
    assert (moved[1]["state"], moved[1]["handed_at"]) == ("delivered", "2026-11-23T09:00:00Z")


def test_a_program_is_told_what_it_may_not_send(client: Client) -> None:
    purchase = AcceptedFactory(quantity=2)
    secret = token_headers(channel=purchase.order.channel, scopes=("shipments.write",))
    stranger = token_headers(channel="elsewhere", scopes=("shipments.write",))
    path = f"/api/v1/orders/{purchase.order.number}/shipments"
    sku = line_of(purchase).ordered_sku

    unknown = api(client, secret, path, {"lines": [{"sku": "NONE", "quantity": 1}]})
    much = api(client, secret, path, {"lines": [{"sku": sku, "quantity": 3}]})
    foreign = api(client, stranger, path, {"lines": [{"sku": sku, "quantity": 1}]})

    assert (unknown[0], much[0], foreign[0]) == (422, 409, 404)
    assert not Shipment.objects.exists()
