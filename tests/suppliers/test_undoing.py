"""Undo of an import: what was known before comes back, what was said since is kept."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from orders.jobs.undoing import undo_import
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Level
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import read_again, receive_file
from suppliers.domain.fetching import feed_storage
from suppliers.domain.observing import observe
from suppliers.domain.releasing import NotWithheld, count_decided, let_count
from suppliers.domain.runs import claim_run, request_run
from suppliers.domain.undoing import NotInEffect, confirm_undo, leave_undo, request_undo
from suppliers.jobs.feeds import run_feed
from suppliers.models import Distrust, Feed, Observation, Offer, OfferStock, Run, RunChange, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import person
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")


@pytest.fixture
def lea() -> Actor:
    return Actor.person(person(first_name="Léa"))


def say(feed: Feed, *stated: tuple[Any, ...], decision: str = "apply") -> Run:
    """One file of the feed, imported whatever the guards think of it."""
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": decision})
    return worked(run)


def worked(run: Run) -> Run:
    run_feed(run.pk)
    undo_import(run.pk)
    run.refresh_from_db()
    return run


def undo(run: Run, by: Actor = CLOCK, why: str = "") -> Run:
    """The undo of a run, carried out."""
    return worked(request_undo(run, by=by, why=why, ask=False))


def stock() -> dict[str, tuple[str, int | None, int]]:
    facts = OfferStock.objects.values_list("offer__supplier_sku", "kind", "quantity", "promisable")
    return {sku: (kind, quantity, promisable) for sku, kind, quantity, promisable in facts}


def sellable() -> dict[str, tuple[int, str]]:
    facts = Level.objects.values_list("product__sku", "sellable", "light")
    return {sku: (units, light) for sku, units, light in facts}


def test_undo_of_the_last_import_brings_back_what_was_known_before(lea: Actor) -> None:
    ProductFactory(sku="A")
    feed = FeedFactory()
    first = say(feed, ("A", 4), ("B", 5))
    before = stock()
    second = say(feed, ("A", 9), ("B", 5))

    undone = undo(second, lea, "wrong warehouse")

    second.refresh_from_db()
    assert (undone.status, undone.trigger, second.status) == (RunStatus.APPLIED, "undo", RunStatus.UNDONE)
    assert (stock(), sellable()) == (before, {"A": (4, "in_stock")})
    said = Observation.objects.filter(run_id=undone.pk)
    assert list(said.values_list("source", "kind", "quantity", "raw", "word_of")) == [
        ("undo", "exact", 4, "4", first.pk)
    ]
    assert undone.counts == {
        "rows": 1,
        "same": 0,
        "more": 0,
        "less": 1,
        "zeroed": 0,
        "unreadable": 0,
        "other": 0,
    }
    entry = HistoryEntry.objects.get(kind="run.undone")
    assert (entry.thread, entry.actor_label, entry.why) == (f"run:{second.pk}", lea.label, "wrong warehouse")


def test_undo_of_the_import_before_the_last_keeps_the_last() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6))
    second = say(feed, ("A", 9), ("B", 9), ("C", 6))
    say(feed, ("A", 9), ("B", 2), ("C", 6))
    before = stock()

    undo(second)

    assert stock() == before


def test_undo_of_an_undo_restores() -> None:
    ProductFactory(sku="C")
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    second = say(feed, ("A", 9), ("C", 1))
    before, sold = stock(), sellable()
    undone = undo(second)
    assert (stock(), sellable()) == (
        {"A": ("exact", 4, 4), "B": ("exact", 5, 5), "C": ("unknown", None, 0)},
        {"C": (0, "unknown")},
    )

    again = undo(undone)

    undone.refresh_from_db()
    second.refresh_from_db()
    assert [again.status, undone.status, second.status] == ["applied", "undone", "applied"]
    assert (stock(), sellable()) == (before, sold)
    assert HistoryEntry.objects.get(kind="run.restored").thread == f"run:{second.pk}"


def test_what_was_undone_is_undone_again_as_often_as_one_likes() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4))
    second = say(feed, ("A", 9))

    states: list[int | None] = []
    for _turn in range(4):
        undo(second if not states or states[-1] == 9 else last_undo())
        states.append(OfferStock.objects.get().quantity)

    assert states == [4, 9, 4, 9]


def last_undo() -> Run:
    return Run.objects.filter(undoes__isnull=False).latest("pk")


def test_a_single_statement_made_later_is_kept(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    second = say(feed, ("A", 9), ("B", 9))
    observe(Offer.objects.get(supplier_sku="A"), kind="exact", quantity=1, by=lea)

    undo(second)

    assert stock() == {"A": ("exact", 1, 1), "B": ("exact", 5, 5)}


def test_what_became_unknown_because_the_import_missed_it_is_known_again() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    second = say(feed, ("A", 4))
    assert stock()["B"] == ("unknown", None, 0)

    undo(second)

    assert stock()["B"] == ("exact", 5, 5)


def test_names_prices_and_products_return_too() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    ProductFactory(sku="A")
    renamed = csv([("A", 4), ("B", 5)]).replace(b"Article A;4;9,90", b"Wrong;4;99,00")
    run = receive_file(feed, ContentFile(renamed, "stock.csv"), by=CLOCK)
    second = worked(run)
    assert facts_of_a() == ("Wrong", 9900, "A", second.pk)

    undone = undo(second)

    assert facts_of_a() == ("Article A", 990, None, None)
    assert (undone.counts["other"], sellable()) == (1, {"A": (0, "unknown")})


def facts_of_a() -> tuple[Any, ...]:
    names = ("name", "cost_cents", "product__sku", "matched_run_id")
    facts: tuple[Any, ...] = Offer.objects.values_list(*names).get(supplier_sku="A")
    return facts


def test_a_product_that_is_promised_to_somebody_stays_with_its_offer() -> None:
    ProductFactory(sku="A")
    run = say(FeedFactory(), ("A", 4))
    OfferStock.objects.update(reserved=1)

    undo(run)

    offer = Offer.objects.select_related("stock").get()
    assert (offer.stock.kind, offer.stock.reserved, offer.product is not None) == ("unknown", 1, True)


def test_an_undo_is_proposed_first_and_changes_nothing(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6))
    second = say(feed, ("A", 9), ("B", 1), ("C", 6), ("D", 2))
    OfferStock.objects.filter(offer__supplier_sku="B").update(reserved=1)
    before, said = stock(), Observation.objects.count()

    proposed = worked(request_undo(second, by=lea))

    second.refresh_from_db()
    assert (proposed.status, second.status, stock(), Observation.objects.count()) == (
        RunStatus.PROPOSED,
        RunStatus.APPLIED,
        before,
        said,
    )
    changes = RunChange.objects.filter(run=proposed).order_by("pk")
    assert list(
        changes.values_list("supplier_sku", "change", "quantity_before", "quantity_after", "reserved")
    ) == [
        ("B", "more", 1, 5, 1),
        ("A", "less", 9, 4, 0),
        ("D", "unreadable", 2, None, 0),
    ]
    assert request_undo(second, by=lea) == proposed

    carried_out = worked(confirm_undo(proposed, by=lea, why="sure"))

    assert (carried_out.pk, carried_out.status, carried_out.decision_why) == (
        proposed.pk,
        RunStatus.APPLIED,
        "sure",
    )
    assert stock()["A"] == ("exact", 4, 4)
    assert not RunChange.objects.exists()


def test_an_undo_may_be_left(lea: Actor) -> None:
    run = say(FeedFactory(), ("A", 4))
    proposed = worked(request_undo(run, by=lea))

    leave_undo(proposed, by=lea)

    proposed.refresh_from_db()
    assert (proposed.status, stock()) == (RunStatus.REJECTED, {"A": ("exact", 4, 4)})
    with pytest.raises(NotInEffect):
        confirm_undo(proposed, by=lea)


def test_what_does_not_count_cannot_be_undone() -> None:
    run = say(FeedFactory(), ("A", 4))
    undo(run)
    run.refresh_from_db()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED)

    with pytest.raises(NotInEffect):
        request_undo(Run.objects.create(feed=run.feed, status=RunStatus.HELD), by=CLOCK)
    assert Run.objects.filter(undoes__isnull=False).count() == 1


def test_an_undo_waits_for_no_other_run_of_its_feed() -> None:
    run = say(FeedFactory(), ("A", 4))
    request_run(run.feed, by=CLOCK, trigger="schedule")

    with pytest.raises(FeedIsBusy):
        request_undo(run, by=CLOCK)
    assert not Run.objects.filter(undoes__isnull=False).exists()


def test_without_the_files_of_later_imports_nothing_is_undone() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4))
    second = say(feed, ("A", 9))
    third = say(feed, ("A", 9), ("B", 1))
    feed_storage().delete(third.file)
    before = stock()

    undone = undo(second)

    second.refresh_from_db()
    assert (undone.status, undone.facts["problem"]["code"]) == (RunStatus.FAILED, "not_kept")
    assert f"import {third.pk}" in undone.error
    assert (second.status, stock()) == (RunStatus.APPLIED, before)


def test_the_undone_bytes_do_not_count_again_by_themselves(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4))
    second = say(feed, ("A", 9))
    undo(second)

    same = worked(receive_file(feed, ContentFile(csv([("A", 9)]), "stock.csv"), by=CLOCK))

    assert (same.status, same.facts["same_as"], same.facts["same_as_status"]) == (
        RunStatus.UNCHANGED,
        second.pk,
        RunStatus.UNDONE,
    )
    assert stock() == {"A": ("exact", 4, 4)}

    asked = worked(read_again(same, by=lea))

    assert (asked.status, stock()) == (RunStatus.APPLIED, {"A": ("exact", 9, 9)})


def test_after_an_undo_the_feed_is_as_old_as_what_counts_and_takes_nothing_for_granted() -> None:
    feed = FeedFactory()
    first = say(feed, ("A", 4))
    second = say(feed, ("A", 9))
    Distrust.objects.all().delete()

    undo(second)

    feed.refresh_from_db()
    assert (feed.last_good_at, feed.last_sha256) == (first.taken_at, "")
    assert list(Distrust.objects.values_list("feed", "offer_id")) == [(feed.pk, None)]


def test_a_file_that_comes_after_an_undo_is_compared_with_what_counts() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    undo(say(feed, ("A", 9), ("C", 1)))

    say(feed, ("A", 4), ("C", 2))

    assert stock() == {"A": ("exact", 4, 4), "B": ("unknown", None, 0), "C": ("exact", 2, 2)}


def test_an_undo_is_no_import_of_the_feed() -> None:
    feed = FeedFactory()
    undo(say(feed, ("A", 4)))

    undone = last_undo()
    assert claim_run(undone.pk) is None
    assert not Run.objects.counting().filter(feed=feed).exists()


def test_lines_that_a_later_import_withheld_are_not_its_word(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 4), ("C", 4))
    second = say(feed, ("A", 2), ("B", 2), ("C", 2))
    third = say(feed, ("A", 900), ("B", 1), decision="safe")
    assert sorted(third.withheld.values_list("supplier_sku", "change")) == [("A", "more"), ("C", "gone")]

    undo(second)

    assert stock() == {"A": ("exact", 4, 4), "B": ("exact", 1, 1), "C": ("exact", 4, 4)}


def test_withheld_lines_that_a_person_let_count_are_the_imports_word(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 4), ("C", 4))
    second = say(feed, ("A", 2), ("B", 2), ("C", 2))
    third = say(feed, ("A", 900), ("B", 1), decision="safe")
    let_count(third, by=lea)
    count_decided(third.pk, by=lea)

    undo(second)

    assert stock() == {"A": ("exact", 900, 900), "B": ("exact", 1, 1), "C": ("unknown", None, 0)}


def test_what_an_undone_import_withheld_waits_for_nobody(lea: Actor) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 4))
    second = say(feed, ("A", 900), ("B", 1), decision="safe")

    undo(second)

    assert list(second.withheld.values_list("supplier_sku", "state")) == [("A", "overtaken")]
    with pytest.raises(NotWithheld):
        let_count(second, by=lea)
