"""Imports at once over the same products: each counts whole, none waits in a circle, and the levels are true."""

import os
from collections.abc import Sequence

import pytest
from django.core.files.base import ContentFile

from stocke.core.actors import Actor
from stocke.core.models import User
from stocke.products.models import Level
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import receive_file
from suppliers.domain.levels import heal
from suppliers.domain.undoing import NotInEffect, confirm_undo, request_undo
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.factories.products import ProductFactory
from tests.races.threads import at_once, times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
TURNS = int(os.environ.get("TURNS", "2"))
SKUS = [f"A{number:02}" for number in range(30)]


def asked(feed: Feed, units: int, skus: Sequence[str]) -> Run:
    """So many of each and a few more, in this order, waiting for a worker; a person has said that it counts."""
    stated = [(sku, str(units + int(sku[1:]))) for sku in skus]
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
    return run


def stock(feed: Feed) -> dict[str, int | None]:
    offers = OfferStock.objects.filter(run_id__in=feed.runs.values("pk"))
    return dict(offers.values_list("offer__supplier_sku", "quantity"))


@pytest.mark.parametrize("of_one_supplier", [False, True], ids=["two suppliers", "one supplier"])
def test_two_feeds_over_the_same_products_count_both(of_one_supplier: bool) -> None:
    for sku in SKUS:
        ProductFactory(sku=sku)
    north = FeedFactory()
    south = FeedFactory(supplier=north.supplier) if of_one_supplier else FeedFactory()
    for turn in range(TURNS):
        units = 10 * turn + 5
        runs = [asked(north, units, SKUS), asked(south, units + 3, SKUS[::-1])]

        at_once(*(lambda run=run: run_feed(run.pk) for run in (*runs, *runs)))

        ends = Run.objects.filter(pk__in=[run.pk for run in runs]).values_list("status", "attempts")
        assert list(ends) == [(RunStatus.APPLIED, 1)] * 2
        said = {sku: units + int(sku[1:]) for sku in SKUS}
        others = {sku: number + 3 for sku, number in said.items()}
        if of_one_supplier:
            # The one that was written down last has the last word, and all of it.
            assert stock(north) | stock(south) in (said, others)
            assert {} in (stock(north), stock(south))
        else:
            assert (stock(north), stock(south)) == (said, others)
        assert heal(by=CLOCK) == 0
    assert Level.objects.count() == len(SKUS)


def test_two_people_who_undo_at_once_undo_once() -> None:
    feed = FeedFactory()
    run_feed(asked(feed, 4, SKUS).pk)
    wrong = asked(feed, 9, SKUS)
    run_feed(wrong.pk)
    people = [Actor.person(User.objects.create_user(f"p{n}@shop.example", first_name="P")) for n in range(3)]

    def undo(by: Actor) -> str:
        try:
            return f"undo {request_undo(wrong, by=by, ask=False).pk}"
        except FeedIsBusy:
            return "busy"
        except NotInEffect:
            return "over"

    told = at_once(*(lambda by=by: undo(by) for by in people))

    assert len([word for word in told if word.startswith("undo")]) == 1
    assert Run.objects.filter(undoes=wrong).count() == 1


def test_two_people_who_confirm_an_undo_at_once_have_it_carried_out_once() -> None:
    feed = FeedFactory()
    run_feed(asked(feed, 4, SKUS).pk)
    wrong = asked(feed, 9, SKUS)
    run_feed(wrong.pk)
    undo = request_undo(wrong, by=CLOCK)
    Run.objects.filter(pk=undo.pk).update(status=RunStatus.PROPOSED)

    def confirm() -> bool:
        try:
            confirm_undo(undo, by=CLOCK)
        except NotInEffect:
            return False
        return True

    assert sorted(at_once(*times(3, confirm))) == [False, False, True]
