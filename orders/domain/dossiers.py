"""What is known of an order while it is verified: its lines, what was decided of each, what is asked first. Pure."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from orders.domain.asking import Asking, ToAsk, expires_at
from orders.domain.pieces import pieces_of
from orders.domain.sourcing import Decision, Need, Verdict
from orders.domain.together import Asked
from orders.models import LineStatus, Order, OrderLine
from suppliers.queries.served import Chances

STATUS_OF = {
    Verdict.SAFE: LineStatus.SAFE,
    Verdict.DOUBTFUL: LineStatus.DOUBTFUL,
    Verdict.SHORT: LineStatus.SHORT,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One line with what was decided about it; `asked` where its supplier is asked before anything is confirmed.

    With `is_piece`, it is still units of that line, which will be a line of their own.
    """

    line: OrderLine
    need: Need
    decision: Decision
    asked: ToAsk | None = None
    chances: Chances = field(default_factory=dict)
    is_piece: bool = False

    @property
    def status(self) -> LineStatus:
        return LineStatus.ASKED if self.asked else STATUS_OF[self.decision.verdict]

    @property
    def is_promised(self) -> bool:
        return self.asked is not None or self.decision.verdict == Verdict.SAFE


@dataclass(slots=True)
class Dossier:
    """One order under verification: what was judged now, and the statuses of its other open lines."""

    order: Order
    judged: list[Judged] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """A line whose customer agreed to wait holds up nobody else."""
        statuses = {one.status.value for one in self.judged} | set(self.others)
        return statuses - {LineStatus.WAITING} == {LineStatus.SAFE}

    @property
    def is_news(self) -> bool:
        """Whether any line is judged otherwise than before: a doubtful one is looked at after every import."""
        return any(one.line.status != one.status for one in self.judged)


def with_questions(
    one: Judged, order: Order, line: Asked, asking: Asking, taken: Counter[int], now: datetime
) -> list[Judged]:
    """A line with its questions, in pieces where it has several, if its units are still there after all of this act."""
    end = expires_at(order.placed_at, order.channel, asking.rules)
    pieces = pieces_of(one.line.pk, one.need, one.decision, line.rules, asking, end, now)
    if pieces and one.decision.verdict != Verdict.SAFE:
        wanted = {piece.part.offer_id: piece.part.quantity for piece in pieces}
        free = {source.offer_id: source.free - taken[source.offer_id] for source in line.sources}
        if any(free[offer] < units for offer, units in wanted.items()):
            return [one]
        taken.update(wanted)
    return [
        replace(one, need=piece.need, decision=piece.decision, asked=piece.asked, is_piece=number > 0)
        for number, piece in enumerate(pieces)
    ] or [one]
