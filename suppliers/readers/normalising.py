"""Lines of texts into rows of values: everything by column, never by line."""

import json
from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from suppliers.readers import cells, lines
from suppliers.readers.counting import Counts
from suppliers.readers.gtins import gtin_column
from suppliers.readers.habits import Habits
from suppliers.readers.lines import TableShape
from suppliers.readers.places import each_place, is_split
from suppliers.readers.prices import price_columns
from suppliers.readers.quantities import LARGEST
from suppliers.readers.sources import column
from suppliers.readers.stock import judged, ready
from suppliers.readers.values import FIELDS, REJECT_SCHEMA, ROW_SCHEMA, ColumnMap, Skipped

_LONGEST_NAME = 250
_LONGEST_RAW = 120
_KEPT_REJECTS = 10_000


class Normaliser:
    """Reads batch after batch and counts what it saw."""

    def __init__(self, mapping: ColumnMap, shape: TableShape, habits: Habits, longest_cell: int) -> None:
        self._mapping, self._shape, self._habits, self._longest = mapping, shape, habits, longest_cell
        self._last_name: tuple[str | None, str | None] = (None, None)
        self._above: dict[str, str | None] = {}
        self._splits = is_split(mapping)
        self.counts = Counts(composing=bool(mapping.key_parts))
        self.skipped = Skipped()
        self.rejected_lines = 0
        self._rejects: list[pl.DataFrame] = []

    @property
    def columns(self) -> list[int]:
        """The grid columns a batch must have."""
        mapping = self._mapping
        wanted = {*mapping.fields.values(), *mapping.key_parts, *mapping.apart, *mapping.added}
        wanted |= {
            *self._shape.overflow,
            *self._shape.priced,
            *([] if mapping.only_column is None else [mapping.only_column]),
        }
        return sorted(wanted)

    @property
    def reads_each_line_alone(self) -> bool:
        """Whether a line is one article and means the same wherever it stands, without the lines above."""
        mapping = self._mapping
        return not (mapping.key_parts or mapping.continued or mapping.stocks_apart or self._splits)

    @property
    def rules(self) -> str:
        """Everything that decides what a line means, besides its own cells and our program."""
        given = [self._mapping.to_json(), vars(self._shape), vars(self._habits), self._longest]
        return json.dumps(given, sort_keys=True, default=_plain)

    @property
    def rejects(self) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=REJECT_SCHEMA), *self._rejects]).head(_KEPT_REJECTS)

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The item lines of a batch, with the columns of ROW_SCHEMA."""
        if self._shape.header_end is not None:
            frame = frame.filter(pl.col("line") > self._shape.header_end)
        if self._splits:
            frame = each_place(frame, self._mapping)
        height = frame.height
        frame = lines.chosen(frame, self._mapping)
        self.skipped.elsewhere += height - frame.height
        raw = lines.texts(frame, self._mapping)
        if "key" not in raw.columns:
            raw = raw.with_columns(key=pl.lit(None, pl.String))
        if self._mapping.continued:
            raw = self._continued(raw)
        keyed = lines.keys(frame, raw, self._mapping, self._shape)
        reasons = lines.rejected(frame, raw, keyed, self._mapping, self._shape, self._longest)
        sort = lines.sorts(frame, raw, keyed, self._mapping, self._shape)
        self._count_skipped(sort.filter(reasons.is_null()))
        self._reject(raw, reasons.is_not_null(), reasons)
        items = (sort == "item") & reasons.is_null()
        if "name" in raw.columns and self._mapping.key_parts:
            raw = raw.with_columns(self._filled_names(frame, raw["name"]))
        if not items.all():
            raw, keyed = raw.filter(items), keyed.filter(items)
        if self._mapping.stocks_apart and self._mapping.added:
            raw, keyed = lines.each_stock(raw, keyed, self._mapping)
        return self._with_code(raw, self._values(raw, keyed))

    def _continued(self, raw: pl.DataFrame) -> pl.DataFrame:
        """The texts, with the code and the name of the article above where a line only states its next part."""
        fields = [field for field in ("key", "name") if field in raw.columns]
        above = pl.DataFrame(
            {field: self._above.get(field) for field in fields}, schema=dict.fromkeys(fields, pl.String)
        )
        filled = pl.concat([above, raw.select(fields)]).with_columns(pl.all().forward_fill()).slice(1)
        if raw.height:
            self._above = dict(zip(fields, filled.row(-1), strict=True))
        goes_on = raw["key"].is_null() & lines.states(raw, self._mapping)
        return raw.with_columns(filled[field].zip_with(goes_on, raw[field]) for field in fields)

    def _with_code(self, raw: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
        """The lines that have a code, counted; the others are rejected."""
        coded = values["key"].is_not_null()
        if not coded.all():
            self._reject(raw, ~coded, pl.repeat("no_code", raw.height, eager=True))
            self.counts.add_without_code(values.filter(~coded))
            values = values.filter(coded)
        self.counts.add(values)
        return values.select(list(ROW_SCHEMA))

    def _values(self, raw: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
        """The columns of ROW_SCHEMA, and three more that only the counts need."""
        texts = {name: _texts(raw, name) for name in FIELDS}
        texts["quantity"], quantities = self._quantities(raw, texts)
        stated = cells.availability_column(texts["availability"], words=self._habits.availability_words)
        days = self._lead(raw, texts["availability"], _worded(texts["quantity"], quantities))
        stated = ready(stated, days, self._mapping.ready_days)
        prices = self._prices(texts["price"])
        gtins = self._gtin(texts["gtin"])
        return pl.DataFrame(
            {
                "line": raw["line"].cast(pl.Int64),
                "key": keyed["key"],
                "gtin": gtins,
                **judged(quantities, stated, placeholder=self._habits.placeholder),
                "lead_days": days,
                "price_minor": _minor(prices["price"]),
                "price": prices["price"],
                "currency": self._currency(raw, prices),
                **{name: _cut(texts[name], _LONGEST_NAME) for name in ("name", "brand", "category")},
                **{
                    f"{name}_raw": _cut(texts[name], _LONGEST_RAW)
                    for name in ("quantity", "availability", "lead", "price")
                },
                "stated_code": keyed["stated"],
                "gtin_raw": _cut(texts["gtin"], _LONGEST_RAW).set(texts["gtin"] == gtins, None),
                "availability_stated": stated,
            }
        )

    def _quantities(
        self, raw: pl.DataFrame, texts: Mapping[str, pl.Series]
    ) -> tuple[pl.Series, pl.DataFrame]:
        """The texts of the quantities, and what they state."""
        decimal, words = self._habits.quantity_decimal, self._habits.quantity_words
        own = texts["quantity"]
        if self._mapping.added and not self._mapping.stocks_apart:
            parts = [own, *(raw[lines.added(index)] for index in self._mapping.added)]
            return cells.added_columns(parts, decimal=decimal, words=words)
        numbered = cells.numbered_words(texts["availability"], words=words)
        if "quantity" not in self._mapping.fields:
            counted = cells.counted_words(texts["availability"], decimal=decimal, words=words)
            numbered = numbered.zip_with(numbered.is_not_null(), counted)
        stock = own.zip_with(own.is_not_null(), numbered)
        return own, cells.quantity_columns(stock, decimal=decimal, words=words)

    def _prices(self, texts: pl.Series) -> pl.DataFrame:
        """`price` and `currency` of the cells, whatever unit the file tells prices in."""
        prices = price_columns(texts, decimal=self._habits.decimal)
        if self._habits.price_divisor == 1:
            return prices
        divided = pl.col("price") / pl.lit(Decimal(self._habits.price_divisor))
        return prices.with_columns(divided.cast(prices["price"].dtype))

    def _gtin(self, texts: pl.Series) -> pl.Series:
        if texts.null_count() == len(texts):
            return texts
        return gtin_column(texts, padded=self._habits.padded_gtins)

    def _lead(self, raw: pl.DataFrame, words: pl.Series, stock: pl.Series) -> pl.Series:
        """The column's times, else those that the words of the availability or of the stock name."""
        habits, fields = self._habits, self._mapping.fields
        said = cells.lead_in_words(words, today=habits.today)
        if stock.null_count() < len(stock):
            # A day that has passed does not say when there will be some.
            told = cells.lead_in_words(stock, today=habits.today)
            said = said.zip_with(said.is_not_null(), told.set(told == 0, None))
        if "lead" not in raw.columns:
            return said
        texts = raw["lead"]
        if fields["lead"] == fields.get("availability"):
            texts = cells.without_codes(texts, words=habits.availability_words)
        days = cells.lead_column(texts, unit=habits.lead_unit, today=habits.today)
        return days.zip_with(days.is_not_null(), said)

    def _currency(self, raw: pl.DataFrame, prices: pl.DataFrame) -> pl.Series:
        found = prices["currency"]
        if "currency" in raw.columns:
            own = cells.currency_column(raw["currency"])
            found = own.zip_with(own.is_not_null(), found)
        return found.fill_null(self._habits.currency) if self._habits.currency else found

    def _filled_names(self, frame: pl.DataFrame, names: pl.Series) -> pl.Series:
        """Shops write a product's name on its first line only; its other lines get it too."""
        group = frame[column(self._mapping.key_parts[0])]
        last_group, last_name = self._last_name
        owners = group.set(names.is_null(), None)
        head_group, head_name = (
            pl.Series([last_group], dtype=pl.String),
            pl.Series([last_name], dtype=pl.String),
        )
        known_group = pl.concat([head_group, owners]).forward_fill().slice(1)
        known_name = pl.concat([head_name, names]).forward_fill().slice(1)
        if len(group):
            self._last_name = (known_group[-1], known_name[-1])
        same = (known_group == group).fill_null(False)
        nothing = pl.repeat(None, len(names), dtype=pl.String, eager=True)
        return names.zip_with(names.is_not_null() | ~same, known_name.zip_with(same, nothing)).rename("name")

    def _count_skipped(self, sort: pl.Series) -> None:
        counts = dict(sort.value_counts().iter_rows())
        self.skipped.blank += counts.get("blank", 0)
        self.skipped.headings += counts.get("heading", 0)
        self.skipped.continuations += counts.get("continuation", 0)
        self.skipped.repeated_headers += counts.get("header", 0)

    def _reject(self, raw: pl.DataFrame, which: pl.Series, reasons: pl.Series) -> None:
        if not which.any():
            return
        found = raw.with_columns(reason=reasons).filter(which)
        self.rejected_lines += found.height
        if sum(frame.height for frame in self._rejects) < _KEPT_REJECTS:
            shown = [name for name in ("key", "name", "quantity", "price") if name in raw.columns]
            text = pl.concat_str(shown, separator=" | ", ignore_nulls=True).str.head(_LONGEST_RAW)
            self._rejects.append(
                found.select(
                    pl.col("line").cast(pl.Int64), pl.lit("").alias("column"), text.alias("raw"), "reason"
                )
            )


def _plain(value: Mapping[str, str] | frozenset[str]) -> dict[str, str] | list[str]:
    return dict(value) if isinstance(value, Mapping) else sorted(value)


def _texts(raw: pl.DataFrame, field: str) -> pl.Series:
    return raw[field] if field in raw.columns else pl.repeat(None, raw.height, dtype=pl.String, eager=True)


def _worded(texts: pl.Series, quantities: pl.DataFrame) -> pl.Series:
    """The cells of a stock column that say something else than a number: "within 14 days", "0 (12.05.2026)"."""
    other = (quantities["kind"] == "unknown") | quantities["said"].is_not_null()
    return texts.set(~other, None)


def _cut(texts: pl.Series, longest: int) -> pl.Series:
    if texts.null_count() == len(texts):
        return texts
    return texts if (texts.str.len_bytes().max() or 0) <= longest else texts.str.head(longest)  # type: ignore[operator]


def _minor(prices: pl.Series) -> pl.Series:
    """Hundredths, rounded as people do; null for more than an offer can hold."""
    minor = (prices * 100).round(0, mode="half_away_from_zero").cast(pl.Int64)
    return minor.set(minor > LARGEST, None)
