"""Products that were made together are taken back, as far as nothing uses them."""

from typing import Any

import pytest
from django.urls import reverse

from orders.models import OrderLine
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.domain.products import change_product
from stocke.products.models import Level, Product
from suppliers.domain.creating import Article, Made, PriceRule, make_products
from suppliers.domain.taking_back import AlreadyTakenBack, TakenBack, take_back
from suppliers.models import Offer, OfferStock, ProductBatch
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.people import client_as
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")


def made(*skus: str) -> Made:
    offers = [OfferFactory(product=None, supplier_sku=sku, name=f"Article {sku}") for sku in skus]
    articles = [Article(one.supplier_sku, one.name, one.gtin, 500, "EUR", one.pk) for one in offers]
    return make_products(articles, rule=PriceRule(), by=LEA)


def product(sku: str) -> Product:
    return Product.objects.get(sku=sku)


def test_what_nothing_uses_goes_and_its_offers_have_no_product_again() -> None:
    batch = made("A", "B").batch

    taken = take_back(batch, by=LEA)

    assert taken == TakenBack(("A", "B"), {})
    assert (Product.objects.count(), Level.objects.count()) == (0, 0)
    assert list(Offer.objects.filter(product=None).values_list("supplier_sku", flat=True)) == ["A", "B"]
    told = HistoryEntry.objects.filter(kind__in=["product.removed", "products.taken_back"]).order_by("pk")
    assert [(entry.kind, entry.before.get("sku")) for entry in told] == [
        ("product.removed", "A"),
        ("product.removed", "B"),
        ("products.taken_back", None),
    ]


def test_what_is_ordered_promised_or_changed_stays_and_says_why() -> None:
    batch = made("ordered", "promised", "changed", "free").batch
    OrderLineFactory(order=OrderFactory(), product=product("ordered"))
    OfferStock.objects.filter(offer__supplier_sku="promised").update(reserved=1)
    change_product(product("changed"), name="Lamp", by=LEA)

    taken = take_back(batch, by=LEA)

    assert taken == TakenBack(("free",), {"ordered": "used", "promised": "used", "changed": "changed"})
    assert sorted(Product.objects.values_list("sku", flat=True)) == ["changed", "ordered", "promised"]
    assert OrderLine.objects.get().product == product("ordered")


def test_it_is_taken_back_once() -> None:
    batch = made("A").batch
    take_back(batch, by=LEA)
    again = made("A")

    with pytest.raises(AlreadyTakenBack):
        take_back(batch, by=LEA)

    assert set(again.products) == {"A"} == set(Product.objects.values_list("sku", flat=True))


def press(role: str, batch: ProductBatch, **query: Any) -> Any:
    return client_as(role).post(reverse("suppliers:batch_take_back", args=[batch.pk], query=query))


def test_the_list_offers_it_and_tells_what_stays() -> None:
    batch, client = made("A", "B").batch, client_as("operations")
    change_product(product("B"), name="Lamp", by=LEA)
    url = reverse("suppliers:unmatched_list")

    before = client.get(url).content.decode()
    client.post(reverse("suppliers:batch_take_back", args=[batch.pk]))
    after = client.get(url).content.decode()

    assert ("Products made together" in before, "Products made together" in after) == (True, False)
    assert "1 product removed. 1 stays: B (changed by a person since)" in after


def test_who_may_not_edit_products_takes_none_back() -> None:
    batch = made("A").batch

    assert (press("viewer", batch).status_code, Product.objects.count()) == (403, 1)
