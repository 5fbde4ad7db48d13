"""A file's rows beside what we know: copied to a temporary table and joined with the supplier's offers.

Everything here lives in the caller's transaction and is gone with it. Nothing is written to a lasting table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection

from suppliers.domain.figures import Figures
from suppliers.domain.heartbeats import NOBODY, Watcher
from suppliers.domain.overtaking import Told, parameters_of
from suppliers.models import AbsentPolicy, Feed
from suppliers.readers import Blocks

ROWS_PER_BLOCK = 50_000
# What is few beside all that are known.
FEW, FEW_OF = 1_000, 20
KNOWN_KINDS = ["exact", "at_least", "flag", "unknown"]
COUNTED = ["exact", "at_least"]
LARGEST = 2_147_483_647
LONGEST_KEY = 120

# For this transaction: hash joins of a million rows stay in memory, a table of a few columns that lives for seconds
# is not sampled as if it were to stay, and a few per cent of all offers are looked up by index, because what is
# imported every quarter of an hour lies in memory. The size of memory for temporary tables can only be chosen before
# the connection has made its first one, be it in a transaction that was given up since, which nothing tells.
PREPARE = """
DO $$ BEGIN SET temp_buffers = '256MB'; EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$;
SET LOCAL work_mem = '256MB';
SET LOCAL default_statistics_target = 10;
SET LOCAL seq_page_cost = 0.1;
SET LOCAL random_page_cost = 0.1;
SET LOCAL jit = off
"""
CREATE_ROWS = """
CREATE TEMPORARY TABLE feed_rows (
    line bigint, key text, name text, gtin text, kind text, quantity integer, cost_cents integer,
    currency text, lead_days smallint, raw text, present boolean NOT NULL DEFAULT true
) ON COMMIT DROP
"""
# What becomes an offer, with the number that it has from then on.
CREATE_ADDED = """
CREATE TEMPORARY TABLE feed_added (
    offer_id bigint, key text, product_id bigint, kind text, quantity integer, promisable integer, name text, gtin text,
    cost_cents integer, currency text, lead_days smallint, rank smallint, raw text
) ON COMMIT DROP
"""
COPY_GONE = "COPY feed_rows (key, present) FROM STDIN (FORMAT csv)"
COPY_ROWS = """
COPY feed_rows (line, key, name, gtin, kind, quantity, cost_cents, currency, lead_days, raw)
FROM STDIN (FORMAT csv)
"""

# What we know of this supplier. `known` offers were last stated by this very feed: only those can go missing.
OFFERS = """
SELECT offer.id AS offer_id, offer.product_id, offer.supplier_sku, offer.name, offer.gtin, offer.cost_cents,
       offer.currency, offer.lead_days, stock.kind, stock.quantity, stock.promisable, stock.reserved,
       stock.as_of, stock.run_id, coalesce(run.feed_id = %(feed)s, false) AS known
FROM suppliers_offer offer
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
LEFT JOIN suppliers_run run ON run.id = stock.run_id
WHERE offer.supplier_id = %(supplier)s
"""
# In a whole file every known offer without a row is missing. In what differs from the last file only those are that
# are staged as not present: nobody looks at the others.
WHOLE, DIFFERENCES = (
    f"FULL JOIN ({OFFERS}) o ON o.supplier_sku = f.key",
    f"LEFT JOIN ({OFFERS}) o ON o.supplier_sku = f.key",
)
# Few are looked up one by one, whatever the planner thinks of tables that have just grown.
FEW_DIFFERENCES = f"LEFT JOIN LATERAL ({OFFERS} AND offer.supplier_sku = f.key OFFSET 0) o ON true"

# One row for every offer that would be touched. What the file does not say (no price column, an empty cell) is
# kept as it was; only the quantity is a statement even when it is unknown. A row is overtaken where somebody else has
# said something newer than the file: a person, the supplier's answer, another feed. That a SKU was missing is no word.
# OFFSET 0: what is derived is computed once, not again in every expression built on it.
CREATE_DELTA = """
CREATE TEMPORARY TABLE feed_delta ON COMMIT DROP AS
WITH compared AS (
    SELECT o.offer_id, o.product_id, o.known, f.present IS TRUE AS present, coalesce(f.key, o.supplier_sku) AS key,
           f.line, f.raw,
           coalesce(nullif(f.name, ''), o.name, '') AS name, o.name AS name_before,
           coalesce(nullif(f.gtin, ''), o.gtin, '') AS gtin, o.gtin AS gtin_before,
           coalesce(f.cost_cents, o.cost_cents) AS cost_cents, o.cost_cents AS cost_before,
           coalesce(nullif(f.currency, ''), o.currency, %(currency)s) AS currency, o.currency AS currency_before,
           coalesce(f.lead_days, o.lead_days) AS lead_days, o.lead_days AS lead_before,
           o.kind AS kind_before, o.quantity AS quantity_before, coalesce(o.promisable, 0) AS promisable_before,
           coalesce(o.reserved, 0) AS reserved,
           CASE WHEN f.present THEN f.kind WHEN %(absent_unknown)s THEN 'unknown' ELSE o.kind END AS kind,
           CASE WHEN f.present THEN f.quantity
                WHEN %(absent_unknown)s THEN NULL ELSE o.quantity END AS quantity,
           o.as_of AS as_of_before,
           CASE WHEN f.present AND NOT o.known AND o.as_of > %(stated_at)s::timestamptz AND o.as_of > coalesce((
                    SELECT later.at FROM unnest(%(lines)s::bigint[], %(ats)s::timestamptz[]) later (line, at)
                    WHERE later.line <= f.line ORDER BY later.line DESC LIMIT 1), %(stated_at)s)
                THEN o.run_id IS NOT NULL OR coalesce((
                    SELECT said.source FROM suppliers_observation said WHERE said.offer_id = o.offer_id
                    ORDER BY said.at DESC, said.id DESC LIMIT 1), '') <> 'absent'
                ELSE false END AS is_overtaken
    FROM feed_rows f {joined}
), promised AS (
    SELECT *, CASE kind WHEN 'unknown' THEN 0 WHEN 'flag' THEN %(flag_counts_as)s
                        ELSE greatest(quantity, 0) END AS promisable,
           (cost_cents, currency) IS DISTINCT FROM (cost_before, currency_before)
               OR lead_days IS DISTINCT FROM lead_before AS terms_differ
    FROM compared OFFSET 0
), judged AS (
    SELECT *, (kind, quantity, promisable) IS DISTINCT FROM (kind_before, quantity_before, promisable_before)
                  OR terms_differ AS says_new,
           terms_differ OR name IS DISTINCT FROM name_before OR gtin IS DISTINCT FROM gtin_before AS slow_differ
    FROM promised
)
SELECT *, CASE WHEN offer_id IS NULL THEN 'new'
               WHEN NOT present THEN 'gone'
               WHEN kind = 'unknown' AND kind_before <> 'unknown' THEN 'unreadable'
               WHEN promisable_before > 0 AND kind = 'exact' AND promisable = 0 THEN 'zeroed'
               WHEN promisable < promisable_before THEN 'less'
               WHEN promisable > promisable_before THEN 'more'
               WHEN says_new THEN 'other' ELSE 'same' END AS change
FROM judged
WHERE (offer_id IS NULL AND present) OR (present AND (says_new OR slow_differ OR NOT known)) OR (NOT present AND known)
"""
# Between the text of a quantity and that of its lead time.
BETWEEN_CELLS = " · "
# A transaction may compare twice: a trial, and then the act.
DROP = "DROP TABLE IF EXISTS feed_rows, feed_delta, feed_added"
ANALYZE = "ANALYZE feed_{table}"
# A row of the file that is not in the delta is a known offer that says the same as before, so what we knew can be
# counted from the two temporary tables, without reading the offers a second time.
COUNT_PROMISED = """
SELECT count(*) FROM feed_rows
WHERE (kind IN ('exact', 'at_least') AND quantity > 0) OR (kind = 'flag' AND %(flag_counts_as)s > 0)
"""
COUNT_CHANGES = """
SELECT CASE WHEN is_overtaken THEN 'overtaken' ELSE change END, count(*), count(*) FILTER (WHERE known),
       count(*) FILTER (WHERE known AND promisable_before > 0), count(*) FILTER (WHERE present AND promisable > 0)
FROM feed_delta GROUP BY 1
"""
# Offers are numbered in the order of their first file, so a file that was cut misses the highest numbers.
CUT = """
SELECT (SELECT min(offer_id) FROM feed_delta WHERE NOT present) >
       (SELECT max(offer.id) FROM suppliers_offer offer JOIN feed_rows file ON file.key = offer.supplier_sku
        WHERE offer.supplier_id = %s),
       (SELECT max(line) FROM feed_rows)
"""
CHANGES = ["new", "more", "less", "zeroed", "gone", "unreadable", "other"]
OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Comparison:
    """What the rows would do. `counts` has one entry per kind of change, `rows` and `same`, and `overtaken` if any."""

    figures: Figures
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Touched:
    """Offers in the delta: how many, known to the feed, of those in stock before, and promisable by the file."""

    offers: int = 0
    known: int = 0
    in_stock: int = 0
    promisable: int = 0


@dataclass(frozen=True)
class Rest:
    """What a file is besides the rows to compare: so many `lines` that are known to be the same as last time, which
    would let us promise something in `promising` cases, and the codes that are `gone` since.

    `promising` waits until that is counted, which may be done beside other work.
    """

    lines: int
    promising: Callable[[], int]
    gone: pl.Series


def compare(
    feed: Feed,
    rows: Blocks,
    *,
    flag_counts_as: int,
    rest: Rest | None = None,
    told: Told | None = None,
    watcher: Watcher = NOBODY,
) -> Comparison:
    """Fill feed_rows and feed_delta from the `rows` that are `usable` (suppliers.readers ROW_SCHEMA, one row per key).

    With `rest`, the rows are what differs from the feed's last file; without, they are all of the file. What others
    have said since a row was `told` overtakes it; without, nothing does. Overtaken rows are marked, and must be set
    aside (suppliers.domain.overtaking) before anything is written.
    """
    parameters: dict[str, Any] = {
        "feed": feed.pk,
        "supplier": feed.supplier_id,
        "currency": feed.supplier.currency,
        "absent_unknown": feed.absent_policy != AbsentPolicy.KEEP,
        "flag_counts_as": flag_counts_as,
        **parameters_of(told),
    }
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        cursor.execute(DROP)
        cursor.execute(CREATE_ADDED)
        staged = copy_rows(cursor, rows, rest.gone if rest else None, watcher=watcher)
        cursor.execute(CREATE_DELTA.format(joined=join_for(rows, rest)), parameters)
        cursor.execute(ANALYZE.format(table="delta"))
        cursor.execute(COUNT_PROMISED, parameters)
        (promised,) = cursor.fetchone()
        cursor.execute(COUNT_CHANGES)
        changes = {change: Touched(*counts) for change, *counts in cursor.fetchall()}
    if rest:
        promised += rest.promising()
    return comparison(staged + (rest.lines if rest else 0), promised, changes)


def join_for(rows: Blocks, rest: Rest | None) -> str:
    if rest is None:
        return WHOLE
    is_few = rows.height + rest.gone.len() < max(FEW, rest.lines // FEW_OF)
    return FEW_DIFFERENCES if is_few else DIFFERENCES


def comparison(rows: int, promised: int, changes: Mapping[str, Touched]) -> Comparison:
    """`promised` rows of the file would let us promise something."""
    counts = {change: changes.get(change, Touched()).offers for change in CHANGES}
    counts |= {OVERTAKEN: changes[OVERTAKEN].offers} if OVERTAKEN in changes else {}
    touched = sum(found.offers for change, found in changes.items() if change != "gone")
    gone, zeroed, muted = (changes.get(change, Touched()) for change in ("gone", "zeroed", "unreadable"))
    untouched_in_stock = promised - sum(found.promisable for found in changes.values())
    known = rows - touched + sum(found.known for found in changes.values())
    figures = Figures(
        rows=rows,
        known=known,
        present=known - gone.offers,
        in_stock=untouched_in_stock + sum(found.in_stock for found in changes.values()),
        zeroed=zeroed.in_stock,
        muted=muted.in_stock,
    )
    same = rows - sum(counts.values()) + counts["gone"]
    return Comparison(figures, {"rows": rows, "same": same, **counts})


def promising(rows: pl.DataFrame, *, flag_counts_as: int) -> int:
    """COUNT_PROMISED, of rows that need not be copied for it."""
    kind = pl.col("quantity_kind")
    counts = (kind.is_in(COUNTED) & (pl.col("quantity") > 0)) | ((kind == "flag") & (flag_counts_as > 0))
    return int(rows.select(counts.sum()).item())


def cut_after(feed: Feed) -> int | None:
    """The last line of a file whose end is missing; None when what is missing lies elsewhere too."""
    with connection.cursor() as cursor:
        cursor.execute(CUT, [feed.supplier_id])
        is_cut, last_line = cursor.fetchone()
    return last_line if is_cut else None


def copy_rows(cursor: Any, rows: Blocks, gone: pl.Series | None = None, *, watcher: Watcher) -> int:
    """How many of the rows are of use."""
    cursor.execute(CREATE_ROWS)
    copied = 0
    with cursor.copy(COPY_ROWS) as copy:
        for block in map(usable, rows.iter_slices(ROWS_PER_BLOCK)):
            copy.write(storable(block).write_csv(include_header=False))
            copied += block.height
            watcher.progress(copied, rows.height)
    if gone is not None:
        with cursor.copy(COPY_GONE) as copy:
            codes = gone.to_frame("key").select(text("key"), pl.lit(False))
            copy.write(codes.write_csv(include_header=False))
    cursor.execute(ANALYZE.format(table="rows"))
    return copied


def storable(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows within the bounds of our columns: long names cut, impossible figures unsaid, never a key changed."""
    counted = pl.col("quantity_kind").is_in(COUNTED)
    said_kind = pl.col("quantity_kind").cast(pl.String)
    kind = pl.when(said_kind.is_in(KNOWN_KINDS)).then(said_kind).otherwise(pl.lit("unknown"))
    return rows.select(
        "line",
        text("key"),
        text("name").str.slice(0, 250),
        pl.when(pl.col("gtin").str.len_chars() <= 14).then(text("gtin")),
        pl.when(counted & pl.col("quantity").is_null()).then(pl.lit("unknown")).otherwise(kind).alias("kind"),
        pl.when(counted).then(pl.col("quantity").clip(-LARGEST, LARGEST)).alias("quantity"),
        pl.when(pl.col("price_minor").is_between(0, LARGEST)).then("price_minor"),
        pl.when(text("currency").str.len_chars() == 3).then("currency"),
        pl.when(pl.col("lead_days").is_between(0, 32_767)).then("lead_days"),
        raw_of(rows).str.slice(0, 120).alias("raw"),
    )


def raw_of(rows: pl.DataFrame) -> pl.Expr:
    """What the cells said: of the quantity, and behind it of the lead time where that is more than the days read."""
    stock = pl.coalesce(said("quantity_raw"), said("availability_raw"))
    if rows["lead_raw"].null_count() == rows.height:
        return stock.fill_null("")
    days, lead = pl.col("lead_days").cast(pl.String), said("lead_raw")
    told = pl.when(lead.ne_missing(days) & lead.ne_missing(stock)).then(lead)
    return pl.concat_str(stock, told, separator=BETWEEN_CELLS, ignore_nulls=True)


def text(column: str) -> pl.Expr:
    # PostgreSQL's text holds every character but this one.
    return pl.col(column).cast(pl.String).str.replace_all("\0", "", literal=True)


def said(column: str) -> pl.Expr:
    return pl.when(text(column) != "").then(text(column))


def usable(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that can be an offer: keys longer than we keep are left out, never cut to another one's name."""
    length = rows["key"].str.len_chars()
    fitting = (length > 0) & (length <= LONGEST_KEY)
    return rows if fitting.all(ignore_nulls=False) else rows.filter(fitting)
