"""Taking orders in."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from customers.domain.customers import edit
from customers.models import Customer
from orders.domain.allocations import prove_counters
from orders.domain.intake import Outcome, Preview, preview, take_in
from orders.domain.problems import AmendmentRefused, OrderRefused
from orders.domain.verification import verify_order
from orders.models import Allocation, Order, OrderLine
from stocke.channels.incoming import IncomingCustomer, IncomingOrder
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.models import OfferStock
from tests.factories.incoming import PLACED, incoming, line
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
SHOP = Actor.channel("demo")


@pytest.fixture(autouse=True)
def products() -> None:
    for sku in ("A-1", "B-2", "C-3"):
        OfferFactory(product=ProductFactory(sku=sku, name=f"Lamp {sku}"))


def taken(order: IncomingOrder) -> Order:
    return take_in(order, by=SHOP).order


def verified(order: IncomingOrder) -> Order:
    stored = taken(order)
    verify_order(stored.pk, by=SHOP)
    stored.refresh_from_db()
    return stored


def lines_of(order: Order) -> list[tuple[str, int, str]]:
    return list(order.lines.order_by("position").values_list("ordered_sku", "quantity", "status"))


def everything() -> list[Any]:
    """Every row that intake could touch."""
    tables = (Order, OrderLine, Customer, Allocation, OfferStock, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def test_an_order_is_created_with_its_customer_its_lines_and_a_record() -> None:
    sent = incoming(
        lines=(line("A-1", 2, external_id="L1"), line("B-2", name="La lampe")), shipping_cents=490
    )

    result = take_in(sent, by=SHOP)

    order = Order.objects.get()
    assert (result.order, result.outcome) == (order, Outcome.CREATED)
    assert (order.channel, order.external_id, order.status, order.total_cents) == (
        "demo",
        "E-1",
        "received",
        15190,
    )
    assert (order.placed_at, order.promised_on) == (PLACED, date(2099, 12, 1))
    assert order.ship_to == {"name": "Camille Exemple", "city": "Lille"}
    assert (order.customer.email, order.customer.first_name) == ("camille@customer.example", "Camille")
    assert list(
        order.lines.order_by("position").values_list("external_id", "ordered_name", "quantity", "promised_on")
    ) == [("L1", "Lamp A-1", 2, date(2099, 12, 1)), ("", "La lampe", 1, date(2099, 12, 1))]
    entry = HistoryEntry.objects.get(thread=f"order:{order.pk}")
    assert (entry.kind, entry.actor_kind, entry.actor_label) == ("order.received", "channel", "demo")


def test_a_class_comes_with_the_order_and_never_overwrites_what_staff_wrote() -> None:
    pro = replace(incoming("A-1").customer, customer_class=" pro ")

    order = take_in(incoming("A-1", customer=pro), by=SHOP).order
    written = order.customer.customer_class
    edit(order.customer, by=SHOP, customer_class="wholesale")
    take_in(incoming("A-1", external_id="E-2", customer=pro), by=SHOP)

    order.customer.refresh_from_db()
    assert (written, order.customer.customer_class) == ("pro", "wholesale")


def test_an_order_of_before_there_were_classes_is_the_same_order() -> None:
    sent = incoming("A-1")
    told = asdict(sent)
    del told["customer"]["customer_class"]

    assert sent.as_data() == told
    assert replace(sent, customer=replace(sent.customer, customer_class="pro")).as_data() != told


def test_the_same_order_twice_is_one_order() -> None:
    first = taken(incoming("A-1"))
    before = everything()

    second = take_in(incoming("A-1"), by=SHOP)

    assert (second.order, second.outcome) == (first, Outcome.SAME)
    assert everything() == before


def test_two_channels_may_use_the_same_number() -> None:
    taken(incoming("A-1"))
    taken(replace(incoming("A-1"), channel="market"))

    assert Order.objects.count() == 2
    assert Customer.objects.count() == 1


def test_a_wrong_order_is_refused_whole() -> None:
    before = everything()

    with pytest.raises(OrderRefused) as refused:
        take_in(incoming(lines=(line("A-1"), line("X-9"), line("B-2", -1))), by=SHOP)

    assert [(p.row, p.field) for p in refused.value.problems] == [(2, "sku"), (3, "quantity")]
    assert everything() == before


def test_a_changed_order_is_an_amendment_with_before_and_after_on_the_record() -> None:
    order = verified(incoming("A-1", "B-2", external_id="E-1"))
    order.status = "to_verify"
    order.save()
    sent = replace(incoming(lines=(line("A-1", 3), line("C-3"))), shipping_cents=490)

    result = take_in(sent, by=SHOP)

    assert (result.order.pk, result.outcome) == (order.pk, Outcome.AMENDED)
    assert lines_of(order) == [("A-1", 3, "new"), ("B-2", 1, "cancelled"), ("C-3", 1, "new")]
    order.refresh_from_db()
    assert (order.status, order.total_cents) == ("received", 3 * 4900 + 4900 + 490)
    entry = HistoryEntry.objects.get(kind="order.amended")
    assert (entry.before, entry.after) == ({"shipping_cents": 0}, {"shipping_cents": 490})
    assert entry.data == {
        "added": [{"sku": "C-3", "quantity": 1}],
        "removed": [{"sku": "B-2", "quantity": 1}],
        "changed": [{"sku": "A-1", "quantity": [1, 3], "unit_price_cents": [4900, 4900]}],
        "private": [],
    }


def test_an_amended_line_gives_back_its_promise_and_is_promised_anew() -> None:
    order = verified(incoming("A-1"))
    assert OfferStock.objects.get(offer__product__sku="A-1").reserved == 1

    verified(incoming(lines=(line("A-1", 4),)))

    assert OfferStock.objects.get(offer__product__sku="A-1").reserved == 4
    assert list(Allocation.objects.order_by("pk").values_list("quantity", "status")) == [
        (1, "released"),
        (4, "held"),
    ]
    assert lines_of(order) == [("A-1", 4, "safe")]
    assert prove_counters() == []


def test_an_amended_confirmed_order_waits_for_a_person() -> None:
    order = verified(incoming("A-1"))
    assert order.status == "confirmed"

    verified(incoming("A-1", "B-2"))

    order.refresh_from_db()
    assert (order.status, lines_of(order)) == ("to_verify", [("A-1", 1, "confirmed"), ("B-2", 1, "safe")])


def test_a_corrected_note_leaves_a_confirmed_order_confirmed() -> None:
    order = verified(incoming("A-1"))

    taken(replace(incoming("A-1"), note="ring twice"))

    order.refresh_from_db()
    assert (order.status, order.note, lines_of(order)) == (
        "confirmed",
        "ring twice",
        [("A-1", 1, "confirmed")],
    )
    entry = HistoryEntry.objects.get(kind="order.amended")
    assert (entry.before, entry.data["private"]) == ({}, ["note"])


def test_an_earlier_promise_has_every_line_judged_again() -> None:
    order = verified(incoming("A-1"))

    taken(replace(incoming("A-1"), promised_on=date(2099, 11, 1)))

    order.refresh_from_db()
    assert (order.status, lines_of(order)) == ("received", [("A-1", 1, "new")])
    assert OfferStock.objects.get(offer__product__sku="A-1").reserved == 0
    assert order.lines.get().promised_on == date(2099, 11, 1)


def test_another_address_is_another_customer() -> None:
    order = taken(incoming("A-1"))

    taken(replace(incoming("A-1"), customer=IncomingCustomer("dominique@customer.example")))

    order.refresh_from_db()
    assert order.customer.email == "dominique@customer.example"


def test_an_amendment_of_what_a_supplier_was_asked_for_is_refused_and_noted_once() -> None:
    order = verified(incoming("A-1", "B-2"))
    order.lines.filter(ordered_sku="A-1").update(status="ordered")
    before = everything()
    sent = incoming(lines=(line("A-1", 2), line("B-2", 5)))

    for _ in range(2):
        with pytest.raises(AmendmentRefused) as refused:
            take_in(sent, by=SHOP)

    assert [(p.row, p.field, p.code) for p in refused.value.problems] == [(1, "quantity", "line_ordered")]
    assert everything()[:-1] == before[:-1]
    entry = HistoryEntry.objects.get(kind="order.amendment_refused")
    assert entry.data["problems"] == [{"row": 1, "field": "quantity", "code": "line_ordered", "value": "A-1"}]


def test_a_preview_says_what_would_happen_and_writes_nothing() -> None:
    taken(incoming("A-1"))
    taken(incoming("B-2", external_id="E-2"))
    OrderFactory(channel="demo", external_id="E-3", status="done")
    before = everything()
    sent = [
        incoming("A-1"),
        incoming("B-2", "C-3", external_id="E-2"),
        incoming("A-1", external_id="E-3"),
        incoming("A-1", external_id="E-4"),
        incoming("X-9", external_id="E-5"),
    ]

    previews = preview(sent)

    assert [(p.outcome, [x.code for x in p.problems]) for p in previews] == [
        (Outcome.SAME, []),
        (Outcome.AMENDED, []),
        (Outcome.REFUSED, ["order_ended"]),
        (Outcome.CREATED, []),
        (Outcome.REFUSED, ["unknown_sku"]),
    ]
    assert previews[3] == Preview(sent[3], Outcome.CREATED)
    assert [one.sku for one in previews[1].amendment.added] == ["C-3"]  # type: ignore[union-attr]
    assert everything() == before


def test_a_preview_costs_the_same_statements_for_one_and_for_many(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    orders = [incoming("A-1", external_id=f"E-{number}") for number in range(8)]
    for order in orders:
        taken(order)

    with django_assert_max_num_queries(6) as one:
        preview(orders[:1])
    with django_assert_max_num_queries(6) as many:
        preview(orders)

    assert len(one) == len(many)


def test_another_promise_of_the_order_leaves_the_day_that_a_customer_agreed_to() -> None:
    order = taken(incoming("A-1", "B-2"))
    agreed = date(2099, 12, 30)
    order.lines.filter(position=2).update(status="waiting", promised_on=agreed)

    take_in(incoming("A-1", "B-2", promised_on=date(2099, 12, 5)), by=SHOP)

    days = order.lines.order_by("position").values_list("promised_on", flat=True)
    assert list(days) == [date(2099, 12, 5), agreed]
