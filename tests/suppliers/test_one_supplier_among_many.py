"""What concerns one feed looks at its supplier's offers, however many others there are."""

import pytest
from django.db import connection

from suppliers.domain.partial import IN_STOCK
from suppliers.domain.silence import LOCK
from suppliers.models import Feed
from tests.factories.feeds import FeedFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db
# Enough that reading all of them would not be the cheapest way by any plan.
OTHERS = 20_000
OFFERS = """
WITH made AS (
    INSERT INTO suppliers_offer (supplier_id, supplier_sku, name, gtin, currency, rank, active, created_at)
    SELECT %s, 'A' || n, '', '', 'EUR', 1, true, now() FROM generate_series(1, %s) n RETURNING id
)
INSERT INTO suppliers_offerstock (offer_id, kind, quantity, promisable, reserved, run_id)
SELECT id, 'exact', 5, 5, 0, %s FROM made
"""


@pytest.fixture
def feed() -> Feed:
    feed = FeedFactory()
    with connection.cursor() as cursor:
        cursor.execute(OFFERS, [SupplierFactory().pk, OTHERS, None])
        cursor.execute(OFFERS, [feed.supplier_id, 10, feed.runs.create(status="applied").pk])
        cursor.execute("ANALYZE suppliers_offer, suppliers_offerstock, suppliers_run")
    return feed


def test_no_other_supplier_s_offers_are_read(feed: Feed) -> None:
    its: dict[str, int] = {"supplier": feed.supplier_id, "feed": feed.pk}
    with connection.cursor() as cursor:
        for statement in (IN_STOCK, LOCK):
            cursor.execute(statement, its)
            assert cursor.fetchone() == (10,)
            cursor.execute(f"EXPLAIN {statement}", its)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on suppliers_offer" not in plan, plan
