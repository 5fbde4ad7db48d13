"""Which cells of a workbook are shown as days, told by their formats."""

import datetime as dt
import re
from dataclasses import dataclass

import polars as pl
from lxml import etree

# The built-in formats that show a day; those of pure times show none.
_DAYS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)}
_NOT_SIGNS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# The days that a spreadsheet can show.
_FIRST, _LAST = 1.0, 2_958_466.0


@dataclass(frozen=True)
class Styles:
    """By the number of a cell's style. `epoch` is day zero."""

    days: frozenset[int] = frozenset()
    epoch: dt.datetime = dt.datetime(1899, 12, 30)  # noqa: DTZ001 -- a sheet has no time zones

    def applied(self, numbers: pl.Series, styles: pl.Series) -> pl.Series:
        """The numbers that are shown as days in ISO, the rest as they are."""
        if styles.null_count() == len(styles) or not self.days:
            return numbers
        frame = pl.DataFrame({"text": numbers, "style": styles})
        text, style = pl.col("text"), pl.col("style")
        value = text.cast(pl.Float64, strict=False)
        is_day = style.is_in(list(self.days)) & value.is_between(_FIRST, _LAST, closed="left")
        return frame.select(
            pl.when(is_day).then(self._day(pl.when(is_day).then(value))).otherwise(text)
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
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return Styles(epoch=epoch)
    own = {node.get("numFmtId"): node.get("formatCode", "") for node in root.iter("{*}numFmt")}
    used = [node.get("numFmtId", "0") for cells in root.iter("{*}cellXfs") for node in cells.iter("{*}xf")]
    codes = [own.get(number, "") for number in used]
    days = {
        at
        for at, (number, code) in enumerate(zip(used, codes, strict=True))
        if shows_day(int(number) if number.isdecimal() else 0, code)
    }
    return Styles(frozenset(days), epoch)


def shows_day(number: int, code: str) -> bool:
    """Whether a format shows a day: one with a code of its own, or a built-in one by its number."""
    if not code:
        return number in _DAYS
    signs = _NOT_SIGNS.sub("", code.split(";")[0]).casefold()
    return "y" in signs or ("d" in signs and "m" in signs)
