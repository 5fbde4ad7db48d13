"""What ad feeds learn of suppliers: the days they state, and what they sell, always for many products at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from orders.models import Allocation, PurchaseOrder, PurchaseOrderLine
from orders.queries.restocks import stated_restock, stated_restocks
from stocke.channels.adfeeds.domain.outside import outside
from suppliers.models import Offer
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


def answered_purchase() -> PurchaseOrder:
    purchase = PurchaseFactory()
    purchase.answered_at = timezone.now()
    purchase.save()
    return purchase


def say(purchase: PurchaseOrder, day: date, *, of: Offer, times: int) -> None:
    """So many lines of an order beside its own, in each of which the supplier has named that day."""
    line = purchase.lines.earliest("pk").allocation.line
    promises = Allocation.objects.bulk_create(
        Allocation(line=line, offer=of, quantity=1, status="released") for _ in range(times)
    )
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(purchase_order=purchase, allocation=one, quantity=1, restock_on=day)
        for one in promises
    )


@pytest.mark.parametrize("thought_empty", [False, True])
def test_neither_its_own_past_nor_what_others_announce_is_read_for_a_products_day(
    thought_empty: bool,
) -> None:
    purchase, today = answered_purchase(), timezone.localdate()
    answered, line = product_of(purchase), purchase.lines.get()
    say(purchase, today, of=line.allocation.offer, times=1_000)
    say(purchase, today + timedelta(days=3), of=OfferFactory(), times=1_000)
    PurchaseOrderLine.objects.filter(pk=line.pk).update(restock_on=today + timedelta(days=5))

    if thought_empty:
        # As after many rows were written and taken back, and the table was counted then.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_class SET relpages = 1000, reltuples = 0 WHERE relname = 'orders_purchaseorderline'"
            )

    before = rows_read()
    found = stated_restocks([answered.pk])
    read = rows_read() - before

    assert found == {answered.pk: today + timedelta(days=5)}
    assert 4 <= read < 20


def test_the_offer_of_a_stated_day_is_kept_beside_it_however_the_day_is_written() -> None:
    line = answered_purchase().lines.get()
    soon, offer = timezone.localdate() + timedelta(days=5), line.allocation.offer
    kept = PurchaseOrderLine.objects.filter(pk=line.pk)

    line.restock_on = soon
    line.save(update_fields=["restock_on"])
    assert kept.values_list("restock_on", "restock_offer").get() == (soon, offer.pk)
    # As it was read before the day was: an old value does not come back.
    line.save()
    assert kept.values_list("restock_on", "restock_offer").get() == (soon, offer.pk)
    kept.update(restock_on=None)
    assert kept.filter(restock_on=None, restock_offer=None).count() == 1


@pytest.mark.parametrize(("days", "counts"), [(59, True), (61, False)])
def test_an_answer_counts_for_sixty_days(days: int, *, counts: bool) -> None:
    purchase, soon = answered_purchase(), timezone.localdate() + timedelta(days=5)
    PurchaseOrder.objects.filter(pk=purchase.pk).update(answered_at=timezone.now() - timedelta(days=days))
    PurchaseOrderLine.objects.update(restock_on=soon)
    product = product_of(purchase)

    alone = stated_restock(product.pk)
    assert stated_restocks([product.pk]) == ({product.pk: soon} if counts else {})
    assert (alone and alone.on) == (soon if counts else None)


def test_what_a_supplier_sells_is_what_he_has_offers_of_that_count() -> None:
    north = SupplierFactory(name="Nord")
    kept, ended = OfferFactory(supplier=north), OfferFactory(supplier=north, active=False)
    other = OfferFactory()
    keys = [one.product.pk for one in (kept, ended, other) if one.product]

    assert set(outside().sold_by(north.pk, keys)) == {keys[0]}
    assert (north.pk, "Nord") in outside().suppliers()
