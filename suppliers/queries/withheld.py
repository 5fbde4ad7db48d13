"""What a run withholds: the lines that wait, and what became of the others."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Concat, Trim

from suppliers.models import UNSETTLED, Run, WithheldLine


@dataclass(frozen=True)
class SettledLines:
    """How many lines ended alike: in which state, by which run or by whom ("" for nobody)."""

    state: str
    run_id: int | None
    person: str
    lines: int


def waiting_lines(run: Run) -> QuerySet[WithheldLine]:
    """Most promised first."""
    return run.withheld.filter(state__in=UNSETTLED).order_by("-reserved", "id")


def settled_lines(run: Run) -> list[SettledLines]:
    """What became of the lines that no longer wait."""
    names = Trim(Concat("decided_by__first_name", Value(" "), "decided_by__last_name"))
    settled = run.withheld.exclude(state__in=UNSETTLED).values_list("state", "settled_by", names)
    ends = settled.annotate(lines=Count("pk")).order_by("state", "settled_by")
    return [SettledLines(*facts) for facts in ends]
