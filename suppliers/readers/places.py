"""The stores of one item of a tree: what each has stands in one cell, and how each is called in another one."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from suppliers.readers.availability import STORES, UNSTATED
from suppliers.readers.layouts import is_store, tells_parts_apart
from suppliers.readers.names import meanings, unit_words
from suppliers.readers.sources import Places, column
from suppliers.readers.values import STATEMENTS, ColumnMap

# A mere "store" may hold a stock, or be called so.
_PLACE, _LONGEST_NAME, _MOST_NAMES = 0.4, 60, 20


def naming(columns: Iterable[str], stocks: Collection[str]) -> str:
    """The value that says how a store is called, by the names of what is said of it; nothing where there is none."""
    scores = {name: _naming(name) for name in columns if name not in stocks}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] else ""


def _naming(name: str) -> float:
    """How well a value names a store: its own "warehouse name" best, then the "name" or "id" in a "warehouse"."""
    *around, leaf = re.split("[/@]", name)
    found = meanings(leaf)
    meant = found[0].field if found else ""
    if meant in STATEMENTS and found[0].score > _PLACE:
        return 0
    if is_store(leaf):
        return 5 if "name" in unit_words(leaf) else 4
    if any(map(is_store, around)) and meant in {"name", "key"}:
        return 3 if meant == "name" else 2
    return 1 if tells_parts_apart(leaf) else 0.5 if leaf == "id" else 0


def put(values: dict[str, str], store: Mapping[str, str], stocks: Collection[str], name: str) -> None:
    """Enters what one store states behind what those before it stated; a store that states nothing is left out.

    Where its name is known the parts of all cells stand in one order, and what is not stated holds its place.
    """
    said = [stock for stock in stocks if stock in store]
    if not said:
        return
    if not name:
        for stock in said:
            values[stock] = _joined([values[stock], store[stock]] if stock in values else [store[stock]])
        return
    before = _count(values[name]) if name in values else 0
    lots = max(_count(store[stock]) for stock in said)
    called = store.get(name, UNSTATED).replace(STORES, " ")[:_LONGEST_NAME]
    for each in (*(stock for stock in stocks if stock in values or stock in store), name):
        past = [values[each]] if each in values else [UNSTATED] * before
        own = [called] * lots if each == name else store.get(each, UNSTATED).split(STORES)
        values[each] = _joined([*past, *own, *[UNSTATED] * (lots - len(own))])


def _joined(parts: Iterable[str]) -> str:
    return STORES.join(parts)


def _count(cell: str) -> int:
    return cell.count(STORES) + 1


@dataclass
class Met:
    """The stores of articles that were met, by the column that names them."""

    names: dict[str, dict[str, None]] = field(default_factory=dict)

    def note(self, name: str, store: Mapping[str, str]) -> None:
        """One more store; the first few of a column are remembered."""
        known = self.names.setdefault(name, {}) if name else {}
        if name in store and len(known) < _MOST_NAMES:
            known.setdefault(store[name][:_LONGEST_NAME])

    def places(self) -> Iterator[Places]:
        """The columns that name some."""
        yield from (Places(name, tuple(known)) for name, known in self.names.items() if known)


def is_split(mapping: ColumnMap) -> bool:
    """Whether one line may hold several stores that are kept apart, or of which only some are read."""
    return mapping.is_of_tree and (bool(mapping.apart) or bool(mapping.only))


def each_place(frame: pl.DataFrame, mapping: ColumnMap) -> pl.DataFrame:
    """The lines, with one for each store in place of those of several, or with what those to be read have."""
    for index in mapping.apart:
        frame = _divided(frame, column(index), _each_alone)
    if mapping.only_column is None or mapping.only_column in mapping.apart:
        return frame
    return _divided(frame, column(mapping.only_column), lambda stores: _only(stores, mapping.only))


# For the stores of a line the lines that are made of it: how each is called, and what counts for it.
type _Lines = Mapping[str, Collection[str]]


def _each_alone(stores: Sequence[str]) -> _Lines:
    return {store: (store,) for store in stores}


def _only(stores: Sequence[str], only: Collection[str]) -> _Lines:
    """One line of those that are to be read, called like the first of them; else one to be left out as it is."""
    wanted = [store for store in stores if store in only]
    return {wanted[0]: wanted} if wanted else {stores[0]: stores}


def _divided(frame: pl.DataFrame, name: str, lines_of: Callable[[Sequence[str]], _Lines]) -> pl.DataFrame:
    """The frame, where this column names the stores that its other cells are about."""
    if not frame[name].str.contains(STORES, literal=True).any():
        return frame
    rows: list[tuple[object, ...]] = []
    at = frame.columns.index(name)
    for row in frame.iter_rows():
        if not row[at] or STORES not in row[at]:
            rows.append(row)
            continue
        stores = row[at].split(STORES)
        cells = [_parts(cell, len(stores)) for cell in row]
        for called, counting in lines_of(stores).items():
            line = [_of_stores(each, stores, counting) for each in cells]
            rows.append((*line[:at], called, *line[at + 1 :]))
    return pl.DataFrame(rows, schema=frame.schema, orient="row")


def _parts(cell: object, count: int) -> object | Sequence[str]:
    """What a cell says of each store; nothing of any where it is of others."""
    if not isinstance(cell, str) or STORES not in cell:
        return cell
    parts = cell.split(STORES)
    return parts if len(parts) == count else None


def _of_stores(cells: object | Sequence[str], stores: Sequence[str], counting: Collection[str]) -> object:
    """What these stores state together; what one of them says twice is added up as well."""
    if not isinstance(cells, list):
        return cells
    own = [cell for cell, place in zip(cells, stores, strict=True) if place in counting and cell != UNSTATED]
    return _joined(own) or None
