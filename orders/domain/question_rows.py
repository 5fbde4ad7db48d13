"""Questions to suppliers as rows: opened with the promise they are about, closed when that promise ends.

A line has at most one open question, and while it has one its units are reserved.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from orders.domain.asking import Asking, ToAsk
from orders.events import LinesAsked
from orders.models import Allocation, AskingRules, Question, Said
from orders.queries.questions import answerable, offers_spoken
from stocke.core.events import publish
from suppliers.queries.served import chances_of
from suppliers.queries.sources import SourceView


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What will be asked about one line. `promised_before` is as in `Question`."""

    line_id: int
    asked: ToAsk
    promised_before: bool = False


def asking_about(line_ids: Collection[int], sources: Collection[SourceView]) -> Asking:
    """What must be known to decide whether to ask about these lines."""
    rules, suppliers = AskingRules.current(), {one.supplier_id for one in sources}
    chances = chances_of(suppliers) if suppliers else {}
    spoken = offers_spoken(line_ids)
    if not rules.asks_first:
        return Asking(rules, chances, spoken=spoken)
    return Asking(rules, chances, answerable(suppliers), spoken)


def denied_of(line_id: int) -> frozenset[int]:
    """The offers of which a supplier has said, or by his silence, that they do not serve this line."""
    return Asking(AskingRules.current(), spoken=offers_spoken([line_id])).denied(line_id)


def open_questions(new: Sequence[NewQuestion], promises: Collection[Allocation]) -> None:
    """One question for each of these lines, about the promise that was just made for it. They are put to their
    suppliers after commit."""
    if not new:
        return
    by_line = {one.line_id: one for one in promises}
    Question.objects.bulk_create(
        [
            Question(
                line_id=one.line_id,
                allocation=by_line[one.line_id],
                supplier_id=one.asked.supplier_id,
                quantity=one.asked.part.quantity,
                reasons=[why.value for why in one.asked.reasons],
                expires_at=one.asked.expires_at,
                promised_before=one.promised_before,
            )
            for one in new
        ]
    )
    for supplier_id in sorted({one.asked.supplier_id for one in new}):
        publish(LinesAsked(supplier_id))


def withdraw_questions(allocation_ids: Collection[int]) -> int:
    """Close the open questions about these promises, which were taken back or decided otherwise; how many."""
    open_ = Question.objects.filter(allocation__in=allocation_ids, said=Said.NONE)
    return open_.update(said=Said.WITHDRAWN, answered_at=timezone.now())


def withdraw_of_lines(line_ids: Iterable[int]) -> int:
    """The same for lines of which a person has decided that they need no answer. Their promises stand."""
    open_ = Question.objects.filter(line__in=list(line_ids), said=Said.NONE)
    return open_.update(said=Said.WITHDRAWN, answered_at=timezone.now())
