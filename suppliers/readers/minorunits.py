"""Prices that a file tells in the smallest unit of their currency: "price_cents", or two decimals told beside."""

import re

from suppliers.readers.folding import folded_name
from suppliers.readers.sources import column
from suppliers.readers.understanding import Table

# "Cents per kWh", "cents off" and "centimes inclus" are no unit of a price.
_UNITS = r"(?:cents?|pence|centimes?|centimos|centesimi|groszy?|grosze|kopeks?|копе\w+)"
_IN_NAME = re.compile(rf"(?<!per )(?<!off )\b{_UNITS}\b(?! (?:inclu\w*$|per\b|off\b))")
_WHOLE, _MOSTLY = r"^[0-9]+(?:[.,]0+)?$", 0.9
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
    """What the name of the column says, or a number of decimals beside it that is the same on every line."""
    name = table.columns[index].name
    if _IN_NAME.search(folded_name(name)):
        return _HUNDRED
    around = name.rpartition("/")[0]
    for other in table.columns:
        place, _slash, leaf = other.name.rpartition("/")
        if place == around and _BESIDE.fullmatch(folded_name(leaf)):
            told = table.body[column(other.index)].drop_nulls().unique().to_list()
            if len(told) == 1 and told[0].isdecimal() and int(told[0]) <= _MOST_DECIMALS:
                return int("1" + int(told[0]) * "0")
    return 1


def _are_whole(table: Table, index: int) -> bool:
    """Whether nearly all prices are whole numbers: half a cent here and there changes nothing."""
    cells = table.body[column(index)].drop_nulls().str.strip_chars()
    return len(cells) > 0 and float(str(cells.str.contains(_WHOLE).mean() or 0)) >= _MOSTLY
