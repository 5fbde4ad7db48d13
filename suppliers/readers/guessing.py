"""From the columns of a file to the mapping that we would propose."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from suppliers.readers.claims import ENOUGH, Column, counts_stock
from suppliers.readers.columns import (
    as_in,
    guess_columns,
    lying_at,
    named_total,
    not_reserved,
    nowhere,
    of_part,
    totalled,
    with_name_as_key,
)
from suppliers.readers.currencies import currency_in
from suppliers.readers.errors import refuse
from suppliers.readers.layouts import (
    Layout,
    is_store,
    key_parts,
    known_layout,
    shop_locations,
    tells_lots_apart,
    tells_parts_apart,
)
from suppliers.readers.linetotals import unit_price
from suppliers.readers.minorunits import settled_divisor
from suppliers.readers.names import code_score, is_moved, is_spoiled, meanings
from suppliers.readers.sectioning import in_section_read
from suppliers.readers.sharedcodes import say_the_whole, told_by_barcodes
from suppliers.readers.sources import Origin, column
from suppliers.readers.stockcolumns import (
    are_places,
    denied,
    inner_total,
    parallel,
    places_of_stock,
    says_total,
    summed_up,
    total_of,
    unreserved,
)
from suppliers.readers.understanding import Table, name_of, sign_of
from suppliers.readers.values import STATEMENTS, ColumnGuess, ColumnMap, Repeated

_ASKED_APART = frozenset({"x12", "edifact"})
# Names with what stands beside them tell goods apart where nearly all of them differ.
_TELLING = 0.95
_MOST_PARTS = 4
# What each size or colour of an article may say for itself.
_OF_A_PART = frozenset({"gtin", "quantity", "availability", "price"})
# So many lines without a code are no mistakes: their code stands above.
_CONTINUED = 0.2
# Where so many of them are called otherwise than the line above, they are goods whose code is not known.
_OWN_NAMES = 0.5
_LARGEST_STOCK = 1_000_000


def guessed_map(
    table: Table, origin: Origin, names: Mapping[str, str] = MappingProxyType({})
) -> tuple[ColumnMap, tuple[ColumnGuess, ...]]:
    """The mapping we would propose, and why; `names` are the merchant's own meanings of column names.

    Raises NotAFeed where no column tells the lines apart.
    """
    guesses = guess_columns(
        table.columns, has_header=bool(table.names), self_named=origin.names is not None, names=names
    )
    layout = known_layout(table.names)
    guesses = _laid_out(table, guesses, layout) if layout else guesses
    guesses = _own_values(table, origin, _of_parts(table, origin, guesses))
    # The quantities of an EDI message are several questions about one stock, never several stocks, and so are those
    # beside one that a known file has.
    asked_apart = origin.format in _ASKED_APART or (layout is not None and "quantity" in layout.fields)
    guesses, added = (guesses, ()) if asked_apart else _stock(table, origin, guesses)
    if _is_denied(table, guesses):
        guesses, added = tuple(nowhere(each) if each.field == "quantity" else each for each in guesses), ()
    guesses = unit_price(guesses, table.columns)
    guesses = guesses if origin.names is not None else told_by_barcodes(table, guesses)
    fields = {guess.field: guess.index for guess in guesses if guess.index is not None}
    apart: tuple[int, ...] = ()
    if "key" not in fields:
        apart = _told_by_names(table, fields)
        guesses = with_name_as_key(guesses)
        fields["key"] = fields["name"]
    if not table.names and not {"quantity", "availability", "price", "gtin"} & fields.keys():
        # Commas divide prose, too.
        raise refuse("no_table")
    parts = key_parts(table.names)
    continued = not parts and origin.names is None and _goes_on(table, fields)
    mapping = ColumnMap(
        fields=fields,
        header=table.names,
        header_row=table.header_row,
        decimal=sign_of(table, fields.get("price")).told,
        quantity_decimal=sign_of(table, fields.get("quantity"), added).told,
        price_divisor=settled_divisor(table, fields["price"]) if "price" in fields else 0,
        currency=currency_in(name_of(table, fields.get("price"))),
        key_parts=parts,
        repeated="sum" if continued else _repeated(table, fields, parts),
        continued=continued,
        apart=apart,
        added=added,
        codes=layout.codes if layout else {},
        # Where the file states its stock, a time is only a time.
        ready_days=layout.ready_days
        if layout and not (layout.only_unstated and "quantity" in fields)
        else None,
        sheet=origin.sheet or "",
        member=origin.member,
    )
    return in_section_read(mapping, origin, None), guesses


def _is_denied(table: Table, guesses: Sequence[ColumnGuess]) -> bool:
    """Whether what counts anything by its name, a "count", counts no stock by what is said of the availability."""
    index = {guess.field: guess.index for guess in guesses}
    counted, said = index["quantity"], index["availability"]
    return counted is not None and said is not None and denied(table.columns[counted], table.columns[said])


def _told_by_names(table: Table, fields: Mapping[str, int]) -> tuple[int, ...]:
    """The columns that tell goods of one name apart: brand, size, colour. Raises NotAFeed where none do."""
    if "name" not in fields or not fields.keys() & set(STATEMENTS):
        raise refuse("no_key")
    telling = table.body.select([column(fields["name"])]).drop_nulls()
    parts: list[int] = []
    for index in _telling(table, fields):
        names = table.body.select([column(place) for place in (fields["name"], *parts, index)])
        if names.n_unique() > telling.n_unique():
            parts, telling = [*parts, index], names
    if not parts or telling.n_unique() < _TELLING * table.body.height:
        raise refuse("no_key")
    return tuple(parts)


def _telling(table: Table, fields: Mapping[str, int]) -> list[int]:
    """The columns that may tell goods of one name apart."""
    taken = {index for field, index in fields.items() if field not in {"brand", "category"}}
    return [
        entry.index
        for entry in table.columns
        if entry.index not in taken
        and (tells_parts_apart(entry.name) or entry.index in (fields.get("brand"), fields.get("category")))
        and not counts_stock(entry)
    ][:_MOST_PARTS]


def _laid_out(table: Table, guesses: tuple[ColumnGuess, ...], layout: Layout) -> tuple[ColumnGuess, ...]:
    """The guesses, with the columns of codes where the layout of a known file has them."""
    places = set(layout.fields.values())
    found = []
    for guess in guesses:
        if guess.field in layout.fields:
            guess = as_in(layout.name, guess, table.columns[layout.fields[guess.field]])
        elif guess.index in places:
            guess = nowhere(guess)
        found.append(guess)
    return tuple(found)


def _of_parts(table: Table, origin: Origin, guesses: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """The guesses, with the code of a size or colour in place of the article's, where each is a line of its own."""
    key = next(guess for guess in guesses if guess.field == "key")
    if key.index is None or not origin.parts or table.columns[key.index].profile.distinct > _TELLING:
        return guesses
    own = [
        entry
        for entry in table.columns
        if entry.name in origin.parts and min(entry.profile.distinct, entry.profile.filled) > _TELLING
    ]
    best = max(own, key=lambda entry: code_score(entry.name), default=None)
    if best is None or not code_score(best.name):
        return guesses
    found = of_part(key, best)
    taken = [nowhere(other) if other.index == best.index else other for other in guesses]
    return tuple(found if other is key else other for other in taken)


def _own_values(table: Table, origin: Origin, guesses: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """The guesses, with what a size or colour says of itself in place of what its article says of all of them."""
    key = next(guess for guess in guesses if guess.field == "key")
    if name_of(table, key.index) not in origin.parts:
        return guesses
    return tuple(
        _own_value(table, origin, guess) if guess.field in _OF_A_PART else guess for guess in guesses
    )


def _own_value(table: Table, origin: Origin, guess: ColumnGuess) -> ColumnGuess:
    if guess.index is None or name_of(table, guess.index) in origin.parts:
        return guess
    own = next((other for other in guess.candidates if name_of(table, other.index) in origin.parts), None)
    return of_part(guess, table.columns[own.index]) if own else guess


def _stock(
    table: Table, origin: Origin, guesses: tuple[ColumnGuess, ...]
) -> tuple[tuple[ColumnGuess, ...], tuple[int, ...]]:
    """The guesses with the column that totals the stock, where there is one; else what is to be added to it.

    The "warehouse" beside a "qty" of a tree is called so, or by its number: nothing lies in that column.
    """
    places_named = {place.column for place in origin.places}
    if places := _places_of_a_shop(table):
        return _lying(table, guesses, places)
    guess = next(guess for guess in guesses if guess.field == "quantity")
    named = {index for index, name in enumerate(table.names) if name in places_named}
    free = set(range(table.width)) - {other.index for other in guesses} - named
    if guess.index is None or guess.by == "cells":
        told = any(other.field == "availability" and other.index is not None for other in guesses)
        places = places_of_stock(table.columns, {*free, guess.index}, in_numbers=told)
        if places and guess.index in {None, *places}:
            return _lying(table, guesses, places)
        if guess.index is None and (sums := summed_up(table.columns, free)):
            summed = totalled(guess, *sums)
            return tuple(summed if other is guess else other for other in guesses), ()
    if guess.index is None or guess.by != "name":
        return guesses, ()
    others = [table.columns[other.index] for other in guess.candidates]
    if apart := unreserved(table.columns[guess.index], others, table.columns):
        left = not_reserved(guess, *apart)
        return tuple(left if other is guess else other for other in guesses), ()
    added = parallel(table.columns[guess.index], table.columns, free)
    total = inner_total((guess.index, *added), table.columns)
    if total is None:
        total = total_of((guess.index, *added), table.columns, table.body)
    said = [index for index in (guess.index, *added) if says_total(table.columns[index].name)]
    if added and len(said) == 1:
        found = named_total(guess, table.columns[said[0]])
        return tuple(found if other is guess else other for other in guesses), ()
    if total is None:
        return guesses, added
    parts = [table.columns[index] for index in (guess.index, *added) if index != total]
    summed = totalled(guess, table.columns[total], parts)
    return tuple(summed if other is guess else other for other in guesses), ()


def _places_of_a_shop(table: Table) -> tuple[int, ...]:
    """The places in a table of a shop: columns that say how much there is, whose names mean nothing else."""
    named = [place for place in shop_locations(table.names) if place < table.width]
    places = tuple(place for place in named if table.columns[place].profile.filled)
    return places if all(_is_shop_place(table.columns[place]) for place in places) else ()


def _is_shop_place(entry: Column) -> bool:
    cells = entry.profile
    said = meanings(entry.name)
    named = bool(said) and said[0].score >= ENOUGH and not is_store(entry.name)
    meant = named or is_spoiled(entry.name, "quantity") or is_moved(entry.name)
    states = max(cells.whole + cells.phrases, cells.availabilities) > 0.9
    return states and not (meant or cells.gtins) and cells.median <= _LARGEST_STOCK


def _lying(
    table: Table, guesses: tuple[ColumnGuess, ...], places: Sequence[int]
) -> tuple[tuple[ColumnGuess, ...], tuple[int, ...]]:
    """The guesses with the stock that lies in these places, and those that are to be added to the first."""
    found = []
    for guess in guesses:
        if guess.field == "quantity":
            guess = lying_at(guess, table.columns[places[0]])
        elif guess.index in places:
            guess = nowhere(guess)
        found.append(guess)
    return tuple(found), tuple(places[1:])


def _goes_on(table: Table, fields: Mapping[str, int]) -> bool:
    """Whether many lines state a quantity and their size or warehouse, and leave the code to the line above."""
    if "quantity" not in fields:
        return False
    lines = table.body.filter(pl.col(column(fields["quantity"])).is_not_null())
    bare = lines.filter(pl.col(column(fields["key"])).is_null())
    if bare.height < _CONTINUED * lines.height or bare.height == lines.height or not bare.height:
        return False
    if _have_own_names(table, fields):
        return False
    parts = [
        entry
        for entry in table.columns
        if entry.index not in fields.values() and tells_parts_apart(entry.name) and not counts_stock(entry)
    ]
    return any(bare[column(entry.index)].null_count() < 0.2 * bare.height for entry in parts)


def _have_own_names(table: Table, fields: Mapping[str, int]) -> bool:
    """Whether lines without a code name goods of their own, begun otherwise than the one above: they lack one."""
    if "name" not in fields or fields["name"] == fields["key"]:
        return False
    code, name = pl.col(column(fields["key"])), pl.col(column(fields["name"])).str.strip_chars()
    above = pl.when(code.is_not_null()).then(name).forward_fill()
    begun = [text.str.to_lowercase().str.extract(r"^(\S+)") for text in (name, above)]
    lines = table.body.select(
        bare=code.is_null() & name.is_not_null(), other=(begun[0] != begun[1]).fill_null(False)
    )
    others = lines.filter("bare")["other"]
    return len(others) > 0 and int(others.sum()) >= _OWN_NAMES * len(others)


def _tells_stores(entry: Column) -> bool:
    """Whether a column is one of places where goods lie, by its name or by what it holds, or of lots of them."""
    return is_store(entry.name) or are_places(entry) or tells_lots_apart(entry.name)


def _repeated(table: Table, fields: dict[str, int], key_parts: Sequence[int]) -> Repeated:
    """Lines of one code in several warehouses, lots or sizes are added up; otherwise the last line is the newest word.

    Where options are part of the code, only warehouses and lots make several lines of one.
    """
    codes = table.body[column(fields["key"])].drop_nulls()
    if "quantity" not in fields or codes.n_unique() == codes.len() or say_the_whole(table, fields):
        return "last"
    parts = [
        entry
        for entry in table.columns
        if entry.index not in {*fields.values(), *key_parts}
        and (_tells_stores(entry) if key_parts else tells_parts_apart(entry.name) or _tells_stores(entry))
        and not counts_stock(entry)
        and table.body[column(entry.index)].n_unique() > 1
    ]
    return "sum" if parts else "last"
