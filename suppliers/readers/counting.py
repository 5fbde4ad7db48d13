"""What a reading counts while it goes: sums, kinds, words, and what was strange."""

from collections import Counter
from decimal import Decimal

import polars as pl

from suppliers.readers.availability import STORES
from suppliers.readers.gtins import ruined
from suppliers.readers.values import Totals

_MOST_WORDS = 5_000
_KEYS = 3


class Counts:
    """Totals over all item lines, batch after batch."""

    def __init__(self, *, composing: bool) -> None:
        self._composing = composing
        self._codes: list[pl.Series] = []
        self.totals = Totals()
        self._kinds: Counter[str] = Counter()
        self._words = {name: Counter[str]() for name in ("quantity", "availability", "lead", "price")}

    def add(self, row: pl.DataFrame) -> None:
        """Counts one batch: the columns of ROW_SCHEMA, and `stated_code`, `kind_stated`, `gtin_raw` and
        `availability_stated`."""
        codes = row["stated_code"]
        self.totals.items += row.height
        self.totals.stated_codes += codes.len() - codes.null_count()
        self.totals.composed_codes += codes.null_count()
        if self._composing:
            self._codes.append(codes.drop_nulls().unique())
        self._kinds.update(dict(row["quantity_kind"].value_counts().iter_rows()))
        self._add_quantities(row)
        self._add_prices(row)
        self._add_codes(row)
        self._add_words("availability", row)
        self._add_words("lead", row, row["lead_days"].is_null())

    def add_without_code(self, row: pl.DataFrame) -> None:
        """Counts lines that state something and have no code: they are rejected, and their sums said apart."""
        self.totals.without_code += row.height
        self.totals.quantity_sum_without_code += float(row["quantity_stated"].sum() or 0)
        self.totals.price_sum_without_code += _sum(row["price"])

    def finished(self, distinct_keys: int) -> Totals:
        """The totals, with the words most often met first."""
        self.totals.distinct_codes = pl.concat(self._codes).n_unique() if self._codes else distinct_keys
        self.totals.quantities = {
            kind: self._kinds[kind] for kind in ("exact", "at_least", "flag", "unknown")
        }
        self.totals.quantity_words = _ordered(self._words["quantity"])
        self.totals.availability_words = _ordered(self._words["availability"])
        self.totals.lead_words = _ordered(self._words["lead"])
        self.totals.price_words = _ordered(self._words["price"])
        return self.totals

    def _add_quantities(self, row: pl.DataFrame) -> None:
        stated, totals = row["quantity_stated"], self.totals
        # Numbers as figures; ">20" and "out of stock" are words.
        number = stated.is_not_null() & (row["kind_stated"] == "exact") & ~_in_words(row)
        figures = stated.filter(number)
        totals.quantity_numbers += figures.len()
        totals.quantity_sum += float(figures.sum() or 0)
        totals.negative_quantities += int((figures < 0).sum())
        totals.zero_quantities += int((figures == 0).sum())
        totals.fractional_quantities += int((figures != figures.floor()).sum())
        totals.several_stores += row.select(
            pl.any_horizontal(
                pl.col("quantity_raw", "availability_raw").str.contains(STORES, literal=True)
            ).sum()
        ).item()
        totals.contradictions += int(
            ((row["availability_stated"] == "out_of_stock") & (row["quantity"] > 0)).sum()
        )
        self._add_words("quantity", row, ~number)

    def _add_prices(self, row: pl.DataFrame) -> None:
        prices, totals = row["price"], self.totals
        totals.without_price += prices.null_count()
        stated = row["quantity_stated"].filter((row["kind_stated"] == "exact") & prices.is_null())
        totals.quantity_sum_without_price += float(stated.sum() or 0)
        totals.prices += prices.len() - prices.null_count()
        totals.price_sum += _sum(prices)
        totals.zero_prices += int((prices == 0).sum())
        unread = row["price_raw"].filter(prices.is_null())
        totals.worded_prices += unread.len() - unread.null_count()
        self._add_words("price", row, prices.is_null())

    def _add_codes(self, row: pl.DataFrame) -> None:
        read, gtins, totals = row["gtin"], row["gtin_raw"], self.totals
        totals.gtins += read.len() - read.null_count()
        read_as_written = gtins.str.len_chars() >= read.str.len_chars()
        totals.gtins_padded += int((~read_as_written).sum())
        wrong = gtins.filter(read.is_null() & gtins.is_not_null())
        spoiled = int(wrong.to_frame("gtin").select(ruined(pl.col("gtin")).sum()).item() or 0)
        totals.gtins_ruined += spoiled
        totals.gtins_wrong += wrong.len() - spoiled
        totals.codes_ruined += int(row.select(ruined(pl.col("stated_code")).sum()).item() or 0)

    def _add_words(self, name: str, row: pl.DataFrame, which: pl.Series | None = None) -> None:
        raw, counter = f"{name}_raw", self._words[name]
        if row[raw].null_count() == row.height or len(counter) >= _MOST_WORDS:
            return
        said = row.select(raw, "key") if which is None else row.select(raw, "key").filter(which)
        found = (
            said.drop_nulls(raw)
            .group_by(raw)
            .agg(count=pl.len(), keys=pl.col("key").head(_KEYS))
            # Of words as frequent as each other, too, the same ones come first at each reading.
            .sort("count", raw, descending=[True, False])
            .head(_MOST_WORDS)
        )
        for word, count, keys in found.iter_rows():
            counter[word] += count
            kept = self.totals.word_keys.setdefault((name, word), [])
            kept += keys[: _KEYS - len(kept)]


def _ordered(words: Counter[str]) -> dict[str, int]:
    """The words most often met first, equal ones by the alphabet: wherever a batch ended."""
    return dict(sorted(words.items(), key=lambda entry: (-entry[1], entry[0])))


def _in_words(row: pl.DataFrame) -> pl.Series:
    """Whether the quantity was stated in words: "sold out" is an exact zero without a figure."""
    return ~row["quantity_raw"].str.contains("[0-9]").fill_null(False)


def _sum(prices: pl.Series) -> Decimal:
    return Decimal(prices.sum() or 0)
