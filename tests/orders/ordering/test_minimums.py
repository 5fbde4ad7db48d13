"""Short of a supplier's minimum a person decides: let it pass, have it wait, or go elsewhere."""

from typing import Any

import pytest
from django.utils import timezone

from orders.domain.causes import cause_sentence
from orders.domain.deciding_transmissions import (
    NotWaiting,
    move_elsewhere,
    send_anyway,
    wait_for_cut_off,
)
from orders.domain.documents import AskedLine, AskedParcel, Document
from orders.domain.minimums import Shortfall, Terms, shortfall_of
from orders.domain.ordering import UnknownArticles, all_terms, change_terms
from orders.domain.purchasing import order_purchases
from orders.jobs.transmissions import close_due
from orders.models import (
    Allocation,
    OrderingRules,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    StockoutCase,
    Transmission,
)
from stocke.core.actors import Actor
from stocke.core.models import Message
from suppliers.models import Offer, OfferStock, Supplier
from tests.factories.ordering import SupplierWithRules, asked_of, far_cut_off
from tests.factories.people import client_as
from tests.factories.purchases import ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def document(*lines: tuple[str, int, int | None]) -> Document:
    asked = tuple(AskedLine(1, sku, "", sku, quantity, cost, "EUR") for sku, quantity, cost in lines)
    parcel = AskedParcel("P", "1", {}, "2026-12-02", asked)
    return Document("P", "2026-11-29", "", "", "fr", "Nord", "", "Shop", "", True, "", (parcel,))


@pytest.mark.parametrize(
    ("rules", "terms", "short"),
    [
        ({}, {}, None),
        ({"least_units": 5}, {}, None),
        ({"least_units": 6}, {}, Shortfall("minimum_units", {"units": 5, "least": 6})),
        ({"least_value_cents": 5000}, {}, None),
        (
            {"least_value_cents": 5001},
            {},
            Shortfall("minimum_value", {"cents": 5000, "least_cents": 5001, "currency": "EUR"}),
        ),
        ({}, {"A": Terms(3)}, None),
        ({}, {"A": Terms(4)}, Shortfall("minimum_article", {"sku": "A", "units": 3, "least": 4})),
        ({}, {"B": Terms(None, 2)}, None),
        ({}, {"A": Terms(None, 2)}, Shortfall("multiple", {"sku": "A", "units": 3, "multiple": 2})),
        ({}, {"C": Terms(9)}, None),
    ],
)
def test_what_falls_short_is_named(
    rules: dict[str, Any], terms: dict[str, Terms], short: Shortfall | None
) -> None:
    kept = OrderingRules(supplier=SupplierFactory(), **rules)

    # Two lines of one article count together; a line without a price counts as nothing.
    asked = document(("A", 1, 1000), ("A", 2, 1000), ("B", 2, 1000))

    assert shortfall_of(asked, kept, terms) == short


def test_nothing_is_rounded_up_and_nothing_leaves_below_a_minimum() -> None:
    supplier = SupplierWithRules(rules={})
    offer = OfferFactory(supplier=supplier, supplier_sku="N-7")
    change_terms(supplier, {"N-7": Terms(None, 3)}, by=BY)

    purchase = asked_of(supplier, offer={"supplier_sku": "N-8"})
    held = short_of(supplier, offer.supplier_sku)

    assert (purchase.status, held.status) == ("waiting", "prepared")
    assert PurchaseOrderLine.objects.get(purchase_order=held).quantity == 2
    assert not Message.objects.filter(dedupe_key=f"purchase:{held.pk}").exists()


def short_of(supplier: Supplier, sku: str) -> PurchaseOrder:
    order = ConfirmedOrderFactory(Offer.objects.get(supplier=supplier, supplier_sku=sku))
    [purchase] = order_purchases(order.pk, by=BY)
    return purchase


@pytest.fixture
def held() -> PurchaseOrder:
    return asked_of(SupplierWithRules(rules={"least_units": 6}, ack_hours=4))


def test_a_person_lets_it_pass(held: PurchaseOrder) -> None:
    send_anyway(Transmission.objects.get().pk, by=BY)

    held.refresh_from_db()
    assert (held.status, Transmission.objects.get().status) == ("waiting", "sent")
    assert Message.objects.filter(kind="purchase_order").count() == 1


def test_it_waits_for_his_next_cut_off_and_goes_with_what_that_collects() -> None:
    rules = {"least_units": 4, "grouping": "cut_off", "pattern": "N-{number}"}
    supplier = SupplierWithRules(rules=rules, cut_off=far_cut_off())
    first = asked_of(supplier)
    Transmission.objects.update(not_before=timezone.now())
    close_due()
    assert Transmission.objects.get().hold == "minimum_units"

    wait_for_cut_off(Transmission.objects.get().pk, by=BY)
    asked_of(supplier)
    Transmission.objects.filter(status="collecting").update(not_before=timezone.now())
    close_due()

    states = Transmission.objects.order_by("pk").values_list("number", "status")
    assert list(states) == [("N-1", "cancelled"), ("N-2", "sent")]
    assert {one.status for one in PurchaseOrder.objects.all()} == {"waiting"}
    assert first.number in Message.objects.get(kind="purchase_order").text


def test_where_nothing_is_collected_nothing_can_wait(held: PurchaseOrder) -> None:
    with pytest.raises(NotWaiting):
        wait_for_cut_off(Transmission.objects.get().pk, by=BY)

    held.refresh_from_db()
    assert (held.status, Transmission.objects.get().status) == ("prepared", "held")


def test_it_goes_to_the_next_source_and_says_nothing_of_his_stock(held: PurchaseOrder) -> None:
    product = held.order.lines.get().product
    second = OfferFactory(product=product, rank=2, quantity=20)
    stated = list(OfferStock.objects.order_by("pk").values_list("kind", "quantity"))

    assert move_elsewhere(Transmission.objects.get().pk, by=BY) == 1
    order_purchases(held.order_id, by=BY)

    assert list(OfferStock.objects.order_by("pk").values_list("kind", "quantity")) == stated
    assert Allocation.objects.get(status="held").offer == second
    first, other = PurchaseOrderLine.objects.order_by("pk")
    assert (first.answer, first.reason, other.answer) == ("rejected", "minimum", "")
    assert Transmission.objects.get(pk=held.transmission_id or 0).status == "cancelled"
    with pytest.raises(NotWaiting):
        move_elsewhere(held.transmission_id or 0, by=BY)


def test_where_nobody_else_has_it_a_case_opens_that_claims_no_refusal(held: PurchaseOrder) -> None:
    move_elsewhere(Transmission.objects.get().pk, by=BY)

    case = StockoutCase.objects.get()
    assert OrderLine.objects.get().status == "short"
    assert "declined" not in cause_sentence(case.cause, case.facts, language="en")


def test_the_page_offers_the_ways_out_and_the_rules_are_lines_of_text() -> None:
    omar, supplier = client_as("operations"), SupplierFactory()
    OfferFactory(supplier=supplier, supplier_sku="N-7")
    said = {
        "way": "mail",
        "grouping": "each",
        "formats": ["pdf"],
        "least_value": "150,00",
        "terms": "N-7; ; 3",
    }

    refused = omar.post(f"/suppliers/{supplier.pk}/ordering/", {**said, "terms": "N-9; 2"})
    saved = omar.post(f"/suppliers/{supplier.pk}/ordering/", {**said, "least_value": "150.00"})

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert (all_terms(supplier), OrderingRules.objects.get().least_value_cents) == (
        {"N-7": Terms(None, 3)},
        15000,
    )
    purchase = short_of(supplier, "N-7")
    place = f"/purchasing/transmissions/{purchase.transmission_id}/"
    page = omar.get(place).content.decode()
    assert "2 of N-7 are asked; he sells it in packs of 3." in page
    assert ("Send it anyway" in page, "Wait for his next cut-off" in page) == (True, False)
    omar.post(f"{place}elsewhere/")
    assert StockoutCase.objects.count() == 1


@pytest.mark.parametrize("line", ["N-7", "; 3", "N-7; x", "N-7; ; 1", "N-7; 1; 2; 3", "N-7; -2"])
def test_what_is_no_term_is_refused(line: str) -> None:
    omar, supplier = client_as("operations"), SupplierFactory()
    OfferFactory(supplier=supplier, supplier_sku="N-7")

    said = {"way": "mail", "grouping": "each", "terms": line}
    answer = omar.post(f"/suppliers/{supplier.pk}/ordering/", said)

    assert (answer.status_code, OrderingRules.objects.count()) == (422, 0)


def test_terms_of_what_he_does_not_offer_change_nothing() -> None:
    supplier = SupplierFactory()
    OfferFactory(supplier=supplier, supplier_sku="N-7")
    change_terms(supplier, {"N-7": Terms(2)}, by=BY)

    with pytest.raises(UnknownArticles):
        change_terms(supplier, {"N-8": Terms(2)}, by=BY)

    assert all_terms(supplier) == {"N-7": Terms(2)}
