"""Which cells of an XLSX workbook are shown as dates, and which as codes with leading zeros."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
from lxml import etree

# The built-in formats that show a day; those of pure times show none.
_DAYS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)}
_NOT_SIGNS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile(r"0{2,20}")
# The days that a spreadsheet can show.
_FIRST, _LAST = 1.0, 2_958_466.0


@dataclass(frozen=True)
class Styles:
    """By the number of a cell's style. `epoch` is day zero."""

    days: frozenset[int] = frozenset()
    zeros: Mapping[int, int] = field(default_factory=dict)
    epoch: dt.datetime = dt.datetime(1899, 12, 30)  # noqa: DTZ001 -- a sheet has no time zones

    def applied(self, numbers: pl.Series, styles: pl.Series) -> pl.Series:
        """The numbers as they are shown: days in ISO, codes with their zeros, the rest as they are."""
        if styles.null_count() == len(styles) or not (self.days or self.zeros):
            return numbers
        frame = pl.DataFrame({"text": numbers, "style": styles})
        text, style = pl.col("text"), pl.col("style")
        value = text.cast(pl.Float64, strict=False)
        is_day = style.is_in(list(self.days)) & value.is_between(_FIRST, _LAST, closed="left")
        width = style.replace_strict(dict(self.zeros), default=0, return_dtype=pl.Int64)
        padded = (width > 0) & text.str.contains("^[0-9]+$")
        return frame.select(
            pl.when(is_day)
            .then(self._day(pl.when(is_day).then(value)))
            .when(padded)
            .then(text.str.pad_start(pl.when(padded).then(width).otherwise(0), "0"))
            .otherwise(text)
        ).to_series()

    def _day(self, value: pl.Expr) -> pl.Expr:
        moment = pl.lit(self.epoch) + pl.duration(seconds=(value * 86_400).round().cast(pl.Int64))
        whole = value == value.floor()
        return (
            pl.when(whole)
            .then(moment.dt.strftime("%Y-%m-%d"))
            .otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S"))
        )


def styles_of(content: bytes, *, since_1904: bool) -> Styles:
    """The styles of a workbook; a broken list of styles is none."""
    epoch = dt.datetime(1904, 1, 1) if since_1904 else Styles.epoch  # noqa: DTZ001
    if not content:
        return Styles(epoch=epoch)
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if root is None:
        return Styles(epoch=epoch)
    own = {node.get("numFmtId"): node.get("formatCode", "") for node in root.iter("{*}numFmt")}
    used = [node.get("numFmtId", "0") for cells in root.iter("{*}cellXfs") for node in cells.iter("{*}xf")]
    days = {at for at, number in enumerate(used) if _shows_day(number, own.get(number))}
    zeros = {at: len(own[number]) for at, number in enumerate(used) if _ZEROS.fullmatch(own.get(number, ""))}
    return Styles(frozenset(days), zeros, epoch)


def _shows_day(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number) in _DAYS
    signs = _NOT_SIGNS.sub("", code.split(";")[0]).casefold()
    return "y" in signs or ("d" in signs and "m" in signs)
