"""The first sentence of a run that did not simply pass: what is probably wrong, in the file's own terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.web.formats import money, number, percent
from suppliers.models import Run
from suppliers.tables.checks import as_figure, hours
from suppliers.tables.guards import outcome_of

Text = str | Promise
Check = Mapping[str, Any]


@dataclass(frozen=True)
class Headline:
    """What is probably wrong; and what was not done."""

    title: Text
    text: Text


NOTHING_APPLIED = gettext_lazy("Nothing was applied: your offers are still those of the last good import.")
NOTHING_YET = gettext_lazy("Nothing was applied.")
CONTENT: Mapping[str, Text] = {
    "empty": gettext_lazy("The file is empty"),
    "header_only": gettext_lazy("The file has column names and no lines"),
    "html": gettext_lazy("The server sent a web page instead of the file"),
    "columns_changed": gettext_lazy("The column with the supplier SKU is gone"),
    "no_key": gettext_lazy("No column holds a supplier SKU: choose it by hand"),
}
COLUMNS: Mapping[str, Text] = {
    "unconfirmed": gettext_lazy("First file of this feed: confirm what its columns mean"),
    "missing": gettext_lazy("A column that we read is no longer in the file"),
    "moved": gettext_lazy("The columns of the file have moved"),
    "of_stock": gettext_lazy("A new column of the file tells of stock"),
}

ENDINGS: Mapping[str, Text] = {
    "cut": gettext_lazy("The file breaks off before its end"),
    "short": gettext_lazy("The last line of the file is cut short"),
    "counted": gettext_lazy("The file has not as many parts as it says"),
    "open": gettext_lazy("The last line of the file has no end, as it used to have: it may be cut"),
}


def headline_of(run: Run) -> Headline:
    """The first sentence of a held import."""
    return Headline(title_of(run), NOTHING_APPLIED if run.feed.last_good_at else NOTHING_YET)


def title_of(run: Run) -> Text:
    """What is worst, and among equals what tells most."""
    worst = worst_check(run)
    if worst:
        return TITLES[worst["check"]](run, worst)
    return say_lost(run, {}) if gone_of(run) else _("A person has to look at this import")


def worst_check(run: Run) -> Check | None:
    found = [
        check for check in run.verdict.get("checks", []) if not check["passed"] and check["check"] in TITLES
    ]
    telling = list(TITLES)
    return min(
        found,
        key=lambda check: (outcome_of(check) != "hold", telling.index(check["check"])),
        default=None,
    )


def say_lost(run: Run, check: Check) -> str:
    gone, line = gone_of(run), run.facts.get("cut_after")
    if line:
        return ngettext(
            "The file seems cut: %(count)s SKU is missing, after line %(line)s",
            "The file seems cut: %(count)s SKUs are missing, all after line %(line)s",
            gone,
        ) % {"count": number(gone), "line": number(line)}
    return ngettext(
        "%(count)s SKU has disappeared from the file",
        "%(count)s SKUs have disappeared from the file",
        gone,
    ) % {"count": number(gone)}


def gone_of(run: Run) -> int:
    """Known SKUs that are missing, whether they were withheld or not."""
    figures = run.figures
    missing: int = figures.get("known", 0) - figures.get("present", 0)
    return missing if figures else int(run.counts.get("gone", 0))


def say_zeroed(run: Run, check: Check) -> str:
    zeroed = run.counts.get("zeroed", 0)
    return ngettext(
        "%(count)s offer in stock would fall to zero",
        "%(count)s offers in stock would fall to zero",
        zeroed,
    ) % {"count": number(zeroed)}


def say_muted(run: Run, check: Check) -> str:
    muted = run.counts.get("unreadable", 0)
    return ngettext(
        "%(count)s quantity can no longer be read", "%(count)s quantities can no longer be read", muted
    ) % {"count": number(muted)}


def say_price(run: Run, check: Check) -> str:
    currency = run.figures.get("file", {}).get("currency") or run.feed.supplier.currency
    now, usual = (money(round(as_figure(check[name]) or 0), currency) for name in ("value", "usual"))
    if not as_figure(check["value"]):
        return _("The file has no prices any more; the mean price used to be %(usual)s") % {"usual": usual}
    return _("The mean price is %(now)s; usual is %(usual)s") % {"now": now, "usual": usual}


def say_repeated(run: Run, check: Check) -> str:
    repeated = run.figures.get("file", {}).get("repeated", 0)
    return ngettext(
        "%(count)s line repeats a SKU of another line",
        "%(count)s lines repeat a SKU of another line",
        repeated,
    ) % {"count": number(repeated)}


def say_unreadable(run: Run, check: Check) -> str:
    unreadable = run.figures.get("file", {}).get("unreadable", 0)
    return ngettext(
        "%(count)s cell or line gives no quantity", "%(count)s cells or lines give no quantity", unreadable
    ) % {"count": number(unreadable)}


def with_figures(sentence: Text, say: Callable[[float | None], str]) -> Callable[[Run, Check], str]:
    """A sentence with the figure and the usual one."""
    return lambda run, check: (
        str(sentence)
        % {
            "now": say(as_figure(check["value"])),
            "usual": say(as_figure(check.get("usual", ""))),
        }
    )


# The most telling first.
TITLES: Mapping[str, Callable[[Run, Check], Text]] = {
    "content": lambda run, check: CONTENT.get(check["value"], CONTENT["empty"]),
    "columns": lambda run, check: COLUMNS[check["value"]],
    "ending": lambda run, check: ENDINGS[check["value"]],
    "zeros": lambda run, check: _("The first file of this feed states a stock of 0 on every line"),
    "lost": say_lost,
    "zeroed": say_zeroed,
    "muted": say_muted,
    "returned": lambda run, check: (
        _("This is the file of import %(number)s once more") % {"number": run.figures.get("returns_to")}
    ),
    "backwards": with_figures(
        gettext_lazy("The file is older by %(now)s than the last one that counts"), hours
    ),
    "currency": lambda run, check: (
        _("The prices are in %(now)s; usual is %(usual)s") % {"now": check["value"], "usual": check["usual"]}
    ),
    "price": say_price,
    "repeated": say_repeated,
    "identical": with_figures(
        gettext_lazy("%(now)s of the quantities are one and the same number; usual are %(usual)s"), percent
    ),
    "units": with_figures(gettext_lazy("The file states %(now)s units in all; usual are %(usual)s"), number),
    "unreadable": say_unreadable,
    "rows": with_figures(gettext_lazy("The file has %(now)s lines; usual are %(usual)s"), number),
    "age": with_figures(gettext_lazy("The file is %(now)s old"), hours),
}
