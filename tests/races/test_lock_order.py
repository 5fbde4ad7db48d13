"""Offers are locked before the promises on them, and all offers of an act at once: nobody waits in a circle."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from orders.domain.allocations import Promise, allocate_many, release_line
from orders.domain.intake import take_in
from orders.domain.reservations import contain, end_contained
from orders.jobs.undoing import PROMISES
from orders.models import Allocation
from stocke.core.actors import Actor
from stocke.products.domain.level_sets import lock_levels
from suppliers.domain.backup_list import StillPromised, detach_offer
from suppliers.domain.creating import Article, PriceRule, make_products
from suppliers.domain.feeds import receive_file
from suppliers.domain.level_policy import change_policy
from suppliers.domain.locks import lock_supplier
from suppliers.domain.releasing import drop_lines, let_count
from suppliers.domain.reserving import lock_offers
from suppliers.domain.runs import claim_run
from suppliers.domain.silence import turn_silent_feeds
from suppliers.domain.taking_back import take_back
from suppliers.domain.undoing import request_undo, work_off_undo
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, OfferStock, Run, RunStatus, WithheldLine
from tests.factories.feeds import FeedFactory, RunFactory, csv
from tests.factories.incoming import incoming, line
from tests.factories.orders import AllocationFactory, OrderLineFactory
from tests.factories.suppliers import OfferFactory
from tests.suppliers.ledger_house import SilentHeart
from tests.suppliers.test_undoing import say

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("test")
# Not pg_stat_activity: within a transaction that stays as it was read first.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def somebody_waits() -> bool:
    """Whether another connection has come to wait for a lock; gives it five seconds."""
    until = monotonic() + 5
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return True
        sleep(0.05)
    return False


def while_it_waits(act: Callable[[], object], *, offer_id: int, then: Callable[[], object]) -> None:
    """Hold the offer, let `act` come to wait for it in another thread, and do `then` meanwhile."""
    while_it_waits_for(lambda: lock_offers({offer_id}), act, then=then)


def while_it_waits_for(
    hold: Callable[[], object], act: Callable[[], object], *, then: Callable[[], object]
) -> None:
    done = Event()

    def run() -> None:
        try:
            act()
            done.set()
        finally:
            connection.close()

    thread = Thread(target=run)
    with transaction.atomic():
        hold()
        thread.start()
        assert somebody_waits()
        then()
    thread.join(timeout=20)
    assert done.is_set()


def accepted() -> Allocation:
    return AllocationFactory(line=OrderLineFactory(), offer=OfferFactory(), status="accepted")


@pytest.mark.parametrize("act", ["contain", "release"])
def test_who_waits_for_an_offer_holds_no_promise_on_it(act: str) -> None:
    promise = accepted()
    acts: dict[str, Callable[[], object]] = {
        "contain": lambda: contain([promise.pk], reason="snapshot", by=BY),
        "release": lambda: release_line(promise.line, reason="refused", by=BY),
    }

    def take_the_promise() -> None:
        assert Allocation.objects.select_for_update(nowait=True).get(pk=promise.pk).status == "accepted"

    while_it_waits(acts[act], offer_id=promise.offer_id, then=take_the_promise)

    promise.refresh_from_db()
    assert promise.status != "accepted"


def test_an_amendment_that_waits_for_one_offer_holds_no_later_one() -> None:
    first, second = OfferFactory(), OfferFactory()
    skus = [offer.product.sku for offer in (second, first) if offer.product]
    order = take_in(incoming(*skus), by=BY).order
    for bought, offer in zip(order.lines.order_by("position"), (second, first), strict=True):
        AllocationFactory(line=bought, offer=offer)
    sent = incoming(lines=tuple(line(sku, 2) for sku in skus))

    while_it_waits(
        lambda: take_in(sent, by=BY),
        offer_id=first.pk,
        then=lambda: lock_offers({second.pk}),
    )

    assert set(Allocation.objects.values_list("status", flat=True)) == {"released"}


def test_a_change_of_policy_that_waits_for_one_offer_holds_no_later_one() -> None:
    first, second = (OfferFactory(kind="flag") for _ in range(2))
    # Its row is now the later one in the table.
    OfferStock.objects.filter(offer=first).update(reserved=0)

    while_it_waits(
        lambda: change_policy(by=BY, flag_counts_as=5),
        offer_id=first.pk,
        then=lambda: lock_offers({second.pk}),
    )

    assert set(OfferStock.objects.values_list("promisable", flat=True)) == {5}


def test_detaching_an_offer_waits_for_a_promise_under_way_and_sees_it() -> None:
    offer = OfferFactory()
    bought = OrderLineFactory(product=offer.product)

    def detach() -> None:
        with pytest.raises(StillPromised):
            detach_offer(offer, by=BY)

    while_it_waits(
        detach,
        offer_id=offer.pk,
        then=lambda: allocate_many([Promise(bought.pk, offer.pk, 1)]),
    )

    offer.refresh_from_db()
    assert offer.product == bought.product


@pytest.mark.usefixtures("media")
def test_an_undo_locks_the_offers_of_reopened_promises_together_with_those_it_changes() -> None:
    feed = FeedFactory()
    say(feed, ("A", 50), ("B", 60))
    low, high = OfferStock.objects.order_by("pk")
    promise = AllocationFactory(
        line=OrderLineFactory(), offer=low.offer, quantity=2, status="accepted", accepted_at=timezone.now()
    )
    OfferStock.objects.filter(pk=low.pk).update(reserved=2)
    wrong = say(feed, ("A", 50), ("B", 99))
    assert end_contained(wrong.pk) == 1
    undo = claim_run(request_undo(wrong, by=BY, ask=False).pk, is_undo=True)
    assert undo is not None

    while_it_waits(
        lambda: work_off_undo(undo, SilentHeart(), by=BY, promises=PROMISES),  # type: ignore[arg-type]
        offer_id=low.pk,
        then=lambda: OfferStock.objects.select_for_update(nowait=True).get(pk=high.pk),
    )

    promise.refresh_from_db()
    high.refresh_from_db()
    assert (promise.status, high.quantity) == ("accepted", 60)


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize("act", ["a file of which little moves", "a file in which all moves", "a silence"])
def test_who_speaks_for_a_supplier_and_waits_for_one_offer_holds_no_later_one(act: str) -> None:
    feed = FeedFactory(every_minutes=15)
    usual = [(f"A{number}", 10 + number) for number in range(6)]
    say(feed, usual[0])
    # A table that counts as tiny is looked through from its start rather than in the order of the file.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE suppliers_offerstock")
    say(feed, *usual)
    first, *_between, last = OfferStock.objects.order_by("pk").values_list("pk", flat=True)
    # The rows lie in the table in another order than that of their keys, and the file names them backwards.
    OfferStock.objects.filter(pk=first).update(reserved=0)
    Feed.objects.filter(pk=feed.pk).update(last_good_at=timezone.now() - timedelta(days=2))
    moved = csv([(sku, units + 1) for sku, units in reversed(usual)])
    # An offer of which only the name is new is staged, and its number stays where it is.
    renamed = moved.replace(b"Article A2;13", b"Chair A2;12")
    acts: dict[str, Callable[[], object]] = {
        "a file of which little moves": lambda: hand_in(feed, renamed),
        "a file in which all moves": lambda: hand_in(feed, moved),
        "a silence": lambda: turn_silent_feeds(by=BY),
    }

    while_it_waits(acts[act], offer_id=first, then=lambda: lock_offers({last}))

    kinds = set(OfferStock.objects.values_list("kind", flat=True))
    assert kinds == ({"unknown"} if act == "a silence" else {"exact"})


def hand_in(feed: Feed, content: bytes) -> None:
    run_feed(receive_file(feed, ContentFile(content, "stock.csv"), by=BY).pk)
    assert Run.objects.latest("pk").status == RunStatus.APPLIED


@pytest.mark.parametrize("act", ["products are made", "products are taken back"])
def test_who_writes_offers_of_a_supplier_waits_for_his_import_and_holds_nothing_of_it(act: str) -> None:
    offer = OfferFactory(product=None, supplier_sku="A1")
    article = Article("A1", "Chair", "", None, "EUR", offer.pk)
    if act == "products are taken back":
        batch = make_products([article], rule=PriceRule(), by=BY).batch
    acts: dict[str, Callable[[], object]] = {
        "products are made": lambda: make_products([article], rule=PriceRule(), by=BY),
        "products are taken back": lambda: take_back(batch, by=BY),
    }

    def hold_what_an_import_holds() -> None:
        list(Offer.objects.select_for_update(nowait=True))
        assert lock_levels(wait=False)

    while_it_waits_for(lambda: lock_supplier(offer.supplier_id), acts[act], then=hold_what_an_import_holds)

    offer.refresh_from_db()
    assert (offer.product is None) == (act == "products are taken back")


@pytest.mark.parametrize("act", [let_count, drop_lines])
def test_who_decides_on_withheld_lines_and_waits_for_one_holds_no_later_one(
    act: Callable[..., int],
) -> None:
    run = RunFactory(FeedFactory(), status=RunStatus.APPLIED)
    first, *_between, last = [
        WithheldLine.objects.create(run=run, supplier_sku=f"A{number}", change="more", reserved=9)
        for number in range(5)
    ]
    # Its row is now the last one in the table, and in the list of the run, where the most promised come first.
    WithheldLine.objects.filter(pk=first.pk).update(reserved=0)

    while_it_waits_for(
        lambda: WithheldLine.objects.select_for_update().get(pk=first.pk),
        lambda: act(run, by=BY),
        then=lambda: WithheldLine.objects.select_for_update(nowait=True).get(pk=last.pk),
    )

    assert WithheldLine.objects.filter(state="waiting").count() == 0
