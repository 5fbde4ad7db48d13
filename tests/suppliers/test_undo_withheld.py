"""Withheld lines and counted absences when an import is undone, or counts again."""

import pytest

from stocke.core.models import HistoryEntry
from suppliers.domain.releasing import count_decided, let_count
from suppliers.models import AbsentOffer, AbsentPolicy, Feed, Run, WithheldLine
from tests.factories.feeds import FeedFactory
from tests.suppliers.test_undoing import CLOCK, say, stock, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
FIVE, UNKNOWN, ZERO = ("exact", 5, 5), ("unknown", None, 0), ("exact", 0, 0)


def lines() -> list[tuple[str, str, int | None]]:
    return list(WithheldLine.objects.order_by("pk").values_list("supplier_sku", "state", "settled_by"))


def missing() -> dict[str, int]:
    return dict(AbsentOffer.objects.values_list("offer__supplier_sku", "files"))


@pytest.fixture
def feed() -> Feed:
    """It has said that there are four of A and five of B, and then, doubtfully, nothing of B."""
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    say(feed, ("A", 4), decision="safe")
    assert (stock()["B"], lines()) == (FIVE, [("B", "waiting", None)])
    return feed


def agreed(feed: Feed) -> Run:
    """The next file without B as well."""
    run = say(feed, ("A", 4), decision="safe")
    assert (stock()["B"], lines()) == (UNKNOWN, [("B", "counted", run.pk)])
    return run


def test_what_the_undone_import_agreed_with_waits_again(feed: Feed) -> None:
    second = agreed(feed)

    undone = undo(second)

    assert (stock()["B"], lines()) == (FIVE, [("B", "waiting", second.pk)])
    entry = HistoryEntry.objects.get(kind="run.withheld_again")
    assert (entry.thread, entry.data) == (f"run:{WithheldLine.objects.get().run_id}", {"run": second.pk})

    undo(undone)
    assert (stock()["B"], lines()) == (UNKNOWN, [("B", "counted", second.pk)])


def test_what_waits_again_is_settled_by_the_next_import(feed: Feed) -> None:
    undo(agreed(feed))

    third = agreed(feed)

    assert WithheldLine.objects.get().was == ""
    assert lines() == [("B", "counted", third.pk)]


def test_what_waits_again_counts_when_a_person_says_so_and_then_stays_his(feed: Feed) -> None:
    second = agreed(feed)
    undone = undo(second)
    first = WithheldLine.objects.get().run

    let_count(first, by=CLOCK)
    count_decided(first.pk, by=CLOCK)
    assert (stock()["B"], lines()) == (UNKNOWN, [("B", "counted", None)])

    undo(undone)
    assert (stock()["B"], lines()) == (UNKNOWN, [("B", "counted", None)])


def test_a_later_import_has_overtaken_what_the_undone_one_had_settled(feed: Feed) -> None:
    second = agreed(feed)
    third = say(feed, ("A", 4), ("B", 5))

    undo(second)

    assert (stock()["B"], lines()) == (FIVE, [("B", "overtaken", third.pk)])


def test_its_own_lines_wait_for_nobody_until_it_counts_again(feed: Feed) -> None:
    first = WithheldLine.objects.get().run
    undone = undo(first)
    assert lines() == [("B", "overtaken", None)]

    undo(undone)

    assert (stock()["B"], lines()) == (FIVE, [("B", "waiting", None)])


def test_an_undone_file_is_none_of_those_that_make_a_missing_sku_zero() -> None:
    feed = FeedFactory(absent_policy=AbsentPolicy.ZERO, absent_files=3)
    say(feed, ("A", 4), ("B", 5))
    say(feed, ("A", 4))
    second = say(feed, ("A", 4))
    assert (stock()["B"], missing()) == (UNKNOWN, {"B": 2})
    third = say(feed, ("A", 4))
    assert (stock()["B"], missing()) == (ZERO, {})

    undone = undo(second)
    assert (stock()["B"], missing()) == (UNKNOWN, {"B": 2})
    say(feed, ("A", 4))
    assert (stock()["B"], missing()) == (ZERO, {})

    undo(third)
    assert (stock()["B"], missing()) == (UNKNOWN, {"B": 2})
    undo(undone)
    assert (stock()["B"], missing()) == (ZERO, {})
