"""A house full of rows: articles, offers, orders, cases and all that goes with them, made by set.

Each table grows from the rows it has to those it shall have, and its rows are alike at every size: a list of the first
fifty is as full in a small house as in a large one.
"""

from typing import Any

from django.db import connection

# Lists of these are as long as people can work with, whatever the size of the house.
SUPPLIERS, FEEDS_EACH, CATEGORIES = 60, 2, 60
# One case is asked for in so many orders, once a house is large; a small one has as many as orders.
ORDERS_PER_CASE, FEWEST_CASES = 10, 1_000
RUNS_PER_ROWS = 50

SCENERY = """
INSERT INTO products_category (name)
SELECT 'Crowd ' || n FROM generate_series(1, %(categories)s) n ON CONFLICT DO NOTHING;
INSERT INTO suppliers_supplier (code, name, contact_name, email, phone, language, country, currency, lead_days,
    ack_hours, notes, active, created_at, closures, keeps_holidays, open_days, time_zone)
SELECT 'crowd-' || n, 'Crowd supplier ' || n, '', 'crowd' || n || '@supplier.example', '', 'fr', 'FR', 'EUR', 3, 24, '',
    true, now(), '[]', false, '[0, 1, 2, 3, 4, 5, 6]', 'Europe/Paris'
FROM generate_series(1, %(suppliers)s) n ON CONFLICT DO NOTHING;
INSERT INTO suppliers_feed (name, transport, location, every_minutes, absent_policy, last_sha256, last_good_at, active,
    created_at, supplier_id, access, remembered)
SELECT 'Crowd feed ' || n, 'upload', '', 60, 'unknown', '', now(), true, now(), supplier.id, '{}', '{}'
FROM suppliers_supplier supplier, generate_series(1, %(feeds)s) n
WHERE supplier.code LIKE 'crowd-%%' ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS bench_supplier AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM suppliers_supplier WHERE code LIKE 'crowd-%%';
CREATE TABLE IF NOT EXISTS bench_feed AS
    SELECT row_number() OVER (ORDER BY feed.id) - 1 AS place, feed.id FROM suppliers_feed feed
    WHERE feed.name LIKE 'Crowd feed %%';
CREATE TABLE IF NOT EXISTS bench_category AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM products_category WHERE name LIKE 'Crowd %%'
"""
GOODS = """
INSERT INTO products_product (sku, name, brand, gtin, price_cents, currency, attributes, fulfilment, active, created_at,
    updated_at, category_id)
SELECT 'CRD-' || lpad(n::text, 8, '0'), (ARRAY['Lampe', 'Bouilloire', 'Chaise', 'Table', 'Coussin'])[1 + n %% 5]
    || ' ' || (ARRAY['Dune', 'Onde', 'Brise', 'Marée', 'Falaise', 'Lande', 'Crique'])[1 + n %% 7] || ' ' || n, 'Onde',
    '', 1000 + n %% 9000, 'EUR', '{}', 'dropship', n %% 50 > 0, now() - n * interval '1 second', now(), category.id
FROM generate_series(%(after)s + 1, %(rows)s) n JOIN bench_category category ON category.place = n %% %(categories)s;
INSERT INTO products_level (product_id, sellable, light, confidence, lead_days_min, lead_days_max, as_of, steps,
    computed_at)
SELECT product.id, n %% 40, (ARRAY['in_stock', 'low', 'out', 'unknown'])[1 + n %% 4], 0.9, 2, 5, now(), '[]', now()
FROM generate_series(%(after)s + 1, %(rows)s) n
JOIN products_product product ON product.sku = 'CRD-' || lpad(n::text, 8, '0');
INSERT INTO products_publication (product_id, channel, at, sellable, light, steps, cause)
SELECT product_id, 'catalogue', now(), sellable, light, '[]', 'bench'
FROM products_level WHERE product_id IN (
    SELECT id FROM products_product WHERE sku > 'CRD-' || lpad((%(after)s)::text, 8, '0') AND sku LIKE 'CRD-%%');
INSERT INTO suppliers_offer (supplier_id, product_id, supplier_sku, name, gtin, cost_cents, currency, lead_days, rank,
    active, created_at)
SELECT supplier.id, CASE WHEN n %% 10 > 0 THEN product.id END, 'CS-' || n, product.name, '', 500 + n %% 4000, 'EUR',
    1 + n %% 9, 1, true, now()
FROM generate_series(%(after)s + 1, %(rows)s) n
JOIN products_product product ON product.sku = 'CRD-' || lpad(n::text, 8, '0')
JOIN bench_supplier supplier ON supplier.place = n %% %(suppliers)s;
INSERT INTO suppliers_run (created_at, claimed_at, heartbeat_at, attempts, finished_at, error, status, stage, trigger,
    file, file_name, rows_file, sha256, facts, verdict, counts, decision_why, feed_id, taken_at)
SELECT at, at, at, 1, at, '', status, '', 'schedule', '', 'stock.csv', '', '', '{}', '{}',
    '{"rows": 100, "same": 90, "more": 5, "less": 5}', '', feed.id, at
FROM (SELECT n, now() - (%(rows)s - n) * interval '1 second' AS at,
             CASE n %% 10 WHEN 0 THEN 'unchanged' WHEN 1 THEN 'failed' ELSE 'applied' END AS status
      FROM generate_series(%(after)s / %(per_run)s + 1, %(rows)s / %(per_run)s) n) run
JOIN bench_feed feed ON feed.place = n %% (%(suppliers)s * %(feeds)s);
INSERT INTO suppliers_offerstock (offer_id, kind, quantity, promisable, reserved, as_of, run_id)
SELECT id, 'exact', 20 + id %% 40, 20 + id %% 40, 0, now(), NULL FROM suppliers_offer offer
WHERE supplier_sku LIKE 'CS-%%' AND NOT EXISTS (SELECT FROM suppliers_offerstock WHERE offer_id = offer.id);
INSERT INTO suppliers_observation (at, offer_id, source, raw, kind, quantity)
SELECT now(), offer_id, 'feed', quantity::text, kind, quantity FROM suppliers_offerstock
JOIN suppliers_offer offer ON offer.id = offer_id
WHERE supplier_sku LIKE 'CS-%%' AND substr(supplier_sku, 4)::int > %(after)s
"""
# Every tenth waits for a person, a quarter is on its way, the others are done. Every order has one line.
ORDERS = """
INSERT INTO customers_customer (email, first_name, last_name, phone, language, country, notes, created_at)
SELECT 'crowd' || n || '@customer.example', 'Camille', 'Foule ' || n, '', 'fr', 'FR', '', now()
FROM generate_series(%(after)s + 1, %(rows)s) n;
INSERT INTO orders_order (number, channel, external_id, digest, status, placed_at, promised_on, currency,
    shipping_cents, total_cents, ship_to, note, received_at, confirmed_at, customer_id)
SELECT 'C' || n, 'crowd', 'X-' || n, '', CASE WHEN n %% 10 = 0 THEN 'to_verify' WHEN n %% 4 = 1 THEN 'confirmed'
    WHEN n %% 10 = 2 THEN 'cancelled' ELSE 'done' END, now() - n * interval '20 seconds',
    current_date + (5 + n %% 10)::int, 'EUR', 490, 5390, '{"name": "Camille Foule", "city": "Lille"}', '', now(),
    now(), customer.id
FROM generate_series(%(after)s + 1, %(rows)s) n
JOIN customers_customer customer ON customer.email = 'crowd' || n || '@customer.example';
INSERT INTO orders_orderline (order_id, position, external_id, ordered_sku, ordered_name, quantity, unit_price_cents,
    status, promised_on, evidence, product_id)
SELECT placed.id, 1, '', product.sku, product.name, 1, 4900, CASE WHEN placed.status = 'to_verify' THEN 'short'
    WHEN placed.status = 'confirmed' THEN 'ordered' WHEN placed.status = 'cancelled' THEN 'cancelled'
    ELSE 'delivered' END, placed.promised_on, '{}', product.id
FROM generate_series(%(after)s + 1, %(rows)s) n JOIN orders_order placed ON placed.number = 'C' || n
JOIN products_product product ON product.sku = 'CRD-' || lpad(n::text, 8, '0');
INSERT INTO orders_allocation (line_id, offer_id, quantity, status, created_at, end_reason)
SELECT line.id, offer.id, 1, 'held', now(), '' FROM orders_order placed
JOIN orders_orderline line ON line.order_id = placed.id
JOIN suppliers_offer offer ON offer.product_id = line.product_id AND offer.supplier_sku LIKE 'CS-%%'
WHERE placed.number LIKE 'C%%' AND placed.channel = 'crowd' AND substr(placed.number, 2)::int > %(after)s
    AND placed.status = 'confirmed';
UPDATE suppliers_offerstock SET reserved = 1 WHERE reserved = 0
    AND offer_id IN (SELECT offer_id FROM orders_allocation WHERE status = 'held');
INSERT INTO orders_purchaseorder (number, supplier_id, order_id, status, created_at, answer_due_at, chased,
    cancel_answer, asked_at, answered_at)
SELECT 'PC' || allocation.id, offer.supplier_id, line.order_id,
    CASE WHEN allocation.id %% 3 = 0 THEN 'waiting' ELSE 'answered' END, now(), now() + interval '1 day', '', '', now(),
    CASE WHEN allocation.id %% 3 > 0 THEN now() END
FROM orders_allocation allocation JOIN suppliers_offer offer ON offer.id = allocation.offer_id
JOIN orders_orderline line ON line.id = allocation.line_id
WHERE offer.supplier_sku LIKE 'CS-%%'
    AND NOT EXISTS (SELECT FROM orders_purchaseorderline WHERE allocation_id = allocation.id);
INSERT INTO orders_purchaseorderline (purchase_order_id, allocation_id, quantity, answer, reason, note)
SELECT purchase.id, allocation.id, 1, CASE purchase.status WHEN 'waiting' THEN '' ELSE 'accepted' END, '', ''
FROM orders_allocation allocation JOIN orders_purchaseorder purchase ON purchase.number = 'PC' || allocation.id
WHERE NOT EXISTS (SELECT FROM orders_purchaseorderline WHERE allocation_id = allocation.id);
INSERT INTO core_message (dedupe_key, kind, thread, recipient, recipient_name, language, subject, text, html,
    attachments, facts, status, attempts, error, mail_id, in_reply_to, created_at, sent_at)
SELECT 'crowd:' || n, 'delay_first', 'order:' || placed.id, 'crowd' || n || '@customer.example', 'Camille Foule ' || n,
    'fr', 'Votre commande ' || placed.number, '…', '', '[]', '{}', 'sent', 1, '', '', '', now(), now()
FROM generate_series(%(after)s + 1, %(rows)s) n JOIN orders_order placed ON placed.number = 'C' || n WHERE n %% 2 = 0;
INSERT INTO core_historyentry (thread, kind, at, actor_kind, actor_label, before, after, why, data)
SELECT 'order:' || placed.id, 'order.received', now(), 'job', 'crowd', '{}', '{}', '', '{}'
FROM generate_series(%(after)s + 1, %(rows)s) n JOIN orders_order placed ON placed.number = 'C' || n
"""
# Half of the cases wait for us, the others for customers, for their money, or for nobody.
CASES = """
INSERT INTO orders_stockoutcase (number, line_id, quantity, cause, facts, status, opened_at, respond_by, deadline,
    version, closed_at)
SELECT 'SC' || n, line.id, 1, (ARRAY['feed_late', 'sold_between', 'supplier_refused'])[1 + n %% 3], '{}', state.status,
    now(), now() + (n %% 100) * interval '1 hour',
    CASE state.status WHEN 'with_customer' THEN now() + interval '5 days' END,
    CASE state.status WHEN 'to_propose' THEN 0 ELSE 1 END, CASE state.status WHEN 'settled' THEN now() END
FROM generate_series(%(cases_after)s + 1, %(cases)s) n
JOIN (VALUES (0, 'to_propose'), (1, 'to_propose'), (2, 'to_propose'), (3, 'with_customer'), (4, 'to_execute'),
      (5, 'settled')) AS state (place, status) ON state.place = n %% 6
JOIN orders_order placed ON placed.number = 'C' || n JOIN orders_orderline line ON line.order_id = placed.id;
INSERT INTO orders_refund (line_id, case_id, amount_cents, currency, reason, status, due_on, created_at, done_at,
    reference)
SELECT line_id, id, 4900, 'EUR', 'stockout', CASE WHEN id %% 2 = 0 THEN 'due' ELSE 'done' END, current_date, now(),
    CASE WHEN id %% 2 = 0 THEN NULL ELSE now() END, ''
FROM orders_stockoutcase WHERE number LIKE 'SC%%' AND status = 'settled' AND substr(number, 3)::int > %(cases_after)s
"""


def crowd(rows: int, *, after: int = 0) -> None:
    """Let a house of `after` rows have `rows` offers and as many orders, and statistics as if it had always been so."""
    sizes: dict[str, Any] = {
        "rows": rows,
        "after": after,
        "cases": cases_of(rows),
        "cases_after": cases_of(after) if after else 0,
        "suppliers": SUPPLIERS,
        "feeds": FEEDS_EACH,
        "categories": CATEGORIES,
        "per_run": RUNS_PER_ROWS,
    }
    with connection.cursor() as cursor:
        for statements in (SCENERY, GOODS, ORDERS, CASES):
            for statement in statements.split(";\n"):
                cursor.execute(statement, sizes)
                cursor.execute("ANALYZE" if "CREATE TABLE" in statement else "SELECT 1")
        cursor.execute("VACUUM (ANALYZE)")


def cases_of(rows: int) -> int:
    return max(rows // ORDERS_PER_CASE, min(rows, FEWEST_CASES))
