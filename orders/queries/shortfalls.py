"""Offers that promise more than they state, and the promises on them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from orders.models import Allocation, AllocationStatus
from orders.models.allocation import COUNTED
from suppliers.models import OfferStock, Run, RunStatus
from suppliers.models.offer import OVERPROMISED

SAID_SOMETHING = Q(status=RunStatus.APPLIED) | Q(status=RunStatus.UNCHANGED, facts__has_key="same_as")


@dataclass(frozen=True)
class Overpromised:
    """What one offer states and what is promised from it."""

    offer_id: int
    supplier_id: int
    supplier: str
    stated: int
    reserved: int
    as_of: datetime | None
    run_id: int | None


@dataclass(frozen=True)
class PromiseRow:
    """One counted promise; the newest has the highest id."""

    allocation_id: int
    line_id: int
    quantity: int
    status: str


def overpromised(*, run_id: int | None = None) -> list[int]:
    """Offers that promise more than they state; with `run_id`, those whose figures that run wrote.

    An undo writes other runs' figures, so after one they are all those of its supplier.

    Starts from the open promises and not from the offers, of which a run may have written a million.
    """
    stocks = OfferStock.objects.filter(OVERPROMISED, offer__allocations__status=AllocationStatus.HELD)
    if run_id is not None:
        undone = Run.objects.filter(pk=run_id, undoes__isnull=False).values("feed__supplier")
        stocks = stocks.filter(Q(run_id=run_id) | Q(offer__supplier__in=undone))
    return list(stocks.order_by("offer").values_list("offer", flat=True).distinct())


def overpromised_offer(offer_id: int) -> Overpromised | None:
    """This offer, if it promises more than it states now."""
    stocks = OfferStock.objects.filter(OVERPROMISED, offer=offer_id)
    stock = stocks.select_related("offer__supplier").first()
    if stock is None:
        return None
    supplier = stock.offer.supplier
    return Overpromised(
        offer_id, supplier.pk, supplier.name, stock.promisable, stock.reserved, stock.as_of, stock.run_id
    )


def promises_on(offer_id: int) -> list[PromiseRow]:
    """The counted promises of one offer."""
    rows = Allocation.objects.filter(offer=offer_id, status__in=COUNTED).order_by("-id")
    return [PromiseRow(*row) for row in rows.values_list("id", "line", "quantity", "status")]


def feed_times(
    offer: Overpromised, ordered_at: datetime, *, within: timedelta = timedelta(days=30)
) -> tuple[datetime | None, datetime | None]:
    """When the supplier's figures last came in before an order, and first after it.

    The second only if it is the run that states the shortage: an earlier one after the order still covered it.
    """
    runs = Run.objects.filter(
        SAID_SOMETHING, feed__supplier=offer.supplier_id, finished_at__gt=ordered_at - within
    )
    before = runs.filter(finished_at__lte=ordered_at).order_by("-finished_at").first()
    after = runs.filter(finished_at__gt=ordered_at).order_by(F("finished_at").asc()).first()
    shows_it = after is not None and after.pk == offer.run_id
    return before.finished_at if before else None, after.finished_at if after and shows_it else None
