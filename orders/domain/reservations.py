"""When a reservation ends (rule 4): with the first statement about the offer that was made after the supplier's yes.

Until then his figure still counts the units he has promised us; from then on it no longer does, and neither do we. Of
a supplier whose figures fall only when goods leave (`suppliers.domain.feed_habits`), it is the first one after that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from orders.domain.allocations import Difference, fact_of, prove_counters
from orders.models import Allocation, AllocationStatus
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.domain.reserving import lock_offers, release_many, retake_many
from suppliers.models import Run

# From when on a figure of his no longer counts the units. Usually that is his yes; of a supplier whose figures were
# learned, or said, to fall only when goods leave, it is when they left, and a month where nobody announced that.
COUNTED_UNTIL = """
CASE WHEN coalesce(nullif(habit.decided, '') = 'yes', habit.contains, true) THEN allocation.accepted_at
     ELSE coalesce((SELECT max(coalesce(parcel.handed_at, parcel.announced_at)) FROM orders_shipment parcel
                    JOIN orders_shipmentline inside ON inside.shipment_id = parcel.id
                    WHERE inside.line_id = allocation.line_id),
                   allocation.accepted_at + interval '30 days') END
"""
# A feed vouches for the offers whose row one of its runs last wrote, unless `run_id` was emptied since because no
# file stands behind them any more. So a later applied run of that feed has stated them again.
CONTAINED = f"""
SELECT allocation.id FROM orders_allocation allocation
JOIN suppliers_offer offer ON offer.id = allocation.offer_id
JOIN suppliers_offerstock stock ON stock.offer_id = allocation.offer_id
JOIN suppliers_run stating ON stating.id = stock.run_id
LEFT JOIN suppliers_feedhabit habit ON habit.supplier_id = offer.supplier_id
WHERE allocation.status = 'accepted' AND EXISTS (
    SELECT 1 FROM suppliers_run run
    WHERE run.feed_id = stating.feed_id AND run.status = 'applied' AND run.undoes_id IS NULL {{which}}
      AND coalesce(run.taken_at, run.created_at) > {COUNTED_UNTIL}
)
ORDER BY allocation.id LIMIT 10000
"""
# Ended because an import contained them that no longer counts, and nothing that does was said after the yes. A line
# that was promised anew from the same offer meanwhile has its units there.
REOPENED = f"""
SELECT allocation.id FROM orders_allocation allocation
JOIN suppliers_offerstock stock ON stock.offer_id = allocation.offer_id
JOIN suppliers_offer offer ON offer.id = allocation.offer_id
LEFT JOIN suppliers_run stating ON stating.id = stock.run_id
LEFT JOIN suppliers_feedhabit habit ON habit.supplier_id = offer.supplier_id
WHERE allocation.status = 'contained' AND offer.supplier_id = %(supplier)s
  AND allocation.end_reason IN (%(run)s, 'snapshot') AND {COUNTED_UNTIL} < %(stated_at)s
  AND coalesce(stock.as_of <= {COUNTED_UNTIL}, true)
  AND NOT EXISTS (SELECT FROM suppliers_run run
                  WHERE run.feed_id = stating.feed_id AND run.status = 'applied' AND run.undoes_id IS NULL
                    AND run.id <> %(undone)s AND coalesce(run.taken_at, run.created_at) > {COUNTED_UNTIL})
  AND NOT EXISTS (SELECT FROM orders_allocation live
                  WHERE live.line_id = allocation.line_id AND live.offer_id = allocation.offer_id
                    AND live.status IN ('held', 'accepted'))
ORDER BY allocation.id
"""


def end_contained(run_id: int) -> int:
    """End the accepted reservations that this applied run already contains; returns how many. Idempotent.

    An undo contains nothing by itself; an import that counts again does.
    """
    if Run.objects.filter(pk=run_id, undoes__isnull=False).exists():
        return sweep_contained()
    by = Actor.job(f"run {run_id}")
    return contain(
        found(CONTAINED.format(which="AND run.id = %s"), [run_id]),
        reason=f"run {run_id}",
        by=by,
    )


def sweep_contained() -> int:
    """The same for whatever applied run, in case an event was lost."""
    return contain(
        found(CONTAINED.format(which=""), []),
        reason="snapshot",
        by=Actor.job("reservations"),
    )


@transaction.atomic
def reopen_contained(undone: Run) -> int:
    """Count the accepted reservations again that only this import contained; returns how many.

    Call it in the transaction that undoes the import: its older figures must never be sold without them.
    """
    reopened = reopened_without(undone)
    lock_offers(set(reopened.values_list("offer", flat=True)))
    locked = list(
        reopened.select_for_update(of=("self",), no_key=True).select_related("line__order").order_by("pk")
    )
    Allocation.objects.filter(pk__in=[one.pk for one in locked]).update(
        status=AllocationStatus.ACCEPTED, ended_at=None, end_reason=""
    )
    retake_many(units_of(locked))
    reason = f"run {undone.pk} undone"
    record_all((fact_of(one, "line.reopened", reason) for one in locked), by=Actor.job("reservations"))
    return len(locked)


def offers_to_reopen(undone: Run) -> set[int]:
    """On which offers `reopen_contained` will count reservations again, as far as the undo leaves their stock alone.

    They have to be locked together with those that it changes.
    """
    return set(reopened_without(undone).values_list("offer", flat=True))


def reopened_without(undone: Run) -> QuerySet[Allocation]:
    parameters: dict[str, int | str | datetime] = {
        "supplier": undone.feed.supplier_id,
        "undone": undone.pk,
        "run": f"run {undone.pk}",
        "stated_at": undone.stated_at,
    }
    return Allocation.objects.filter(pk__in=found(REOPENED, parameters))


def found(statement: str, parameters: Sequence[int] | Mapping[str, int | str | datetime]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def end_accepted(offer_id: int, *, before: datetime, by: Actor) -> int:
    """As `end_contained`, for one offer of which the supplier himself has just told us what is left."""
    accepted = Allocation.objects.filter(
        offer=offer_id, status=AllocationStatus.ACCEPTED, accepted_at__lt=before
    )
    return contain(list(accepted.order_by("pk").values_list("pk", flat=True)), reason="answer", by=by)


@transaction.atomic
def contain(allocation_ids: Sequence[int], *, reason: str, by: Actor) -> int:
    """Stop counting these accepted allocations; those that changed meanwhile are passed over."""
    if not allocation_ids:
        return 0
    accepted = Allocation.objects.filter(pk__in=allocation_ids, status=AllocationStatus.ACCEPTED)
    lock_offers(set(accepted.values_list("offer", flat=True)))
    locked = list(
        accepted.select_for_update(of=("self",), no_key=True).select_related("line__order").order_by("pk")
    )
    Allocation.objects.filter(pk__in=[one.pk for one in locked]).update(
        status=AllocationStatus.CONTAINED, ended_at=timezone.now(), end_reason=reason
    )
    release_many(units_of(locked))
    record_all((fact_of(one, "line.contained", reason) for one in locked), by=by)
    return len(locked)


def units_of(allocations: Iterable[Allocation]) -> Counter[int]:
    """Their units by offer."""
    units: Counter[int] = Counter()
    for one in allocations:
        units[one.offer_id] += one.quantity
    return units


@transaction.atomic
def report_differences(*, by: Actor) -> list[Difference]:
    """The nightly proof: each offer whose counter is not its ledger goes on the record, where Today shows it."""
    differences = prove_counters()
    record_all(
        (
            Fact(
                f"offer:{one.offer_id}",
                "reservation.differs",
                data={"offer": one.offer_id, "counter": one.counter, "ledger": one.ledger},
            )
            for one in differences
        ),
        by=by,
    )
    return differences
