"""Lines that say for a group of articles what its lines below say together, as the reports of warehouses do."""

from collections.abc import Sequence

import polars as pl

from suppliers.readers.quantities import Quantity, quantity
from suppliers.readers.sources import HEAD_ROWS, column
from suppliers.readers.values import ColumnMap

# So many groups of several articles must come out right, and none wrong, before we believe in them: a total that counts
# as an article is nobody's product, and an article that counts as a total is missing.
_ENOUGH = 3


def lacking_in_totals(body: pl.DataFrame, mapping: ColumnMap) -> str:
    """The field that only the totals of groups leave empty, "" where no lines are totals.

    Articles have a price, or a name beside their code; the line above them that has none states their sum.
    """
    fields = mapping.fields
    if "quantity" not in fields or column(fields["quantity"]) not in body.columns:
        return ""
    # Behind these, the sample leaves lines out.
    head = body.filter(pl.col("line") <= HEAD_ROWS)
    decimal = mapping.quantity_decimal or "."
    stocks = [quantity(text or "", decimal=decimal) for text in head[column(fields["quantity"])]]
    for field in ("price", "name"):
        if field in fields and fields[field] != fields.get("key"):
            bare = head[column(fields[field])].str.strip_chars().fill_null("") == ""
            if _are_totals(stocks, bare.to_list(), is_cut=body.height > head.height):
                return field
    return ""


def _are_totals(stocks: Sequence[Quantity], bare: Sequence[bool], *, is_cut: bool) -> bool:
    """Whether the bare lines sum up all articles down to the next one: the first few come to any sum by chance.

    Below the last group there may be articles of none.
    """
    heads = [place for place, is_bare in enumerate(bare) if is_bare]
    ends = [*heads, len(bare)][1:]
    if is_cut:
        # The last group may go on where the sample does not.
        heads, ends = heads[:-1], ends[:-1]
    groups = [
        (stocks[head], [stock for stock in stocks[head + 1 : end] if stock.stated])
        for head, end in zip(heads, ends, strict=True)
        if end - head > 1 and stocks[head].stated
    ]
    right = sum(_sums_up(total, parts) for total, parts in groups[:-1])
    right += any(
        _sums_up(total, parts[:size]) for total, parts in groups[-1:] for size in range(len(parts) + 1)
    )
    telling = sum(_tells(total, parts) for total, parts in groups)
    return telling >= _ENOUGH and right == len(groups)


def _sums_up(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether a total is the sum of the articles below it; no less, where some have more."""
    added = sum(part.stated or 0 for part in parts)
    is_open = any(part.kind == "at_least" for part in parts)
    return total.stated is not None and (total.stated == added or (is_open and total.stated > added))


def _tells(total: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether a sum proves something: an article may have as many as the one below it, or none like all of them."""
    return _sums_up(total, parts) and sum(bool(part.stated) for part in parts) > 1
