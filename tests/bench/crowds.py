"""A house full of rows: articles, offers, orders, cases and all that goes with them, made by set.

Each table grows from the rows it has to those it shall have, and its rows are alike at every size: a list of the first
fifty is as full in a small house as in a large one.
"""

from django.db import connection

from customers.models import Customer
from orders.models import (
    Allocation,
    Order,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Refund,
    StockoutCase,
)
from stocke.core.models import HistoryEntry, Message
from stocke.products.models import Category, Level, Product, Publication
from suppliers.models import Feed, Offer, OfferStock, Run, Supplier
from tests.bench.rows import Rows

# Lists of these are as long as people can work with, whatever the size of the house.
SUPPLIERS, FEEDS_EACH, CATEGORIES = 60, 2, 60
# One case is asked for in so many orders, once a house is large; a small one has as many as orders.
ORDERS_PER_CASE, FEWEST_CASES = 10, 1_000
ROWS_PER_RUN = 50
# Its number is its place in the crowd.
NEW = "generate_series(%(after)s + 1, %(rows)s) n"
PRODUCT = "JOIN products_product product ON product.sku = 'CRD-' || lpad(n::text, 8, '0')"
OFFER = "JOIN suppliers_offer offer ON offer.supplier_sku = 'CS-' || n"
ORDER = "JOIN orders_order placed ON placed.number = 'CR' || n"
LINE = f"{ORDER} JOIN orders_orderline line ON line.order_id = placed.id"


SCENERY = (
    Rows(Category, {"name": "'Crowd ' || n"}, "generate_series(1, %(categories)s) n"),
    Rows(
        Supplier,
        {"code": "'crowd-' || n", "name": "'Crowd supplier ' || n", "email": "n || '@crowd.example'"},
        "generate_series(1, %(suppliers)s) n",
    ),
    Rows(
        Feed,
        {
            "supplier_id": "supplier.id",
            "name": "'Crowd feed ' || n",
            "last_good_at": "now()",
            "every_minutes": "60",
        },
        "suppliers_supplier supplier, generate_series(1, %(feeds)s) n WHERE supplier.code LIKE 'crowd-%%'",
    ),
)
PLACES = """
CREATE TABLE bench_supplier AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM suppliers_supplier WHERE code LIKE 'crowd-%%';
CREATE TABLE bench_feed AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM suppliers_feed WHERE name LIKE 'Crowd feed %%';
CREATE TABLE bench_category AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM products_category WHERE name LIKE 'Crowd %%'
"""
# Nine offers of ten have found their product.
GOODS = (
    Rows(
        Product,
        {
            "sku": "'CRD-' || lpad(n::text, 8, '0')",
            "name": "(ARRAY['Lampe', 'Chaise', 'Table', 'Coussin'])[1 + n %% 4] || ' '"
            " || (ARRAY['Dune', 'Onde', 'Brise', 'Falaise', 'Crique'])[1 + n %% 5] || ' ' || n",
            "brand": "'Onde'",
            "price_cents": "1000 + n %% 9000",
            "active": "n %% 50 > 0",
            "category_id": "category.id",
        },
        f"{NEW} JOIN bench_category category ON category.place = n %% %(categories)s",
    ),
    Rows(
        Level,
        {
            "product_id": "product.id",
            "sellable": "n %% 40",
            "light": "(ARRAY['in_stock', 'low', 'out', 'unknown'])[1 + n %% 4]",
            "as_of": "now()",
        },
        f"{NEW} {PRODUCT}",
    ),
    Rows(
        Publication,
        {"product_id": "product.id", "sellable": "n %% 40", "light": "'in_stock'"},
        f"{NEW} {PRODUCT}",
    ),
    Rows(
        Offer,
        {
            "supplier_id": "supplier.id",
            "product_id": "CASE WHEN n %% 10 > 0 THEN product.id END",
            "supplier_sku": "'CS-' || n",
            "name": "product.name",
            "cost_cents": "500 + n %% 4000",
            "lead_days": "1 + n %% 9",
        },
        f"{NEW} {PRODUCT} JOIN bench_supplier supplier ON supplier.place = n %% %(suppliers)s",
    ),
    Rows(
        Run,
        {
            "feed_id": "feed.id",
            "status": "(ARRAY['unchanged', 'failed', 'applied', 'applied'])[1 + n %% 4]",
            "created_at": "now() - (%(rows)s - n) * interval '1 second'",
            "taken_at": "now() - (%(rows)s - n) * interval '1 second'",
            "finished_at": "now() - (%(rows)s - n) * interval '1 second'",
            "file_name": "'stock.csv'",
            "counts": """'{"rows": 100, "same": 90, "more": 5, "less": 5}'::jsonb""",
        },
        "generate_series(%(after)s / %(per_run)s + 1, %(rows)s / %(per_run)s) n"
        " JOIN bench_feed feed ON feed.place = n %% (%(suppliers)s * %(feeds)s)",
    ),
    Rows(
        OfferStock,
        {"offer_id": "offer.id", "kind": "'exact'", "quantity": "20", "promisable": "20", "as_of": "now()"},
        f"{NEW} {OFFER}",
    ),
)
STATED = f"""
INSERT INTO suppliers_observation (at, offer_id, source, raw, kind, quantity)
SELECT now(), offer.id, 'feed', '20', 'exact', 20 FROM {NEW} {OFFER}
"""
# Every tenth order waits for a person, a quarter is on its way, the others are done. Every order has one line.
ORDERS = (
    Rows(
        Customer,
        {
            "email": "'crowd' || n || '@customer.example'",
            "first_name": "'Camille'",
            "last_name": "'Foule ' || n",
        },
        NEW,
    ),
    Rows(
        Order,
        {
            "number": "'CR' || n",
            "channel": "'crowd'",
            "external_id": "'X-' || n",
            "digest": "''",
            "status": "CASE WHEN n %% 10 = 0 THEN 'to_verify' WHEN n %% 4 = 1 THEN 'confirmed'"
            " WHEN n %% 10 = 2 THEN 'cancelled' ELSE 'done' END",
            "placed_at": "now() - n * interval '20 seconds'",
            "promised_on": "current_date + (5 + n %% 10)::int",
            "total_cents": "4900",
            "customer_id": "customer.id",
        },
        f"{NEW} JOIN customers_customer customer ON customer.email = 'crowd' || n || '@customer.example'",
    ),
    Rows(
        OrderLine,
        {
            "order_id": "placed.id",
            "position": "1",
            "product_id": "product.id",
            "ordered_sku": "product.sku",
            "ordered_name": "product.name",
            "quantity": "1",
            "unit_price_cents": "4900",
            "status": "CASE placed.status WHEN 'to_verify' THEN 'short' WHEN 'confirmed' THEN 'ordered'"
            " WHEN 'cancelled' THEN 'cancelled' ELSE 'delivered' END",
            "promised_on": "placed.promised_on",
        },
        f"{NEW} {ORDER} {PRODUCT}",
    ),
    Rows(
        Allocation,
        {"line_id": "line.id", "offer_id": "offer.id", "quantity": "1"},
        f"{NEW} {LINE} {OFFER} WHERE placed.status = 'confirmed'",
    ),
    Rows(
        PurchaseOrder,
        {
            "number": "'CP' || n",
            "supplier_id": "offer.supplier_id",
            "order_id": "placed.id",
            "status": "CASE WHEN n %% 3 = 0 THEN 'waiting' ELSE 'answered' END",
            "answer_due_at": "now() + interval '1 day'",
            "asked_at": "now()",
        },
        f"{NEW} {ORDER} {OFFER} WHERE placed.status = 'confirmed'",
    ),
    Rows(
        PurchaseOrderLine,
        {"purchase_order_id": "purchase.id", "allocation_id": "allocation.id", "quantity": "1"},
        f"{NEW} {LINE} JOIN orders_purchaseorder purchase ON purchase.number = 'CP' || n"
        " JOIN orders_allocation allocation ON allocation.line_id = line.id",
    ),
    Rows(
        Message,
        {
            "dedupe_key": "'crowd:' || n",
            "kind": "'delay_first'",
            "thread": "'order:' || placed.id",
            "recipient": "'crowd' || n || '@customer.example'",
            "recipient_name": "'Camille Foule ' || n",
            "subject": "'Votre commande ' || placed.number",
            "text": "'…'",
            "status": "'sent'",
            "sent_at": "now()",
        },
        f"{NEW} {ORDER} WHERE n %% 2 = 0",
    ),
    Rows(
        HistoryEntry,
        {
            "thread": "'order:' || placed.id",
            "kind": "'order.received'",
            "actor_kind": "'job'",
            "actor_label": "'crowd'",
        },
        f"{NEW} {ORDER}",
    ),
)
RESERVED = f"""
UPDATE suppliers_offerstock SET reserved = 1 WHERE offer_id IN (
    SELECT allocation.offer_id FROM {NEW} {LINE} JOIN orders_allocation allocation ON allocation.line_id = line.id)
"""
# Half of the cases wait for us, the others for customers, for their money, or for nobody.
CASES = (
    Rows(
        StockoutCase,
        {
            "number": "'SC' || n",
            "line_id": "line.id",
            "quantity": "1",
            "cause": "(ARRAY['feed_late', 'sold_between', 'supplier_refused'])[1 + n %% 3]",
            "cause_sku": "'CROWD-' || n %% 3000",
            "cause_supplier": "'Supplier ' || n %% 50",
            "status": "state.status",
            "respond_by": "now() + (n %% 100) * interval '1 hour'",
            "deadline": "CASE state.status WHEN 'with_customer' THEN now() + interval '5 days' END",
            "version": "CASE state.status WHEN 'to_propose' THEN 0 ELSE 1 END",
            "closed_at": "CASE state.status WHEN 'settled' THEN now() END",
        },
        f"generate_series(%(cases_after)s + 1, %(cases)s) n {LINE} JOIN (VALUES (0, 'to_propose'), (1, 'to_propose'),"
        " (2, 'to_propose'), (3, 'with_customer'), (4, 'to_execute'), (5, 'settled')) AS state (place, status)"
        " ON state.place = n %% 6",
    ),
    Rows(
        Refund,
        {
            "line_id": "found.line_id",
            "case_id": "found.id",
            "amount_cents": "4900",
            "reason": "'stockout'",
            "status": "CASE WHEN n %% 4 = 1 THEN 'due' ELSE 'done' END",
            "due_on": "current_date",
            "done_at": "CASE WHEN n %% 4 = 1 THEN NULL ELSE now() END",
        },
        "generate_series(%(cases_after)s + 1, %(cases)s) n"
        " JOIN orders_stockoutcase found ON found.number = 'SC' || n WHERE found.status = 'settled'",
    ),
)
# No trigger runs while rows are trusted.
TALLIES = """
TRUNCATE orders_causetally, orders_causechange;
INSERT INTO orders_causetally (sku, supplier, cause, cases)
SELECT cause_sku, cause_supplier, cause, count(*) FROM orders_stockoutcase
WHERE status = 'to_propose' AND cause_sku <> '' GROUP BY 1, 2, 3
"""


# A million rows need not be checked one by one against the tables that they were selected from. Only the owner of a
# server may say so; elsewhere it takes its time.
TRUST, CHECK = (
    f"SELECT set_config('session_replication_role', '{role}', false) FROM pg_roles"
    " WHERE rolname = current_user AND rolsuper"
    for role in ("replica", "origin")
)
MEMORY = "SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'; SET gin_pending_list_limit = '512MB'"


def crowd(rows: int, *, after: int = 0) -> None:
    """Let a house of `after` rows have `rows` offers and as many orders, with statistics as if it always had."""
    sizes = {
        "rows": rows,
        "after": after,
        "cases": cases_of(rows),
        "cases_after": cases_of(after),
        "suppliers": SUPPLIERS,
        "feeds": FEEDS_EACH,
        "categories": CATEGORIES,
        "per_run": ROWS_PER_RUN,
    }
    scenery = () if after else (*SCENERY, PLACES)
    with connection.cursor() as cursor:
        cursor.execute(MEMORY)
        cursor.execute(TRUST)
        for step in (*scenery, *GOODS, STATED, *ORDERS, RESERVED, *CASES, TALLIES):
            if isinstance(step, Rows):
                step.insert(cursor, sizes)
                cursor.execute(f"ANALYZE {step.model._meta.db_table}")
            else:
                cursor.execute(step, sizes)
        cursor.execute(CHECK)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET work_mem")


def cases_of(rows: int) -> int:
    return max(rows // ORDERS_PER_CASE, min(rows, FEWEST_CASES))
