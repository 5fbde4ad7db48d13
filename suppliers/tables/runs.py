"""How an import is shown: its state, its headline, and the difference it would make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from stocke.core.web.formats import number
from stocke.core.web.status import Status
from stocke.core.web.tables import NumberColumn, StaffTable
from suppliers.models import Run, RunChange, RunStatus, Transport

Text = str | Promise

STATES: Mapping[str, Status] = {
    RunStatus.QUEUED: Status("waiting"),
    RunStatus.RUNNING: Status("running"),
    RunStatus.HELD: Status("held"),
    RunStatus.APPLIED: Status("done", _("Applied")),
    RunStatus.REJECTED: Status("refused", _("Rejected")),
    RunStatus.SUPERSEDED: Status("stopped", _("Superseded")),
    RunStatus.UNCHANGED: Status("done", _("Unchanged")),
    RunStatus.FAILED: Status("failed"),
    RunStatus.PROPOSED: Status("waiting", _("To confirm")),
    RunStatus.UNDONE: Status("undone", _("Undone")),
}
STAGES: Mapping[str, Text] = {
    "fetching": _("Fetching the file"),
    "reading": _("Reading"),
    "writing": _("Comparing and writing"),
}
TRIGGERS: Mapping[str, Text] = {
    "schedule": _("by schedule"),
    "upload": _("by upload"),
    "person": _("by hand"),
    "again": _("read again"),
}
CHANGES: Sequence[tuple[str, Text]] = (
    ("gone", pgettext_lazy("lines", "Gone")),
    ("unreadable", _("To unknown")),
    ("zeroed", _("To zero")),
    ("less", _("Less")),
    ("more", _("More")),
    ("new", pgettext_lazy("lines", "New")),
    ("same", _("Same")),
)
BAR_WIDTH = 1000


def state_of_run(status: str) -> Status:
    return STATES[status]


def trigger_of(run: Run) -> Text:
    return TRIGGERS.get(run.trigger, run.trigger)


@dataclass(frozen=True)
class Segment:
    """One kind of change: how many offers, and its part of the bar."""

    change: str
    label: Text
    count: int
    x: float
    width: float

    @property
    def is_listed(self) -> bool:
        """What does not change is counted, not listed."""
        return self.change != "same"


def segments_of(counts: Mapping[str, int]) -> list[Segment]:
    """The difference as one bar. Changes of price alone count as the same: the stock is."""
    found = {change: counts.get(change, 0) for change, _label in CHANGES}
    found["same"] += counts.get("other", 0)
    total = sum(found.values()) or 1
    segments, x = [], 0.0
    for change, label in CHANGES:
        width = BAR_WIDTH * found[change] / total
        segments.append(Segment(change, label, found[change], round(x, 2), round(width, 2)))
        x += width
    return [segment for segment in segments if segment.count]


@dataclass(frozen=True)
class Headline:
    """What is probably wrong, in the file's own terms; and what was not done."""

    title: Text
    text: Text


NOTHING_APPLIED = _("Nothing was applied: your offers are still those of the last good import.")
NOTHING_YET = _("Nothing was applied.")
CONTENT: Mapping[str, Text] = {
    "empty": _("The file is empty"),
    "header_only": _("The file has column names and no lines"),
    "html": _("The server sent a web page instead of the file"),
    "columns_changed": _("The column with the supplier SKU is gone"),
    "no_key": _("No column holds a supplier SKU: choose it by hand"),
}


def headline_of(run: Run) -> Headline:
    """The first sentence of a held import."""
    failed = [check for check in run.verdict.get("checks", []) if not check["passed"]]
    worst = failed[0] if failed else {"check": "", "value": ""}
    return Headline(headline_title(run, worst), NOTHING_APPLIED if run.feed.last_good_at else NOTHING_YET)


def headline_title(run: Run, worst: Mapping[str, str]) -> Text:
    counts = run.counts
    if worst["check"] == "content":
        return CONTENT.get(worst["value"], CONTENT["empty"])
    if worst["check"] == "columns":
        return COLUMNS[worst["value"]]
    if worst["check"] == "lost":
        gone, line = counts.get("gone", 0), run.facts.get("cut_after")
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
    if worst["check"] == "zeroed":
        zeroed = counts.get("zeroed", 0)
        return ngettext(
            "%(count)s offer in stock would fall to zero",
            "%(count)s offers in stock would fall to zero",
            zeroed,
        ) % {"count": number(zeroed)}
    muted = counts.get("unreadable", 0)
    return ngettext(
        "%(count)s quantity can no longer be read", "%(count)s quantities can no longer be read", muted
    ) % {"count": number(muted)}


COLUMNS: Mapping[str, Text] = {
    "unconfirmed": _("First file of this feed: confirm what its columns mean"),
    "missing": _("A column that we read is no longer in the file"),
    "moved": _("The columns of the file have moved"),
}


class ChangeTable(StaffTable):
    """What a held import would change, as a file."""

    supplier_sku = tables.Column(verbose_name=_("Supplier SKU"))
    name = tables.Column(verbose_name=_("Name"))
    change = tables.Column(verbose_name=_("Change"))
    quantity_before = NumberColumn(verbose_name=_("Before"))
    kind_before = tables.Column(verbose_name=_("Kind before"))
    quantity_after = NumberColumn(verbose_name=_("In this file"))
    kind_after = tables.Column(verbose_name=_("Kind in this file"))
    raw = tables.Column(verbose_name=_("As written"))
    reserved = NumberColumn(verbose_name=_("Promised"))
    line = NumberColumn(verbose_name=_("Line"))

    def render_change(self, record: RunChange) -> str:
        return str(record.get_change_display())


def source_of(transport: str, location: str) -> Text:
    """Where a feed's file comes from, in a few words."""
    if transport == Transport.UPLOAD:
        return Transport.UPLOAD.label
    return format_lazy("{label}: {place}", label=Transport(transport).label, place=location)


def facts_in_words(facts: Mapping[str, Any]) -> list[str]:
    """What we read about the file: format, encoding, header."""
    said = [str(facts.get("format", "")).upper(), str(facts.get("encoding") or "")]
    return [word for word in said if word]
