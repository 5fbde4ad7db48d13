"""The sources of a product, as sourcing sees them."""

from typing import Any

import pytest
from django.utils import timezone

from suppliers.queries.sources import SourceView, sources_of
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def test_sources_come_in_the_order_of_the_backup_list_with_the_suppliers_lead_time() -> None:
    lamp, now = ProductFactory(), timezone.now()
    slow = SupplierFactory(name="Slow", lead_days=9)
    second = OfferFactory(
        product=lamp, rank=2, supplier=slow, supplier_sku="S-1", quantity=7, reserved=2, as_of=now
    )
    first = OfferFactory(
        product=lamp,
        rank=1,
        supplier=slow,
        supplier_sku="S-2",
        kind="flag",
        as_of=now,
        lead_days=1,
        active=False,
    )
    OfferFactory()

    found = sources_of([lamp.pk])

    common: dict[str, Any] = {
        "supplier_id": slow.pk,
        "supplier_name": "Slow",
        "as_of": now,
        "cost_cents": 2000,
        "currency": "EUR",
    }
    assert found == {
        lamp.pk: [
            SourceView(
                offer_id=first.pk,
                rank=1,
                supplier_sku="S-2",
                kind="flag",
                quantity=None,
                promisable=1,
                reserved=0,
                lead_days=1,
                active=False,
                **common,
            ),
            SourceView(
                offer_id=second.pk,
                rank=2,
                supplier_sku="S-1",
                kind="exact",
                quantity=7,
                promisable=7,
                reserved=2,
                lead_days=9,
                active=True,
                **common,
            ),
        ]
    }


def test_a_product_without_offers_has_an_empty_list() -> None:
    product = ProductFactory()

    assert sources_of([product.pk]) == {product.pk: []}


def test_any_number_of_products_costs_one_statement(django_assert_num_queries: Any) -> None:
    products = [ProductFactory().pk for _ in range(3)]
    for product in products:
        OfferFactory(product_id=product)

    with django_assert_num_queries(1):
        found = sources_of(products)

    assert [len(found[product]) for product in products] == [1, 1, 1]
