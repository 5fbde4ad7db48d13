"""A feed falls below what was promised: who is hit, who is spared, and what follows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.domain.shortfalls import Outcome, check_promises, lines_hit, sweep_promises
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseCause,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
    StockoutCase,
)
from orders.queries.shortfalls import PromiseRow
from stocke.core.models import HistoryEntry
from stocke.products.models import Product
from suppliers.models import Feed, Offer, OfferStock, Run
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import stock

HELD, ACCEPTED = AllocationStatus.HELD, AllocationStatus.ACCEPTED


def promise(number: int, quantity: int, status: str = HELD) -> PromiseRow:
    return PromiseRow(number, number, quantity, status)


@pytest.mark.parametrize(
    ("stated", "promises", "hit"),
    [
        (5, [promise(1, 3), promise(2, 2)], []),
        (4, [promise(1, 3), promise(2, 2)], [2]),
        (3, [promise(1, 3), promise(2, 2)], [2]),
        (2, [promise(1, 3), promise(2, 2)], [2, 1]),
        (0, [promise(1, 3), promise(2, 2)], [2, 1]),
        (1, [promise(1, 1), promise(2, 1, ACCEPTED)], [1]),
        (0, [promise(1, 1, ACCEPTED), promise(2, 1, ACCEPTED)], []),
    ],
)
def test_the_latest_promised_are_hit_until_the_rest_fits_and_accepted_ones_never(
    stated: int, promises: list[PromiseRow], hit: list[int]
) -> None:
    assert [row.allocation_id for row in lines_hit(stated, promises)] == hit


def promised(offer: Offer, quantity: int = 1, *, confirmed: bool = True) -> OrderLine:
    """An order placed an hour ago, with its promise on this offer."""
    order = OrderFactory(
        status=OrderStatus.CONFIRMED if confirmed else OrderStatus.TO_VERIFY,
        confirmed_at=timezone.now() if confirmed else None,
        placed_at=timezone.now() - timedelta(hours=1),
        lines=[
            {"product": offer.product, "quantity": quantity, "status": "confirmed" if confirmed else "safe"}
        ],
    )
    line = order.lines.get()
    AllocationFactory(line=line, offer=offer)
    return line


def run_of(offer: Offer, *, stated: int, earlier: timedelta = timedelta(hours=2)) -> Run:
    """Two good imports of the supplier, one before the orders and one now, which states this."""
    feed = Feed.objects.create(supplier=offer.supplier, name="stock")
    Run.objects.create(feed=feed, status="applied", finished_at=timezone.now() - earlier)
    run = Run.objects.create(feed=feed, status="applied", finished_at=timezone.now())
    stock(offer, stated)
    OfferStock.objects.filter(offer=offer).update(run_id=run.pk)
    return run


@pytest.fixture
def lamp(db: None) -> Product:
    return ProductFactory(name="Lampe Alba", price_cents=8900)


def test_the_latest_order_gets_a_case_that_says_why(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    first, second = promised(offer, 2), promised(offer)
    run = run_of(offer, stated=2)

    assert check_promises(run.pk) == Outcome(opened=1)

    first.refresh_from_db()
    case = StockoutCase.objects.get()
    assert (case.line, first.status) == (second, LineStatus.CONFIRMED)
    assert case.cause == CaseCause.SOLD_BETWEEN
    assert {key: case.facts[key] for key in ("sold", "available", "stated", "supplier")} == {
        "sold": 3,
        "available": 2,
        "stated": 2,
        "supplier": offer.supplier.name,
    }
    offer.stock.refresh_from_db()
    assert offer.stock.reserved == 2


def test_checking_again_changes_nothing(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    promised(offer)
    run = run_of(offer, stated=0)
    check_promises(run.pk)

    assert check_promises(run.pk) == Outcome()

    assert StockoutCase.objects.count() == 1
    assert HistoryEntry.objects.filter(kind="case.opened").count() == 1


def test_another_source_of_the_backup_list_serves_the_line_without_a_case(lamp: Product) -> None:
    offer, backup = OfferFactory(product=lamp, quantity=3), OfferFactory(product=lamp, quantity=9, rank=2)
    line = promised(offer)
    run = run_of(offer, stated=0)

    assert check_promises(run.pk) == Outcome(moved=1)

    line.refresh_from_db()
    assert line.status == LineStatus.CONFIRMED
    live = Allocation.objects.get(line=line, status=HELD)
    assert (live.offer, live.quantity) == (backup, 1)
    assert not StockoutCase.objects.exists()
    told = [(entry.kind, entry.data.get("reason")) for entry in HistoryEntry.objects.order_by("id")]
    assert told == [("line.released", "feed_fell"), ("line.sourced", None)]


def test_in_an_unconfirmed_order_a_doubtful_source_waits_for_a_person(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    OfferFactory(product=lamp, quantity=9, rank=2, as_of=timezone.now() - timedelta(days=3))
    line = promised(offer, confirmed=False)
    run = run_of(offer, stated=0)

    assert check_promises(run.pk) == Outcome(doubtful=1)

    line.refresh_from_db()
    assert line.status == LineStatus.DOUBTFUL
    assert not Allocation.objects.filter(status=HELD).exists()


def test_units_that_the_supplier_accepted_are_spared(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    line = promised(offer)
    Allocation.objects.update(status=ACCEPTED, accepted_at=timezone.now())
    run = run_of(offer, stated=0)

    assert check_promises(run.pk) == Outcome()

    line.refresh_from_db()
    assert line.status == LineStatus.CONFIRMED
    offer.stock.refresh_from_db()
    assert offer.stock.reserved == 1


@pytest.mark.parametrize("kind", ["at_least", "flag", "unknown"])
def test_only_an_exact_figure_can_contradict_a_promise(lamp: Product, kind: str) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    promised(offer, 3)
    run = run_of(offer, stated=0)
    quantity = 1 if kind == "at_least" else None
    OfferStock.objects.update(kind=kind, quantity=quantity, promisable=0)

    assert check_promises(run.pk) == Outcome()

    assert not StockoutCase.objects.exists()


def test_a_feed_that_was_already_old_when_the_order_came_is_called_late(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    promised(offer)
    run = run_of(offer, stated=0, earlier=timedelta(hours=40))

    check_promises(run.pk)

    assert StockoutCase.objects.get().cause == CaseCause.FEED_LATE


def test_when_an_earlier_feed_after_the_order_still_covered_it_we_say_only_what_we_know(
    lamp: Product,
) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    promised(offer)
    run = run_of(offer, stated=0, earlier=timedelta(minutes=30))

    check_promises(run.pk)

    assert StockoutCase.objects.get().cause == CaseCause.OVERSOLD


def test_the_sweep_finds_what_no_event_told(lamp: Product) -> None:
    offer = OfferFactory(product=lamp, quantity=3)
    promised(offer)
    stock(offer, 0)

    assert sweep_promises() == Outcome(opened=1)

    assert Order.objects.count() == StockoutCase.objects.count() == 1


def test_a_line_that_cannot_be_settled_holds_up_nobody(lamp: Product) -> None:
    offers = [OfferFactory(product=lamp), OfferFactory(product=lamp, rank=2)]
    ended, line = (promised(offer) for offer in offers)
    OrderLine.objects.filter(pk=ended.pk).update(status=LineStatus.DELIVERED)
    for offer in offers:
        stock(offer, 0)

    assert sweep_promises() == Outcome(opened=1)

    assert StockoutCase.objects.get().line == line
