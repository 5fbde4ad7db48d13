"""Numbers as suppliers write them: decimal comma or point, thousands with points, spaces or apostrophes.

Most cells say by themselves which sign is the decimal one. "1.234" does not: there the column decides
(`decimal_sign`), and what no column decides is a doubt.

`number` and `number_expression` are the same reading, for one cell and for a column; a test holds them equal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

# No-break, narrow, thin and figure spaces, and the apostrophes of Swiss thousands.
GAPS = " \u00a0\u202f\u2009\u2007'’‘`´"
DECIMAL = pl.Decimal(18, 6)
_LARGEST_EXPONENT = 12
_SMALLEST = Decimal("0.000001")

# Written for both Python's and Rust's regular expressions, so without look-around and back references.
_SPACED = rf"[+-]?\d{{1,3}}(?:[{GAPS}]\d{{3}})+(?:[.,]\d*)?"
_AMBIGUOUS = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"
_PLAIN = r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)"
_SCIENTIFIC = r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,2}"
# In India groups of two stand before the last of three: "1,14,990".
_GROUPED = r"[+-]?(?:\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)|\d{1,2}(?:,\d{2})+,\d{3})"
_MIXED_POINT = r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}\.\d*"
_MIXED_COMMA = r"[+-]?\d{1,3}(?:\.\d{3})+,\d*"
_TRAILING_MINUS = r"\d[\d.,]*-"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_P_SPACED, _P_AMBIGUOUS, _P_GROUPED = _whole(_SPACED), _whole(_AMBIGUOUS), _whole(_GROUPED)
_P_PLAIN = _whole(rf"{_PLAIN}|{_SCIENTIFIC}")
_P_POINT, _P_COMMA = _whole(_MIXED_POINT), _whole(_MIXED_COMMA)
_P_MINUS = _whole(_TRAILING_MINUS)
_REMOVE_GAPS = str.maketrans("", "", GAPS)


def number(text: str, *, decimal: str = ".") -> Decimal | None:
    """The number of a cell that holds nothing else. `decimal` decides the ambiguous ones; None is no number."""
    tidy = _tidy(text)
    bare = _bare(tidy, decimal)
    if bare is None:
        return None
    value = Decimal(bare)
    # Beyond what a column holds; and rounding a number of thirty digits would fail.
    return value.quantize(_SMALLEST) if value.adjusted() < _LARGEST_EXPONENT else None


def _bare(tidy: str, decimal: str) -> str | None:
    """The number with a point before decimals and nothing between thousands."""
    if _P_AMBIGUOUS.fullmatch(tidy):
        return tidy.replace(",", ".") if decimal in tidy else _unsigned(tidy)
    if _P_PLAIN.fullmatch(tidy):
        return tidy.replace(",", ".")
    if _P_GROUPED.fullmatch(tidy):
        return _unsigned(tidy)
    if _P_POINT.fullmatch(tidy):
        return tidy.replace(",", "")
    return tidy.replace(".", "").replace(",", ".") if _P_COMMA.fullmatch(tidy) else None


def _unsigned(tidy: str) -> str:
    return tidy.replace(",", "").replace(".", "")


def _tidy(text: str) -> str:
    tidy = text.strip().replace("−", "-")
    if _P_SPACED.fullmatch(tidy):
        tidy = tidy.translate(_REMOVE_GAPS)
    # SAP writes the minus behind the number.
    return f"-{tidy[:-1]}" if _P_MINUS.fullmatch(tidy) else tidy


def number_expression(text: pl.Expr, *, decimal: str) -> pl.Expr:
    """`number` for a column: DECIMAL, null where a cell is no number."""
    stripped = text.str.strip_chars().str.replace("−", "-", literal=True)
    spaced = pl.when(_is(stripped, _SPACED)).then(stripped.str.replace_all(rf"[{GAPS}]", ""))
    joined = spaced.otherwise(stripped)
    minus = pl.when(_is(joined, _TRAILING_MINUS)).then("-" + joined.str.head(-1))
    tidy = minus.otherwise(joined)
    point = tidy.str.replace(",", ".", literal=True)
    unsigned = tidy.str.replace_all("[.,]", "")
    bare = (
        pl.when(_is(tidy, _AMBIGUOUS))
        .then(pl.when(tidy.str.contains(decimal, literal=True)).then(point).otherwise(unsigned))
        .when(_is(tidy, rf"{_PLAIN}|{_SCIENTIFIC}"))
        .then(point)
        .when(_is(tidy, _GROUPED))
        .then(unsigned)
        .when(_is(tidy, _MIXED_POINT))
        .then(tidy.str.replace_all(",", "", literal=True))
        .when(_is(tidy, _MIXED_COMMA))
        .then(tidy.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
    )
    return bare.otherwise(None).cast(DECIMAL, strict=False)


def _is(text: pl.Expr, pattern: str) -> pl.Expr:
    return text.str.contains(rf"^(?:{pattern.replace(chr(92) + 'd', '[0-9]')})$")


@dataclass(frozen=True)
class DecimalSign:
    """The sign a column uses before decimals, and whether its own cells prove it.

    `ambiguous` cells read differently with the other sign; `seen` is the sign they have.
    """

    sign: str
    certain: bool
    ambiguous: int
    seen: str = "."

    @property
    def told(self) -> str:
        """The sign, "" where no cell has any: another column or a later file may."""
        return self.sign if self.certain or self.ambiguous else ""


def decimal_sign(texts: Iterable[str], *, fallback: str = "") -> DecimalSign:
    """Which sign stands before decimals in these cells. `fallback` is what the rest of the file suggests."""
    votes = {".": 0, ",": 0}
    ambiguous = {".": 0, ",": 0}
    small = large = 0
    for text in texts:
        tidy = _tidy(text)
        if _P_AMBIGUOUS.fullmatch(tidy):
            ambiguous["." if "." in tidy else ","] += 1
        elif sign := _proved(tidy):
            votes[sign] += 1
        elif (digits := tidy.lstrip("+-")).isdecimal() and digits != "0":
            small, large = small + (len(digits) < 4), large + (len(digits) > 3)
    count, seen = sum(ambiguous.values()), max(ambiguous, key=lambda sign: ambiguous[sign])
    if votes["."] != votes[","]:
        return DecimalSign(max(votes, key=lambda sign: votes[sign]), True, count, seen)
    if fallback or not count:
        return DecimalSign(fallback or ".", False, count, seen)
    # "4,000" beside "12" writes thousands; beside "5000" or alone it writes three decimals. In doubt it is read
    # as decimals, because the smaller number promises less.
    thousands = small > 0 and large == 0
    return DecimalSign({".": ",", ",": "."}[seen] if thousands else seen, False, count, seen)


def _proved(tidy: str) -> str:
    """The decimal sign that this cell proves by itself, or nothing."""
    if _P_POINT.fullmatch(tidy):
        return "."
    if _P_COMMA.fullmatch(tidy):
        return ","
    signs = [character for character in tidy if character in ".,"]
    if len(signs) > 1 and _P_GROUPED.fullmatch(tidy):
        return "," if signs[0] == "." else "."
    return signs[0] if len(signs) == 1 and _P_PLAIN.fullmatch(tidy) else ""
