"""A saved mapping on today's file: by name where columns moved, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from suppliers.readers.claims import ENOUGH
from suppliers.readers.errors import refuse
from suppliers.readers.layouts import is_store
from suppliers.readers.names import OTHER, meanings
from suppliers.readers.values import ColumnMap

# What a column has to say that changes how much there is of an article, whatever the others say.
_OF_STOCK = frozenset({"quantity", "availability"})
# What a place may have that says nothing of how much lies there.
_OF_NO_PLACE = frozenset({OTHER, "price", "currency", "category", "lead"})


def followed_map(mapping: ColumnMap, names: tuple[str, ...], width: int) -> tuple[ColumnMap, tuple[str, ...]]:
    """The saved mapping on this file, followed by name where columns moved, and the names that are gone.

    `width` is the number of columns of the file, 0 where it is not known. Raises NotAFeed where the column of the
    code is gone, or the one that says which lines are read.
    """
    if not mapping.header or mapping.header == names:
        width = width or 1 + max(_columns_of(mapping))
        return moved_map(mapping, {index: index for index in range(width)})
    return moved_map(mapping, places_by_name(mapping.header, names))


def moved_map(mapping: ColumnMap, places: Mapping[int, int]) -> tuple[ColumnMap, tuple[str, ...]]:
    """The mapping on a file where its columns stand in these places, and the names of those that stand in none."""
    gone = [index for index in _columns_of(mapping) if index not in places]
    vital = {mapping.fields["key"], *([] if mapping.only_column is None else [mapping.only_column])}
    for index in vital & set(gone):
        raise refuse("columns_changed", column=_title(mapping, index))

    def moved(indexes: Iterable[int]) -> tuple[int, ...]:
        return tuple(places[index] for index in indexes if index in places)

    followed = replace(
        mapping,
        fields={field: places[index] for field, index in mapping.fields.items() if index in places},
        key_parts=moved(mapping.key_parts),
        apart=moved(mapping.apart),
        added=moved(mapping.added),
        only_column=None if mapping.only_column is None else places[mapping.only_column],
    )
    # A shop leaves out the options it does not need.
    return followed, tuple(_title(mapping, index) for index in gone if index not in mapping.key_parts)


def _columns_of(mapping: ColumnMap) -> list[int]:
    """Every column that the mapping reads, once."""
    only = [] if mapping.only_column is None else [mapping.only_column]
    read = [*mapping.fields.values(), *mapping.key_parts, *mapping.apart, *mapping.added, *only]
    return list(dict.fromkeys(read))


def _title(mapping: ColumnMap, index: int) -> str:
    return mapping.header[index] if index < len(mapping.header) else str(index + 1)


def places_by_name(before: tuple[str, ...], now: tuple[str, ...]) -> dict[int, int]:
    """Where each column of the saved header stands now; names that occur twice are counted off."""
    free: dict[str, list[int]] = {}
    for index, name in enumerate(now):
        free.setdefault(name.casefold(), []).append(index)
    places = {}
    for index, name in enumerate(before):
        if free.get(name.casefold()):
            places[index] = free[name.casefold()].pop(0)
    return places


def columns_of_stock_since(mapping: ColumnMap, names: tuple[str, ...]) -> tuple[str, ...]:
    """New columns that by their names say in which place a line's stock lies, and in a table those that hold stock.

    Whoever confirmed the mapping could not choose them. A tree has no header: its values come and go with the articles
    that have them. Sizes and colours stand on lines that share a code, which tells by itself.
    """
    if not mapping.header:
        return ()
    known = set(places_by_name(mapping.header, names).values())
    new = [name for index, name in enumerate(names) if index not in known]
    fields = frozenset() if mapping.is_of_tree else _OF_STOCK
    return tuple(name for name in new if _tells_of_stock(name, fields))


def _tells_of_stock(name: str, fields: frozenset[str]) -> bool:
    """Whether it surely holds one of these, or is a place, as a "store" is and its "store URL" is not."""
    found = next(iter(meanings(name)), None)
    if found and found.field in fields and found.score >= ENOUGH:
        return True
    return is_store(name) and not (found and found.field in _OF_NO_PLACE)
