"""Whoever works off an import dies between any two of his statements: all of it counts or nothing, and in the end once.

`make hunt` tries every statement; the other runs some of them. Processes that are really killed are in test_feeds.py.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import settings

from orders.jobs.undoing import undo_import
from stocke.core.actors import Actor
from stocke.products.models import Level, Publication
from suppliers.domain.feeds import receive_file
from suppliers.domain.levels import heal
from suppliers.domain.releasing import let_count
from suppliers.domain.silence import turn_silent_feeds
from suppliers.domain.undoing import request_undo
from suppliers.jobs.feeds import run_feed, sweep_runs
from suppliers.jobs.withheld import count_lines
from suppliers.models import AbsentOffer, Feed, Observation, Offer, OfferStock, Run, RunStatus, WithheldLine
from tests.factories.feeds import FeedFactory, csv
from tests.factories.products import ProductFactory
from tests.kills.test_every_step import as_if_it_had_not_been, statements_of
from tests.machine.world import Killed, dying_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = {f"A{number:02}": str(10 + number) for number in range(20)}
# Two are gone, one rises much and one falls: so untidy that it is applied safely.
DOUBTFUL = {sku: units for sku, units in USUAL.items() if sku not in ("A18", "A19")} | {
    "A00": "900",
    "A01": "3",
}
FEWER = dict(list(USUAL.items())[:19])

Act = Callable[[], object]


def said(*files: dict[str, str], **given: Any) -> Feed:
    for sku in USUAL:
        ProductFactory(sku=sku)
    feed = FeedFactory(**given)
    for stated in files:
        work_off(asked(feed, stated))
    return feed


def asked(feed: Feed, stated: dict[str, str]) -> Run:
    feed.refresh_from_db()
    return receive_file(feed, ContentFile(csv(stated.items()), "stock.csv"), by=CLOCK)


def work_off(run: Run) -> None:
    (undo_import if run.undoes_id else run_feed)(run.pk)


def an_import(*files: dict[str, str], **given: Any) -> Act:
    """The last of these files."""
    *before, last = files
    run = asked(said(*before, **given), last)
    return lambda: work_off(run)


def lines_that_count() -> Act:
    said(USUAL, DOUBTFUL)
    run = Run.objects.latest("pk")
    let_count(run, by=CLOCK)
    return lambda: count_lines(run.pk)


def an_undo(times: int = 1) -> Act:
    said(USUAL, {**USUAL, "A00": "4"}, {**USUAL, "A01": "5"})
    run = Run.objects.order_by("pk")[1]
    for turn in range(times):
        run = request_undo(run, by=CLOCK, ask=False)
        if turn < times - 1:
            work_off(run)
            run.refresh_from_db()
    return lambda: work_off(run)


def a_silence() -> Act:
    said(USUAL, every_minutes=15)
    Feed.objects.update(last_good_at=timezone.now() - timedelta(days=2))
    return lambda: turn_silent_feeds(by=CLOCK)


ACTS: dict[str, Callable[[], Act]] = {
    "first": lambda: an_import(USUAL),
    "differences": lambda: an_import(USUAL, {**USUAL, "A00": "4", "B": "5"}),
    "safely": lambda: an_import(USUAL, DOUBTFUL),
    "agreed": lambda: an_import(USUAL, DOUBTFUL, {**DOUBTFUL, "A02": "7"}),
    "held": lambda: an_import(USUAL, dict(list(USUAL.items())[:4])),
    "unchanged": lambda: an_import(USUAL, USUAL),
    "zero by absence": lambda: an_import(
        USUAL, FEWER, {**FEWER, "A00": "3"}, absent_policy="zero", absent_files=2
    ),
    "lines that count": lines_that_count,
    "undo": an_undo,
    "undo of an undo": lambda: an_undo(2),
    "silence": a_silence,
}


def outcome() -> list[Any]:
    """What is known and was told in the end, without numbers and times that are new each time."""
    stock = OfferStock.objects.order_by("offer__supplier_sku")
    skus = dict(Offer.objects.values_list("pk", "supplier_sku"))
    words = Observation.objects.values_list("offer_id", "source", "kind", "raw", "run_id")
    return [
        list(stock.values_list("offer__supplier_sku", "kind", "quantity", "promisable", "run_id")),
        list(
            Offer.objects.order_by("supplier_sku").values_list("supplier_sku", "cost_cents", "product__sku")
        ),
        sorted(((skus[offer], *told) for offer, *told in words), key=str),
        sorted(AbsentOffer.objects.values_list("offer__supplier_sku", "files")),
        sorted(WithheldLine.objects.values_list("supplier_sku", "change", "state")),
        sorted(Level.objects.values_list("product__sku", "sellable"), key=str),
        sorted(Publication.objects.values_list("product__sku", "sellable"), key=str),
    ]


def known_and_ended() -> list[Any]:
    """The same, and how imports ended."""
    runs = list(Run.objects.order_by("pk").values_list("pk", "status"))
    feeds = Feed.objects.values_list("last_sha256", "silent_since")
    return [*outcome(), runs, [(sha256, silent is None) for sha256, silent in feeds]]


def once_more(act: Act) -> None:
    """The dead worker's sign of life grows old, the sweep has his run queued again, and another one works it off."""
    open_runs = Run.objects.filter(status__in=[RunStatus.RUNNING, RunStatus.QUEUED])
    open_runs.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    sweep_runs()
    act()


@pytest.mark.parametrize("name", ACTS)
def test_who_dies_between_two_statements_of_an_import_leaves_it_to_the_next(name: str) -> None:
    act = ACTS[name]()
    before = outcome()
    count, done = statements_of(act, known_and_ended)
    assert done != known_and_ended()
    is_hunt = settings.get_current_profile_name() == "hunt"

    for place in range(1, count + 1) if is_hunt else [2 * count // 3]:
        with as_if_it_had_not_been():
            with pytest.raises(Killed), dying_at(place):
                act()
            assert outcome() in (before, done[: len(before)]), place
            once_more(act)
            assert known_and_ended() == done, place
            assert heal(by=CLOCK) == 0
