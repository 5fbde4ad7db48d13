from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import LevelPolicy
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.backup_list import attach_offer, detach_offer
from suppliers.domain.judging import Header
from suppliers.domain.runs import RunLost
from suppliers.models import (
    AbsentPolicy,
    Feed,
    Observation,
    Offer,
    OfferRevision,
    OfferStock,
    Run,
    RunChange,
    RunStatus,
)
from suppliers.queries.freshness import confirmed_at
from suppliers.readers.values import ROW_SCHEMA
from tests.factories.feeds import FeedFactory, RunFactory, row, rows
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The events that were published."""
    events: list[Any] = []
    monkeypatch.setattr("suppliers.domain.applying.publish", events.append)
    return events


def say(feed: Feed, *stated: tuple[Any, ...], price: int | None = None, **given: Any) -> Run:
    """One run of the feed with these rows."""
    run = RunFactory(feed, **given)
    judge_and_apply(run, Read(rows(stated, price=price)), by=CLOCK)
    return run


def stock(feed: Feed) -> dict[str, tuple[str, int | None, int]]:
    """What we know of the supplier: kind, quantity and what may be promised, by his SKU."""
    offers = OfferStock.objects.filter(offer__supplier=feed.supplier)
    facts = offers.values_list("offer__supplier_sku", "kind", "quantity", "promisable")
    return {sku: (kind, quantity, promisable) for sku, kind, quantity, promisable in facts}


def said(run: Run) -> list[tuple[Any, ...]]:
    """The observations of a run, by SKU."""
    names = dict(Offer.objects.values_list("pk", "supplier_sku"))
    facts = Observation.objects.filter(run_id=run.pk).values_list(
        "offer_id", "kind", "quantity", "raw", "source"
    )
    return sorted((names[offer], *rest) for offer, *rest in facts)


def test_every_kind_of_quantity_keeps_its_meaning() -> None:
    feed = FeedFactory()

    run = say(feed, ("A", 4), ("B", ">20"), ("C", "yes"), ("D", "call us"), ("E", 0), ("F", -3))

    assert stock(feed) == {
        "A": ("exact", 4, 4),
        "B": ("at_least", 20, 20),
        "C": ("flag", None, LevelPolicy.current().flag_counts_as),
        "D": ("unknown", None, 0),
        "E": ("exact", 0, 0),
        "F": ("exact", -3, 0),
    }
    assert said(run) == [
        ("A", "exact", 4, "4", "feed"),
        ("B", "at_least", 20, ">20", "feed"),
        ("C", "flag", None, "yes", "feed"),
        ("D", "unknown", None, "call us", "feed"),
        ("E", "exact", 0, "0", "feed"),
        ("F", "exact", -3, "-3", "feed"),
    ]


def test_only_what_differs_is_written() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", "yes"))
    before = dict(OfferStock.objects.values_list("offer__supplier_sku", "run_id"))

    run = say(feed, ("A", 4), ("B", 6), ("C", "yes"))

    assert said(run) == [("B", "exact", 6, "6", "feed")]
    assert dict(OfferStock.objects.values_list("offer__supplier_sku", "run_id")) == {**before, "B": run.pk}
    assert run.counts == counts(rows=3, same=2, more=1)


def counts(**changed: int) -> dict[str, int]:
    names = ["rows", "same", "new", "more", "less", "zeroed", "gone", "unreadable", "other", "rejected"]
    return {**dict.fromkeys(names, 0), **changed}


def test_a_run_settles_itself_and_its_feed(told: list[Any]) -> None:
    feed, taken = FeedFactory(), datetime(2026, 11, 20, 7, 12, tzinfo=UTC)

    run = say(feed, ("A", 4), taken_at=taken, sha256="abc")

    run.refresh_from_db()
    feed.refresh_from_db()
    assert (run.status, run.verdict["result"], run.finished_at is not None) == ("applied", "apply", True)
    assert run.counts == counts(rows=1, new=1)
    assert (feed.last_sha256, feed.last_good_at) == ("abc", taken)
    assert [repr(event) for event in told] == [f"RunApplied(run_id={run.pk})"]
    assert HistoryEntry.objects.get(thread=f"run:{run.pk}").kind == "run.applied"


def test_offers_find_their_products_by_sku_then_barcode() -> None:
    feed = FeedFactory()
    exact, lower = ProductFactory(sku="A-1"), ProductFactory(sku="b-2")
    coded = ProductFactory(sku="OURS-3", gtin="4006381333931")
    twins = [ProductFactory(sku=f"TWIN-{n}", gtin="96385074") for n in (1, 2)]
    table = rows([("A-1", 1), ("B-2", 1), ("ND-3", 1), ("ND-4", 1), ("ND-5", 1)]).with_columns(
        gtin=pl.Series([None, None, "4006381333931", "96385074", None])
    )

    judge_and_apply(RunFactory(feed), Read(table), by=CLOCK)

    found = dict(Offer.objects.values_list("supplier_sku", "product_id"))
    assert found == {"A-1": exact.pk, "B-2": lower.pk, "ND-3": coded.pk, "ND-4": None, "ND-5": None}
    assert len(twins) == 2


def test_a_new_offer_comes_last_in_the_backup_list() -> None:
    product = ProductFactory(sku="A-1")
    OfferFactory(product=product, rank=1)
    OfferFactory(product=product, rank=2)

    feed = FeedFactory()
    say(feed, ("A-1", 4))

    assert list(product.offers.order_by("rank").values_list("supplier_id", "rank"))[2] == (
        feed.supplier_id,
        3,
    )


def test_a_product_made_later_is_found_when_the_supplier_says_something_new() -> None:
    feed = FeedFactory()
    say(feed, ("A-1", 4))
    product = ProductFactory(sku="A-1")

    say(feed, ("A-1", 5))

    assert Offer.objects.get().product == product


def test_two_suppliers_may_use_the_same_sku() -> None:
    north, south = FeedFactory(), FeedFactory()

    say(north, ("A", 4))
    say(south, ("A", 9))

    assert (stock(north)["A"][1], stock(south)["A"][1]) == (4, 9)


def test_a_file_never_touches_what_we_promised() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 1), ("C", 1), ("D", 1))
    OfferStock.objects.filter(offer__supplier_sku="A").update(reserved=3)

    say(feed, ("A", 1), ("B", 1), ("C", 1), ("D", 1))

    assert OfferStock.objects.filter(offer__supplier_sku="A").values_list("promisable", "reserved").get() == (
        1,
        3,
    )


def test_what_the_file_does_not_say_is_kept() -> None:
    feed = FeedFactory()
    judge_and_apply(
        RunFactory(feed), Read(one("A", 4, price_minor=990, lead_days=2, currency="CHF")), by=CLOCK
    )

    judge_and_apply(RunFactory(feed), Read(one("A", 5, name=None)), by=CLOCK)

    offer = Offer.objects.get()
    assert (offer.cost_cents, offer.currency, offer.lead_days, offer.name) == (990, "CHF", 2, "Article A")


def one(key: str, quantity: Any, **more: Any) -> pl.DataFrame:
    return pl.DataFrame([row(2, key, quantity, price=None) | more], schema=ROW_SCHEMA)


def test_a_new_price_is_a_statement_of_its_own() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), price=990)

    run = say(feed, ("A", 4), price=1090)

    assert Offer.objects.get().cost_cents == 1090
    assert Observation.objects.filter(run_id=run.pk).values_list("kind", "quantity", "cost_cents").get() == (
        "exact",
        4,
        1090,
    )
    assert run.counts == counts(rows=1, other=1)


def test_a_missing_product_becomes_unknown_and_never_zero() -> None:
    feed = FeedFactory(absent_policy=AbsentPolicy.UNKNOWN)
    say(feed, ("A", 4), ("B", 5))

    run = say(feed, ("A", 4))

    assert stock(feed) == {"A": ("exact", 4, 4), "B": ("unknown", None, 0)}
    assert said(run) == [("B", "unknown", None, "", "absent")]
    assert run.counts == counts(rows=1, same=1, gone=1)


def test_a_missing_product_is_missing_once() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    say(feed, ("A", 4))

    run = say(feed, ("A", 3))

    assert said(run) == [("A", "exact", 3, "3", "feed")]
    assert run.counts == counts(rows=1, less=1)


def test_with_the_other_policy_a_missing_product_keeps_its_word_and_its_age() -> None:
    feed = FeedFactory(absent_policy=AbsentPolicy.KEEP)
    monday, tuesday = timezone.now() - timedelta(days=1), timezone.now()
    say(feed, ("A", 4), ("B", 5), taken_at=monday)

    run = say(feed, ("A", 4), taken_at=tuesday)

    ages = dict(OfferStock.objects.annotate(age=confirmed_at()).values_list("offer__supplier_sku", "age"))
    assert stock(feed) == {"A": ("exact", 4, 4), "B": ("exact", 5, 5)}
    assert ages == {"A": tuesday, "B": monday}
    assert said(run) == []


def test_a_product_that_comes_back_is_said_again() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5))
    say(feed, ("A", 4))

    run = say(feed, ("A", 4), ("B", 5))

    assert stock(feed)["B"] == ("exact", 5, 5)
    assert said(run) == [("B", "exact", 5, "5", "feed")]


def test_a_feed_loses_only_what_it_said_itself() -> None:
    supplier = SupplierFactory()
    full, quick = FeedFactory(supplier=supplier), FeedFactory(supplier=supplier)
    say(full, ("A", 4), ("B", 5))

    run = say(quick, ("C", 6))

    assert stock(full) == {"A": ("exact", 4, 4), "B": ("exact", 5, 5), "C": ("exact", 6, 6)}
    assert run.counts == counts(rows=1, new=1)


def test_a_file_that_lost_half_is_held_and_changes_nothing(told: list[Any]) -> None:
    feed = FeedFactory()
    good = say(feed, ("A", 4), ("B", 5), ("C", 6))
    OfferStock.objects.filter(offer__supplier_sku="B").update(reserved=2)
    before = stock(feed)

    run = say(feed, ("A", 3), sha256="new")

    run.refresh_from_db()
    feed.refresh_from_db()
    assert (run.status, failed(run)) == (RunStatus.HELD, ["lost"])
    assert stock(feed) == before
    assert said(run) == []
    assert (feed.last_sha256, feed.last_good_at) == (good.sha256, good.taken_at)
    assert [type(event).__name__ for event in told] == ["RunApplied", "RunHeld"]


def failed(run: Run) -> list[str]:
    return [check["check"] for check in run.verdict["checks"] if not check["passed"]]


def test_a_held_run_shows_what_it_would_change_most_promised_first() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6), ("D", 7))
    OfferStock.objects.filter(offer__supplier_sku="C").update(reserved=2)

    run = say(feed, ("A", 3))

    seen = RunChange.objects.filter(run=run).order_by("pk")
    facts = seen.values_list("supplier_sku", "change", "quantity_before", "quantity_after", "reserved")
    assert list(facts) == [
        ("C", "gone", 6, None, 2),
        ("A", "less", 4, 3, 0),
        ("B", "gone", 5, None, 0),
        ("D", "gone", 7, None, 0),
    ]


def test_a_file_that_zeroes_more_than_a_quarter_is_held() -> None:
    feed = FeedFactory()
    say(feed, *[(f"A{n}", 4) for n in range(4)])

    fine = say(feed, ("A0", 0), ("A1", 4), ("A2", 4), ("A3", 4))
    wrong = say(feed, ("A0", 0), ("A1", 0), ("A2", 0), ("A3", 4))

    assert (fine.status, wrong.status, failed(wrong)) == (RunStatus.APPLIED, RunStatus.HELD, ["zeroed"])
    assert stock(feed)["A1"] == ("exact", 4, 4)


def test_limits_are_the_feeds_own() -> None:
    feed = FeedFactory(limits={"lost": [None, "0.9"], "zeroed": [None, None]})
    say(feed, ("A", 4), ("B", 5), ("C", 6))

    assert say(feed, ("A", 0)).status == RunStatus.APPLIED


def test_moved_columns_hold_a_run() -> None:
    run = RunFactory()

    judge_and_apply(run, Read(rows([("A", 1)]), header=Header(moved=("qty",))), by=CLOCK)

    assert (run.status, failed(run)) == (RunStatus.HELD, ["columns"])


def test_of_two_held_runs_the_older_steps_back(told: list[Any]) -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6))
    first = say(feed, ("A", 3))

    second = say(feed, ("A", 2))

    first.refresh_from_db()
    assert (first.status, first.facts["superseded_by"]) == (RunStatus.SUPERSEDED, second.pk)
    assert not RunChange.objects.filter(run=first).exists()
    assert [type(event).__name__ for event in told] == ["RunApplied", "RunHeld", "RunHeld"]


def test_a_good_run_overtakes_a_held_one() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6))
    held = say(feed, ("A", 3))

    good = say(feed, ("A", 3), ("B", 5), ("C", 6))

    held.refresh_from_db()
    assert (held.status, held.facts["superseded_by"]) == (RunStatus.SUPERSEDED, good.pk)


def test_a_person_may_let_a_held_run_count() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), ("B", 5), ("C", 6))

    run = say(feed, ("A", 3), facts={"decision": "apply"})

    assert (run.status, failed(run)) == (RunStatus.APPLIED, ["lost"])
    assert stock(feed) == {"A": ("exact", 3, 3), "B": ("unknown", None, 0), "C": ("unknown", None, 0)}


def test_a_worker_that_lost_its_run_writes_nothing() -> None:
    feed = FeedFactory()
    run = RunFactory(feed)
    Run.objects.filter(pk=run.pk).update(attempts=2)

    with pytest.raises(RunLost):
        judge_and_apply(run, Read(rows([("A", 1)])), by=CLOCK)

    assert (Offer.objects.count(), Observation.objects.count()) == (0, 0)


def test_an_older_statement_does_not_turn_the_clock_back() -> None:
    feed, now = FeedFactory(), timezone.now()
    say(feed, ("A", 4), taken_at=now)

    say(feed, ("A", 5), taken_at=now - timedelta(hours=5))

    feed.refresh_from_db()
    assert feed.last_good_at == now


def test_names_that_do_not_fit_are_cut_and_keys_that_do_not_fit_are_left_out() -> None:
    feed = FeedFactory()
    table = rows([("A", 1), ("K" * 121, 1), ("", 1)])

    run = RunFactory(feed)
    judge_and_apply(
        run,
        Read(table.with_columns(name=table["key"].replace_strict(["A"], ["n\0" * 200], default="n"))),
        by=CLOCK,
    )

    assert list(Offer.objects.values_list("supplier_sku", "name")) == [("A", "n" * 200)]
    assert (run.counts["rows"], run.counts["rejected"]) == (1, 2)


def test_a_changed_header_that_a_person_applied_is_the_confirmed_one_from_then_on() -> None:
    feed = FeedFactory()
    run = RunFactory(feed, facts={"decision": "apply"})
    assert feed.mapping is not None
    moved = {**feed.mapping.column_map, "header": ["qty", "sku", "name", "price"]}

    judge_and_apply(
        run, replace(Read(rows([("A", 1)])), header=Header(moved=("qty",)), mapping=moved), by=CLOCK
    )

    feed.refresh_from_db()
    assert feed.mapping is not None
    assert (feed.mapping.version, feed.mapping.column_map) == (2, moved)


def test_what_an_import_changes_of_an_offer_is_kept_as_it_was() -> None:
    feed = FeedFactory()
    say(feed, ("A", 4), price=990)
    say(feed, ("A", 5), price=990)
    third = RunFactory(feed)

    judge_and_apply(third, Read(one("A", 4, name="New", price_minor=1090, lead_days=2)), by=CLOCK)

    offer = Offer.objects.get(supplier_sku="A")
    kept = OfferRevision.objects.values_list("run_id", "offer_id", "name", "cost_cents", "lead_days")
    assert list(kept) == [(third.pk, offer.pk, "Article A", 990, None)]
    assert (offer.name, offer.cost_cents, offer.lead_days) == ("New", 1090, 2)


def test_an_offer_remembers_the_import_that_found_its_product() -> None:
    feed, product = FeedFactory(), ProductFactory(sku="A-1")
    first = say(feed, ("A-1", 4), ("B-2", 5))
    ProductFactory(sku="B-2")

    second = say(feed, ("A-1", 3), ("B-2", 4))

    found = dict(Offer.objects.values_list("supplier_sku", "matched_run_id"))
    assert found == {"A-1": first.pk, "B-2": second.pk}
    detach_offer(Offer.objects.get(supplier_sku="A-1"), by=CLOCK)
    attach_offer(Offer.objects.get(supplier_sku="A-1"), product=product, by=CLOCK)
    assert Offer.objects.get(supplier_sku="A-1").matched_run_id is None
