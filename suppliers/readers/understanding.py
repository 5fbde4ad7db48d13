"""From a sample of a file to a mapping: header, columns, and how the file writes its numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from suppliers.readers.claims import Column
from suppliers.readers.errors import refuse
from suppliers.readers.figures import DecimalSign, decimal_sign
from suppliers.readers.grouptotals import lacking_in_totals
from suppliers.readers.headers import Header, header_at, header_of
from suppliers.readers.lines import TableShape
from suppliers.readers.names import is_known, meanings
from suppliers.readers.prices import figures_of
from suppliers.readers.sources import HEAD_ROWS, Origin, column
from suppliers.readers.values import ColumnMap

_PROFILED_CELLS = 40_000
_PROFILED_ROWS = 600
_FLOAT_CODE = r"^[0-9]+\.0+$"
_SHEETS, _NUMBERS = frozenset({"xlsx", "xls", "ods"}), 0.9


@dataclass(frozen=True)
class Table:
    """A sampled file whose header is known: `body` is the sample without it."""

    names: tuple[str, ...]
    header_row: int | None
    header_end: int | None
    body: pl.DataFrame
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        return len(self.columns)


def table_of(
    origin: Origin, sample: pl.DataFrame, *, header_row: int | None = None, fixed: bool = False
) -> Table:
    """The table in a sample. With `fixed` the header stands where a saved mapping says. Raises NotAFeed."""
    if origin.names is not None:
        names, row, end, body = origin.names, None, None, sample
    else:
        names, row, end = _header(sample, header_row, fixed=fixed)
        body = sample if end is None else sample.filter(pl.col("line") > end, ~_repeats(names))
    filled = body.filter(~pl.all_horizontal(pl.exclude("line").is_null()))
    if not filled.height:
        raise refuse("header_only" if row is not None else "empty")
    # In a sheet no cell is pushed aside on so many lines: the table is as wide as they are.
    ragged = 0.5 if names and origin.format not in _SHEETS else 0.2
    width = max(len(names), _usual_width(filled, ragged))
    rows = max(200, min(_PROFILED_ROWS, _PROFILED_CELLS // max(1, width)))
    profiled = filled.gather_every(-(-filled.height // rows))
    columns = tuple(
        Column(index, names[index] if index < len(names) else "", profiled[column(index)])
        for index in range(width)
    )
    return Table(names, row, end, filled, columns)


def _repeats(names: Sequence[str]) -> pl.Expr:
    """Whether a row is the column names again."""
    known = [(index, name) for index, name in enumerate(names) if name][:3]
    return pl.all_horizontal(
        [(pl.col(column(index)).str.strip_chars() == name).fill_null(False) for index, name in known]
        or [pl.lit(False)]
    )


def _header(
    sample: pl.DataFrame, header_row: int | None, *, fixed: bool
) -> tuple[tuple[str, ...], int | None, int | None]:
    """The names, and the first and the last line that hold them."""
    head = sample.head(HEAD_ROWS)
    rows = [row[1:] for row in head.iter_rows()]
    if fixed:
        if header_row is None:
            return (), None, None
        place = next((at for at, line in enumerate(head["line"]) if line == header_row), None)
        if place is not None:
            return _lines_of(header_at(rows, place), head)
    return _lines_of(header_of(rows), head)


def _lines_of(header: Header, head: pl.DataFrame) -> tuple[tuple[str, ...], int | None, int | None]:
    if header.row is None:
        return header.names, None, None
    return header.names, int(head["line"][header.row]), int(head["line"][header.row + header.height - 1])


def _usual_width(filled: pl.DataFrame, enough: float) -> int:
    """The last column that enough lines fill: a few ragged lines do not widen the table."""
    shares = [filled[name].is_not_null().mean() or 0 for name in filled.columns[1:]]
    often = [place for place, share in enumerate(shares) if float(str(share)) > enough]
    return often[-1] + 1 if often else 1


def name_of(table: Table, index: int | None) -> str:
    """The name of a column, "" where there is none."""
    return table.columns[index].name if index is not None and index < table.width else ""


def decimal_signs(table: Table, mapping: ColumnMap) -> dict[str, DecimalSign]:
    """How sure the file is about the decimal sign of its prices and quantities."""
    return {
        field: sign_of(table, mapping.fields[field], mapping.added if field == "quantity" else ())
        for field in ("price", "quantity")
        if field in mapping.fields
    }


def sign_of(table: Table, index: int | None, added: Sequence[int] = ()) -> DecimalSign:
    """The decimal sign of a column, with those that are added to it, by its own cells or else by its neighbours."""
    places = [place for place in (index, *added) if place is not None and place < table.width]
    if not places:
        return DecimalSign(".", False, 0)
    cells = [text for place in places for text in _figures(table, place)]
    own = decimal_sign(cells)
    if own.certain or not own.ambiguous:
        return own
    others = [
        text
        for entry in table.columns
        if entry.index not in places and entry.profile.decimals > 0.5
        for text in _figures(table, entry.index)[:200]
    ]
    elsewhere = decimal_sign(others)
    # Quantities and prices of one program are written alike, except that quantities may group thousands.
    return decimal_sign(cells, fallback=elsewhere.sign) if elsewhere.certain else own


def _figures(table: Table, index: int) -> list[str]:
    return figures_of(table.body[column(index)].drop_nulls().unique(maintain_order=True).to_list())


def shape_of(table: Table, mapping: ColumnMap, origin: Origin) -> TableShape:
    """What the file says about its lines."""
    codes = table.body[column(mapping.fields["key"])].drop_nulls().str.strip_chars()
    floats = codes.str.contains(_FLOAT_CODE).mean() if codes.len() else 0
    telling = {
        field
        for field, index in mapping.fields.items()
        if index != mapping.fields["key"] and index < table.width and not table.columns[index].empty
    }
    return TableShape(
        width=table.width,
        grid_width=max(origin.width, table.width),
        header_end=table.header_end,
        float_codes=float(str(floats or 0)) >= 0.95,
        telling=frozenset(telling),
        self_named=origin.names is not None,
        totals_lack="" if origin.names is not None else lacking_in_totals(table.body, mapping),
        remarks_from=_remarks_from(table) if origin.format in _SHEETS else None,
        priced=() if origin.names is not None else _priced(table, mapping, telling),
    )


def _priced(table: Table, mapping: ColumnMap, telling: Iterable[str]) -> tuple[int, ...]:
    """The columns of further prices, where lines have a code and one of these and nothing else that we read."""
    fields, read = mapping.fields, {*mapping.fields.values(), *mapping.added}
    others = tuple(
        entry.index
        for entry in table.columns
        if entry.index not in read
        and is_known(entry.name)
        and meanings(entry.name)[0].field == "price"
        and entry.profile.prices > _NUMBERS
    )
    if "price" not in fields or not others:
        return ()
    told = {*(fields[field] for field in telling if field != "name"), *mapping.added}
    bare = table.body.filter(
        pl.col(column(fields["key"])).is_not_null(),
        *(pl.col(column(index)).is_null() for index in told if index < table.width),
    )
    return tuple(index for index in others if bare[column(index)].null_count() < bare.height)


def _remarks_from(table: Table) -> int:
    """From which column on a text stands beside the table of a sheet.

    Where a cell was divided and pushed the others aside, the last of them stands first beyond the table: a number
    where the last column holds numbers.
    """
    last = table.columns[-1].profile
    is_number = last.whole + last.decimals + last.money >= _NUMBERS
    return table.width if is_number or last.empty else table.width + 1
