"""The fold of `levels` for any number of products at once: one statement, in SQL.

The context that knows the offers says which products are meant (`wanted`) and what was said of them (`said`);
this module knows how that becomes levels and publications. A property test holds it equal to the pure fold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from stocke.products.domain.levels import FRESH, KIND_WEIGHT, OLD, PLENTY, STALE
from stocke.products.models import LevelPolicy

# One at a time: a recompute that read before another's commit must not write after it.
LEVELS_LOCK = 0x570C_CE02


@dataclass(frozen=True)
class Statements:
    """Two queries of the caller's, with named parameters.

    `wanted` has product_id and cause, each product once. `said` selects FROM wanted and has, per offer:
    product_id, offer_id, rank, supplier (the name as JSON), active, kind, quantity, promisable, reserved, as_of,
    lead_days, and what was learned of its supplier: served, answered, permille (all empty where nothing was). With
    `alone`, `said` finds by itself what is said of those wanted that have one offer only, and `cause` is a parameter;
    `wanted` may have others, and any of them twice.
    """

    wanted: str
    said: str
    parameters: Mapping[str, Any]
    alone: bool = False


# What one offer adds to the sums of its product, in columns of the names that the sums have. OFFSET 0: without it, the
# planner puts these columns into every expression built on them, which takes it three times as long.
WEIGH = """
said AS ({said}),
judged AS (
    SELECT said.*,
           active AND kind <> 'unknown' AS states,
           CASE WHEN active THEN LEAST(promisable, {plenty}) ELSE 0 END AS counted,
           promisable > 0 AND (permille IS NULL OR permille >= %(likely)s) AS counted_on,
           CASE kind {kind_weights} END AS kind_weight,
           CASE WHEN as_of >= %(fresh_since)s THEN {fresh}
                WHEN as_of >= %(stale_since)s THEN {stale} ELSE {old} END AS age_weight
    FROM said
),
doubting AS (
    SELECT taking.*,
           CASE WHEN %(learns)s AND permille IS NOT NULL
                THEN (GREATEST(counted - taken, 0)::bigint * (1000 - permille) + 499) / 1000 ELSE 0 END AS doubted
    FROM (
        SELECT judged.*, CASE WHEN NOT states THEN 0 WHEN kind = 'exact' THEN reserved
                              ELSE LEAST(reserved, counted) END AS taken
        FROM judged
    ) taking
),
weighed AS (
    SELECT product_id, offer_id, rank, states, counted AS stated, taken, doubted,
           CASE WHEN doubted > 0 THEN '[' || offer_id || ',' || doubted || ',' || served || ','
                                      || answered || ',' || permille || ']' END AS grounds,
           active AND counted_on AND age_weight = {fresh} AS fresh,
           active AND kind IN ('flag', 'at_least') AS open_ended,
           active AND kind = 'unknown' AS unknown,
           CASE WHEN states THEN GREATEST(counted, 1) END AS units,
           CASE WHEN states THEN GREATEST(counted, 1)::bigint * kind_weight * age_weight
                                 * COALESCE(permille, 1000) / 10000 END AS sure,
           CASE WHEN active AND promisable > reserved THEN lead_days END AS lead_days,
           CASE WHEN states THEN as_of END AS as_of,
           CASE WHEN states AND counted_on THEN as_of END AS as_of_counted,
           -- Text, as stocke.products.models.steps reads it: building JSON costs seven times as much, and a feed may
           -- touch a million offers.
           '[' || counted || ',' || offer_id || ',' || supplier || ',"' || kind || '",'
           || COALESCE(quantity::text, 'null') || ',' || reserved || ','
           || COALESCE('"' || left((as_of AT TIME ZONE 'UTC')::text, 19) || '"', 'null') || ',"'
           || CASE WHEN NOT active THEN 'inactive' WHEN kind = 'unknown' THEN 'unknown'
                   WHEN kind = 'flag' AND promisable = 0 THEN 'not_counted'
                   WHEN promisable > {plenty} THEN 'plenty'
                   WHEN age_weight < {fresh} THEN 'stale' ELSE '' END || '"]' AS steps
    FROM doubting OFFSET 0
)"""
SUM = """
WITH wanted AS MATERIALIZED ({wanted}),
{weigh},
summed AS (
    SELECT product_id,
           sum(stated) AS stated, sum(taken) AS taken, sum(doubted) AS doubted,
           bool_or(states) AS states, bool_or(fresh) AS fresh, bool_or(open_ended) AS open_ended,
           bool_or(unknown) AS unknown,
           sum(units) AS units, sum(sure)::bigint AS sure,
           min(lead_days) AS lead_days_min, max(lead_days) AS lead_days_max,
           COALESCE(max(as_of_counted), max(as_of)) AS as_of,
           string_agg(steps, ',' ORDER BY rank, offer_id) AS steps,
           string_agg(grounds, ',' ORDER BY rank, offer_id) AS grounds
    FROM weighed GROUP BY product_id
),
found AS (
    SELECT summed.*, wanted.product_id AS id, wanted.cause AS cause
    FROM wanted LEFT JOIN summed ON summed.product_id = wanted.product_id
),"""
# Sorting and summing a million products of one offer each would take longer than all the rest.
ALONE = """
WITH {weigh},
found AS (
    SELECT product_id, stated, taken, doubted, states, fresh, open_ended, unknown, units, sure,
           lead_days AS lead_days_min, lead_days AS lead_days_max, as_of, steps, grounds, product_id AS id,
           %(cause)s AS cause
    FROM weighed
),"""
# Only products with rules of their own, and those that are not sold, are joined: of the others nothing is asked.
FOLD = """{found}
ruled AS (
    SELECT found.*, product.active IS NOT FALSE AS sold,
           COALESCE(found.stated, 0) AS total,
           COALESCE(product.buffer, %(buffer)s) AS buffer,
           COALESCE(product.cap, %(cap)s) AS cap,
           CASE WHEN product.buffer IS NULL THEN 'policy' ELSE 'product' END AS buffer_of,
           CASE WHEN product.cap IS NULL THEN 'policy' ELSE 'product' END AS cap_of
    FROM found LEFT JOIN products_product product ON product.id = found.id
        AND (NOT product.active OR product.buffer IS NOT NULL OR product.cap IS NOT NULL)
),
promised AS (SELECT ruled.*, LEAST(COALESCE(ruled.taken, 0), total) AS less_promised FROM ruled),
-- OFFSET 0: each step is computed once, not again in every expression built on it.
counted_on AS (
    SELECT promised.*, LEAST(COALESCE(doubted, 0), total - less_promised) AS less_learned FROM promised
),
buffered AS (
    SELECT counted_on.*, LEAST(buffer, total - less_promised - less_learned) AS less_buffer
    FROM counted_on OFFSET 0
),
capped AS (
    SELECT buffered.*, total - less_promised - less_learned - less_buffer AS after_buffer,
           COALESCE(GREATEST(total - less_promised - less_learned - less_buffer - cap, 0), 0) AS less_cap
    FROM buffered OFFSET 0
),
left_over AS (
    SELECT capped.*, after_buffer - less_cap AS after_cap,
           CASE WHEN sold THEN after_buffer - less_cap ELSE 0 END AS sellable
    FROM capped OFFSET 0
),
folded AS (
    SELECT id AS product_id, cause, sellable::int, lead_days_min, lead_days_max, as_of,
           CASE WHEN NOT sold THEN 'out' WHEN states IS NOT TRUE THEN 'unknown'
                WHEN sellable > 0 THEN CASE WHEN fresh AND sellable >= %(low_below)s THEN 'in_stock' ELSE 'low' END
                WHEN open_ended THEN 'low' WHEN unknown THEN 'unknown' ELSE 'out' END AS light,
           CASE WHEN sold AND sellable <= 0 AND unknown AND open_ended IS NOT TRUE THEN 0
                ELSE COALESCE(((2 * sure + units) / (2 * units))::numeric / 1000, 0) END::numeric(4, 3) AS confidence,
           '[' || COALESCE(steps, '["no_offer",0]')
           || CASE WHEN taken > 0 THEN ',["reserved",' || -less_promised || ',' || taken || ']' ELSE '' END
           || CASE WHEN doubted > 0
                   THEN ',["learned",' || -less_learned || ',' || doubted || ',[' || grounds || ']]' ELSE '' END
           || CASE WHEN buffer > 0
                   THEN ',["buffer",' || -less_buffer || ',' || buffer || ',"' || buffer_of || '"]' ELSE '' END
           || CASE WHEN cap IS NOT NULL
                   THEN ',["cap",' || -less_cap || ',' || cap || ',"' || cap_of || '"]' ELSE '' END
           || CASE WHEN sold THEN '' ELSE ',["stopped",' || -after_cap || ']' END
           || ']' AS steps
    FROM left_over OFFSET 0
)
"""

# Found once, written and told from there: `told_at` says of each row that is written whether its number is new.
WRITE = """,
written AS (
    UPDATE products_level level SET
        sellable = folded.sellable, light = folded.light, confidence = folded.confidence,
        lead_days_min = folded.lead_days_min, lead_days_max = folded.lead_days_max,
        as_of = folded.as_of, steps = folded.steps::json, computed_at = %(now)s,
        told_at = CASE WHEN (folded.sellable, folded.light) <> (level.sellable, level.light) THEN %(now)s
                       ELSE level.told_at END
    FROM folded
    WHERE level.product_id = folded.product_id{and_differs}
    RETURNING level.product_id, level.sellable, level.light, level.steps, level.told_at, folded.cause
),
told AS (SELECT * FROM written WHERE told_at = %(now)s),
published AS (
    INSERT INTO products_publication (product_id, channel, at, sellable, light, steps, cause)
    SELECT product_id, 'catalogue', told_at, sellable, light, steps, cause FROM told
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM written)
"""
DIFFERS = """
      AND (folded.sellable, folded.light, folded.confidence, folded.lead_days_min, folded.lead_days_max,
           folded.as_of, folded.steps) IS DISTINCT FROM
          (level.sellable, level.light, level.confidence, level.lead_days_min, level.lead_days_max,
           level.as_of, level.steps::text)"""
CHANGE, REWRITE = WRITE.format(and_differs=DIFFERS), WRITE.format(and_differs="")
# In the order of the products, because every index then grows page by page. No ON CONFLICT: it would cost twice as
# much for all, and nobody else writes levels while the lock is held.
ADD = """,
added AS MATERIALIZED (
    SELECT * FROM folded
    WHERE NOT EXISTS (SELECT FROM products_level level WHERE level.product_id = folded.product_id)
      AND EXISTS (SELECT FROM products_product product WHERE product.id = folded.product_id)
    ORDER BY product_id
),
published AS (
    INSERT INTO products_publication (product_id, channel, at, sellable, light, steps, cause)
    SELECT product_id, 'catalogue', %(now)s, sellable, light, steps::json, cause FROM added
),
written AS (
    INSERT INTO products_level (product_id, sellable, light, confidence, lead_days_min, lead_days_max,
                                as_of, steps, computed_at, told_at)
    SELECT product_id, sellable, light, confidence, lead_days_min, lead_days_max, as_of, steps::json, %(now)s, %(now)s
    FROM added
)
SELECT count(*) FROM added
"""
COUNT = "SELECT count(*) FROM ({wanted}) wanted"
COUNT_MISSING = """
SELECT count(*), count(*) FILTER (WHERE level.product_id IS NULL)
FROM ({wanted}) wanted LEFT JOIN products_level level ON level.product_id = wanted.product_id
"""

COMPARE = """
SELECT count(*),
       count(*) FILTER (WHERE folded.sellable > level.sellable),
       count(*) FILTER (WHERE folded.sellable < level.sellable),
       count(*) FILTER (WHERE folded.sellable = 0 AND level.sellable > 0),
       count(*) FILTER (WHERE folded.light <> level.light)
FROM folded JOIN products_level level ON level.product_id = folded.product_id
"""


@dataclass(frozen=True)
class Difference:
    """What another policy would change, in numbers of products."""

    looked_at: int
    more: int
    less: int
    to_zero: int
    other_light: int


# For this transaction: compiling the statement costs more than it saves, sorting a million rows must not go to disk,
# and what is sold every minute lies in memory, where a page costs little: a few per cent of all products are best
# read by index.
PLAN_FOR_SETS = """
SELECT set_config('jit', 'off', true), set_config('seq_page_cost', '0.1', true),
       set_config('random_page_cost', '0.1', true), set_config('work_mem', '256MB', true)
"""


def lock_levels(*, wait: bool = True) -> bool:
    """Become the only transaction that recomputes, until it ends. Without `wait`, False if somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN_FOR_SETS)
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEVELS_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LEVELS_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def write_levels(statements: Statements, policy: LevelPolicy, *, now: datetime) -> int:
    """Write the levels that differ and publish the numbers and lights that differ; how many were published.

    Hold `lock_levels` from before the statement's snapshot. Reads and writes nothing else; may run any number
    of times.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT_MISSING.format(wanted=statements.wanted), statements.parameters)
        wanted, missing = cursor.fetchone()
    added = _run(ADD, statements, policy, now=now)[0] if missing else 0
    return added + (_run(CHANGE, statements, policy, now=now)[0] if missing < wanted else 0)


def rewrite_levels(statements: Statements, policy: LevelPolicy, *, now: datetime) -> int:
    """The same where each statement is newer than its level: every level is written, and none compared before.

    Missing ones are looked for only where fewer were written than are wanted, so each product must be wanted once.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(wanted=statements.wanted), statements.parameters)
        (wanted,) = cursor.fetchone()
    told, written = _run(REWRITE, statements, policy, now=now)
    return told + (_run(ADD, statements, policy, now=now)[0] if written < wanted else 0)


def compare_levels(statements: Statements, policy: LevelPolicy, *, now: datetime) -> Difference:
    """What would change under `policy`; nothing is written."""
    return Difference(*_run(COMPARE, statements, policy, now=now))


def _run(ending: str, statements: Statements, policy: LevelPolicy, *, now: datetime) -> tuple[int, ...]:
    trusted = timedelta(hours=policy.trusted_hours)
    parameters = {
        **statements.parameters,
        "buffer": policy.buffer,
        "cap": policy.cap,
        "low_below": policy.low_below,
        "learns": policy.learned_buffer,
        "likely": 10 * policy.doubted_below,
        "fresh_since": now - trusted,
        "stale_since": now - 2 * trusted,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_fold_of(statements) + ending, parameters)
        return tuple(cursor.fetchone() or ())


def _fold_of(statements: Statements) -> str:
    weights = " ".join(f"WHEN '{kind}' THEN {weight}" for kind, weight in KIND_WEIGHT.items())
    weigh = WEIGH.format(
        said=statements.said, kind_weights=weights, plenty=PLENTY, fresh=FRESH, stale=STALE, old=OLD
    )
    found = ALONE if statements.alone else SUM
    return FOLD.format(found=found.format(wanted=statements.wanted, weigh=weigh))
