"""Writing what staging found: offers, their moving numbers and the ledger.

Needs the temporary tables of suppliers.domain.staging in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from suppliers.domain.matching import Matching, ask_levels, match_products, want_unmatched
from suppliers.domain.overtaking import set_aside

PREPARE = (
    "ALTER TABLE feed_delta ADD COLUMN rank smallint, ADD COLUMN attached boolean NOT NULL DEFAULT false"
)
# New offers come after those that are there: nobody's backup list changes its order by a file. Most are the first of
# their product, and those are left as they are.
RANK = """
UPDATE feed_delta SET rank = least(ranked.rank, 32767)
FROM (SELECT delta.key, coalesce(last.rank, 0) + row_number() OVER (PARTITION BY delta.product_id ORDER BY delta.line)
             AS rank
      FROM feed_delta delta
      LEFT JOIN (SELECT product_id, max(rank) AS rank FROM suppliers_offer
                 WHERE product_id IN (SELECT product_id FROM feed_delta WHERE attached)
                 GROUP BY product_id) last ON last.product_id = delta.product_id
      WHERE delta.attached) ranked
WHERE feed_delta.key = ranked.key AND ranked.rank > 1
"""
# What is to be done at all: each question is one pass over a million rows, and so is each statement.
TO_DO = """
SELECT count(*), count(*) FILTER (WHERE offer_id IS NULL),
       count(*) FILTER (WHERE offer_id IS NOT NULL AND present AND (slow_differ OR attached)),
       count(*) FILTER (WHERE offer_id IS NOT NULL AND (says_new OR NOT known OR NOT present))
FROM feed_delta
"""
# In key order, like every reservation, so that a file and an order wait for each other instead of deadlocking.
LOCK = """
SELECT count(*) FROM (SELECT 1 FROM suppliers_offerstock WHERE offer_id IN (SELECT offer_id FROM feed_delta)
                      ORDER BY offer_id FOR NO KEY UPDATE) locked
"""
# Where all rows are changed anyway, locking them first would write each of them twice. The only join that is left gives
# them in key order: merged where they are many, looked up one after another where they are few. A loop may as well
# begin at the offers, in the order in which they lie; it does not where that costs one more scan that is off.
JOINS = """
SELECT set_config('enable_hashjoin', '{hash}', true), set_config('enable_nestloop', '{loop}', true),
       set_config('enable_mergejoin', '{merge}', true), set_config('enable_seqscan', '{scan}', true)
"""
IN_KEY_ORDER = JOINS.format(hash="off", loop="off", merge="on", scan="on")
ONE_BY_ONE = JOINS.format(hash="off", loop="on", merge="off", scan="off")
AS_IT_COMES = JOINS.format(hash="on", loop="on", merge="on", scan="on")
# What was promised of an offer since the rows were compared is part of its level.
MOVE = """
WITH moved AS (
UPDATE suppliers_offerstock stock
SET kind = delta.kind, quantity = delta.quantity, promisable = delta.promisable,
    as_of = CASE WHEN delta.present OR delta.says_new THEN %(taken_at)s ELSE stock.as_of END,
    run_id = CASE WHEN delta.present THEN %(run)s END
FROM (
    SELECT offer_id, kind, quantity, promisable, present, says_new, as_of_before, reserved FROM feed_delta
    WHERE says_new OR NOT known OR NOT present ORDER BY offer_id OFFSET 0) delta
WHERE stock.offer_id = delta.offer_id
  AND (stock.as_of IS NOT DISTINCT FROM delta.as_of_before OR stock.as_of <= %(taken_at)s)
RETURNING stock.reserved <> delta.reserved AS is_promised
)
SELECT count(*), count(*) FILTER (WHERE is_promised) FROM moved
"""
TAKE_PROMISES = """
UPDATE feed_delta delta SET reserved = stock.reserved FROM suppliers_offerstock stock
WHERE stock.offer_id = delta.offer_id AND stock.reserved <> delta.reserved
"""
# Somebody who waits for no import has spoken since the rows were compared; by now his word is locked.
MARK_LATE = """
UPDATE feed_delta delta SET is_overtaken = true FROM suppliers_offerstock stock
WHERE stock.offer_id = delta.offer_id AND (delta.says_new OR NOT delta.known OR NOT delta.present)
  AND stock.as_of IS DISTINCT FROM delta.as_of_before AND stock.as_of > %(taken_at)s
"""
# What a person has said of an offer's product since it was compared stands.
REFRESH = """
WITH former AS (
    INSERT INTO suppliers_offerrevision (run_id, offer_id, at, name, gtin, cost_cents, currency, lead_days)
    SELECT %(run)s, offer_id, statement_timestamp(), name_before, gtin_before, cost_before, currency_before, lead_before
    FROM feed_delta WHERE offer_id IS NOT NULL AND present AND slow_differ
)
UPDATE suppliers_offer offer
SET name = delta.name, gtin = delta.gtin, cost_cents = delta.cost_cents, currency = delta.currency,
    lead_days = delta.lead_days,
    product_id = CASE WHEN {is_attached} THEN delta.product_id ELSE offer.product_id END,
    rank = CASE WHEN {is_attached} THEN coalesce(delta.rank, 1) ELSE offer.rank END,
    matched_run_id = CASE WHEN {is_attached} THEN %(run)s ELSE offer.matched_run_id END
FROM feed_delta delta
WHERE offer.id = delta.offer_id AND delta.present AND (delta.slow_differ OR delta.attached)
""".format(is_attached="delta.attached AND offer.product_id IS NULL")
# Observations of one offer follow each other in time because its row is locked by now: it is the time of now, not that
# at which the transaction began, which another's statement may have overtaken. An import speaks at one time.
NOW = "SELECT clock_timestamp()"
NOTE = """
INSERT INTO suppliers_observation (at, offer_id, run_id, source, raw, kind, quantity, cost_cents, lead_days)
SELECT %(at)s, offer_id, %(run)s, CASE WHEN present THEN 'feed' ELSE 'absent' END, coalesce(raw, ''),
       kind, quantity, cost_cents, lead_days
FROM feed_delta WHERE says_new AND offer_id IS NOT NULL
"""
# In the order of the file, so that its end has the highest numbers.
NUMBER = """
INSERT INTO feed_added
SELECT nextval((SELECT pg_get_serial_sequence('suppliers_offer', 'id')::regclass)), new.* FROM (
    SELECT key, product_id, kind, quantity, promisable, name, gtin, cost_cents, currency, lead_days,
           coalesce(rank, 1), coalesce(raw, '')
    FROM feed_delta WHERE offer_id IS NULL ORDER BY line) new
"""
ADD = """
WITH offers AS (
    INSERT INTO suppliers_offer (id, supplier_id, product_id, matched_run_id, supplier_sku, name, gtin, cost_cents,
                                 currency, lead_days, rank, active, created_at)
    SELECT offer_id, %(supplier)s, product_id, CASE WHEN product_id IS NOT NULL THEN %(run)s END, key, name, gtin,
           cost_cents, currency, lead_days, rank, true, statement_timestamp()
    FROM feed_added
), placed AS (
    INSERT INTO suppliers_offerstock (offer_id, kind, quantity, promisable, reserved, as_of, run_id)
    SELECT offer_id, kind, quantity, promisable, 0, %(taken_at)s, %(run)s FROM feed_added
)
INSERT INTO suppliers_observation (at, offer_id, run_id, source, raw, kind, quantity, cost_cents, lead_days)
SELECT %(at)s, offer_id, %(run)s, 'feed', raw, kind, quantity, cost_cents, lead_days FROM feed_added
"""
# Most promised first: a person who decides looks at promises, not at the file's order.
KEEP_CHANGES = """
INSERT INTO suppliers_runchange (run_id, offer_id, supplier_sku, name, line, change, kind_before, quantity_before,
                                 kind_after, quantity_after, raw, reserved)
SELECT %(run)s, offer_id, key, name, line, change, coalesce(kind_before, ''), quantity_before,
       CASE WHEN present THEN kind ELSE '' END, CASE WHEN present THEN quantity END, coalesce(raw, ''), reserved
FROM (SELECT *, row_number() OVER (PARTITION BY change ORDER BY reserved DESC, line, key) AS place
      FROM feed_delta WHERE change NOT IN ('same', 'other') AND NOT is_overtaken) changes
ORDER BY reserved DESC, place LIMIT %(limit)s
"""
CHANGES_KEPT = 5_000
# So many offers are read in order as quickly as they are looked up.
MANY = 50_000


@dataclass(frozen=True)
class Statement:
    """Whose word it is, when he said it, and how his offers find their products.

    With `rematches`, known offers without a product are looked for too, though they say nothing new.
    """

    supplier_id: int
    run_id: int
    taken_at: datetime
    matching: Matching
    rematches: bool = False


def write(statement: Statement) -> Mapping[str, int]:
    """Make the staged rows count, all or nothing, with the transaction.

    Returns how many of each kind of change were overtaken since they were compared, and do not count.
    """
    if statement.rematches:
        want_unmatched(statement.supplier_id)
    is_attached = any(find_products(statement.matching).values())
    said: dict[str, Any] = {
        "supplier": statement.supplier_id,
        "run": statement.run_id,
        "taken_at": statement.taken_at,
    }
    with connection.cursor() as cursor:
        if is_attached:
            cursor.execute(RANK)
        overtaken = write_staged(cursor, said)
    if is_attached:
        ask_levels()
    return overtaken


def write_staged(cursor: Any, said: Mapping[str, Any]) -> Mapping[str, int]:
    """The offers that we know, in the order of their keys, then the new ones; what was overtaken meanwhile."""
    cursor.execute(TO_DO)
    staged, new, refreshed, to_move = cursor.fetchone()
    moved = move(cursor, said, LOCK if to_move < staged - new else ordered(to_move))
    overtaken: Mapping[str, int] = {}
    if moved < to_move:
        cursor.execute(MARK_LATE, said)
        overtaken = set_aside(said["run"])
    cursor.execute(NOW)
    said = {**said, "at": cursor.fetchone()[0]}
    for statement, is_needed in ((REFRESH, refreshed), (NOTE, staged - new), (NUMBER, new), (ADD, new)):
        if is_needed:
            cursor.execute(statement, said)
    return overtaken


def ordered(offers: int) -> str:
    return IN_KEY_ORDER if offers >= MANY else ONE_BY_ONE


def move(cursor: Any, said: Mapping[str, Any], first: str) -> int:
    """How many offers were moved; those about which somebody has just spoken are passed over.

    What is done `first` sees to it that they are locked in the order of their keys.
    """
    cursor.execute(first)
    cursor.execute(MOVE, said)
    moved, promised = cursor.fetchone()
    cursor.execute(AS_IT_COMES)
    if promised:
        cursor.execute(TAKE_PROMISES)
    return int(moved)


def find_products(matching: Matching) -> Mapping[str, int]:
    """Find the products of staged rows that have none yet; how many were found by which rule."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
    return match_products(matching)


def keep_changes(run_id: int) -> None:
    """Remember what the staged rows would change, up to a bound that leaves every kind of change its share."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM suppliers_runchange WHERE run_id = %s", [run_id])
        cursor.execute(KEEP_CHANGES, {"run": run_id, "limit": CHANGES_KEPT})
