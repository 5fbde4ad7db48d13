"""Barcodes: eight, twelve, thirteen or fourteen digits whose last one checks the others."""

import re

import polars as pl

LENGTHS = (8, 12, 13, 14)
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


def is_ruined(text: str) -> bool:
    """Whether a spreadsheet has rounded the code away: "4,03E+12"."""
    return _P_RUINED.fullmatch(text.strip()) is not None


def ruined(text: pl.Expr) -> pl.Expr:
    """`is_ruined` for a column."""
    return text.str.strip_chars().str.contains(_RUINED)


def gtin_expression(text: pl.Expr, *, padded: bool = False) -> pl.Expr:
    """The digits of the cells that are barcodes, null for the others.

    With `padded`, eleven digits count as twelve that lost a leading zero: right for a column of true barcodes,
    and a guess anywhere else.
    """
    plain = text.str.contains("^[0-9]{8}$|^[0-9]{12,14}$")
    digits = (
        pl.when(plain)
        .then(text)
        .otherwise(text.str.strip_chars().str.replace_all(_AROUND, "").str.replace_all(r"[\s-]", ""))
    )
    if padded:
        digits = pl.when(digits.str.len_bytes() == 11).then("0" + digits).otherwise(digits)
    right_length = digits.str.len_bytes().is_in(LENGTHS)
    value = pl.when(right_length).then(digits).otherwise(None).cast(pl.Int64, strict=False)
    return pl.when((value > 0) & (_checksum(value) == 0)).then(digits)


def _checksum(value: pl.Expr) -> pl.Expr:
    total = pl.lit(0, pl.Int64)
    rest = value
    for place in range(14):
        total = total + (rest % 10) * (3 if place % 2 else 1)
        rest = rest // 10
    return total % 10
