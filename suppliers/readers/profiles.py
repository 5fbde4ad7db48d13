"""What the cells of a column look like, whatever the column is called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from suppliers.readers.availability import availability, stated_in
from suppliers.readers.currencies import currency
from suppliers.readers.figures import number
from suppliers.readers.gtins import is_gtin, is_ruined, is_shortened
from suppliers.readers.leadtimes import days_in
from suppliers.readers.prices import price
from suppliers.readers.quantities import quantity

_URL = re.compile(r"(?:https?:)?//\S+|www\.\S+|\S+\.(?:jpe?g|png|gif|webp|bmp)\b\S*", re.I)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?: .*)?")
_SPAN = re.compile(r"\d{1,2}\s*[-–]\s*\d{1,2}")
_CODE = re.compile(r"[\w\-./+#*:() '\"=&,]{1,64}")
_WHOLE = re.compile(r"[+-]?\d{1,9}(?:[.,]0+)?")
# What is written without blanks between its words: its texts are no codes, however they look.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# A number with zeros in front is a code: of a warehouse, of an article.
_ZEROED = re.compile(r"0\d+")
_DECIMALS = re.compile(r"[+-]?\d[\d\s]*[.,]\d{1,12}|[.,]\d+")
# "01 01 02": a code in groups, as long as no group is one of thousands.
_GROUPS = re.compile(r"\d{1,2}(?: \d{1,2})+|\d+(?: \d+)* \d{4,}")
_MONEY = re.compile(
    r"[€$£₴₽₺₸₹¥]|\b(?:EUR|USD|GBP|PLN|CZK|UAH|RUB|RON|HUF|SEK|NOK|DKK|CHF|TRY)\b|грн|руб|zł|Kč", re.I
)
# How long things last that are guaranteed: by years and halves of them.
_MONTHS = frozenset({6, 12, 18, 24, 30, 36, 48, 60, 72, 84, 96, 120})
# A longer cell is a text, whatever it contains.
_LONGEST_VALUE = 100


class _Cell(NamedTuple):
    """What one cell may be, as ones and zeros."""

    whole: bool = False
    decimals: bool = False
    quantities: bool = False
    worded: bool = False
    money: bool = False
    prices: bool = False
    gtins: bool = False
    shortened: bool = False
    ruined: bool = False
    availabilities: bool = False
    phrases: bool = False
    leads: bool = False
    spans: bool = False
    currencies: bool = False
    urls: bool = False
    dates: bool = False
    zeroed: bool = False
    codes: bool = False
    mixed_codes: bool = False


@dataclass(frozen=True)
class Profile:
    """Shares (0 to 1) of the `count` filled cells of a sample; `filled` is the share of lines that have a cell."""

    count: int = 0
    filled: float = 0.0
    distinct: float = 0.0
    length: float = 0.0
    words: float = 0.0
    median: float = 0.0
    sequence: float = 0.0
    tens: float = 0.0
    months: float = 0.0
    example: str = ""
    whole: float = 0.0
    decimals: float = 0.0
    quantities: float = 0.0
    worded: float = 0.0
    money: float = 0.0
    prices: float = 0.0
    gtins: float = 0.0
    shortened: float = 0.0
    ruined: float = 0.0
    availabilities: float = 0.0
    phrases: float = 0.0
    leads: float = 0.0
    spans: float = 0.0
    currencies: float = 0.0
    urls: float = 0.0
    dates: float = 0.0
    zeroed: float = 0.0
    codes: float = 0.0
    mixed_codes: float = 0.0

    @property
    def empty(self) -> bool:
        return self.filled == 0


def profile(cells: Sequence[str | None]) -> Profile:
    """The profile of a column's sample."""
    filled = [stripped for cell in cells if cell and (stripped := cell.strip())]
    if not filled:
        return Profile()
    count = len(filled)
    seen = [_cell(cell) if len(cell) <= _LONGEST_VALUE else _text(cell) for cell in filled]
    shares = {
        name: sum(column) / count for name, column in zip(_Cell._fields, zip(*seen, strict=True), strict=True)
    }
    figures = [float(value) for cell in filled if len(cell) < 30 and (value := number(cell)) is not None]
    some = [figure for figure in figures if figure]
    return Profile(
        count=count,
        filled=count / len(cells),
        distinct=len({cell.casefold() for cell in filled}) / count,
        length=sum(map(len, filled)) / count,
        words=sum(1 if _GROUPS.fullmatch(cell) else len(cell[:400].split()) for cell in filled) / count,
        median=median(figures) if figures else 0.0,
        sequence=_sequence(figures[:200]),
        tens=sum(figure % 10 == 0 for figure in figures) / len(figures) if figures else 0.0,
        months=sum(figure in _MONTHS for figure in some) / len(some) if some else 0.0,
        example=filled[0][:60],
        **shares,
    )


def _text(cell: str) -> _Cell:
    return _Cell(urls=bool(_URL.match(cell)))


@lru_cache(maxsize=20_000)
def _cell(cell: str) -> _Cell:
    digits = sum(character.isdigit() for character in cell)
    letters = any(character.isalpha() for character in cell)
    unspaced = letters and bool(_UNSPACED.search(cell))
    said = quantity(cell).kind if digits or letters or cell in "+✓✔" else "unknown"
    return _Cell(
        whole=digits > 0 and bool(_WHOLE.fullmatch(cell)),
        decimals=digits > 0 and bool(_DECIMALS.fullmatch(cell)),
        quantities=said != "unknown",
        worded=said in {"flag", "at_least"},
        money=digits > 0 and bool(_MONEY.search(cell)),
        prices=digits > 0 and price(cell).amount is not None,
        gtins=digits >= 8 and is_gtin(cell),
        shortened=6 < digits < 12 and is_shortened(cell),
        ruined=digits > 0 and is_ruined(cell),
        availabilities=availability(cell) != "unknown",
        phrases=letters and bool(stated_in(cell)),
        leads=letters and days_in(cell) is not None,
        spans=digits > 1 and bool(_SPAN.fullmatch(cell)),
        currencies=letters and bool(currency(cell)),
        urls=letters and bool(_URL.match(cell)),
        dates=digits > 0 and bool(_DATE.fullmatch(cell)),
        zeroed=digits > 1 and bool(_ZEROED.fullmatch(cell)),
        codes=not unspaced and bool(_CODE.fullmatch(cell)) and cell.count(" ") < 4,
        mixed_codes=not unspaced
        and digits > 0
        and digits < len(cell) <= 40
        and (" " not in cell or bool(_GROUPS.fullmatch(cell))),
    )


def _sequence(figures: Sequence[float]) -> float:
    """How much the numbers just count: 1, 2, 3, ... as line numbers and identifiers do."""
    if len(figures) < 5:
        return 0.0
    steps = sum(after - before == 1 for before, after in pairwise(figures))
    return steps / (len(figures) - 1) * len(set(figures)) / len(figures)
