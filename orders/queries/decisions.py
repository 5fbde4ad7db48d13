"""Questions about common decisions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from orders.models import CauseDecision, DecidedCase, DecisionStatus


@dataclass(frozen=True)
class Standing:
    """How far a decision is."""

    total: int
    waiting: int
    done: int
    skipped: int
    undone: int

    @property
    def looked_at(self) -> int:
        return self.total - self.waiting


def running_decisions(limit: int = 20) -> Sequence[int]:
    """Decisions with cases left, the oldest first."""
    running = CauseDecision.objects.filter(status=DecisionStatus.RUNNING).order_by("pk")
    return list(running.values_list("pk", flat=True)[:limit])


def waiting_cases(decision_id: int) -> Sequence[int]:
    """The rows of a decision that nobody has carried out, in the order in which they were decided."""
    waiting = DecidedCase.objects.filter(decision=decision_id, status=DecidedCase.Status.WAITING)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def standing_of(decision: CauseDecision) -> Standing:
    counted = DecidedCase.objects.filter(decision=decision).order_by().values_list("status")
    counts = dict(counted.annotate(Count("id")))
    return Standing(
        total=sum(counts.values()), **{one.value: counts.get(one, 0) for one in DecidedCase.Status}
    )


def decided_cases(decision: CauseDecision, limit: int = 500) -> Sequence[DecidedCase]:
    """Each case of the decision with what a row says of it; those left out first."""
    cases = DecidedCase.objects.filter(decision=decision).select_related("case__line__order__customer")
    return list(cases.order_by("-status", "pk")[:limit])
