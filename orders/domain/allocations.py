"""The ledger of promises and its counter, moved together. Nothing else changes the status of an allocation.

Lock order: the order, its line, then offers ascending (which `suppliers.domain.reserving` sees to), then entries of
the ledger: reservations end without their order's lock, so who holds an entry must not wait for its offer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from orders.domain.withdrawals import withdraw_asked
from orders.models import Allocation, AllocationRevision, AllocationStatus, OrderLine
from orders.models.allocation import RESERVED
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record, record_all
from suppliers.domain.reserving import lock_offers, release_many, reserve, reserve_many
from suppliers.models import Offer


class OfferExhausted(Exception):
    """Somebody was faster, or the feed fell: the offers have not enough left. Nothing was changed."""

    def __init__(self, offer_ids: Iterable[int]) -> None:
        self.offer_ids = frozenset(offer_ids)
        super().__init__(f"not enough left at offers {sorted(self.offer_ids)}")


@dataclass(frozen=True, slots=True)
class Promise:
    """Units of one line, to be taken from one offer; `stated` and `figure_age` are the bands it stands on."""

    line_id: int
    offer_id: int
    quantity: int
    stated: str = ""
    figure_age: str = ""


@transaction.atomic
def allocate(line: OrderLine, *, offer_id: int, quantity: int, by: Actor) -> Allocation:
    """Promise `quantity` units of this line from this offer. Raises OfferExhausted and changes nothing, also when
    the offer is no longer one of the line's product.

    Units that the line already holds there grow. It does not touch the line's status.
    """
    if not reserve(offer_id, quantity):
        raise OfferExhausted([offer_id])
    held = Allocation.objects.filter(line=line, offer_id=offer_id, status=AllocationStatus.HELD)
    if keep_former(held):
        held.update(quantity=F("quantity") + quantity)
        allocation = held.get()
    else:
        allocation = Allocation.objects.create(line=line, offer_id=offer_id, quantity=quantity)
    refuse_strays([allocation])
    record(
        line.order,
        "line.sourced",
        by=by,
        line=line.pk,
        sku=line.ordered_sku,
        offer=offer_id,
        supplier=allocation.offer.supplier.name,
        quantity=quantity,
    )
    return allocation


@transaction.atomic(savepoint=False)
def allocate_many(promises: Sequence[Promise]) -> list[Allocation]:
    """Promise units to many lines at once; all or nothing. Raises OfferExhausted naming the offers that failed:
    they have too little left, or are no longer of the line's product.

    Writes no history: its caller puts one fact per order on the record.
    """
    wanted: Counter[int] = Counter()
    for promise in promises:
        wanted[promise.offer_id] += promise.quantity
    if missing := wanted.keys() - reserve_many(wanted):
        raise OfferExhausted(missing)
    made = Allocation.objects.bulk_create(
        [
            Allocation(
                line_id=p.line_id,
                offer_id=p.offer_id,
                quantity=p.quantity,
                stated=p.stated,
                figure_age=p.figure_age,
            )
            for p in promises
        ]
    )
    refuse_strays(made)
    return made


@transaction.atomic
def keep_for_choice(line: OrderLine, product_id: int, units: Mapping[int, int]) -> None:
    """Keep units of this product for what the customer of this line has chosen; `units` are by offer. All or nothing.

    Raises OfferExhausted as `allocate_many`. They end with the next `release_line`, which is when the choice is
    carried out or replaced. Writes no history: the choice is on the record.
    """
    strays = set(Offer.objects.filter(pk__in=units).exclude(product=product_id).values_list("pk", flat=True))
    if missing := strays or units.keys() - reserve_many(units):
        raise OfferExhausted(missing)
    Allocation.objects.bulk_create(
        [
            Allocation(line=line, offer_id=offer, quantity=quantity, status=AllocationStatus.CHOSEN)
            for offer, quantity in sorted(units.items())
        ]
    )


def refuse_strays(allocations: Iterable[Allocation]) -> None:
    """Raise OfferExhausted when somebody has matched an offer anew since its sources were read.

    Asked after the offers are locked, because from then on nobody can detach one.
    """
    made = Allocation.objects.filter(pk__in=[one.pk for one in allocations])
    belongs = Q(offer__product=F("line__product"))
    if strays := set(made.filter(~belongs | Q(offer__product=None)).values_list("offer", flat=True)):
        raise OfferExhausted(strays)


@transaction.atomic
def release_line(line: OrderLine, *, reason: str, by: Actor) -> int:
    """Take back every counted promise of this line, and what is kept for a choice. Idempotent.

    Returns the units that came free.

    `reason` is a word of the record: "refused", "amended", "replaced", "cancelled", "refunded".
    """
    promises = (
        Allocation.objects.filter(line=line, status__in=RESERVED).select_related("line__order").order_by("pk")
    )
    return release_allocations(promises, reason=reason, by=by)


@transaction.atomic
def release_chosen(line: OrderLine, *, reason: str, by: Actor) -> int:
    """As `release_line`, only for what is kept for a choice."""
    kept = Allocation.objects.filter(line=line, status=AllocationStatus.CHOSEN).select_related("line__order")
    return release_allocations(kept.order_by("pk"), reason=reason, by=by)


@transaction.atomic
def release_allocations(allocations: Iterable[Allocation], *, reason: str, by: Actor) -> int:
    """As `release_line`, for chosen allocations; those that no longer count are passed over.

    A supplier who was asked for them and has not answered yet is no longer asked. What was kept for a choice goes
    without an entry of its own: the choice, and what became of it, are on the record.
    """
    chosen = list(allocations)
    lock_offers({one.offer_id for one in chosen})
    returned: Counter[int] = Counter()
    ended = [one for one in chosen if end(one, AllocationStatus.RELEASED, reason=reason)]
    for allocation in ended:
        returned[allocation.offer_id] += allocation.quantity
    release_many(returned)
    withdraw_asked([allocation.pk for allocation in ended], by=by)
    promised = [one for one in ended if one.status != AllocationStatus.CHOSEN]
    record_all((fact_of(one, "line.released", reason) for one in promised), by=by)
    return returned.total()


@transaction.atomic
def release_contained(allocations: Iterable[Allocation], *, reason: str, by: Actor) -> int:
    """Have promises that the supplier's figures contain no longer cover their lines; the others are passed over.

    No counter moves, and `ended_at` stays: they stopped counting when his figures came to contain them.
    """
    chosen = [one for one in allocations if discard_contained(one)]
    record_all((fact_of(one, "line.released", reason) for one in chosen), by=by)
    return len(chosen)


def discard_contained(allocation: Allocation) -> bool:
    contained = Allocation.objects.filter(pk=allocation.pk, status=AllocationStatus.CONTAINED)
    return bool(contained.update(status=AllocationStatus.RELEASED))


def end(allocation: Allocation, status: AllocationStatus, *, reason: str) -> bool:
    """Close one entry of the ledger; False when it no longer counted. Its counter is the caller's duty."""
    counted = Allocation.objects.filter(pk=allocation.pk, status__in=RESERVED)
    return bool(counted.update(status=status, ended_at=timezone.now(), end_reason=reason))


@transaction.atomic
def accept(allocation: Allocation, *, quantity: int) -> None:
    """The supplier said yes to `quantity` units; the rest comes free. The accepted ones still count (rule 4)."""
    rest = allocation.quantity - quantity
    held = Allocation.objects.filter(pk=allocation.pk, status=AllocationStatus.HELD)
    if rest:
        keep_former(held)
    held.update(status=AllocationStatus.ACCEPTED, accepted_at=timezone.now(), quantity=quantity)
    if rest:
        release_many({allocation.offer_id: rest})


def keep_former(allocations: QuerySet[Allocation]) -> int:
    """Lock entries whose units are about to change, and keep how many they were; how many entries."""
    former = allocations.select_for_update().order_by("pk").values_list("pk", "quantity")
    kept = [AllocationRevision(allocation_id=pk, quantity=quantity) for pk, quantity in former]
    return len(AllocationRevision.objects.bulk_create(kept))


def fact_of(allocation: Allocation, kind: str, reason: str) -> Fact:
    line = allocation.line
    data = {
        "line": line.pk,
        "sku": line.ordered_sku,
        "offer": allocation.offer_id,
        "quantity": allocation.quantity,
        "reason": reason,
    }
    return Fact(line.order, kind, data=data)


@dataclass(frozen=True, slots=True)
class Difference:
    """An offer whose counter and ledger disagree: a defect to be understood, not to be smoothed over."""

    offer_id: int
    counter: int
    ledger: int


# One statement sees one moment, so that a promise made meanwhile is in both sums or in neither.
DIFFERENCES = """
SELECT offer_id, stock.reserved, coalesce(promised.units, 0)
FROM suppliers_offerstock stock
FULL JOIN (
    SELECT offer_id, sum(quantity) AS units FROM orders_allocation
    WHERE status IN ('held', 'accepted', 'chosen') GROUP BY offer_id
) promised USING (offer_id)
WHERE stock.reserved IS DISTINCT FROM coalesce(promised.units, 0)
ORDER BY offer_id LIMIT %s
"""


def prove_counters(*, limit: int = 1000) -> list[Difference]:
    """Every offer whose `reserved` is not the sum of its counted allocations; at most `limit`. Changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, [limit])
        return [Difference(offer, counter or 0, ledger) for offer, counter, ledger in cursor.fetchall()]
