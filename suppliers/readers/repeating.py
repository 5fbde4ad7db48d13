"""Several lines of one code: one row from them, by the rule of the mapping."""

import polars as pl

from suppliers.readers.shelves import Shelf, whole
from suppliers.readers.values import ROW_SCHEMA, Repeated

# So many different numbers that stand alike on all lines of their codes do not do so by chance.
MANY_WHOLES = 10


def _are_single(codes: pl.Series) -> bool:
    """Whether no code occurs twice. Sorted hashes take a fraction of the room that a set of texts takes.

    Two codes of one hash only cost a second look.
    """
    hashes = codes.hash().sort()
    return not bool((hashes == hashes.shift()).any())


def one_row_per_code(lines: pl.DataFrame | Shelf, rule: Repeated) -> pl.DataFrame | Shelf:
    """Each code once.

    "last" and "first" take that line. "sum" adds the quantities up: numbers to an exact number, anything less
    certain beside a number to "at least" the numbers; name, price and the rest come from the last line.
    """
    codes = lines.select(["key"]).to_series()
    if _are_single(codes):
        return lines
    if rule != "sum":
        return lines.filter(codes.is_first_distinct() if rule == "first" else codes.is_last_distinct())
    return _added_up(whole(lines))


def _added_up(lines: pl.DataFrame) -> pl.DataFrame:
    kinds = pl.col("quantity_kind")
    added = lines.group_by("key", maintain_order=True).agg(
        pl.exclude(
            *("quantity", "quantity_stated", "quantity_kind", "quantity_raw", "availability"),
            *("lead_days", "lead_raw"),
        ).last(),
        pl.col("quantity").sum(),
        pl.col("quantity_stated").sum(),
        pl.col("lead_days").max(),
        pl.col("lead_raw").sort_by("lead_days").last(),
        pl.col("quantity_raw").str.join(" + "),
        (kinds == "exact").all().alias("_exact"),
        (kinds.is_in(["exact", "at_least"]) & (pl.col("quantity") > 0)).any().alias("_counted"),
        (kinds == "flag").any().alias("_flag"),
        (pl.col("availability") == "in_stock").any().alias("_some"),
        pl.col("availability").last(),
    )
    kind = (
        pl.when("_exact")
        .then(pl.lit("exact"))
        .when("_counted")
        .then(pl.lit("at_least"))
        .when("_flag")
        .then(pl.lit("flag"))
        .otherwise(pl.lit("unknown"))
    )
    numbered = pl.col("quantity_kind").is_in(["exact", "at_least"])
    return (
        added.with_columns(
            quantity_kind=kind,
            availability=pl.when("_some").then(pl.lit("in_stock")).otherwise("availability"),
            quantity_raw=pl.col("quantity_raw").str.head(120),
        )
        .with_columns(pl.when(numbered).then(pl.col("quantity", "quantity_stated")))
        .select(list(ROW_SCHEMA))
    )
