"""A supplier now states less than we have promised from him: rule 3, found at once and not at shipping time.

Who is hit: the latest promised, because the first who bought shall be the first who is served. Promises that the
supplier has *accepted* are spared altogether: his yes is newer than a figure that does not contain it yet, and if
he takes it back he says so himself. A line that is hit tries the other sources of its backup list once; when none
can serve it, a case is opened that says why, with the recorded times.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from orders.domain.allocations import release_allocations
from orders.domain.cases import open_case
from orders.domain.causes import Shortage, judge
from orders.domain.failover import send_to_desk
from orders.domain.resourcing import hold_offers, is_confirmed, missing_units, source_again, source_rest
from orders.domain.sourcing import Verdict
from orders.domain.splitting import leave_missing_to_case
from orders.events import OrderConfirmed
from orders.models import Allocation, AllocationStatus, CaseCause, LineStatus, OrderLine, VerificationPolicy
from orders.queries.shortfalls import (
    Overpromised,
    PromiseRow,
    feed_times,
    overpromised,
    overpromised_offer,
    promises_on,
)
from stocke.core.actors import Actor
from stocke.core.events import publish

logger = logging.getLogger(__name__)
BY = Actor.job("feed watch")


@dataclass(frozen=True)
class Outcome:
    """What became of the lines that were hit."""

    moved: int = 0
    doubtful: int = 0
    opened: int = 0


def lines_hit(stated: int, promises: Sequence[PromiseRow]) -> list[PromiseRow]:
    """Whose promises must end so that the rest fit into what is stated: the latest, until it fits. Pure.

    Accepted promises use up the stated units first, and are never hit.
    """
    excess = sum(promise.quantity for promise in promises) - stated
    hit = []
    for promise in sorted(promises, key=lambda promise: -promise.allocation_id):
        if excess <= 0:
            break
        if promise.status == AllocationStatus.HELD:
            hit.append(promise)
            excess -= promise.quantity
    return hit


def check_promises(run_id: int) -> Outcome:
    """After a run: serve anew, or open cases for, every line that its figures no longer cover. Idempotent.

    Call it when the promises that the run contains have ended (rule 4).
    """
    return check_offers(overpromised(run_id=run_id))


def sweep_promises() -> Outcome:
    """The same for every offer that promises more than it states, whatever event was lost. Idempotent."""
    return check_offers(overpromised())


def check_offers(offer_ids: Iterable[int]) -> Outcome:
    """Each line that is hit is settled in a transaction of its own; one that fails leaves the others done."""
    results = []
    for offer_id in offer_ids:
        offer = overpromised_offer(offer_id)
        if offer is not None:
            results += [_try(promise, offer_id) for promise in lines_hit(offer.stated, promises_on(offer_id))]
    return Outcome(
        moved=results.count(Verdict.SAFE),
        doubtful=results.count(Verdict.DOUBTFUL),
        opened=results.count(Verdict.SHORT),
    )


def _try(promise: PromiseRow, offer_id: int) -> Verdict | None:
    try:
        return _hit(promise, offer_id)
    except Exception:  # one bad line must not keep the others waiting
        logger.exception("line %s cannot be settled and is tried again by the sweep", promise.line_id)
        return None


@transaction.atomic
def _hit(promise: PromiseRow, offer_id: int) -> Verdict | None:
    """Break one promise and serve the line anew. None when it turns out, under the locks, not to be hit."""
    line = lock_line(promise.line_id)
    hold_offers(line)
    offer = overpromised_offer(offer_id)
    if offer is None or promise not in lines_hit(offer.stated, promises_on(offer_id)):
        return None
    leave_missing_to_case(line, by=BY)
    confirmed = is_confirmed(line)
    broken = Allocation.objects.filter(pk=promise.allocation_id).select_related("line__order")
    release_allocations(broken, reason="feed_fell", by=BY)
    missing = missing_units(line)
    is_rest = missing < line.quantity
    verdict = serve_units(line, missing, refused_by=frozenset({offer_id}))
    if verdict == Verdict.SHORT:
        cause, facts = cause_of(line, offer)
        open_case(line, cause=cause, facts=facts, by=BY, quantity=missing)
    elif line.status == LineStatus.ASKED or (is_rest and verdict == Verdict.DOUBTFUL):
        send_to_desk(line.order, by=BY)
    elif confirmed:
        publish(OrderConfirmed(line.order_id))
        return Verdict.SAFE
    return verdict


def serve_units(line: OrderLine, missing: int, *, refused_by: frozenset[int]) -> Verdict:
    """The whole line anew, or only what is missing when other suppliers keep their part of it."""
    if missing < line.quantity:
        return source_rest(line, missing, by=BY, refused_by=refused_by, asks=True)
    return source_again(line, by=BY, refused_by=refused_by, accept_doubts=is_confirmed(line), asks=True)


def lock_line(line_id: int) -> OrderLine:
    """The line with its order, locked in the house's order. Call inside a transaction."""
    line = OrderLine.objects.select_related("order").get(pk=line_id)
    list(type(line.order).objects.select_for_update(no_key=True).filter(pk=line.order_id))
    locked = OrderLine.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("order").get(pk=line_id)


def cause_of(line: OrderLine, offer: Overpromised) -> tuple[CaseCause, dict[str, object]]:
    """Why this line was hit, from the times on the record, with what the supplier states now."""
    before, after = feed_times(offer, line.order.placed_at)
    cause, facts = judge(
        Shortage(
            ordered_at=line.order.placed_at,
            feed_before=before,
            feed_after=after,
            sold=offer.reserved,
            available=offer.stated,
            fresh_hours=VerificationPolicy.current().fresh_hours,
            supplier=offer.supplier,
        )
    )
    stated_at = offer.as_of.isoformat() if offer.as_of else ""
    return cause, {**facts, "stated": offer.stated, "stated_at": stated_at}
