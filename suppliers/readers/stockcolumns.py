"""Several columns of stock: one for each warehouse, or their total beside them."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import polars as pl

from suppliers.readers.availability import availability, stated_in
from suppliers.readers.claims import Column, counts_stock
from suppliers.readers.figures import number
from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import is_store
from suppliers.readers.lines import total_words
from suppliers.readers.names import OTHER, counts_anything, is_moved, is_spoiled, meanings, unit_words
from suppliers.readers.sources import column

# A column is a total where nearly all its numbers are the sums of the others.
_TOTAL = 0.95
_ENOUGH_LINES = 5
_COUNTING, _NUMBERED = 0.8, 0.3
_MOST_PLACES = 20
_STATED = 0.2
# What else may be named beside a stock: whether there is any, and where.
_OF_STOCK = {"quantity", "availability"}
# Both would be of one stock, counted in packs and in pieces.
_IN_PACKS = re.compile(
    r"\b(?:packs?|packages?|units?|pieces|pcs|stuck|stk|ve|vpe|colis|cartons?|kartons?|boxes|cases|cajas|unidades|opak|szt|упак|уп|шт)\b"
)
_PARTS = re.compile(r"\d+|[^\W\d]+")


def parallel(chosen: Column, columns: Sequence[Column], free: Iterable[int]) -> tuple[int, ...]:
    """The free columns that hold further stock of the same kind: "Stock Madrid" beside "Stock Sevilla".

    Their names say the same of a stock and differ in the place: in words that we do not know, or numbers.
    """
    places = set(free)
    found = [
        other
        for other in columns
        if other.index in places
        and _differing(chosen.name, other.name)
        and counts_stock(other)
        and not is_moved(other.name)
    ]
    if _are_steps(found, columns) or any(_counted_twice(chosen, other, columns) for other in found):
        return ()
    return tuple(other.index for other in found)


def _counted_twice(left: Column, right: Column, columns: Sequence[Column]) -> bool:
    """Whether a further column holds by how much two counts differ: both are of one and the same stock."""
    pairs = [(left, right), (right, left)]
    rests = [
        entry
        for entry in columns
        if entry is not left
        and entry is not right
        and entry.profile.whole > _COUNTING
        and not counts_stock(entry)
    ]
    return any(
        _is_multiple(more, less) or any(_makes_up(more, less, rest) for rest in rests) for more, less in pairs
    )


def _is_multiple(units: Column, packs: Column) -> bool:
    """Whether one column says in pieces what another one says in packs of always as many, and one is called so."""
    if not any(_IN_PACKS.search(folded_name(entry.name)) for entry in (units, packs)):
        return False
    times: set[Decimal | float] = set()
    for texts in zip(units.cells, packs.cells, strict=True):
        pieces, packed = (number(text) or 0 if text else 0 for text in texts)
        if bool(pieces) != bool(packed):
            return False
        if packed:
            times.add(pieces / packed)
    some = packs.cells.drop_nulls()
    return len(some) >= _ENOUGH_LINES and some.n_unique() > 2 and len(times) == 1 and times.pop() > 1


def places_of_stock(
    columns: Sequence[Column], free: Iterable[int | None], *, in_numbers: bool
) -> tuple[int, ...]:
    """The free columns that are named like a place where goods lie and say how much there is.

    For a file that names no quantity: "Magazyn Poznań" beside "Magazyn Łódź", or a single "Depot". Where the file
    says elsewhere whether there is any, only `in_numbers`: a "store" that says "false" is where it can be fetched.
    """
    places = set(free)
    found = [
        entry
        for entry in columns
        if entry.index in places
        and _is_place(entry.name)
        and entry.profile.quantities > _COUNTING
        and not _is_number_of_place(entry)
        and (entry.profile.whole > _NUMBERED or not in_numbers)
    ]
    # The "outlets" of the few articles that are sockets are no places where any of them lies.
    is_stated = sum(entry.profile.filled for entry in found) >= _STATED
    return tuple(entry.index for entry in found) if is_stated else ()


def denied(counted: Column, said: Column) -> bool:
    """Whether a "count" says that there are some of most of what is said to be out of stock: some other things."""
    if not counts_anything(counted.name):
        return False
    gone = [
        text
        for text, word in zip(counted.cells, said.cells, strict=True)
        if word and availability(word) == "out_of_stock"
    ]
    some = [text for text in gone if text and (number(text) or 0) > 0]
    return len(gone) >= _ENOUGH_LINES and 2 * len(some) > len(gone)


def are_places(entry: Column) -> bool:
    """Whether the few texts of a column are all called like places or their stocks: "PPGM/Stock", "PPGV/Stock"."""
    texts = entry.cells.drop_nulls().str.strip_chars().unique()
    if not 1 < len(texts) <= _MOST_PLACES or entry.profile.whole > 0:
        return False
    return all(is_store(text) or _is_stock(text) for text in texts)


def _is_stock(text: str) -> bool:
    """ "PPGV/Stock", and not a mere "in stock" or "stock"."""
    found = meanings(text)
    return len(unit_words(text)) > 1 and bool(found) and found[0].field == "quantity" and not stated_in(text)


def says_total(name: str) -> bool:
    """Whether a name is that of a total: what stands beside it is part of it."""
    return any(word in total_words() for word in unit_words(name))


def _is_number_of_place(entry: Column) -> bool:
    """Whether "1000" stands on every line: it is the number of the plant, and no stock of it."""
    told = entry.cells.drop_nulls().str.strip_chars()
    return len(told) >= _ENOUGH_LINES and told.n_unique() == 1 and told[0].isdecimal() and int(told[0]) > 0


def _is_place(name: str) -> bool:
    """Whether a name is that of a place, and of nothing about it: not of the smallest order there."""
    return is_store(name) and not is_spoiled(name, "quantity")


def unreserved(
    whole: Column, others: Sequence[Column], columns: Sequence[Column]
) -> tuple[Column, Column] | None:
    """The one of the others that is what nobody has reserved of the whole, and the column of what is reserved.

    On nearly every line both together are the whole, and some is reserved on enough of them to prove it.
    """
    for free in others:
        for reserved in columns:
            if reserved is not free and _is_reserved(reserved.name) and _makes_up(whole, free, reserved):
                return free, reserved
    return None


def _is_reserved(name: str) -> bool:
    found = meanings(name)
    return is_spoiled(name, "quantity") or bool(found and found[0].field == OTHER)


def _makes_up(whole: Column, free: Column, reserved: Column) -> bool:
    lines = []
    for texts in zip(whole.cells, free.cells, reserved.cells, strict=True):
        all_of_it, left, gone = (number(text) if text else None for text in texts)
        if all_of_it is not None and left is not None and gone is not None:
            lines.append((all_of_it == left + gone, gone > 0 and left != 0))
    right = sum(is_right for is_right, _some in lines)
    return sum(some for _right, some in lines) >= _ENOUGH_LINES and right >= _TOTAL * len(lines)


def _differing(left: str, right: str) -> bool:
    """Whether both names call a stock by the same words and say of which place it is."""
    ours, theirs = _stock_phrase(left), _stock_phrase(right)
    return bool(ours) and ours == theirs and left != right


def _stock_phrase(name: str) -> str:
    """The words for the stock in a name that says more, and nothing else that we know."""
    found = meanings(name)
    if not found or found[0].field not in _OF_STOCK or found[0].phrase.split() == unit_words(name):
        return ""
    own = set(found[0].phrase.split())
    others = [
        meaning
        for meaning in found
        if meaning.field not in _OF_STOCK and not own & set(meaning.phrase.split())
    ]
    return "" if others else found[0].phrase


def _words(name: str) -> list[str]:
    """ "Qty2" is "qty" and "2"."""
    return [part for word in unit_words(name) for part in _PARTS.findall(word)]


def summed_up(columns: Sequence[Column], free: Iterable[int | None]) -> tuple[Column, list[Column]] | None:
    """The free column that is called a total and holds the sums of others that stand side by side, and these.

    For a file whose warehouses have names that we do not know: "Tangerang", "Glodok", "Total".
    """
    places = set(free)
    counting = [entry for entry in columns if entry.index in places and entry.profile.whole > _COUNTING]
    for total in counting:
        if not says_total(total.name) or is_spoiled(total.name, "quantity"):
            continue
        others = [entry for entry in counting if entry is not total][:_MOST_PLACES]
        for size in range(len(others), 1, -1):
            for start in range(len(others) - size + 1):
                parts = others[start : start + size]
                if _side_by_side(parts) and _are_sums(total, parts):
                    return total, parts
    return None


def _side_by_side(parts: Sequence[Column]) -> bool:
    return parts[-1].index - parts[0].index == len(parts) - 1


def _are_sums(total: Column, parts: Sequence[Column]) -> bool:
    lines = []
    for texts in zip(total.cells, *(part.cells for part in parts), strict=True):
        whole, *each = (number(text) if text else None for text in texts)
        if whole is not None:
            lines.append((whole == sum(value or 0 for value in each), sum(bool(value) for value in each) > 1))
    right = sum(is_right for is_right, _several in lines)
    return sum(several for _right, several in lines) >= _ENOUGH_LINES and right >= _TOTAL * len(lines)


def _are_steps(found: Sequence[Column], columns: Sequence[Column]) -> bool:
    """Whether these are the steps of a price list: "Qty 2" beside "Price 2"."""
    prices = [
        _words(entry.name)
        for entry in columns
        if any(meaning.field == "price" for meaning in meanings(entry.name))
    ]
    return any(
        word.isdecimal() and any(word in price for price in prices)
        for entry in found
        for word in _words(entry.name)
    )


def inner_total(parts: Sequence[int], columns: Sequence[Column]) -> int | None:
    """The one of several stocks that is the sum of the others: "Technische voorraad" beside those of two stores."""
    entries = [columns[part] for part in parts]
    return next(
        (
            entry.index
            for entry in entries
            if len(entries) > 2 and _are_sums(entry, [other for other in entries if other is not entry])
        ),
        None,
    )


def total_of(parts: Sequence[int], columns: Sequence[Column], body: pl.DataFrame) -> int | None:
    """The column whose numbers are the sums of these, where there is one."""
    if len(parts) < 2:
        return None
    numbers = body.select(
        [pl.col(column(entry.index)).cast(pl.Float64, strict=False) for entry in columns if _counts(entry)]
    )
    missing = [part for part in parts if column(part) not in numbers.columns]
    if missing:
        return None
    added = numbers.select(pl.sum_horizontal([column(part) for part in parts])).to_series()
    telling = added > 0
    if int(telling.sum()) < _ENOUGH_LINES:
        return None
    for name in numbers.columns:
        if int(name[1:]) in parts:
            continue
        same = (numbers[name].fill_null(0) == added).filter(telling)
        if float(str(same.mean() or 0)) >= _TOTAL:
            return int(name[1:])
    return None


def _counts(entry: Column) -> bool:
    return entry.profile.whole + entry.profile.decimals > 0.5
