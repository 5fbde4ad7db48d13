"""What it means that a SKU is missing: by policy, and counted file by file."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocke.core.actors import Actor
from stocke.core.models import User
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.feeds import receive_file
from suppliers.domain.figures import weigh
from suppliers.domain.observing import observe
from suppliers.domain.releasing import count_decided, let_count
from suppliers.jobs.feeds import run_feed
from suppliers.models import AbsentOffer, AbsentPolicy, Feed, Observation, Offer, OfferStock, Run
from suppliers.queries.absences import Absent, absent_after
from tests.factories.feeds import FeedFactory, RunFactory, csv, rows
from tests.factories.people import client_as

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
ALL = {f"A{n:02}": 10 for n in range(20)}
WITHOUT = {sku: quantity for sku, quantity in ALL.items() if sku != "A01"}


@pytest.fixture
def feed() -> Feed:
    feed = FeedFactory(absent_policy=AbsentPolicy.ZERO, absent_files=3)
    say(feed, ALL)
    return feed


def say(feed: Feed, stated: dict[str, Any], **given: Any) -> Run:
    feed.refresh_from_db()
    run, table = RunFactory(feed, **given), rows(stated.items())
    judge_and_apply(run, Read(table, file=lambda: weigh(table)), by=CLOCK)
    return run


def stock(sku: str = "A01") -> tuple[str, int | None]:
    return OfferStock.objects.values_list("kind", "quantity").get(offer__supplier_sku=sku)


def missing() -> dict[str, int]:
    return dict(AbsentOffer.objects.values_list("offer__supplier_sku", "files"))


def test_a_sku_is_unknown_at_once_and_zero_after_the_third_file_without_it(feed: Feed) -> None:
    seen = []
    for _ in range(4):
        run = say(feed, WITHOUT)
        seen.append((stock(), missing(), run.counts.get("absent")))

    assert seen == [
        (("unknown", None), {"A01": 1}, None),
        (("unknown", None), {"A01": 2}, None),
        (("exact", 0), {}, 1),
        (("exact", 0), {}, None),
    ]
    offer = Offer.objects.get(supplier_sku="A01")
    said = Observation.objects.filter(offer_id=offer.pk, source="absent").order_by("id")
    assert list(said.values_list("kind", "quantity")) == [("unknown", None), ("exact", 0)]


@pytest.mark.usefixtures("media")
def test_the_same_file_again_to_the_last_byte_brings_nothing_nearer_to_zero(feed: Feed) -> None:
    statuses = []
    for _ in range(4):
        file = ContentFile(csv(WITHOUT.items()), "stock.csv")
        run = receive_file(feed, file, by=CLOCK)
        run_feed(run.pk)
        run.refresh_from_db()
        feed.refresh_from_db()
        statuses.append(run.status)

    assert statuses == ["applied", "unchanged", "unchanged", "unchanged"]
    assert (stock(), missing()) == (("unknown", None), {"A01": 1})


def test_a_sku_that_comes_back_begins_anew(feed: Feed) -> None:
    say(feed, WITHOUT)
    say(feed, WITHOUT)

    say(feed, ALL)
    say(feed, WITHOUT)

    assert (stock(), missing()) == (("unknown", None), {"A01": 1})


def test_a_sku_that_was_zero_by_its_absence_counts_again_when_it_is_back(feed: Feed) -> None:
    for _ in range(3):
        say(feed, WITHOUT)

    say(feed, ALL)

    assert (stock(), missing()) == (("exact", 10), {})


def test_a_held_file_is_not_counted(feed: Feed) -> None:
    say(feed, WITHOUT)

    assert say(feed, {"A02": 10}).status == "held"

    assert missing() == {"A01": 1}


def test_a_file_of_which_disappearances_are_withheld_counts_only_what_it_confirms(feed: Feed) -> None:
    say(feed, WITHOUT)
    doubtful = {**WITHOUT, **{f"Z{n}": "??" for n in range(4)}}
    del doubtful["A02"]

    say(feed, doubtful)
    say(feed, {**doubtful, **{f"Y{n}": "??" for n in range(4)}})

    assert missing() == {"A01": 1, "A02": 1}
    assert stock("A02") == ("unknown", None)


def test_a_disappearance_that_a_person_let_count_is_counted_from_then_on(feed: Feed) -> None:
    lea = Actor.person(User.objects.create_user("lea@shop.example", first_name="Léa"))
    run = say(feed, {**WITHOUT, **{f"Z{n}": "??" for n in range(4)}})

    let_count(run, by=lea)
    count_decided(run.pk, by=CLOCK)

    assert (stock(), missing()) == (("unknown", None), {"A01": 1})


def test_whoever_speaks_of_it_meanwhile_is_believed(feed: Feed) -> None:
    say(feed, WITHOUT)
    observe(Offer.objects.get(supplier_sku="A01"), kind="exact", quantity=5, by=CLOCK)

    say(feed, WITHOUT)
    say(feed, WITHOUT)

    assert (stock(), missing()) == (("exact", 5), {})


def test_another_feed_of_the_supplier_is_believed(feed: Feed) -> None:
    say(feed, WITHOUT)
    say(FeedFactory(supplier=feed.supplier), {"A01": 7})

    say(feed, WITHOUT)
    say(feed, WITHOUT)

    assert (stock(), missing()) == (("exact", 7), {})


def test_what_nobody_could_read_before_it_went_missing_is_counted_too(feed: Feed) -> None:
    say(feed, {**ALL, "A01": "??"}, taken_at=timezone.now() - timedelta(hours=1))

    for _ in range(3):
        say(feed, WITHOUT)

    assert stock() == ("exact", 0)


@pytest.mark.parametrize(
    ("policy", "expected"), [(AbsentPolicy.KEEP, ("exact", 10)), (AbsentPolicy.UNKNOWN, ("unknown", None))]
)
def test_under_the_other_policies_no_absence_makes_a_zero(policy: str, expected: tuple[Any, ...]) -> None:
    feed = FeedFactory(absent_policy=policy, absent_files=2)
    say(feed, ALL)

    for _ in range(4):
        say(feed, WITHOUT)

    assert (stock(), missing()) == (expected, {})


def test_a_changed_policy_forgets_what_was_counted(feed: Feed) -> None:
    say(feed, WITHOUT)
    say(feed, WITHOUT)
    Feed.objects.filter(pk=feed.pk).update(absent_policy=AbsentPolicy.UNKNOWN)

    say(feed, WITHOUT)

    assert (stock(), missing()) == (("unknown", None), {})


def shown_of(run: Run) -> list[str]:
    """What the page of an import says of SKUs that stay away."""
    page = client_as().get(reverse("suppliers:run", args=[run.pk])).content.decode()
    told = re.findall(r"<li>([^<]* absent for [^<]*)</li>", page)
    return [" ".join(one.split()) for one in told]


def test_an_imports_page_says_how_near_to_zero_what_is_missing_is(feed: Feed) -> None:
    seen = [shown_of(say(feed, stated)) for stated in (WITHOUT, WITHOUT, WITHOUT, ALL)]
    two = say(feed, {sku: quantity for sku, quantity in WITHOUT.items() if sku != "A02"})

    assert seen == [
        ["1 SKU is absent for 1 of 3 imports: unknown for now, and zero after 2 more without it. (A01)"],
        [
            "1 SKU is absent for 2 of 3 imports: unknown for now, and zero if the next is without it too. (A01)"
        ],
        ["1 SKU has been absent for long enough: it was set to zero."],
        [],
    ]
    assert shown_of(two) == [
        "2 SKUs are absent for 1 of 3 imports: unknown for now, and zero after 2 more without them. (A01, A02)"
    ]
    observe(Offer.objects.get(supplier_sku="A01"), kind="exact", quantity=4, by=CLOCK)
    assert shown_of(two) == [
        "1 SKU is absent for 1 of 3 imports: unknown for now, and zero after 2 more without it. (A02)"
    ]
    say(feed, ALL)
    assert shown_of(two) == []


def test_an_older_import_says_where_it_stands_what_is_missing_now(feed: Feed) -> None:
    before, last = say(feed, WITHOUT), say(feed, WITHOUT)
    led = [links_to(last, on=run) for run in (before, last)]
    say(feed, ALL)

    assert (led, links_to(Run.objects.latest("pk"), on=before)) == ([True, False], False)


def links_to(run: Run, *, on: Run) -> bool:
    page = client_as().get(reverse("suppliers:run", args=[on.pk])).content.decode()
    return f'stands at <a href="{reverse("suppliers:run", args=[run.pk])}">import {run.pk}</a>' in page


def test_the_nearest_to_zero_are_told_first_and_of_many_the_first_are_named() -> None:
    limits = {"rows": [None, None], "lost": [None, "0.9"], "units": [None, None]}
    feed = FeedFactory(absent_policy=AbsentPolicy.ZERO, absent_files=3, limits=limits)
    for stated in (ALL, WITHOUT):
        say(feed, stated)

    nearest, others = shown_of(say(feed, {sku: 10 for sku in ALL if sku > "A07"}))

    assert (nearest.startswith("1 SKU is absent for 2 of 3 imports"), nearest[-5:]) == (True, "(A01)")
    assert others.startswith("7 SKUs are absent for 1 of 3 imports")
    assert others.endswith(" (A00, A02, A03, A04, A05 and 2 more)")


def test_what_is_missing_is_counted_and_named_by_one_statement(
    feed: Feed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    last = say(feed, WITHOUT)

    with django_assert_num_queries(2):
        found = absent_after(last)

    assert found == [Absent(1, 1, ("A01",))]
