"""Which section of a tree is read while nobody has chosen one."""

from dataclasses import replace

import polars as pl

from suppliers.readers.sources import Origin, Places, column
from suppliers.readers.values import ColumnMap


def in_section_read(mapping: ColumnMap, origin: Origin, saved: ColumnMap | None) -> ColumnMap:
    """The mapping, of one section where the file has several and neither a person nor a `saved` map knew of them."""
    places = _unchosen(origin, saved)
    if places is None:
        return mapping
    return replace(mapping, only_column=_index(origin, places), only=(places.read,))


def of_section_read(head: pl.DataFrame, origin: Origin, saved: ColumnMap | None) -> pl.DataFrame:
    """Of the sample of a file, the lines by which it is understood."""
    places = _unchosen(origin, saved)
    if places is None:
        return head
    return head.filter(pl.col(column(_index(origin, places))) == places.read)


def _unchosen(origin: Origin, saved: ColumnMap | None) -> Places | None:
    sections = [places for places in origin.places if places.read]
    return next((each for each in sections if saved is None or each.column not in saved.header), None)


def _index(origin: Origin, places: Places) -> int:
    return (origin.names or ()).index(places.column)
