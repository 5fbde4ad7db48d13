"""Writing what an undo found: offers, their moving numbers and the ledger; or only remembering what it would do.

Needs the temporary tables of suppliers.domain.undoing_sets in the same transaction.
"""

from django.db import connection

from suppliers.domain.levels import recompute_found
from suppliers.domain.matching import Matching, match_products

# As the matching of a file's rows wants it.
CREATE_UNMATCHED = """
CREATE TEMPORARY TABLE feed_delta ON COMMIT DROP AS
SELECT key, gtin, present, product_id, attached FROM undo_delta WHERE present
"""
TAKE_FOUND = """
UPDATE undo_delta delta SET product_id = found.product_id, attached = true
FROM feed_delta found WHERE found.key = delta.key AND found.attached
"""
KEEP_FORMER = """
INSERT INTO suppliers_offerrevision (run_id, offer_id, at, name, gtin, cost_cents, currency, lead_days)
SELECT %(run)s, offer_id, statement_timestamp(), name_now, gtin_now, cost_now, currency_now, lead_now
FROM undo_delta WHERE slow_differ
"""
# Who is found again keeps his rank, which nobody has taken meanwhile. What a person has said of an offer's product
# since it was compared stands: his word is no import's.
WRITE_OFFERS = """
UPDATE suppliers_offer offer
SET name = delta.name, gtin = delta.gtin, cost_cents = delta.cost_cents, currency = delta.currency,
    lead_days = delta.lead_days,
    product_id = CASE WHEN {is_lost} THEN NULL WHEN {is_attached} THEN delta.product_id ELSE offer.product_id END,
    matched_run_id = CASE WHEN {is_lost} THEN NULL WHEN {is_attached} THEN %(root)s
                          WHEN offer.matched_run_id = %(root)s THEN coalesce(delta.named_by, %(root)s)
                          ELSE offer.matched_run_id END
FROM undo_delta delta
WHERE offer.id = delta.offer_id
  AND (delta.slow_differ OR delta.is_lost OR delta.attached OR delta.matched_run_id = %(root)s)
""".format(
    is_lost="delta.is_lost AND offer.matched_run_id = %(root)s",
    is_attached="delta.attached AND offer.product_id IS NULL",
)
WRITE_STOCK = """
UPDATE suppliers_offerstock stock
SET kind = delta.kind, quantity = delta.quantity, promisable = delta.promisable, as_of = delta.as_of,
    run_id = delta.run_id
FROM undo_delta delta WHERE stock.offer_id = delta.offer_id AND (delta.says_new OR delta.is_others_word)
"""
WRITE_LEDGER = """
INSERT INTO suppliers_observation (at, offer_id, run_id, word_of, source, raw, kind, quantity, cost_cents, lead_days)
SELECT statement_timestamp(), offer_id, %(run)s, coalesce(run_id, missing_run),
       CASE WHEN missing_run IS NULL THEN 'undo' ELSE 'absent' END, raw, kind, quantity, cost_cents, lead_days
FROM undo_delta WHERE says_new
"""
# How often each has been missing in a row, without the undone file or with the one that counts again.
FORGET_ABSENCES = "DELETE FROM suppliers_absentoffer WHERE offer_id IN (SELECT offer_id FROM undo_delta)"
COUNT_ABSENCES = """
INSERT INTO suppliers_absentoffer (offer_id, feed_id, files, as_of)
SELECT offer_id, missing_feed, least(missing_files, 32767), as_of FROM undo_delta WHERE missing_files > 0
"""
MOVED = """
SELECT product_before FROM undo_delta WHERE product_before IS NOT NULL
UNION SELECT offer.product_id FROM undo_delta JOIN suppliers_offer offer ON offer.id = undo_delta.offer_id
WHERE offer.product_id IS NOT NULL
"""
# Most promised first, as with a held import.
KEEP_CHANGES = """
INSERT INTO suppliers_runchange (run_id, offer_id, supplier_sku, name, line, change, kind_before, quantity_before,
                                 kind_after, quantity_after, raw, reserved)
SELECT %(run)s, offer_id, key, coalesce(nullif(name, ''), name_now), NULL, change, kind_before, quantity_before,
       kind, quantity, raw, reserved
FROM (SELECT *, row_number() OVER (PARTITION BY change ORDER BY reserved DESC, key) AS place
      FROM undo_delta WHERE change NOT IN ('same', 'other')) changes
ORDER BY reserved DESC, place LIMIT %(limit)s
"""
WRITES = (KEEP_FORMER, WRITE_OFFERS, WRITE_STOCK, WRITE_LEDGER, FORGET_ABSENCES, COUNT_ABSENCES)
CHANGES_KEPT = 5_000


def find_again(matching: Matching) -> None:
    """Look for the products of offers that an import names which counts again."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_delta")
        cursor.execute(CREATE_UNMATCHED)
        match_products(matching)
        cursor.execute(TAKE_FOUND)


def write(run_id: int, root_id: int) -> None:
    """Make the reckoning count."""
    with connection.cursor() as cursor:
        for statement in WRITES:
            cursor.execute(statement, {"run": run_id, "root": root_id})


def move_levels(run_id: int) -> None:
    """Bring the levels of all products concerned up to date; the last thing in a transaction."""
    recompute_found(MOVED, cause=f"undo:{run_id}")


def keep_changes(run_id: int) -> None:
    """Remember what the reckoning would change, up to a bound."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM suppliers_runchange WHERE run_id = %s", [run_id])
        cursor.execute(KEEP_CHANGES, {"run": run_id, "limit": CHANGES_KEPT})
