"""What ad feeds learn of suppliers: the days they state, and what they sell, always for many products at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.models import PurchaseOrderLine
from orders.queries.restocks import stated_restock, stated_restocks
from stocke.channels.adfeeds.domain.outside import outside
from tests.factories.products import ProductFactory
from tests.factories.purchases import PurchaseFactory, product_of
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def test_days_of_many_products_are_those_of_each() -> None:
    today = timezone.localdate()
    supplier = SupplierFactory(lead_days=2)
    announced = OfferFactory(supplier=supplier, quantity=0, lead_days=12).product
    OfferFactory(supplier=SupplierFactory(lead_days=2), product=announced, quantity=0, lead_days=30)
    silent = OfferFactory(quantity=0).product
    purchase = PurchaseFactory()
    purchase.answered_at = timezone.now()
    purchase.save()
    PurchaseOrderLine.objects.update(restock_on=today + timedelta(days=5))
    answered = product_of(purchase)

    products = [one for one in (announced, silent, answered, ProductFactory()) if one is not None]
    found = stated_restocks([one.pk for one in products])

    alone = {one.pk: restock.on for one in products if (restock := stated_restock(one.pk))}
    assert found == alone
    assert sorted(day - today for day in found.values()) == [timedelta(days=5), timedelta(days=12)]


def test_what_a_supplier_sells_is_what_he_has_offers_of_that_count() -> None:
    north = SupplierFactory(name="Nord")
    kept, ended = OfferFactory(supplier=north), OfferFactory(supplier=north, active=False)
    other = OfferFactory()
    keys = [one.product.pk for one in (kept, ended, other) if one.product]

    assert set(outside().sold_by(north.pk, keys)) == {keys[0]}
    assert (north.pk, "Nord") in outside().suppliers()
