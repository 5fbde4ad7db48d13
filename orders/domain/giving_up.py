"""A person decides that a line cannot be delivered as promised, although a source is left: it becomes a case."""

from django.db import transaction
from django.utils.dateparse import parse_datetime

from orders.domain.allocations import release_line
from orders.domain.cases import open_case
from orders.domain.causes import Shortage, judge
from orders.domain.confirmation import DECIDABLE, NotConfirmable, lock_order
from orders.models import CaseCause, OrderLine, StockoutCase, VerificationPolicy
from stocke.core.actors import Actor


@transaction.atomic
def give_up_line(order_id: int, line_id: int, *, by: Actor) -> StockoutCase:
    """Release what the line was promised and open its case. Raises NotConfirmable when there is nothing to decide.

    The cause is only what the record shows: a late figure if the figures were late, else no cause is claimed yet.
    """
    order = lock_order(order_id)
    line = order.lines.filter(pk=line_id, status__in=DECIDABLE).first()
    if line is None:
        raise NotConfirmable(order, "status")
    line.order = order
    release_line(line, reason="given_up", by=by)
    cause, facts = cause_of(line)
    return open_case(line, cause=cause, facts=facts, by=by)


def cause_of(line: OrderLine) -> tuple[CaseCause, dict[str, object]]:
    """Late figures, when even the newest before the order was too old; else the bare fact of the decision."""
    ordered_at = line.order.placed_at
    stated = [parse_datetime(one["as_of"]) for one in line.evidence.get("candidates", ()) if one["as_of"]]
    before = max((at for at in stated if at is not None and at <= ordered_at), default=None)
    hours = VerificationPolicy.current().fresh_hours
    cause, facts = judge(Shortage(ordered_at, before, None, sold=0, available=0, fresh_hours=hours))
    if cause == CaseCause.FEED_LATE:
        return cause, {name: facts[name] for name in ("feed_at", "ordered_at")}
    return CaseCause.OVERSOLD, {"ordered_at": ordered_at.isoformat()}
