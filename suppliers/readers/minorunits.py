"""Prices told in the smallest unit of their currency: "price_cents", or decimals or a divisor told beside."""

import re

from suppliers.readers.folding import folded_name
from suppliers.readers.sources import column
from suppliers.readers.understanding import Table

# "Cents per kWh", "cents off" and "centimes inclus" are no unit of a price.
_UNITS = r"(?:cents?|pence|centimes?|centimos|centesimi|groszy?|grosze|kopeks?|копе\w+)"
_IN_NAME = re.compile(rf"(?<!per )(?<!off )\b{_UNITS}\b(?! (?:inclu\w*$|per\b|off\b))")
_WHOLE, _MOSTLY = r"^[0-9]+(?:[.,]0+)?$", 0.9
_DIVISOR = re.compile(r"divisor|teiler|diviseur|делитель")
_BESIDE = re.compile(r"(?:currency )?(?:minor units?|minor unit digits)")
_HUNDRED, _MOST_DECIMALS = 100, 4


def price_divisor(table: Table, index: int) -> int:
    """By how much the numbers of a column of prices are divided: 100 for cents, 1 where it tells them as usual."""
    told = _told_divisor(table, index) if index < table.width else 1
    return told if told > 1 and _are_whole(table, index) else 1


def settled_divisor(table: Table, index: int) -> int:
    """The divisor to be kept for later files; 0, ask each of them, where these cells do not bear out their name."""
    divisor = price_divisor(table, index)
    return 0 if divisor == 1 and index < table.width and _told_divisor(table, index) > 1 else divisor


def _told_divisor(table: Table, index: int) -> int:
    """What its name says, or a number of decimals or a divisor beside it that is the same on every line."""
    name = table.columns[index].name
    if _IN_NAME.search(folded_name(name)):
        return _HUNDRED
    around = name.rpartition("/")[0]
    for other in table.columns:
        place, _slash, leaf = other.name.rpartition("/")
        if place == around and _BESIDE.fullmatch(folded_name(leaf)):
            return _power(_said(table, other.index), by_digits=True)
        if place == around and _DIVISOR.fullmatch(folded_name(leaf)):
            return _power(_said(table, other.index), by_digits=False)
    return 1


def _said(table: Table, index: int) -> str:
    """What a column says on every line; nothing where it says several things."""
    told = table.body[column(index)].drop_nulls().unique().to_list()
    return told[0] if len(told) == 1 else ""


def _power(said: str, *, by_digits: bool) -> int:
    """By how much is divided where 2 decimals are told, or a divisor of 100."""
    powers = {
        str(digits) if by_digits else f"1{'0' * digits}": digits for digits in range(_MOST_DECIMALS + 1)
    }
    return int(10 ** powers.get(said.strip(), 0))


def _are_whole(table: Table, index: int) -> bool:
    """Whether nearly all prices are whole numbers: half a cent here and there changes nothing."""
    cells = table.body[column(index)].drop_nulls().str.strip_chars()
    return len(cells) > 0 and float(str(cells.str.contains(_WHOLE).mean() or 0)) >= _MOSTLY
