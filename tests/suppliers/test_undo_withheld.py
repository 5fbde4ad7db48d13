"""Withheld lines and counted absences when an import is undone, or counts again."""

import pytest
from django.urls import reverse

from stocke.core.models import HistoryEntry
from suppliers.domain.feeds import create_feed
from suppliers.domain.push_keys import issue_key
from suppliers.domain.releasing import count_decided, let_count
from suppliers.domain.undoing import confirm_undo, request_undo
from suppliers.models import AbsentOffer, AbsentPolicy, Feed, Run, WithheldLine
from tests.factories.feeds import FeedFactory
from tests.factories.people import client_as
from tests.factories.suppliers import SupplierFactory
from tests.suppliers import test_push_api
from tests.suppliers.test_push_api import level, send
from tests.suppliers.test_undoing import CLOCK, say, stock, undo, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
FIVE, UNKNOWN, ZERO = ("exact", 5, 5), ("unknown", None, 0), ("exact", 0, 0)


def lines() -> list[tuple[str, str, int | None]]:
    return list(
        WithheldLine.objects.order_by("supplier_sku", "pk").values_list("supplier_sku", "state", "settled_by")
    )


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


def proposed(run: Run) -> Run:
    return worked(request_undo(run, by=CLOCK))


def test_how_many_lines_would_wait_again_is_said_before_and_changes_nothing(feed: Feed) -> None:
    second = agreed(feed)
    entries = HistoryEntry.objects.filter(kind="run.withheld_again").count()

    proposal = proposed(second)

    assert (proposal.status, proposal.facts["lines"]) == ("proposed", {"waiting": 1})
    assert (stock()["B"], lines()) == (UNKNOWN, [("B", "counted", second.pk)])
    assert HistoryEntry.objects.filter(kind="run.withheld_again").count() == entries
    page = page_of(proposal)
    assert "1 withheld line would wait again for a second word" in page

    confirm_undo(proposal, by=CLOCK)
    undone = worked(proposal)
    assert undone.facts["lines"] == {"waiting": 1}
    assert "1 withheld line waits again for a second word." in page_of(undone)

    back = proposed(undone)
    assert back.facts["lines"] == {"settled": 1}
    assert "1 withheld line would no longer wait" in page_of(back)
    confirm_undo(back, by=CLOCK)
    assert "1 withheld line no longer waits." in page_of(worked(back))
    assert lines() == [("B", "counted", second.pk)]


def test_how_many_of_its_own_lines_would_no_longer_wait_is_said_before(feed: Feed) -> None:
    first = WithheldLine.objects.get().run

    proposal = proposed(first)

    assert (proposal.facts["lines"], lines()) == ({"settled": 1}, [("B", "waiting", None)])


def test_lines_that_a_later_import_would_settle_are_not_said_to_wait(feed: Feed) -> None:
    second = agreed(feed)
    say(feed, ("A", 4), ("B", 5))

    assert proposed(second).facts["lines"] == {}


def page_of(run: Run) -> str:
    page = client_as().get(reverse("suppliers:run", args=[run.pk])).content.decode()
    return " ".join(page.split())


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


@pytest.fixture
def pushed() -> Feed:
    """A program has said that there are ten of each, and then, doubtfully, many of A and B."""
    feed = create_feed(SupplierFactory(), by=CLOCK, name="ERP", transport="push")
    push(feed, **dict.fromkeys("ABCDEFGHIJKL", 10))
    push(feed, A=900, B=500, **dict.fromkeys("CDEFG"))
    assert lines() == [("A", "waiting", None), ("B", "waiting", None)]
    return feed


def push(feed: Feed, **levels: int | None) -> Run:
    """Its program sends these levels, and they are imported."""
    secret = issue_key(feed, name="ERP", by=CLOCK)[1]
    send(secret, [level(sku, quantity) for sku, quantity in levels.items()])
    test_push_api.worked()
    return Run.objects.latest("pk")


def test_what_an_undone_push_had_settled_is_settled_by_a_later_one_that_names_it(pushed: Feed) -> None:
    agreed = push(pushed, A=905, B=10)
    named = push(pushed, A=12, B=10)
    push(pushed, A=13, C=4)
    assert lines() == [("A", "counted", agreed.pk), ("B", "overtaken", agreed.pk)]

    undo(agreed)

    assert lines() == [("A", "overtaken", named.pk), ("B", "overtaken", named.pk)]
    assert (stock()["A"], stock()["B"]) == (("exact", 13, 13), ("exact", 10, 10))


def test_what_no_later_push_names_waits_again(pushed: Feed) -> None:
    agreed = push(pushed, A=905, B=10)
    named = push(pushed, B=11, C=4)

    undo(agreed)
    assert lines() == [("A", "waiting", agreed.pk), ("B", "overtaken", named.pk)]

    undo(named)
    assert lines() == [("A", "waiting", agreed.pk), ("B", "waiting", named.pk)]
    assert (stock()["A"], stock()["B"]) == (("exact", 10, 10), ("exact", 10, 10))


def test_a_push_that_counts_again_withholds_only_what_no_later_one_has_named(pushed: Feed) -> None:
    [*_, withholding] = Run.objects.order_by("pk")
    undone = undo(withholding)
    named = push(pushed, B=10)

    undo(undone)

    assert lines() == [("A", "waiting", None), ("B", "overtaken", named.pk)]


def test_a_push_that_counts_again_settles_what_an_undone_one_no_longer_does(pushed: Feed) -> None:
    agreed = push(pushed, A=905, B=10)
    named = push(pushed, B=10, C=4)
    undone = undo(named)
    undo(agreed)
    assert lines() == [("A", "waiting", agreed.pk), ("B", "waiting", agreed.pk)]

    undo(undone)

    assert lines() == [("A", "waiting", agreed.pk), ("B", "overtaken", named.pk)]


def test_a_line_stays_settled_by_the_push_that_came_back_when_a_later_one_is_undone(pushed: Feed) -> None:
    agreed = push(pushed, A=905, B=10)
    named = push(pushed, A=12, B=10)
    undone = undo(agreed)
    assert lines() == [("A", "overtaken", named.pk), ("B", "overtaken", named.pk)]
    undo(undone)

    undo(named)

    assert lines() == [("A", "counted", agreed.pk), ("B", "overtaken", agreed.pk)]
    assert (stock()["A"], stock()["B"]) == (("exact", 905, 905), ("exact", 10, 10))


def test_a_file_that_agreed_has_agreed_again_when_it_counts_again(feed: Feed) -> None:
    second = agreed(feed)
    third = say(feed, ("A", 4))
    undone = undo(second)
    assert lines() == [("B", "overtaken", third.pk)]

    undo(undone)

    assert lines() == [("B", "counted", second.pk)]


def test_of_several_later_pushes_the_last_that_counts_leaves_a_line_settled(pushed: Feed) -> None:
    agreed = push(pushed, A=905, B=10)
    named, last = push(pushed, A=12, B=10), push(pushed, A=13, B=10)
    undo(agreed)

    undo(last)
    assert lines() == [("A", "overtaken", named.pk), ("B", "overtaken", named.pk)]

    undo(named)
    assert lines() == [("A", "waiting", named.pk), ("B", "waiting", named.pk)]


def test_a_file_that_counts_again_settles_what_an_undone_one_no_longer_does(feed: Feed) -> None:
    second = agreed(feed)
    third = say(feed, ("A", 4), ("B", 5))
    undone = undo(third)
    undo(second)
    assert lines() == [("B", "waiting", second.pk)]

    undo(undone)
    assert (stock()["B"], lines()) == (FIVE, [("B", "overtaken", third.pk)])


def test_lines_of_an_undone_import_wait_again_only_while_no_settling_one_counts(feed: Feed) -> None:
    first, second = WithheldLine.objects.get().run, agreed(feed)
    undone_second = undo(second)
    undone_first = undo(first)
    assert lines() == [("B", "overtaken", None)]

    back = undo(undone_first)
    assert lines() == [("B", "waiting", None)]
    undo(back)
    undo(undone_second)
    assert lines() == [("B", "overtaken", None)]


def test_lines_of_an_undone_import_wait_again_once_what_settled_them_is_undone_too(feed: Feed) -> None:
    first, second = WithheldLine.objects.get().run, agreed(feed)
    undone_first = undo(first)
    undo(second)
    assert lines() == [("B", "overtaken", None)]

    undo(undone_first)

    assert (stock()["B"], lines()) == (FIVE, [("B", "waiting", None)])
