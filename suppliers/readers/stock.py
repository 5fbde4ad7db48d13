"""What a line says about its stock: quantity, availability and lead time put together."""

from collections.abc import Mapping

import polars as pl


def ready(stated: pl.Series, days: pl.Series, ready_days: int | None) -> pl.Series:
    """Availabilities, where lead times tell them: what takes more than `ready_days` is on order, whatever was said.

    A line that says neither stays unknown.
    """
    if ready_days is None:
        return stated
    open_, soon = pl.col("stated").is_in(["unknown", "in_stock"]), pl.col("days") <= ready_days
    return (
        pl.DataFrame({"stated": stated, "days": days})
        .select(
            pl.when(open_ & soon)
            .then(pl.lit("in_stock"))
            .when(open_ & ~soon)
            .then(pl.lit("backorder"))
            .otherwise("stated")
        )
        .to_series()
    )


def judged(
    quantities: pl.DataFrame, stated: pl.Series, *, placeholder: float | None = None
) -> Mapping[str, pl.Series]:
    """Quantity and availability together: words count where no number was stated, numbers where no word was.

    A negative number is an oversold supplier and counts as the zero it means; a fraction is rounded down, because
    nobody can be sold the rest. A `placeholder` is no number: it says that there is some. `quantity_stated` keeps the
    number as it was written, and `kind_stated` its kind.
    """
    silent = pl.col("kind") == "unknown"
    flag, gone = silent & (pl.col("word") == "in_stock"), silent & (pl.col("word") == "out_of_stock")
    counted = pl.col("kind").is_in(["exact", "at_least"])
    some = counted & (pl.col("stated") > 0)
    frame = quantities.with_columns(word=stated).with_columns(
        quantity_kind=pl.when(flag).then(pl.lit("flag")).when(gone).then(pl.lit("exact")).otherwise("kind"),
        quantity=pl.when(counted).then(pl.col("stated").clip(lower_bound=0).floor()).when(gone).then(0.0),
        availability=pl.when(pl.col("word") != "unknown")
        .then("word")
        .when(pl.col("said").is_not_null())
        .then("said")
        .when(some | (pl.col("kind") == "flag"))
        .then(pl.lit("in_stock"))
        .when(pl.col("kind") == "exact")
        .then(pl.lit("out_of_stock"))
        .otherwise(pl.lit("unknown")),
    )
    kinds = frame["quantity_kind"]
    if placeholder is not None:
        frame = _without_placeholder(frame, placeholder)
    return {
        "quantity_kind": frame["quantity_kind"],
        "quantity": frame["quantity"].cast(pl.Int64),
        "quantity_stated": frame["stated"],
        "kind_stated": kinds,
        "availability": frame["availability"],
    }


def _without_placeholder(frame: pl.DataFrame, placeholder: float) -> pl.DataFrame:
    same = (pl.col("quantity_kind") == "exact") & (pl.col("stated") == placeholder)
    there = pl.when(pl.col("availability") == "in_stock").then(pl.lit("flag")).otherwise(pl.lit("unknown"))
    return frame.with_columns(
        quantity_kind=pl.when(same).then(there).otherwise("quantity_kind"),
        quantity=pl.when(~same.fill_null(False)).then("quantity"),
    )
