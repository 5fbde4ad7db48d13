"""Which lines of a table are items, and which are headings, totals, further pictures or nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import polars as pl

from suppliers.readers.gtins import ruined
from suppliers.readers.layouts import NO_OPTION
from suppliers.readers.sources import column
from suppliers.readers.values import STATEMENTS, ColumnMap
from suppliers.readers.words import table

LONGEST_KEY = 120
# A number, perhaps with its unit or currency, and no sentence that names one.
_NUMBER = r"^\P{L}*\d\P{L}*(?:\p{L}{1,4}\.?)?$"


@dataclass(frozen=True)
class TableShape:
    """What the whole file says about its lines, decided once from a sample.

    `width` is the number of columns of the table, `grid_width` of the widest line; `header_end` is the last line
    of the column names; `float_codes` says that codes such as "1234.0" lost their form in a spreadsheet; `telling` are
    the fields besides the code that are ever filled; `self_named` formats have items only, and no headings; from the
    column `remarks_from` on, a text beside the table pushes nothing aside; where `totals_lack` is a field, the lines
    that state a quantity without it are totals of the lines below; a line with a number in one of the `priced` columns,
    which nothing else reads, is no heading.
    """

    width: int
    grid_width: int
    header_end: int | None
    float_codes: bool = False
    telling: frozenset[str] = frozenset()
    self_named: bool = False
    remarks_from: int | None = None
    totals_lack: str = ""
    priced: tuple[int, ...] = ()

    @property
    def overflow(self) -> range:
        """The columns beyond the table."""
        return range(self.width, self.grid_width + 1)


def added(index: int) -> str:
    """The name of a further column of stock among the texts."""
    return f"quantity+{index}"


def chosen(frame: pl.DataFrame, mapping: ColumnMap) -> pl.DataFrame:
    """The lines of the places that the mapping reads."""
    if mapping.only_column is None or not mapping.only:
        return frame
    return frame.filter(pl.col(column(mapping.only_column)).str.strip_chars().is_in(mapping.only))


def texts(frame: pl.DataFrame, mapping: ColumnMap) -> pl.DataFrame:
    """The mapped columns by field name, trimmed; cells of blanks only are null."""
    wanted = {**mapping.fields, **{added(index): index for index in mapping.added}}
    raw = frame.select(
        "line",
        *(pl.col(column(index)).str.strip_chars().alias(field) for field, index in wanted.items()),
    )
    # The format gives empty cells as null; only cells of nothing but blanks are left to find.
    blank = raw.select((pl.exclude("line") == "").any()).row(0)
    found = [field for field, some in zip(wanted, blank, strict=True) if some]
    return raw.with_columns(pl.when(pl.col(found) != "").then(pl.col(found))) if found else raw


def keys(frame: pl.DataFrame, raw: pl.DataFrame, mapping: ColumnMap, shape: TableShape) -> pl.DataFrame:
    """`stated` (the code as written) and `key` (the code to use, composed where a shop leaves it empty)."""
    code = pl.col("key")
    if shape.float_codes:
        code = code.str.replace(r"^([0-9]+)\.0+$", "$1")
    # ="00123" is how a CSV tells a spreadsheet to keep the zeros.
    code = pl.when(code.str.starts_with('="')).then(code.str.replace(r'^="(.*)"$', "$1")).otherwise(code)
    stated = raw.select(stated=code).to_series()
    if mapping.named_by_key:
        stated = _short(stated)
    key = stated
    if mapping.key_parts:
        composed = _composed(frame, mapping)
        alone = mapping.fields.get("key") == mapping.key_parts[0]
        key = composed if alone else stated.zip_with(stated.is_not_null(), composed)
    return pl.DataFrame({"stated": stated, "key": _kept_apart(frame, key, mapping) if mapping.apart else key})


def _kept_apart(frame: pl.DataFrame, key: pl.Series, mapping: ColumnMap) -> pl.Series:
    """The codes with what tells their lines apart: "A1/XL"."""
    parts = [pl.col(column(index)).str.strip_chars() for index in mapping.apart]
    filled = [pl.when(part != "").then(part) for part in parts]
    joined = pl.concat_str([pl.lit(key), *filled], separator="/", ignore_nulls=True)
    return _short(frame.select(pl.when(pl.lit(key).is_not_null()).then(joined)).to_series())


def each_stock(
    raw: pl.DataFrame, keyed: pl.DataFrame, mapping: ColumnMap
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each line once for every column of stock, its code joined with the column's title: "A1/Stock Berlin"."""
    stocks = {added(index): _titled(mapping, index) for index in mapping.added}
    if "quantity" in mapping.fields:
        stocks = {"quantity": _titled(mapping, mapping.fields["quantity"]), **stocks}
    whole = raw.with_columns(keyed["stated"].alias("stated+"), keyed["key"].alias("key+"))
    copies = [
        whole.with_columns(pl.col(name).alias("quantity"), pl.col("key+") + f"/{title}")
        for name, title in stocks.items()
    ]
    each = pl.concat(copies).sort("line", maintain_order=True)
    joined = _short(each["key+"]).alias("key")
    return each.drop("stated+", "key+"), pl.DataFrame({"stated": each["stated+"], "key": joined})


def _titled(mapping: ColumnMap, index: int) -> str:
    return (mapping.header[index] if index < len(mapping.header) else "") or str(index + 1)


def _composed(frame: pl.DataFrame, mapping: ColumnMap) -> pl.Series:
    group, *options = [pl.col(column(index)).str.strip_chars() for index in mapping.key_parts]
    named = [pl.when((option != "") & (option != NO_OPTION)).then(option) for option in options]
    composed = pl.concat_str([group, *named], separator="/", ignore_nulls=True)
    return _short(frame.select(pl.when(group != "").then(composed)).to_series())


def _short(codes: pl.Series) -> pl.Series:
    too_long = codes.filter(codes.str.len_chars() > LONGEST_KEY).unique()
    return codes.replace(too_long, [_shortened(text) for text in too_long]) if len(too_long) else codes


def _shortened(text: str) -> str:
    """A code we made ourselves may be shortened, as long as it stays the same every day and differs from others."""
    return f"{text[: LONGEST_KEY - 17]}~{sha256(text.encode()).hexdigest()[:16]}"


def rejected(
    frame: pl.DataFrame,
    raw: pl.DataFrame,
    keyed: pl.DataFrame,
    mapping: ColumnMap,
    shape: TableShape,
    longest: int,
) -> pl.Series:
    """The reason why a line is not read, null for the others. The first reason counts."""
    cells = [pl.col(name).str.len_bytes() > longest for name in raw.columns if name != "line"]
    beyond = [_pushed_aside(index, shape) for index in shape.overflow]
    too_long = raw.select(pl.any_horizontal(cells).fill_null(False)).to_series()
    too_many = frame.select(pl.any_horizontal(beyond)).to_series()
    code_too_long = keyed["key"].str.len_chars().fill_null(0) > LONGEST_KEY
    return pl.select(
        pl.when(too_many)
        .then(pl.lit("too_many_cells"))
        .when(too_long)
        .then(pl.lit("cell_too_long"))
        .when(code_too_long)
        .then(pl.lit("code_too_long"))
        .when(_totals(raw, mapping) | _group_totals(raw, shape))
        .then(pl.lit("total_line"))
        .when(_rounded(keyed, mapping))
        .then(pl.lit("code_rounded"))
    ).to_series()


def _pushed_aside(index: int, shape: TableShape) -> pl.Expr:
    """Whether a cell beyond the table is one of the table, pushed aside by another that was divided."""
    cell = pl.col(column(index)).str.strip_chars().fill_null("")
    if shape.remarks_from is None:
        return cell != ""
    said = cell.str.contains(_NUMBER) if index >= shape.remarks_from else cell != ""
    if index == shape.width:
        return said
    # In a sheet, what stands alone far beside the table was written there.
    return said & (pl.col(column(index - 1)).str.strip_chars().fill_null("") != "")


def _rounded(keyed: pl.DataFrame, mapping: ColumnMap) -> pl.Series:
    """Barcodes in the place of codes that a spreadsheet has rounded: many goods would share one."""
    if mapping.fields["key"] != mapping.fields.get("gtin"):
        return pl.repeat(False, keyed.height, eager=True)
    return keyed.select(ruined(pl.col("key")).fill_null(False)).to_series()


def _totals(raw: pl.DataFrame, mapping: ColumnMap) -> pl.Series:
    """Lines whose code or name is the word for a total: alone, as such a line has not both, or as in "Total of A:"."""
    names = ["key"] if mapping.named_by_key else [name for name in ("key", "name") if name in raw.columns]
    said = pl.coalesce(names).str.strip_chars()
    subtotal = raw.select(said.str.ends_with(":").fill_null(False)).to_series()
    if subtotal.any():
        subtotal &= raw.select(said.str.to_lowercase().str.contains(_subtotal())).to_series()
    suspect = raw.select(pl.any_horizontal([pl.col(name).is_null() for name in names])).to_series()
    if len(names) > 1 and not suspect.any():
        return subtotal
    text = pl.coalesce(names).str.to_lowercase().str.strip_chars(" .:=*")
    alone = raw.select(text.is_in(total_words()).fill_null(False)).to_series()
    return subtotal | alone & (suspect | (len(names) == 1))


def _group_totals(raw: pl.DataFrame, shape: TableShape) -> pl.Series:
    """Lines that say how much there is in a group of articles. One of which there is none may as well be an article."""
    if shape.totals_lack not in raw.columns or "quantity" not in raw.columns:
        return pl.repeat(False, raw.height, eager=True)
    return raw[shape.totals_lack].is_null() & raw["quantity"].str.contains("[1-9]").fill_null(False)


@cache
def _subtotal() -> str:
    """A text that begins with the word for a total."""
    return rf"^(?:{'|'.join(map(re.escape, total_words()))})\b"


@cache
def total_words() -> list[str]:
    """The words for a total, in lower case."""
    words: list[str] = table("quantities")["totals"]
    return words


def sorts(
    frame: pl.DataFrame, raw: pl.DataFrame, keyed: pl.DataFrame, mapping: ColumnMap, shape: TableShape
) -> pl.Series:
    """ "item", "blank", "heading", "continuation" or "header" for each line."""
    more = [added(index) for index in mapping.added]
    # Where names stand for codes, a line of nothing but its name is a heading.
    apart = len(shape.telling) > (0 if mapping.named_by_key else 1)
    stated = states(raw, mapping)
    priced = pl.lit(_priced_elsewhere(frame, shape))
    alone = ~_any_filled(raw, [*shape.telling, *more]) & ~priced if apart else pl.lit(False)
    has_code = pl.col("key").is_not_null()
    named = pl.col("name").is_not_null() if "name" in raw.columns else pl.lit(False)
    grouped = (
        pl.Series(keyed["key"].is_not_null())
        if mapping.key_parts
        else pl.repeat(False, raw.height, eager=True)
    )
    sort = (
        pl.when(_repeats_header(raw, mapping))
        .then(pl.lit("header"))
        .when(_is_one_text(raw, mapping))
        .then(pl.lit("heading"))
        .when(has_code & ~alone | pl.lit(stated))
        .then(pl.lit("item"))
        .when(grouped)
        .then(pl.lit("continuation"))
        .when(has_code | named)
        .then(pl.lit("item" if shape.self_named else "heading"))
        .otherwise(pl.lit("blank"))
    )
    return raw.select(sort.alias("sort")).to_series()


def _priced_elsewhere(frame: pl.DataFrame, shape: TableShape) -> pl.Series:
    """Whether a line has a price that is not the one we read: an article for which nobody has set ours yet."""
    if not shape.priced:
        return pl.repeat(False, frame.height, eager=True)
    cells = [pl.col(column(index)).str.strip_chars().str.contains(_NUMBER) for index in shape.priced]
    return frame.select(priced=pl.any_horizontal(cells).fill_null(False)).to_series()


def states(raw: pl.DataFrame, mapping: ColumnMap) -> pl.Series:
    """Whether a line states a quantity, a price or an availability."""
    more = [added(index) for index in mapping.added]
    return raw.select(_any_filled(raw, [*STATEMENTS, *more]).alias("states")).to_series()


def _any_filled(raw: pl.DataFrame, names: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(
        [pl.col(name).is_not_null() for name in names if name in raw.columns] or [pl.lit(False)]
    )


def _is_one_text(raw: pl.DataFrame, mapping: ColumnMap) -> pl.Expr:
    """Headings whose merged cell some programs write into every column: the code, the stock and the price alike."""
    fields = [field for field in ("quantity", "price") if field in mapping.fields]
    columns = {mapping.fields[field] for field in ("key", *fields) if field in mapping.fields}
    if len(columns) < 2:
        return pl.lit(False)
    same = raw.select(pl.all_horizontal([pl.col(field) == pl.col("key") for field in fields])).to_series()
    if not same.any():
        return pl.lit(False)
    return pl.lit(same.fill_null(False)) & ~pl.col("key").str.contains("^[0-9.,]+$").fill_null(True)


def _repeats_header(raw: pl.DataFrame, mapping: ColumnMap) -> pl.Expr:
    """Lines that are the column names again, as files glued together have them."""
    names = {
        index: (field, mapping.header[index])
        for field, index in mapping.fields.items()
        if index < len(mapping.header) and mapping.header[index]
    }
    if len(names) < 2:
        return pl.lit(False)
    compared = list(names.values())[:3]
    field, name = compared[0]
    if not raw[field].str.starts_with(name[:3]).any():
        return pl.lit(False)
    return pl.all_horizontal([_is_name(pl.col(field), name) for field, name in compared]).fill_null(False)


def _is_name(cell: pl.Expr, name: str) -> pl.Expr:
    """Whether a cell is the name of its column, or the first part of a name over two rows."""
    tidy = cell.str.replace_all(r"\s+", " ")
    return (tidy == name) | (pl.lit(name).str.starts_with(tidy + " ") & (tidy.str.len_chars() > 2))
