"""Barcodes: eight, twelve, thirteen or fourteen digits whose last one checks the others."""

import re
from functools import cache

import polars as pl

LENGTHS = (8, 12, 13, 14)
# What is left of a barcode whose leading zeros were lost, and how long it was.
_SHORT = {7: 8, 9: 12, 10: 12, 11: 12}
_RUINED = r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}$"
_P_RUINED = re.compile(_RUINED)
_AROUND = r"""^(?:="|['’"\s])+|(?:\.0+)?["'\s]*$"""
_P_AROUND = re.compile(_AROUND)


def bare_gtin(text: str) -> str:
    """The cell without what spreadsheets put around a number: '8720…, ="8720…", 8720….0, blanks and dashes."""
    return re.sub(r"[\s-]", "", _P_AROUND.sub("", text.strip()))


def is_gtin(text: str) -> bool:
    """Whether the cell is a barcode whose check digit is right. All zeros are none."""
    digits = bare_gtin(text)
    if len(digits) not in LENGTHS or not (digits.isascii() and digits.isdecimal()) or int(digits) == 0:
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0


def is_shortened(text: str) -> bool:
    """Whether the cell may be a barcode that lost its leading zeros, as numbers do: its check digit is right."""
    digits = bare_gtin(text)
    return len(digits) in _SHORT and is_gtin(digits.zfill(_SHORT[len(digits)]))


def is_ruined(text: str) -> bool:
    """Whether a spreadsheet has rounded the code away: "4,03E+12"."""
    return _P_RUINED.fullmatch(text.strip()) is not None


def ruined(text: pl.Expr) -> pl.Expr:
    """`is_ruined` for a column."""
    return text.str.strip_chars().str.contains(_RUINED)


def gtin_column(texts: pl.Series, *, padded: bool = False) -> pl.Series:
    """The digits of the cells that are barcodes, null for the others.

    With `padded`, shorter numbers count as barcodes that lost their leading zeros: right for a column of true
    barcodes, and a guess anywhere else.
    """
    plain = texts.str.contains("^(?:[0-9]{8}|[0-9]{12,14})$")
    if plain.all():
        return texts.set(~_is_checked(texts.cast(pl.Int64)), None)
    bare = texts.str.strip_chars().str.replace_all(_AROUND, "").str.replace_all(r"[\s-]", "")
    if padded:
        length = bare.str.len_bytes()
        for short, full in _SHORT.items():
            bare = bare.zip_with((length != short).fill_null(True), bare.str.zfill(full))
    digits = bare.set(~bare.str.contains("^(?:[0-9]{8}|[0-9]{12,14})$"), None)
    return digits.set(~_is_checked(digits.cast(pl.Int64)), None)


def _is_checked(values: pl.Series) -> pl.Series:
    """Whether the weighted sum of the digits ends in zero, four digits at a time."""
    known = values.fill_null(1)
    total = pl.repeat(0, len(values), dtype=pl.UInt32, eager=True)
    for place in (1, 10_000, 100_000_000, 1_000_000_000_000):
        total = total + _weights().gather((known // place) % 10_000)
    return (total % 10 == 0) & (known > 0)


@cache
def _weights() -> pl.Series:
    """For each group of four digits: first and third from the right count three times less than the others."""
    sums = [
        sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(f"{group:04d}")))
        for group in range(10_000)
    ]
    return pl.Series(sums, dtype=pl.UInt32)
