from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Level, Product
from suppliers.domain.creating import Article, PriceRule, make_products
from suppliers.models import Offer
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")


def article(offer: Offer) -> Article:
    return Article(offer.supplier_sku, offer.name, offer.gtin, offer.cost_cents, offer.currency, offer.pk)


def unmatched(sku: str, **given: Any) -> Offer:
    return OfferFactory(product=None, supplier_sku=sku, **{"name": f"Article {sku}", **given})


def post(client: Client, **data: Any) -> Any:
    return client.post(reverse("suppliers:offers_to_products"), data)


@pytest.mark.parametrize(
    ("rule", "cost", "price"),
    [
        (PriceRule(), 1000, 0),
        (PriceRule(Decimal(60)), None, 0),
        (PriceRule(Decimal(60)), 0, 0),
        (PriceRule(Decimal(60)), 1000, 1600),
        (PriceRule(Decimal("33.33")), 1000, 1333),
        (PriceRule(Decimal(60), 90), 1000, 1690),
        (PriceRule(Decimal(60), 90), 1181, 1890),
        (PriceRule(Decimal(60), 90), 1183, 1990),
        (PriceRule(Decimal(0), 0), 1001, 1100),
        (PriceRule(Decimal(10_000), 99), 2_000_000_000, 2_147_483_647),
    ],
)
def test_a_price_rule_raises_the_purchase_price_to_a_round_one(
    rule: PriceRule, cost: int | None, price: int
) -> None:
    assert rule.price_of(cost) == price


def test_offers_become_products_with_their_numbers() -> None:
    offer = unmatched("A", gtin="4006381333931", cost_cents=1000, quantity=7)

    made = make_products([article(offer)], rule=PriceRule(Decimal(50)), by=LEA)

    product = Product.objects.get()
    facts = (product.sku, product.name, product.gtin, product.price_cents, product.currency)
    assert facts == ("A", "Article A", "4006381333931", 1500, "EUR")
    assert (made.products, made.attached, made.taken) == ({"A": product.pk}, 1, [])
    assert Offer.objects.get().product == product
    assert Level.objects.get(product=product).sellable == 7
    kinds = (
        HistoryEntry.objects.filter(thread=f"product:{product.pk}")
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == ["product.created", "offer.attached"]


def test_two_suppliers_of_one_sku_make_one_product_with_two_offers() -> None:
    offers = [unmatched("A"), unmatched("A"), unmatched("B", name="")]

    made = make_products([article(offer) for offer in offers], rule=PriceRule(), by=LEA)

    lists = [(offer.product and offer.product.sku, offer.rank) for offer in Offer.objects.order_by("pk")]
    assert (len(made.products), made.attached) == (2, 3)
    assert lists == [("A", 1), ("A", 2), ("B", 1)]
    assert Product.objects.get(sku="B").name == "B"


def test_a_sku_that_is_taken_or_too_long_is_left_as_it_is() -> None:
    ProductFactory(sku="A", name="Ours")
    offers = [unmatched("A"), unmatched("B" * 81), unmatched("C")]

    made = make_products([article(offer) for offer in offers], rule=PriceRule(), by=LEA)

    assert (made.taken, made.too_long, list(made.products)) == (["A"], ["B" * 81], ["C"])
    assert [offer.product_id is None for offer in Offer.objects.order_by("pk")] == [True, True, False]
    assert Product.objects.get(sku="A").name == "Ours"


def test_an_offer_that_somebody_matched_meanwhile_keeps_its_product() -> None:
    offer = unmatched("A")
    before = article(offer)
    theirs = ProductFactory()
    Offer.objects.update(product=theirs)

    made = make_products([before], rule=PriceRule(), by=LEA)

    assert (made.attached, Offer.objects.get().product) == (0, theirs)


def test_the_page_says_what_will_come_of_it_before_anything_is_made() -> None:
    ProductFactory(sku="B")
    offers = [unmatched("A", cost_cents=1000), unmatched("B")]

    answer = post(
        client_as("operations"), ids=[offer.pk for offer in offers], act="look", markup="60", ending="90"
    )

    seen = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "1 product, with its offer in the backup list" in seen
    assert "€16.90" in seen
    assert "1 is left as it is: a product has this SKU already" in seen
    assert Product.objects.count() == 1


def test_all_that_the_filters_show_become_products() -> None:
    supplier = SupplierFactory()
    for sku in ("A", "B"):
        unmatched(sku, supplier=supplier)
    unmatched("C")

    answer = post(
        client_as("operations"), all="1", query=f"supplier={supplier.pk}", act="make", markup="", ending=""
    )

    assert answer.status_code == 303
    assert sorted(Product.objects.values_list("sku", flat=True)) == ["A", "B"]


def test_a_rule_that_makes_no_sense_makes_nothing() -> None:
    offer = unmatched("A")

    answer = post(client_as("operations"), ids=[offer.pk], act="make", markup="-5", ending="")

    assert (answer.status_code, Product.objects.count()) == (422, 0)


def test_only_who_may_edit_products_makes_them() -> None:
    offer = unmatched("A")

    answer = post(client_as("viewer"), ids=[offer.pk], act="make", markup="60", ending="")

    assert (answer.status_code, Product.objects.count()) == (403, 0)
