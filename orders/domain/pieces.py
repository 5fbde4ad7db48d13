"""A line whose supplier is asked first, in one piece, or in several of which each is asked about by itself. Pure.

A line that several sources serve becomes as many lines, one for each: what one supplier says about his piece then
leaves the others alone. That is done only where every piece is settled by it: safe as it is, or asked about.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from orders.domain.asking import Asking, ToAsk, question_about
from orders.domain.rules import Rules
from orders.domain.sourcing import Decision, Need, Part, Verdict, candidate, verdict_on


@dataclass(frozen=True, slots=True)
class Piece:
    """Units of a line that one source serves, judged as a line of their own; `asked` where he is asked about them."""

    need: Need
    decision: Decision
    asked: ToAsk | None

    @property
    def part(self) -> Part:
        [part] = self.decision.choice
        return part


def pieces_of(
    line_id: int, need: Need, decision: Decision, rules: Rules, asking: Asking, end: datetime, now: datetime
) -> tuple[Piece, ...]:
    """The pieces of a line of which one at least is asked about, by their offers; empty where nothing is asked."""
    if not asking.rules.asks_first:
        return ()
    if len(decision.choice) == 1:
        judged = [(need, decision)]
    else:
        parts = sorted(decision.choice, key=lambda part: part.offer_id)
        judged = [alone(part, need, decision, rules, now) for part in parts]
    pieces = [Piece(mine, own, question_about(line_id, own, asking, end, now)) for mine, own in judged]
    if not all(one.asked or one.decision.verdict == Verdict.SAFE for one in pieces):
        return ()
    return tuple(pieces) if any(one.asked for one in pieces) else ()


def alone(part: Part, need: Need, decision: Decision, rules: Rules, now: datetime) -> tuple[Need, Decision]:
    """What was decided about one part of a line, as if that part were the line."""
    mine = replace(need, quantity=part.quantity)
    others = tuple(one for one in decision.candidates if one.source.offer_id != part.offer_id)
    [chosen] = [one for one in decision.candidates if one.source.offer_id == part.offer_id]
    own = candidate(mine, chosen.source, rules, now, timezone.localdate(now), chosen.standing)
    is_right = all(check.passed for check in decision.order_checks)
    verdict = verdict_on([part], [own]) if is_right else Verdict.DOUBTFUL
    return mine, replace(decision, candidates=(own, *others), choice=(part,), verdict=verdict)
