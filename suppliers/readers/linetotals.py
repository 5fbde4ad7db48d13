"""Prices that are those of the whole line: the quantity times another price."""

from collections.abc import Sequence
from decimal import Decimal

from suppliers.readers.claims import Column
from suppliers.readers.columns import priced_each
from suppliers.readers.figures import number
from suppliers.readers.values import ColumnGuess

_ENOUGH_LINES, _NEARLY = 4, 0.9
_ROUNDING = Decimal("0.02")


def unit_price(guesses: tuple[ColumnGuess, ...], columns: Sequence[Column]) -> tuple[ColumnGuess, ...]:
    """The guesses with the price of one piece, where the one chosen is that of all pieces of a line."""
    chosen = {guess.field: guess for guess in guesses}
    price, quantity = chosen["price"], chosen["quantity"]
    if price.index is None or quantity.index is None:
        return guesses
    for other in price.candidates:
        if _multiplies(columns[other.index], columns[quantity.index], columns[price.index]):
            each = priced_each(price, columns[other.index], columns[price.index])
            return tuple(each if guess is price else guess for guess in guesses)
    return guesses


def _multiplies(each: Column, times: Column, total: Column) -> bool:
    lines = [
        (one, count, whole)
        for texts in zip(each.cells, times.cells, total.cells, strict=True)
        if (figures := [_number(text) for text in texts]) and None not in figures
        for one, count, whole in [figures]
        if count and one and whole and count > 1
    ]
    right = sum(abs(one * count - whole) <= _ROUNDING * count for one, count, whole in lines)
    return len(lines) >= _ENOUGH_LINES and right >= _NEARLY * len(lines)


def _number(text: str | None) -> Decimal | None:
    return number(text) if text else None
