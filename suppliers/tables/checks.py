"""The checks of the guards in words: what each is called, what it means, and how its figures are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import duration, number, percent

Text = str | Promise
Scale = Literal["word", "total", "price", "share", "excess", "count", "hours"]


@dataclass(frozen=True)
class Words:
    """One check. Its `scale` says what kind of figure it is, and against what its limits stand.

    "total" and "price" are compared with the usual by a share of it, "excess" by the points above the usual; the
    others have their limits by themselves. `meaning` is what a person should think of when it does not pass.
    """

    label: Text
    meaning: Text
    scale: Scale


COLUMN_WORDS: Mapping[str, Text] = {
    "same": gettext_lazy("The same"),
    "moved": gettext_lazy("Moved"),
    "missing": gettext_lazy("Missing"),
    "of_stock": gettext_lazy("New, of stock"),
    "unconfirmed": gettext_lazy("Not confirmed"),
}
ENDING_WORDS: Mapping[str, Text] = {
    "whole": gettext_lazy("Whole"),
    "open": gettext_lazy("Last line without its end"),
    "short": gettext_lazy("Last line cut short"),
    "counted": gettext_lazy("Fewer or more parts than it says"),
    "cut": gettext_lazy("Breaks off"),
}
WORDS: Mapping[str, Text] = {**COLUMN_WORDS, **ENDING_WORDS}
CHECKS: Mapping[str, Words] = {
    "content": Words(
        gettext_lazy("Content"), gettext_lazy("What came has no lines that could be read."), "count"
    ),
    "columns": Words(
        gettext_lazy("Columns"), gettext_lazy("The columns are not those that a person confirmed."), "word"
    ),
    "ending": Words(
        gettext_lazy("End of the file"),
        gettext_lazy(
            "The file was cut on its way: articles are missing, and the last number may be half of one."
        ),
        "word",
    ),
    "zeros": Words(
        gettext_lazy("Zeros that are stated"),
        gettext_lazy("The first file states a stock of 0 on every line: its column may never be filled in."),
        "count",
    ),
    "rows": Words(
        gettext_lazy("Lines"), gettext_lazy("A file that is much shorter than usual was often cut."), "total"
    ),
    "lost": Words(
        gettext_lazy("Known SKUs that are missing"),
        gettext_lazy("A cut file, a part of the range, or the file of another supplier."),
        "share",
    ),
    "zeroed": Words(
        gettext_lazy("In stock, would fall to zero"),
        gettext_lazy("Stock rarely sells out all at once: a column may be empty or shifted."),
        "share",
    ),
    "muted": Words(
        gettext_lazy("In stock, no longer readable"),
        gettext_lazy("The quantities are written in another way, or stand in another column."),
        "share",
    ),
    "units": Words(
        gettext_lazy("Units in total"),
        gettext_lazy("Quantities of another column, another unit, or of a warehouse more or less."),
        "total",
    ),
    "price": Words(
        gettext_lazy("Mean price"),
        gettext_lazy("Another currency, another column, or no price any more."),
        "price",
    ),
    "currency": Words(
        gettext_lazy("Currency"),
        gettext_lazy("The prices are in a currency that the feed never had."),
        "word",
    ),
    "repeated": Words(
        gettext_lazy("Lines of a SKU that occurs twice"),
        gettext_lazy("The file was written twice, or lists each warehouse by itself now."),
        "excess",
    ),
    "identical": Words(
        gettext_lazy("Same quantity everywhere"),
        gettext_lazy("One number for most SKUs is a placeholder, not stock."),
        "excess",
    ),
    "unreadable": Words(
        gettext_lazy("Cells and lines that cannot be read"),
        gettext_lazy("New words in the quantity column, or lines that are out of place."),
        "excess",
    ),
    "returned": Words(
        gettext_lazy("Changes back to an older file"),
        gettext_lazy("The very same file came before the last one: it is one of the past."),
        "count",
    ),
    "backwards": Words(
        gettext_lazy("Older than the last import"),
        gettext_lazy("The date of the file lies before that of the last one that counts."),
        "hours",
    ),
    "age": Words(
        gettext_lazy("Age of the file"), gettext_lazy("What it says was true when it was written."), "hours"
    ),
}


def as_figure(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def hours(value: float | None) -> str:
    return "–" if value is None else duration(round(value * 60))


def said_of(scale: Scale) -> Callable[[float | None], str]:
    """How a figure of this scale is written."""
    return {
        "share": lambda value: percent(value, 1),
        "excess": lambda value: percent(value, 1),
        "hours": hours,
    }.get(scale, number)


def limit_in_words(scale: Scale, limit: str, *, holds: bool) -> str:
    """The limit as it stands in the table: a fall alone holds, a rise is at most a reason for caution."""
    figure = as_figure(limit)
    if figure is None:
        return "–"
    if scale == "total":
        return f"{'−' if holds else '±'}{percent(figure)}"
    if scale == "price":
        return f"±{percent(figure)}"
    if scale == "excess":
        return _("usual + %(share)s") % {"share": percent(figure)}
    return hours(figure) if scale == "hours" else percent(figure) if scale == "share" else number(figure)
