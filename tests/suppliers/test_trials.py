import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Level, Product
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.feeds import receive_file
from suppliers.domain.fetching import feed_storage
from suppliers.domain.matching import Matching
from suppliers.domain.trials import Proposed, forget_trials, receive_sample, recover_trials, try_out
from suppliers.jobs.feeds import run_feed
from suppliers.jobs.trials import try_feed
from suppliers.models import (
    Feed,
    FeedMapping,
    LearnedWord,
    Observation,
    Offer,
    OfferStock,
    Run,
    Trial,
    TrialLine,
    TrialStatus,
)
from tests.core.listpage_checks import assert_same_queries
from tests.factories.feeds import READ_AS, FeedFactory, RunFactory, csv, rows
from tests.factories.people import client_as
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
LEA = Actor.job("test")
CHANGED = csv([("A", "9"), ("B", "1"), ("C", "0"), ("D", "perhaps"), ("F", "3")])


@pytest.fixture
def feed() -> Feed:
    """A feed that has said five things, the first of a product of ours."""
    ProductFactory(sku="A")
    feed = FeedFactory()
    stated = rows([("A", 4), ("B", 2), ("C", 3), ("D", 5), ("E", 7)], price=990)
    judge_and_apply(RunFactory(feed), Read(stated), by=LEA)
    return feed


def tried(feed: Feed, content: bytes, matching: Matching | None = None, **how: Any) -> Trial:
    trial = receive_sample(feed, ContentFile(content, "stock.csv"), by=LEA)
    try_out(trial, Proposed({**READ_AS.to_json(), **how}, matching or Matching()))
    try_feed(trial.pk)
    trial.refresh_from_db()
    return trial


def changes(trial: Trial) -> dict[str, str]:
    return dict(trial.lines.values_list("supplier_sku", "change"))


def post(client: Client, view: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=args), data)


def shown(client: Client, view: str, /, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"suppliers:{view}", args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_dry_run_says_what_would_change_and_changes_nothing(feed: Feed) -> None:
    before = list(OfferStock.objects.order_by("pk").values())
    said = Observation.objects.count()

    trial = tried(feed, CHANGED)

    assert trial.status == TrialStatus.DONE
    assert changes(trial) == {
        "A": "more",
        "B": "less",
        "C": "zeroed",
        "D": "unreadable",
        "E": "gone",
        "F": "new",
    }
    counts = {
        name: trial.counts[name]
        for name in ("more", "less", "zeroed", "unreadable", "gone", "new", "unmatched")
    }
    assert counts == {"more": 1, "less": 1, "zeroed": 1, "unreadable": 1, "gone": 1, "new": 1, "unmatched": 4}
    assert (list(OfferStock.objects.order_by("pk").values()), Observation.objects.count()) == (before, said)
    assert (Run.objects.count(), FeedMapping.objects.count()) == (1, 1)


def test_a_dry_run_and_the_import_say_the_same(feed: Feed) -> None:
    trial = tried(feed, CHANGED)

    run = receive_file(feed, ContentFile(CHANGED, "stock.csv"), by=LEA)
    run_feed(run.pk)

    run.refresh_from_db()
    same = [name for name in run.counts if name in trial.counts]
    assert {name: run.counts[name] for name in same} == {name: trial.counts[name] for name in same}
    assert len(same) >= 8
    assert run.verdict == trial.verdict


def test_lines_find_their_products_by_the_rules_that_are_tried(feed: Feed) -> None:
    ProductFactory(sku="b ")

    usual = tried(feed, CHANGED)
    blanks = tried(feed, CHANGED, Matching(any_blanks=True))

    assert (usual.counts["by_sku"], usual.counts["unmatched"]) == (0, 4)
    assert (blanks.counts["by_sku"], blanks.counts["unmatched"]) == (1, 3)
    assert set(blanks.lines.filter(product_id=None).values_list("supplier_sku", flat=True)) == {
        "C",
        "D",
        "E",
        "F",
    }


def test_what_is_known_without_a_product_is_listed_though_it_would_not_change(feed: Feed) -> None:
    trial = tried(feed, csv([("A", "4"), ("B", "2"), ("C", "3"), ("D", "5"), ("E", "7")]))

    assert changes(trial) == {"B": "same", "C": "same", "D": "same", "E": "same"}


def test_a_file_that_is_no_feed_ends_the_dry_run_with_a_sentence(feed: Feed) -> None:
    trial = tried(feed, b"<!DOCTYPE html><html><body>503</body></html>")

    assert trial.status == TrialStatus.FAILED
    assert "web page" in shown(client_as(), "trial", trial.pk)


def test_tried_again_only_the_last_attempt_counts(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    try_out(trial, Proposed(READ_AS.to_json(), Matching(by=())))
    try_feed(trial.pk)
    try_feed(trial.pk)

    trial.refresh_from_db()
    assert (trial.lines.count(), trial.counts["unmatched"]) == (6, 4)
    assert "by_sku" not in trial.counts


def test_a_worker_that_was_overtaken_leaves_the_trial_to_the_later_one(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = receive_sample(feed, ContentFile(CHANGED, "stock.csv"), by=LEA)
    try_out(trial, Proposed(READ_AS.to_json(), Matching()))
    read = Read(rows([("Z", 1)]))

    def overtaken(*_given: Any, **_asked: Any) -> Read:
        try_out(trial, Proposed(READ_AS.to_json(), Matching(any_blanks=True)))
        return read

    monkeypatch.setattr("suppliers.domain.trying.read_file", overtaken)
    try_feed(trial.pk)

    trial.refresh_from_db()
    assert (trial.status, trial.lines.count(), trial.counts) == (TrialStatus.QUEUED, 0, {})


def test_the_sweep_queues_what_was_lost_and_ends_what_a_dead_worker_left(feed: Feed) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    trials = [receive_sample(feed, ContentFile(CHANGED, "a.csv"), by=LEA) for _number in range(3)]
    Trial.objects.filter(pk=trials[0].pk).update(status="queued", heartbeat_at=long_ago)
    Trial.objects.filter(pk=trials[1].pk).update(status="running", heartbeat_at=long_ago)

    found = recover_trials()

    assert found == 2
    assert list(Trial.objects.order_by("pk").values_list("status", flat=True)) == ["queued", "failed", "new"]
    assert "was stopped" in shown(client_as(), "trial", trials[1].pk)


def test_old_trials_go_with_their_files_but_not_with_those_of_imports(feed: Feed) -> None:
    sample = tried(feed, CHANGED)
    imported = tried(feed, csv([("A", "1")]))
    run = RunFactory(feed, status="applied", file=imported.file)
    Trial.objects.update(created_at=timezone.now() - timedelta(days=4))

    assert forget_trials() == 2
    assert (Trial.objects.count(), TrialLine.objects.count()) == (0, 0)
    assert (feed_storage().exists(sample.file), feed_storage().exists(run.file)) == (False, True)


def test_the_lists_ask_as_much_for_three_lines_as_for_one(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    TrialLine.objects.all().delete()

    def line() -> None:
        TrialLine.objects.create(trial=trial, change="new", supplier_sku="X", kind_after="unknown")

    for view in ("trial_products", "trial_changes"):
        assert_same_queries(client_as(), reverse(f"suppliers:{view}", args=[trial.pk]), line)


def test_the_page_of_a_dry_run_leads_on_when_it_is_done(feed: Feed) -> None:
    trial = receive_sample(feed, ContentFile(CHANGED, "stock.csv"), by=LEA)
    client, url = client_as(), reverse("suppliers:trial", args=[trial.pk])
    new = client.get(url)["Location"]
    try_out(trial, Proposed(READ_AS.to_json(), Matching()))
    waiting = shown(client, "trial", trial.pk)
    again = client.get(f"{url}?seen=queued--", headers={"HX-Request": "true"}).status_code
    try_feed(trial.pk)

    done = client.get(f"{url}?seen=queued--", headers={"HX-Request": "true"})["HX-Redirect"]

    assert new == reverse("suppliers:feed_columns", args=[feed.pk]) + f"?trial={trial.pk}"
    assert "Waits for a worker." in waiting
    assert (again, done) == (204, reverse("suppliers:trial_products", args=[trial.pk]))


@pytest.mark.parametrize(
    ("stage", "counts", "sentence"),
    [
        ("fetching", {"done": 3_000_000, "total": 6_000_000}, "2.9 MB of 5.7 MB fetched."),
        ("reading", {"total": 6_000_000}, "5.7 MB are read."),
        ("reading", {"done": 250_000}, "250,000 lines have been read so far."),
        ("comparing", {"total": 620_000}, "620,000 lines are compared with what we know."),
    ],
)
def test_a_dry_run_shows_how_far_it_is(feed: Feed, stage: str, counts: dict[str, int], sentence: str) -> None:
    trial = receive_sample(feed, ContentFile(CHANGED, "stock.csv"), by=LEA)
    Trial.objects.filter(pk=trial.pk).update(status="running", stage=stage, counts=counts)

    seen = shown(client_as(), "trial", trial.pk).replace("\xa0", " ")

    assert sentence in seen
    assert "Nothing is saved or imported by this." in seen


def test_unmatched_lines_are_searched_and_taken_along(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    client = client_as()

    whole = shown(client, "trial_products", trial.pk)
    found = shown(client, "trial_products", trial.pk, query="?q=article+f")
    export = client.get(reverse("suppliers:trial_changes", args=[trial.pk]) + "?export=csv")

    assert "Article B" in whole
    assert "Article F" in found
    assert "Article B" not in found
    assert len(export.getvalue().decode("utf-8-sig").splitlines()) == 1 + 6


def test_changes_are_filtered_by_kind_and_by_promise(feed: Feed) -> None:
    OfferStock.objects.filter(offer__supplier_sku="E").update(reserved=2)
    trial = tried(feed, CHANGED)
    client = client_as()

    gone = shown(client, "trial_changes", trial.pk, query="?change=gone")
    promised = shown(client, "trial_changes", trial.pk, query="?promised=true")

    assert ("absent" in gone, "Article B" in gone) == (True, False)
    assert ("Article E" in promised, "Article B" in promised) == (True, False)


def test_the_page_on_which_lines_become_products_leads_back_to_its_feed(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    client = client_as("operations")

    listed = shown(client, "trial_products", trial.pk)
    asked = post(client, "trial_make", trial.pk, ids=[trial.lines.get(supplier_sku="F").pk])

    crumbs = asked.content.decode().partition("se-crumbs")[2].partition("</nav>")[0]
    assert 'aria-label="Choose F"' in listed
    assert re.findall('href="([^"]+)"', crumbs) == [
        "/feeds/",
        f"/feeds/{feed.pk}/",
        f"/trials/{trial.pk}/products/",
    ]


def test_products_made_of_lines_are_found_by_the_import(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    client = client_as("operations")

    asked = post(
        client, "trial_make", trial.pk, all="1", query="q=article", act="look", markup="100", ending=""
    )
    made = post(
        client, "trial_make", trial.pk, all="1", query="q=article", act="make", markup="100", ending=""
    )
    saved = post(client, "trial_save", trial.pk)
    run_feed(Run.objects.latest("pk").pk)

    trial.refresh_from_db()
    assert (asked.status_code, made.status_code, saved.status_code) == (200, 303, 303)
    assert "Make 4 products" in asked.content.decode()
    assert (trial.counts["unmatched"], trial.counts["made"]) == (0, 4)
    assert dict(Product.objects.values_list("sku", "price_cents"))["F"] == 1980
    assert Offer.objects.get(supplier_sku="F").product == Product.objects.get(sku="F")
    assert Level.objects.get(product__sku="F").sellable == 3


def test_an_offer_that_is_known_gets_its_new_product_at_once(feed: Feed) -> None:
    trial = tried(feed, CHANGED)
    line = trial.lines.get(supplier_sku="B")

    post(client_as("operations"), "trial_make", trial.pk, ids=[line.pk], act="make", markup="", ending="")

    assert Offer.objects.get(supplier_sku="B").product == Product.objects.get(sku="B")
    assert Level.objects.get(product__sku="B").sellable == 2


def test_other_rules_are_tried_on_the_page_of_products(feed: Feed) -> None:
    trial = tried(feed, CHANGED)

    post(client_as(), "trial_match", trial.pk, by=["gtin"], any_blanks="on")

    trial.refresh_from_db()
    assert (trial.status, trial.matching) == (
        TrialStatus.QUEUED,
        {"by": ["gtin"], "any_case": False, "any_blanks": True},
    )
    assert not trial.lines.exists()


def test_what_was_tried_is_saved_and_imported(feed: Feed) -> None:
    trial = tried(feed, CHANGED, Matching(any_blanks=True), words={"perhaps": "in_stock"})

    answer = post(client_as(), "trial_save", trial.pk)

    run, mapping, word = Run.objects.latest("pk"), FeedMapping.objects.latest("pk"), LearnedWord.objects.get()
    assert answer["Location"] == reverse("suppliers:run", args=[run.pk])
    assert (run.file, run.file_name, run.trigger, run.status) == (trial.file, "stock.csv", "upload", "queued")
    assert (mapping.version, mapping.matching["any_blanks"], mapping.column_map["words"]) == (2, True, {})
    assert (word.text, word.meaning, word.supplier) == ("perhaps", "in_stock", feed.supplier)


def test_a_reading_is_saved_even_while_an_import_is_at_work(feed: Feed) -> None:
    trial = tried(feed, CHANGED, Matching(any_blanks=True))
    RunFactory(feed)
    runs = Run.objects.count()

    answer = post(client_as(), "trial_save", trial.pk)

    assert answer["Location"] == reverse("suppliers:feed", args=[feed.pk])
    assert (Run.objects.count(), FeedMapping.objects.latest("pk").version) == (runs, 2)


@pytest.mark.parametrize("view", ["trial_save", "trial_match", "trial_make"])
def test_others_may_not(feed: Feed, view: str) -> None:
    trial = tried(feed, CHANGED)

    answer = post(client_as("viewer"), view, trial.pk, ids=[1], act="make")

    assert answer.status_code == 403
    assert (FeedMapping.objects.count(), Product.objects.count()) == (1, 1)
    assert not HistoryEntry.objects.filter(kind="product.created").exists()
