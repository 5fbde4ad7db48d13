"""Questions about common decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count

from orders.models import CauseDecision, DecidedCase, Gathering
from orders.models.decision import UNFINISHED

SHOWN = 100
# Those that need a look come first.
IN_FRONT = [
    DecidedCase.Status.FAILED,
    DecidedCase.Status.LATE,
    DecidedCase.Status.SKIPPED,
    DecidedCase.Status.DONE,
    DecidedCase.Status.UNDONE,
    DecidedCase.Status.WAITING,
]


@dataclass(frozen=True)
class Standing:
    """How far a decision is."""

    total: int
    waiting: int
    done: int
    skipped: int
    failed: int
    late: int
    undone: int

    @property
    def looked_at(self) -> int:
        return self.total - self.waiting

    @property
    def can_be_undone(self) -> bool:
        """Whether something has been decided, or is about to be, that has not been taken back."""
        return self.waiting + self.done + self.late > 0

    @property
    def looked_back(self) -> int:
        """Of how many is known whether they could be taken back."""
        return self.total - self.done


def unfinished_decisions(limit: int = 20) -> Sequence[tuple[int, str, int]]:
    """Decisions with cases left to decide or to take back, the oldest first, each with its status and its turn."""
    unfinished = CauseDecision.objects.filter(status__in=UNFINISHED).order_by("pk")
    return list(unfinished.values_list("pk", "status", "turn")[:limit])


def waiting_cases(decision_id: int, limit: int) -> Sequence[int]:
    """The next rows to be carried out, in the order in which they were decided; what failed before comes last."""
    return _next(decision_id, DecidedCase.Status.WAITING, limit)


def cases_to_take_back(decision_id: int, limit: int) -> Sequence[int]:
    """The next rows that are decided, while the decision is being taken back."""
    return _next(decision_id, DecidedCase.Status.DONE, limit)


def _next(decision_id: int, status: str, limit: int) -> Sequence[int]:
    rows = DecidedCase.objects.filter(decision=decision_id, status=status)
    return list(rows.order_by("attempts", "pk").values_list("pk", flat=True)[:limit])


def standing_of(decision: CauseDecision) -> Standing:
    counted = DecidedCase.objects.filter(decision=decision).order_by().values_list("status")
    counts = dict(counted.annotate(Count("id")))
    return Standing(
        total=sum(counts.values()), **{one.value: counts.get(one, 0) for one in DecidedCase.Status}
    )


def gathering_of(decision: CauseDecision) -> Gathering | None:
    """How far its cases are gathered; None when all are."""
    return Gathering.objects.filter(decision=decision).first()


def reasons_of(decision: CauseDecision) -> Sequence[tuple[str, int]]:
    """Why cases were left out, with how many, the most frequent first."""
    rows = DecidedCase.objects.filter(decision=decision, status=DecidedCase.Status.SKIPPED).order_by()
    return list(rows.values_list("why").annotate(n=Count("id")).order_by("-n", "why"))


def decided_cases(decision: CauseDecision, limit: int = SHOWN) -> Sequence[DecidedCase]:
    """Some cases of the decision with what a row says of them; those that need a look in front."""
    cases = DecidedCase.objects.filter(decision=decision).select_related("case__line__order__customer")
    in_front = (
        one for status in IN_FRONT for one in cases.filter(status=status).order_by("attempts", "pk")[:limit]
    )
    return list(islice(in_front, limit))
