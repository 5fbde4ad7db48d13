"""A doubtful file is applied safely: what promises less counts at once, what is gone or rose much has to wait."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, User
from stocke.products.models import Level, Publication
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.deciding import apply_held_safely
from suppliers.domain.feeds import receive_file
from suppliers.domain.figures import weigh
from suppliers.domain.releasing import NotWithheld, count_decided, drop_lines, let_count
from suppliers.jobs.feeds import run_feed
from suppliers.jobs.withheld import count_lines, sweep_decided_lines
from suppliers.models import Distrust, Feed, Observation, Offer, OfferStock, Run, RunStatus, WithheldLine
from tests.factories.feeds import FeedFactory, RunFactory, csv, rows
from tests.factories.products import ProductFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
Stated = dict[str, Any]
# Twenty SKUs, so that one or two are no large share of them.
USUAL: Stated = {f"A{n:02}": 10 for n in range(20)}


@pytest.fixture
def lea() -> Actor:
    return Actor.person(User.objects.create_user("lea@shop.example", first_name="Léa"))


@pytest.fixture
def feed() -> Feed:
    """A feed that has said something before."""
    feed = FeedFactory()
    say(feed, USUAL)
    return feed


def say(feed: Feed, stated: Stated, **given: Any) -> Run:
    """One run of the feed."""
    run, table = RunFactory(feed, **given), rows(stated.items())
    run.feed.refresh_from_db()
    judge_and_apply(run, Read(table, file=lambda: weigh(table)), by=CLOCK)
    return run


def changed(*gone: str, **said: Any) -> Stated:
    """The usual file with some lines changed and some gone; an unreadable line makes it doubtful."""
    return {sku: quantity for sku, quantity in {**USUAL, **said}.items() if sku not in gone}


def doubtful(*gone: str, **said: Any) -> Stated:
    """The same, so untidy that it is applied safely: four lines that nobody understands."""
    return {**changed(*gone, **said), **{f"Z{n}": "??" for n in range(4)}}


def stock(*skus: str) -> dict[str, tuple[str, int | None]]:
    facts = OfferStock.objects.filter(offer__supplier_sku__in=skus)
    return {sku: (kind, q) for sku, kind, q in facts.values_list("offer__supplier_sku", "kind", "quantity")}


def lines(run: Run) -> dict[str, tuple[str, str]]:
    return {line.supplier_sku: (line.change, line.state) for line in run.withheld.all()}


def told(run: Run) -> list[tuple[str, dict[str, Any]]]:
    entries = HistoryEntry.objects.filter(thread=f"run:{run.pk}").order_by("pk")
    return [(entry.kind, entry.after) for entry in entries if entry.kind != "run.applied"]


def test_stated_falls_and_small_changes_count_and_disappearances_and_large_rises_wait(feed: Feed) -> None:
    run = say(feed, doubtful("A01", A02=3, A03=0, A04=12, A05=500, N1=4, N2=40))

    assert (run.status, run.verdict["result"]) == (RunStatus.APPLIED, "safe")
    assert stock("A01", "A02", "A03", "A04", "A05", "N1", "N2") == {
        "A01": ("exact", 10),
        "A02": ("exact", 3),
        "A03": ("exact", 0),
        "A04": ("exact", 12),
        "A05": ("exact", 10),
        "N1": ("exact", 4),
    }
    assert lines(run) == {
        "A01": ("gone", "waiting"),
        "A05": ("more", "waiting"),
        "N2": ("new", "waiting"),
    }
    line = run.withheld.get(supplier_sku="A05")
    assert (
        line.kind_before,
        line.quantity_before,
        line.kind_after,
        line.quantity_after,
        line.promisable,
    ) == ("exact", 10, "exact", 500, 500)


def test_the_counts_are_those_of_what_was_applied(feed: Feed) -> None:
    run = say(feed, doubtful("A01", A02=3, A05=500))

    found = {name: run.counts[name] for name in ("rows", "new", "more", "less", "gone", "withheld")}
    assert found == {"rows": 23, "new": 4, "more": 0, "less": 1, "gone": 0, "withheld": 2}


def test_a_safely_applied_run_is_not_taken_for_granted_by_the_next(feed: Feed) -> None:
    say(feed, doubtful("A01"), sha256="cut")

    feed.refresh_from_db()
    assert feed.last_sha256 == ""
    assert Distrust.objects.filter(feed=feed).count() == 1


def test_a_safely_applied_run_that_withholds_nothing_is_as_good_as_any(feed: Feed) -> None:
    run = say(feed, doubtful(A02=3), sha256="good")

    feed.refresh_from_db()
    assert (run.verdict["result"], feed.last_sha256) == ("safe", "good")
    assert not WithheldLine.objects.exists()
    assert "withheld" not in run.counts


def test_what_the_next_run_says_too_counts_and_the_history_says_why(feed: Feed) -> None:
    first = say(feed, doubtful("A01", "A06", A05=500, A07=300))

    second = say(feed, doubtful("A01", A05=480, A07=10))

    assert stock("A01", "A05", "A06", "A07") == {
        "A01": ("unknown", None),
        "A05": ("exact", 480),
        "A06": ("exact", 10),
        "A07": ("exact", 10),
    }
    assert lines(first) == {
        "A01": ("gone", "counted"),
        "A05": ("more", "counted"),
        "A06": ("gone", "overtaken"),
        "A07": ("more", "overtaken"),
    }
    assert set(first.withheld.values_list("settled_by", flat=True)) == {second.pk}
    assert told(first) == [("run.withheld_settled", {"counted": 2, "overtaken": 2})]
    assert lines(second) == {}


def test_a_second_doubtful_run_withholds_only_what_is_new_to_it(feed: Feed) -> None:
    first = say(feed, doubtful("A01", A05=500))

    second = say(feed, {**doubtful("A01", "A06", A05=5000), "Z9": "??"})

    assert lines(first) == {"A01": ("gone", "counted"), "A05": ("more", "overtaken")}
    assert lines(second) == {"A06": ("gone", "waiting"), "A05": ("more", "waiting")}
    assert stock("A01", "A05", "A06") == {
        "A01": ("unknown", None),
        "A05": ("exact", 10),
        "A06": ("exact", 10),
    }


def test_a_small_rise_after_a_large_one_that_was_withheld_does_not_agree_with_it(feed: Feed) -> None:
    first = say(feed, doubtful(A05=500))

    say(feed, changed(A05=13))

    assert lines(first) == {"A05": ("more", "overtaken")}
    assert stock("A05") == {"A05": ("exact", 13)}


def test_a_held_run_settles_nothing_that_was_withheld(feed: Feed) -> None:
    first = say(feed, doubtful("A01", A05=500))

    held = say(feed, {"A01": 1})

    assert held.status == RunStatus.HELD
    assert lines(first) == {"A01": ("gone", "waiting"), "A05": ("more", "waiting")}


def test_zeros_of_an_old_file_wait_too(feed: Feed) -> None:
    RunFactory(feed, status=RunStatus.APPLIED, sha256="monday")
    RunFactory(feed, status=RunStatus.APPLIED, sha256="tuesday")

    run = say(feed, changed(A01=0, A02=8), sha256="monday")

    assert run.verdict["result"] == "safe"
    assert stock("A01", "A02") == {"A01": ("exact", 10), "A02": ("exact", 8)}
    assert lines(run) == {"A01": ("zeroed", "waiting")}


def test_no_level_and_no_publication_moves_for_what_is_withheld() -> None:
    gone, risen = ProductFactory(sku="A01"), ProductFactory(sku="A05")
    feed = FeedFactory()
    say(feed, USUAL)
    before = Publication.objects.count()

    say(feed, doubtful("A01", A05=500))

    levels = dict(Level.objects.values_list("product_id", "sellable"))
    assert (levels[gone.pk], levels[risen.pk], Publication.objects.count()) == (10, 10, before)


def test_a_person_lets_some_lines_count_as_the_file_said(feed: Feed, lea: Actor) -> None:
    ProductFactory(sku="A05")
    run = say(feed, doubtful("A01", "A06", A05=500, N2=40))
    chosen = run.withheld.filter(supplier_sku__in=["A01", "A05", "N2"]).values_list("pk", flat=True)

    decided = let_count(run, by=lea, lines=list(chosen), why="Léa a appelé le fournisseur")
    count_lines(run.pk)

    assert decided == 3
    assert stock("A01", "A05", "A06", "N2") == {
        "A01": ("unknown", None),
        "A05": ("exact", 500),
        "A06": ("exact", 10),
        "N2": ("exact", 40),
    }
    assert lines(run) == {
        "A01": ("gone", "counted"),
        "A05": ("more", "counted"),
        "A06": ("gone", "waiting"),
        "N2": ("new", "counted"),
    }
    assert Level.objects.get(product__sku="A05").sellable == 500
    said = Observation.objects.filter(run_id=run.pk, offer_id=Offer.objects.get(supplier_sku="A05").pk)
    assert list(said.values_list("kind", "quantity", "raw", "source")) == [("exact", 500, "500", "feed")]
    assert told(run) == [("run.lines_let_count", {"lines": 3}), ("run.lines_counted", {"counted": 3})]


def test_all_lines_may_be_dropped_and_what_we_knew_stays(feed: Feed, lea: Actor) -> None:
    run = say(feed, doubtful("A01", A05=500))

    assert drop_lines(run, by=lea) == 2

    assert stock("A01", "A05") == {"A01": ("exact", 10), "A05": ("exact", 10)}
    assert lines(run) == {"A01": ("gone", "dropped"), "A05": ("more", "dropped")}
    assert told(run) == [("run.lines_dropped", {"lines": 2})]


def test_what_was_dropped_supports_nothing(feed: Feed, lea: Actor) -> None:
    first = say(feed, doubtful("A01"))
    drop_lines(first, by=lea)

    second = say(feed, {**doubtful("A01"), **{f"Y{n}": "??" for n in range(4)}})

    assert lines(second) == {"A01": ("gone", "waiting")}
    assert stock("A01") == {"A01": ("exact", 10)}


def test_who_comes_second_is_told_and_changes_nothing(feed: Feed, lea: Actor) -> None:
    run = say(feed, doubtful("A01"))
    drop_lines(run, by=lea)

    with pytest.raises(NotWithheld):
        let_count(run, by=lea)

    assert lines(run) == {"A01": ("gone", "dropped")}
    assert stock("A01") == {"A01": ("exact", 10)}


def test_lines_of_an_import_that_was_undone_no_longer_count(feed: Feed, lea: Actor) -> None:
    run = say(feed, doubtful("A01"))
    Run.objects.filter(pk=run.pk).update(status=RunStatus.UNDONE)

    with pytest.raises(NotWithheld):
        let_count(run, by=lea)


def test_a_newer_word_of_another_feed_is_not_undone_by_a_withheld_line(feed: Feed, lea: Actor) -> None:
    run = say(feed, doubtful("A01", A05=500))
    say(FeedFactory(supplier=feed.supplier), {"A05": 7, "A01": 6})

    let_count(run, by=lea)
    count_lines(run.pk)

    assert stock("A01", "A05") == {"A01": ("exact", 6), "A05": ("exact", 7)}
    assert lines(run) == {"A01": ("gone", "overtaken"), "A05": ("more", "overtaken")}
    assert told(run)[-1] == ("run.lines_counted", {"overtaken": 2})


def test_counting_twice_counts_once(feed: Feed, lea: Actor) -> None:
    run = say(feed, doubtful("A01", A05=500))
    let_count(run, by=lea)

    assert count_decided(run.pk, by=CLOCK) == 2
    assert count_decided(run.pk, by=CLOCK) == 0

    assert Observation.objects.filter(run_id=run.pk, quantity=500).count() == 1


def test_a_decision_that_the_queue_forgot_is_found(
    feed: Feed, lea: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = say(feed, doubtful("A01"))
    let_count(run, by=lea)
    asked: list[Any] = []
    monkeypatch.setattr("suppliers.jobs.withheld.enqueue", lambda *args: asked.append(args))

    sweep_decided_lines()

    assert asked == [("feeds", "suppliers.jobs.withheld.count_lines", run.pk)]


@pytest.mark.usefixtures("media")
def test_the_very_same_file_once_more_agrees() -> None:
    usual = [(f"A{n:02}", str(10 + n)) for n in range(20)]
    feed = FeedFactory()
    hand_in(feed, usual)
    doubted = [*usual[1:], *((f"Z{n}", "??") for n in range(4))]
    first = hand_in(feed, doubted)
    waiting = (first.verdict["result"], lines(first), stock("A00"))

    second = hand_in(feed, doubted)
    third = hand_in(feed, doubted)

    assert waiting == ("safe", {"A00": ("gone", "waiting")}, {"A00": ("exact", 10)})
    assert (second.status, third.status) == (RunStatus.APPLIED, RunStatus.UNCHANGED)
    assert (lines(first), stock("A00")) == ({"A00": ("gone", "counted")}, {"A00": ("unknown", None)})


def hand_in(feed: Feed, stated: list[tuple[str, str]]) -> Run:
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.usefixtures("media")
def test_a_person_may_apply_a_held_import_safely(lea: Actor) -> None:
    usual = [(f"A{n:02}", str(10 + n)) for n in range(20)]
    feed = FeedFactory()
    hand_in(feed, usual)
    held = hand_in(feed, [("A00", "3"), ("A01", "500"), *usual[2:8]])
    assert held.status == RunStatus.HELD

    apply_held_safely(held, by=lea, why="La fin manque")
    run_feed(held.pk)

    held.refresh_from_db()
    assert (held.status, held.verdict["result"], held.counts["withheld"]) == (RunStatus.APPLIED, "hold", 13)
    assert stock("A00", "A01", "A19") == {"A00": ("exact", 3), "A01": ("exact", 11), "A19": ("exact", 29)}
    assert [kind for kind, _after in told(held)] == ["run.held", "run.safe_decided"]
