"""What would be known of a supplier's offers without an import: reckoned by set, beside what is known now.

Everything here lives in temporary tables of the caller's transaction. Per offer:

- The stock is what the last remaining statement says: a run that names the offer, or a single statement (an answer,
  a person, the portal). When runs of the same feed that came after it do not name the offer any more, the feed's
  policy for missing SKUs applies to it: kept, unknown, or unknown and zero after so many files without it, of which
  the undone one is none. Without any statement it is unknown.
- Each other fact (name, barcode, price, currency, lead time) is what the last remaining run says that states it.
- A product that the undone import found, and no later one names, is found no more, unless units are promised of it.
"""

from collections.abc import Collection
from typing import Any

import polars as pl
from django.db import connection

from stocke.products.models import LevelPolicy
from suppliers.domain.undoing_plan import Plan
from suppliers.domain.undoing_withheld import EARLIER
from suppliers.domain.undoing_words import Heard
from suppliers.models import AbsentPolicy

COPIED = ["key", "name", "gtin", "price_minor", "currency", "lead_days", "run_id"]

CREATE_RUNS = """
CREATE TEMPORARY TABLE undo_run ON COMMIT DROP AS
SELECT * FROM unnest(%(run_ids)s::bigint[], %(feed_ids)s::bigint[], %(ats)s::timestamptz[],
                     %(stated_ats)s::timestamptz[], %(laters)s::boolean[], %(unknowns)s::boolean[],
                     %(partials)s::boolean[], %(in_fulls)s::boolean[], %(zero_afters)s::integer[])
    AS run (run_id, feed_id, at, stated_at, is_later, absent_is_unknown, is_partial, in_full, zero_after);
"""
# Offers that the import has touched: by what it said, by what it changed beside the stock, because it is the last
# that named them, or because a later run of its feed missed them; offers that nobody vouches for, where its feed
# keeps what it misses, since missing is not written down then; and offers whose absences are being counted. Whatever
# was touched by other undone imports of the supplier is looked at too: it was written down when the import counted or
# did not, as the case may have been. And an import that counts again may confirm what others vouch for: that is not
# on record either. `lined` are those of withheld lines that may be settled by another import from now on.
CREATE_OFFERS = f"""
CREATE TEMPORARY TABLE undo_offer ON COMMIT DROP AS
WITH lined AS (
    SELECT offer.id AS offer_id FROM suppliers_withheldline line
    JOIN suppliers_offer offer ON offer.supplier_id = %(supplier)s AND offer.supplier_sku = line.supplier_sku
    WHERE line.run_id = %(root)s OR line.settled_by = %(root)s
    UNION
    SELECT offer.id FROM ({EARLIER}) line
    JOIN suppliers_offer offer ON offer.supplier_id = %(supplier)s AND offer.supplier_sku = line.supplier_sku
    WHERE %(comes_back)s
), touched AS (
    SELECT offer_id FROM suppliers_observation WHERE run_id = ANY(%(touched)s)
    UNION
    SELECT said.offer_id FROM undo_run run JOIN suppliers_observation said ON said.run_id = run.run_id
    WHERE run.is_later AND run.feed_id = %(feed)s AND said.source = 'absent'
    UNION
    SELECT offer_id FROM suppliers_offerrevision WHERE at >= %(since)s AND run_id = ANY(%(touched)s)
    UNION
    SELECT offer_id FROM suppliers_absentoffer WHERE feed_id = %(feed)s
    UNION
    SELECT offer_id FROM lined
    UNION
    SELECT offer.id FROM suppliers_offer offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
    WHERE offer.supplier_id = %(supplier)s
      AND (%(root)s IN (stock.run_id, offer.matched_run_id)
           OR (%(keeps)s AND stock.run_id IS NULL AND stock.kind <> 'unknown'))
    UNION
    SELECT offer.id FROM suppliers_offer offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
    LEFT JOIN suppliers_run stating ON stating.id = stock.run_id
    WHERE %(comes_back)s AND offer.supplier_id = %(supplier)s AND stating.feed_id IS DISTINCT FROM %(feed)s
), changed AS (
    SELECT DISTINCT ON (offer_id) * FROM suppliers_offerrevision
    WHERE at >= %(since)s AND offer_id IN (SELECT offer_id FROM touched) ORDER BY offer_id, id
), former AS (
    -- What an offer was called and cost then: nothing, where it was brought since; else what it was before it changed.
    SELECT offer.id AS offer_id, offer.created_at >= %(since)s OR changed.id IS NOT NULL AS has_facts,
           CASE WHEN offer.created_at >= %(since)s THEN '' WHEN changed.id IS NULL THEN offer.name
                ELSE changed.name END AS name,
           CASE WHEN offer.created_at >= %(since)s THEN '' WHEN changed.id IS NULL THEN offer.gtin
                ELSE changed.gtin END AS gtin,
           CASE WHEN offer.created_at >= %(since)s THEN NULL WHEN changed.id IS NULL THEN offer.cost_cents
                ELSE changed.cost_cents END AS cost_cents,
           CASE WHEN offer.created_at >= %(since)s THEN supplier.currency WHEN changed.id IS NULL THEN offer.currency
                ELSE changed.currency END AS currency,
           CASE WHEN offer.created_at >= %(since)s THEN NULL WHEN changed.id IS NULL THEN offer.lead_days
                ELSE changed.lead_days END AS lead_days
    FROM touched JOIN suppliers_offer offer ON offer.id = touched.offer_id
    JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
    LEFT JOIN changed ON changed.offer_id = offer.id
)
SELECT offer.id AS offer_id, offer.supplier_sku AS key, offer.product_id, offer.matched_run_id,
       offer.name AS name_now, offer.gtin AS gtin_now, offer.cost_cents AS cost_now, offer.currency AS currency_now,
       offer.lead_days AS lead_now, former.has_facts,
       offer.id IN (SELECT offer_id FROM lined) AS is_lined, former.name AS base_name, former.gtin AS base_gtin,
       former.cost_cents AS base_cost, former.currency AS base_currency, former.lead_days AS base_lead,
       base.at AS base_at, CASE WHEN base.source <> 'absent' THEN word.id END AS base_run,
       CASE WHEN base.source <> 'absent' OR missing.files > 0 THEN word.feed_id END AS base_feed,
       coalesce(missing.files, 0) AS base_missing, CASE WHEN missing.files > 0 THEN word.id END AS base_missing_run,
       coalesce(word.taken_at, word.created_at, single.at, CASE WHEN base.source <> 'undo' THEN base.at END)
           AS base_stated_at
FROM former JOIN suppliers_offer offer ON offer.id = former.offer_id
LEFT JOIN LATERAL (
    SELECT * FROM suppliers_observation said WHERE said.offer_id = offer.id AND said.at < %(since)s
    ORDER BY said.at DESC, said.id DESC LIMIT 1
) base ON true
LEFT JOIN suppliers_run word ON word.id = CASE WHEN base.source IN ('undo', 'carried') THEN base.word_of
                                               ELSE coalesce(base.word_of, base.run_id) END
-- In how many files it had been missing by then: the first of them said so, those that go on are only counted.
LEFT JOIN LATERAL (
    SELECT 1 + (SELECT count(*) FROM (
        SELECT FROM suppliers_run run
        WHERE run.feed_id = feed.id AND run.id NOT IN (word.id, %(root)s) AND run.finished_at < %(since)s
          AND run.finished_at > CASE WHEN base.word_of IS NULL THEN greatest(base.at, word.finished_at)
                                     ELSE word.finished_at END
          AND run.status = 'applied' AND run.undoes_id IS NULL AND NOT run.partial
          AND coalesce(run.facts ->> 'decision', run.verdict ->> 'result') IS DISTINCT FROM 'safe'
        ORDER BY run.finished_at LIMIT feed.absent_files) going_on) AS files
    FROM suppliers_feed feed
    WHERE base.source = 'absent' AND base.kind = 'unknown' AND feed.id = word.feed_id AND feed.absent_policy = 'zero'
) missing ON true
-- An undo may have restored a single statement: that was made when it was made.
LEFT JOIN LATERAL (
    SELECT said.at FROM suppliers_observation said
    WHERE base.source = 'undo' AND base.word_of IS NULL AND said.offer_id = offer.id AND said.at < base.at
      AND said.run_id IS NULL AND (said.kind, said.quantity) IS NOT DISTINCT FROM (base.kind, base.quantity)
    ORDER BY said.at DESC, said.id DESC LIMIT 1
) single ON true
WHERE offer.supplier_id = %(supplier)s
"""
CREATE_WORDS = """
CREATE TEMPORARY TABLE undo_word (
    key text, name text, gtin text, cost_cents integer, currency text, lead_days smallint, run_id bigint
) ON COMMIT DROP
"""
# Lines that a run withheld are not its word, unless a person let them count later.
CREATE_WITHHELD = """
CREATE TEMPORARY TABLE undo_withheld ON COMMIT DROP AS
SELECT line.run_id, line.supplier_sku AS key, line.change,
       CASE WHEN line.state = 'counted' AND line.settled_by IS NULL THEN line.settled_at END AS counted_at
FROM suppliers_withheldline line JOIN undo_run run ON run.run_id = line.run_id
JOIN undo_offer offer ON offer.key = line.supplier_sku
"""
# In the order of their keys, like every reservation; then nothing moves until the end of the transaction.
LOCK = """
SELECT count(*) FROM (
    SELECT 1 FROM suppliers_offerstock
    WHERE offer_id IN (SELECT offer_id FROM undo_offer UNION SELECT unnest(%s::bigint[]))
    ORDER BY offer_id FOR NO KEY UPDATE) locked
"""
# A file is only asked whom it names, and for facts other than the stock. What its run then said of the stock is what
# was on record once it had counted, however much better we have learned to read since.
CREATE_DELTA = """
CREATE TEMPORARY TABLE undo_delta ON COMMIT DROP AS
WITH words AS (
    SELECT word.*, run.feed_id, coalesce(withheld.counted_at, run.at) AS at, run.stated_at, run.is_later
    FROM undo_word word JOIN undo_run run ON run.run_id = word.run_id
    LEFT JOIN undo_withheld withheld ON withheld.run_id = word.run_id AND withheld.key = word.key
                                     AND withheld.change <> 'gone'
), statements AS (
    SELECT key, run_id, feed_id, at, stated_at, 0 AS missing_files, NULL::bigint AS missing_run FROM words
    UNION ALL
    SELECT offer.key, NULL, NULL, single.at, single.at, 0, NULL
    FROM undo_offer offer JOIN suppliers_observation single ON single.offer_id = offer.offer_id
    WHERE single.at >= %(since)s AND single.run_id IS NULL AND single.source NOT IN ('undo', 'carried')
    UNION ALL
    SELECT key, base_run, base_feed, base_at, base_stated_at, base_missing, base_missing_run
    FROM undo_offer WHERE base_at IS NOT NULL
), last AS (
    SELECT DISTINCT ON (key) * FROM statements ORDER BY key, at DESC
), facts AS (
    SELECT key, (array_agg(run_id ORDER BY at DESC))[1] AS named_by, bool_or(run_id = %(root)s) AS is_named_again,
           (array_agg(name ORDER BY at DESC) FILTER (WHERE name <> ''))[1] AS name,
           (array_agg(gtin ORDER BY at DESC) FILTER (WHERE gtin <> ''))[1] AS gtin,
           (array_agg(cost_cents ORDER BY at DESC) FILTER (WHERE cost_cents IS NOT NULL))[1] AS cost_cents,
           (array_agg(currency ORDER BY at DESC) FILTER (WHERE currency <> ''))[1] AS currency,
           (array_agg(lead_days ORDER BY at DESC) FILTER (WHERE lead_days IS NOT NULL))[1] AS lead_days
    FROM words WHERE is_later GROUP BY key
), decided AS (
    SELECT offer.*, facts.named_by, coalesce(facts.is_named_again, false) AND offer.product_id IS NULL AS present,
           coalesce(facts.name, offer.base_name) AS name, coalesce(facts.gtin, offer.base_gtin) AS gtin,
           coalesce(facts.cost_cents, offer.base_cost) AS cost_cents,
           coalesce(facts.currency, offer.base_currency) AS currency,
           coalesce(facts.lead_days, offer.base_lead) AS lead_days,
           CASE WHEN is_zeroed THEN 'exact' WHEN is_forgotten THEN 'unknown'
                ELSE coalesce(said.kind, 'unknown') END AS kind,
           CASE WHEN is_zeroed THEN 0 WHEN NOT is_forgotten THEN said.quantity END AS quantity,
           CASE WHEN is_forgotten THEN '' ELSE coalesce(said.raw, '') END AS raw,
           CASE WHEN missed.at IS NULL THEN last.run_id END AS run_id,
           CASE WHEN is_zeroed THEN missed.zeroed_at WHEN last.missing_files > 0 THEN last.stated_at
                WHEN is_forgotten THEN missed.stated_at ELSE last.stated_at END AS as_of,
           CASE WHEN is_zeroed THEN missed.zeroed_by WHEN last.missing_files > 0 THEN last.missing_run
                WHEN is_forgotten THEN missed.run_id END AS missing_run,
           CASE WHEN is_forgotten AND NOT is_zeroed AND (missed.counts_absences OR last.missing_files > 0)
                THEN coalesce(missed.files, last.missing_files) ELSE 0 END AS missing_files,
           last.feed_id AS missing_feed
    FROM undo_offer offer
    LEFT JOIN last ON last.key = offer.key
    LEFT JOIN facts ON facts.key = offer.key
    LEFT JOIN LATERAL (
        SELECT kind, quantity, raw FROM suppliers_observation
        WHERE offer_id = offer.offer_id AND at <= last.at ORDER BY at DESC, id DESC LIMIT 1
    ) said ON true
    LEFT JOIN LATERAL (
        SELECT min(at) AS at, (array_agg(stated_at ORDER BY at))[1] AS stated_at,
               (array_agg(run_id ORDER BY at))[1] AS run_id, bool_or(absent_is_unknown) AS absent_is_unknown,
               bool_or(zero_after IS NOT NULL) AS counts_absences, max(files) AS files,
               (array_agg(run_id ORDER BY at) FILTER (WHERE in_full AND files >= zero_after))[1] AS zeroed_by,
               (array_agg(stated_at ORDER BY at) FILTER (WHERE in_full AND files >= zero_after))[1] AS zeroed_at
        FROM (
            SELECT missing.*, last.missing_files + sum(CASE WHEN place + last.missing_files = 1 OR in_full THEN 1
                                                            ELSE 0 END) OVER (ORDER BY at) AS files
            FROM (
                SELECT run.*, row_number() OVER (ORDER BY run.at) AS place FROM undo_run run
                WHERE run.feed_id = last.feed_id AND run.at > last.at AND NOT run.is_partial
                  AND (run.is_later OR last.missing_files = 0)
                  AND NOT EXISTS (SELECT FROM undo_withheld withheld WHERE withheld.run_id = run.run_id
                                  AND withheld.key = offer.key AND withheld.counted_at IS NULL)
            ) missing
        ) counted
    ) missed ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(missed.absent_is_unknown, false) OR coalesce(last.missing_files, 0) > 0 AS is_forgotten,
               missed.zeroed_by IS NOT NULL AS is_zeroed
    ) policy
), promised AS (
    SELECT decided.*, stock.kind AS kind_before, stock.quantity AS quantity_before,
           stock.promisable AS promisable_before, stock.reserved, stock.run_id AS run_before,
           stock.as_of AS as_of_before,
           CASE decided.kind WHEN 'unknown' THEN 0 WHEN 'flag' THEN %(flag_counts_as)s
                             ELSE greatest(decided.quantity, 0) END AS promisable,
           (cost_cents, currency, lead_days) IS DISTINCT FROM (cost_now, currency_now, lead_now) AS terms_differ,
           coalesce(absent.files, 0) AS missing_files_before,
           matched_run_id = %(root)s AND NOT %(comes_back)s AND named_by IS NULL AND stock.reserved = 0 AS is_lost
    FROM decided JOIN suppliers_offerstock stock ON stock.offer_id = decided.offer_id
    LEFT JOIN suppliers_absentoffer absent ON absent.offer_id = decided.offer_id
), compared AS (
    SELECT *, (kind, quantity, promisable) IS DISTINCT FROM (kind_before, quantity_before, promisable_before)
               OR terms_differ AS says_new,
           (run_id, as_of) IS DISTINCT FROM (run_before, as_of_before) AS is_others_word,
           terms_differ OR (name, gtin) IS DISTINCT FROM (name_now, gtin_now) AS slow_differ,
           product_id AS product_before, false AS attached, NULL::bigint AS line
    FROM promised
)
SELECT *, CASE WHEN NOT says_new THEN 'same'
               WHEN kind = 'unknown' AND kind_before <> 'unknown' THEN 'unreadable'
               WHEN promisable_before > 0 AND kind = 'exact' AND promisable = 0 THEN 'zeroed'
               WHEN promisable < promisable_before THEN 'less'
               WHEN promisable > promisable_before THEN 'more' ELSE 'other' END AS change
FROM compared
WHERE says_new OR is_others_word OR slow_differ OR is_lost OR present OR matched_run_id = %(root)s
   OR missing_files <> missing_files_before
"""
COUNT = "SELECT change, count(*) FROM undo_delta WHERE says_new GROUP BY change"
KEYS = "SELECT key, has_facts, is_lined FROM undo_offer"
TABLES = "DROP TABLE IF EXISTS undo_run, undo_offer, undo_withheld, undo_word, undo_delta"
CHANGES = ["more", "less", "zeroed", "unreadable", "other"]


def stage_offers(plan: Plan) -> pl.DataFrame:
    """Find the offers in question and what stood before; their keys, as `hear` wants them."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(CREATE_RUNS, columns_of(plan))
        cursor.execute("CREATE INDEX ON undo_run (feed_id, at)")
        cursor.execute(CREATE_OFFERS, parameters_of(plan))
        cursor.execute("CREATE INDEX ON undo_offer (key)")
        cursor.execute("ANALYZE undo_offer")
        cursor.execute(KEYS)
        schema = {"key": pl.String, "has_facts": pl.Boolean, "is_lined": pl.Boolean}
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def lock_offers(others: Collection[int]) -> None:
    """Hold the numbers of the staged offers, and of others, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(others)])


def stage_words(heard: Heard) -> None:
    """What the remaining runs said of the staged offers."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM undo_run WHERE run_id = ANY(%s)", [list(heard.unheard)])
        cursor.execute(CREATE_WITHHELD)
        cursor.execute("CREATE INDEX ON undo_withheld (key, run_id)")
        cursor.execute(CREATE_WORDS)
        with cursor.copy("COPY undo_word FROM STDIN (FORMAT csv)") as copy:
            for block in heard.rows():
                copy.write(block.select(COPIED).write_csv(include_header=False))
        cursor.execute("ANALYZE undo_word")


def compare(plan: Plan) -> dict[str, int]:
    """Reckon what would be, beside what is; how many offers would change in which way, and how many were looked at."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE_DELTA, parameters_of(plan))
        cursor.execute("ANALYZE undo_delta")
        cursor.execute(COUNT)
        changed = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM undo_offer")
        (looked_at,) = cursor.fetchone()
    counts = {change: changed.get(change, 0) for change in CHANGES}
    return {"rows": looked_at, "same": looked_at - sum(counts.values()), **counts}


def parameters_of(plan: Plan) -> dict[str, Any]:
    return {
        "root": plan.root.pk,
        "feed": plan.root.feed_id,
        "supplier": plan.root.feed.supplier_id,
        "since": plan.since,
        "finished_at": plan.root.finished_at,
        "touched": [plan.root.pk, *plan.touched],
        "comes_back": plan.comes_back,
        "keeps": plan.root.feed.absent_policy == AbsentPolicy.KEEP,
        "flag_counts_as": LevelPolicy.current().flag_counts_as,
    }


def columns_of(plan: Plan) -> dict[str, list[Any]]:
    return {
        "run_ids": [word.run_id for word in plan.words],
        "feed_ids": [word.feed_id for word in plan.words],
        "ats": [word.at for word in plan.words],
        "stated_ats": [word.stated_at for word in plan.words],
        "laters": [word.is_later for word in plan.words],
        "unknowns": [word.absent_is_unknown for word in plan.words],
        "partials": [word.partial for word in plan.words],
        "in_fulls": [word.in_full for word in plan.words],
        "zero_afters": [word.zero_after for word in plan.words],
    }
