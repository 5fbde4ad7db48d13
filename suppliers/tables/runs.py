"""How an import is shown: its state, its headline, and the difference it would make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
TRIGGERS: Mapping[str, Text] = {
    "schedule": _("by schedule"),
    "upload": _("by upload"),
    "person": _("by hand"),
    "again": _("read again"),
    "undo": _("undo"),
    "push": _("sent to us"),
}
CHANGES: Sequence[tuple[str, Text]] = (
    ("gone", pgettext_lazy("lines", "Gone")),
    ("unreadable", _("To unknown")),
    ("zeroed", _("To zero")),
    ("less", _("Less")),
    ("more", _("More")),
    ("new", pgettext_lazy("lines", "New")),
    ("withheld", _("Withheld")),
    ("overtaken", pgettext_lazy("lines", "Overtaken")),
    ("same", _("Same")),
)
NOT_LISTED = {"same", "withheld", "overtaken"}
BAR_WIDTH = 1000


def state_of_run(status: str) -> Status:
    return STATES[status]


def state_of(run: Run) -> Status:
    """The state of a run; one of which a part waits is applied in part."""
    if run.status == RunStatus.APPLIED and run.counts.get("withheld"):
        return Status("partly", _("Applied safely"))
    if run.status == RunStatus.UNCHANGED and "same_as" not in run.facts:
        return Status("unknown", _("Nothing new"))
    return state_of_run(run.status)


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
        """What changes nothing is counted, not listed; what is withheld has a list of its own."""
        return self.change not in NOT_LISTED


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
    if not location:
        return Transport(transport).label
    return format_lazy("{label}: {place}", label=Transport(transport).label, place=location)


def facts_in_words(facts: Mapping[str, Any]) -> list[str]:
    """What we read about the file: format, encoding, header."""
    said = [str(facts.get("format", "")).upper(), str(facts.get("encoding") or "")]
    return [word for word in said if word]
