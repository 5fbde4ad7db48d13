"""What ad feeds learn of suppliers: the days they state, and what they sell, always for many products at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orders.models import Allocation, PurchaseOrderLine
from orders.queries.restocks import stated_restock, stated_restocks
from stocke.channels.adfeeds.domain.outside import outside
from tests.factories.products import ProductFactory
from tests.factories.purchases import PurchaseFactory, product_of
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
ROWS_READ = """
SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname IN (
    'orders_allocation', 'orders_purchaseorderline', 'orders_purchaseorder', 'suppliers_offer', 'suppliers_offerstock')
"""


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


def rows_read() -> int:
    """By this transaction, of the tables in which days are looked for."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS_READ)
        return int(cursor.fetchone()[0])


def test_what_was_ordered_of_a_product_before_is_not_read_for_its_day() -> None:
    purchase = PurchaseFactory()
    purchase.answered_at = timezone.now()
    purchase.save()
    answered = product_of(purchase)
    line = purchase.lines.get()
    past = Allocation.objects.bulk_create(
        Allocation(line=line.allocation.line, offer=line.allocation.offer, quantity=1, status="released")
        for _ in range(2_000)
    )
    today = timezone.localdate()
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(purchase_order=purchase, allocation=one, quantity=1, restock_on=today)
        for one in past
    )
    PurchaseOrderLine.objects.filter(pk=line.pk).update(restock_on=today + timedelta(days=5))

    before = rows_read()
    found = stated_restocks([answered.pk])
    read = rows_read() - before

    assert found == {answered.pk: today + timedelta(days=5)}
    assert 4 <= read < 20


def test_what_a_supplier_sells_is_what_he_has_offers_of_that_count() -> None:
    north = SupplierFactory(name="Nord")
    kept, ended = OfferFactory(supplier=north), OfferFactory(supplier=north, active=False)
    other = OfferFactory()
    keys = [one.product.pk for one in (kept, ended, other) if one.product]

    assert set(outside().sold_by(north.pk, keys)) == {keys[0]}
    assert (north.pk, "Nord") in outside().suppliers()
