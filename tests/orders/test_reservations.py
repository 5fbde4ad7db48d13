"""Rule 4: a reservation ends with the first snapshot taken after the supplier accepted."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from orders.domain.allocations import Difference, prove_counters
from orders.domain.reservations import end_contained, report_differences, sweep_contained
from orders.jobs.reservations import after_run
from orders.models import Allocation, OrderLine, Shipment, StockoutCase
from orders.queries.feed_habits import moves
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.feed_habits import Moves, decide_habit, write_habits
from suppliers.models import Feed, Observation, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.orders import AllocationFactory, OrderFactory, OrderLineFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)


def run_of(feed: Feed, hours: float, status: RunStatus = RunStatus.APPLIED) -> Run:
    return RunFactory(feed, status=status, taken_at=NOW + hours * HOUR)


def accepted(run: Run) -> Allocation:
    """Two units that a supplier accepts now, from an offer whose row `run` wrote."""
    stated = OfferFactory(supplier=run.feed.supplier, run_id=run.pk)
    return AllocationFactory(
        line=OrderLineFactory(quantity=2, status="accepted"),
        offer=stated,
        status="accepted",
        accepted_at=NOW,
    )


def state(allocation: Allocation) -> tuple[str, int]:
    allocation.refresh_from_db()
    return allocation.status, OfferStock.objects.get(offer=allocation.offer_id).reserved


def test_the_first_snapshot_after_the_acceptance_ends_the_reservation() -> None:
    first = run_of(FeedFactory(), -1)
    allocation = accepted(first)

    assert end_contained(first.pk) == 0
    assert state(allocation) == ("accepted", 2)

    assert end_contained(run_of(first.feed, 1).pk) == 1
    assert state(allocation) == ("contained", 0)
    entry = HistoryEntry.objects.get(kind="line.contained")
    assert (entry.thread, entry.data["quantity"]) == (f"order:{allocation.line.order_id}", 2)
    assert prove_counters() == []


def test_a_second_look_ends_nothing_more() -> None:
    allocation = accepted(run_of(FeedFactory(), -1))
    later = run_of(Feed.objects.get(), 1)

    assert [end_contained(later.pk), end_contained(later.pk)] == [1, 0]
    assert state(allocation) == ("contained", 0)


@pytest.mark.parametrize(
    "status", [RunStatus.HELD, RunStatus.FAILED, RunStatus.REJECTED, RunStatus.UNCHANGED]
)
def test_a_run_that_does_not_count_ends_nothing(status: RunStatus) -> None:
    allocation = accepted(run_of(FeedFactory(), -1))

    assert end_contained(run_of(Feed.objects.get(), 1, status).pk) == 0
    assert state(allocation) == ("accepted", 2)


def test_another_feed_of_the_same_supplier_says_nothing_about_the_offer() -> None:
    allocation = accepted(run_of(FeedFactory(), -1))
    other = FeedFactory(supplier=allocation.offer.supplier)

    assert end_contained(run_of(other, 1).pk) == 0
    assert state(allocation) == ("accepted", 2)


def test_an_offer_that_no_file_vouches_for_keeps_its_reservation() -> None:
    allocation = accepted(run_of(FeedFactory(), -1))
    OfferStock.objects.update(run_id=None)

    assert end_contained(run_of(Feed.objects.get(), 1).pk) == 0
    assert state(allocation) == ("accepted", 2)


def test_only_accepted_promises_end() -> None:
    first = run_of(FeedFactory(), -1)
    offer = OfferFactory(supplier=first.feed.supplier, run_id=first.pk)
    held = AllocationFactory(line=OrderLineFactory(quantity=3), offer=offer)

    assert end_contained(run_of(first.feed, 1).pk) == 0
    assert state(held) == ("held", 3)


def test_the_sweep_ends_what_a_lost_event_left() -> None:
    allocation = accepted(run_of(FeedFactory(), -1))
    run_of(Feed.objects.get(), 1)

    assert [sweep_contained(), sweep_contained()] == [1, 0]
    assert state(allocation) == ("contained", 0)


def test_units_that_the_snapshot_contains_are_not_mistaken_for_missing_ones() -> None:
    first = run_of(FeedFactory(), -1)
    allocation = accepted(first)
    AllocationFactory(line=OrderLineFactory(quantity=3, status="confirmed"), offer=allocation.offer)
    later = run_of(first.feed, 1)
    OfferStock.objects.update(quantity=3, promisable=3, run_id=later.pk)

    after_run(later.pk)

    assert StockoutCase.objects.count() == 0
    assert state(allocation) == ("contained", 3)


def test_new_figures_let_a_doubtful_order_confirm_itself() -> None:
    run = run_of(FeedFactory(), 0)
    offer = OfferFactory(supplier=run.feed.supplier, run_id=run.pk)
    order = OrderFactory(status="to_verify", lines=[{"product": offer.product, "status": "doubtful"}])
    untouched = OrderFactory(
        status="to_verify", lines=[{"product": OfferFactory().product, "status": "doubtful"}]
    )

    after_run(run.pk)

    assert OrderLine.objects.get(order=order).status == "confirmed"
    assert OrderLine.objects.get(order=untouched).status == "doubtful"


def test_a_difference_between_counter_and_ledger_goes_on_the_record() -> None:
    offer = OfferFactory()
    OfferStock.objects.update(reserved=F("reserved") + 4)

    assert report_differences(by=Actor.job("nightly proof")) == [Difference(offer.pk, counter=4, ledger=0)]

    entry = HistoryEntry.objects.get()
    assert (entry.thread, entry.kind) == (f"offer:{offer.pk}", "reservation.differs")
    assert entry.data == {"offer": offer.pk, "counter": 4, "ledger": 0}
    assert OfferStock.objects.get().reserved == 4


def test_where_figures_fall_only_when_goods_leave_the_reservation_counts_until_then() -> None:
    feed = FeedFactory()
    allocation = accepted(run_of(feed, -1))
    write_habits([Moves(feed.supplier_id, 0, 20)])
    early = run_of(feed, 1)

    assert end_contained(early.pk) == 0
    assert state(allocation) == ("accepted", 2)

    parcel = Shipment.objects.create(order=allocation.line.order, announced_at=NOW + 2 * HOUR)
    parcel.lines.create(line=allocation.line, quantity=2)
    assert sweep_contained() == 0
    late = run_of(feed, 3)

    assert end_contained(late.pk) == 1
    assert state(allocation) == ("contained", 0)


def test_what_a_person_decided_of_his_figures_holds() -> None:
    feed = FeedFactory()
    allocation = accepted(run_of(feed, -1))
    write_habits([Moves(feed.supplier_id, 0, 20)])
    decide_habit(feed.supplier, "yes", by=Actor.job("test"))

    assert end_contained(run_of(feed, 1).pk) == 1
    assert state(allocation) == ("contained", 0)


def test_a_month_after_the_yes_a_parcel_that_nobody_announced_has_left() -> None:
    feed = FeedFactory()
    allocation = accepted(run_of(feed, -1))
    write_habits([Moves(feed.supplier_id, 0, 20)])

    assert end_contained(run_of(feed, 31 * 24).pk) == 1
    assert state(allocation) == ("contained", 0)


def test_a_figure_that_nobody_changed_after_the_yes_has_stayed_and_one_that_fell_by_it_contains_it() -> None:
    feed = FeedFactory()
    stayed, fell, less = (accepted(run_of(feed, -1)) for _ in range(3))
    first = run_of(feed, 1)
    for allocation in (stayed, fell, less):
        said(allocation, 10, at=NOW - HOUR, run=None)
    said(fell, 8, at=NOW + HOUR, run=first)
    said(less, 9, at=NOW + HOUR, run=first)

    assert moves() == [Moves(feed.supplier_id, 1, 1)]


def said(allocation: Allocation, quantity: int, *, at: datetime, run: Run | None) -> None:
    Observation.objects.create(
        at=at,
        id=Observation.objects.count() + 1,
        offer_id=allocation.offer_id,
        run_id=run.pk if run else None,
        kind="exact",
        quantity=quantity,
    )
