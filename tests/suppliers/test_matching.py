from typing import Any

import pytest
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, User
from stocke.products.models import DirtyLevel
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.mappings import save_version
from suppliers.domain.matching import Matching
from suppliers.jobs.matching import match_offers
from suppliers.models import Feed, FeedMapping, Observation, Offer, Run
from tests.factories.feeds import READ_AS, FeedFactory, RunFactory, rows
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


def matched(feed: Feed, *keys: str, matching: Matching, gtin: str = "") -> dict[str, str | None]:
    """The SKU of the product that each code of a file found, under this choice."""
    save_version(feed, READ_AS.to_json(), matching=matching, by=CLOCK)
    stated = rows([(key, 1) for key in keys])
    if gtin:
        stated = stated.with_columns(
            gtin=stated["name"].replace_strict({f"Article {keys[0]}": gtin}, default=None)
        )
    judge_and_apply(RunFactory(feed), Read(stated), by=CLOCK)
    return dict(Offer.objects.filter(supplier=feed.supplier).values_list("supplier_sku", "product__sku"))


def test_by_default_a_code_is_our_sku_in_any_case() -> None:
    ProductFactory(sku="ab-1")

    assert matched(FeedFactory(), "AB-1", "AB -1", matching=Matching()) == {"AB-1": "ab-1", "AB -1": None}


def test_case_counts_where_a_person_says_so() -> None:
    ProductFactory(sku="ab-1")
    ProductFactory(sku="AB-2")

    found = matched(FeedFactory(), "AB-1", "AB-2", matching=Matching(any_case=False))

    assert found == {"AB-1": None, "AB-2": "AB-2"}


@pytest.mark.parametrize("written", ["AB 12", "A B12", "AB\u00a012", "AB12 "])
def test_blanks_do_not_count_where_a_person_says_so(written: str) -> None:
    ProductFactory(sku="AB12")

    assert matched(FeedFactory(), written, matching=Matching(any_blanks=True)) == {written: "AB12"}


def test_blanks_alone_leave_the_case_to_count() -> None:
    ProductFactory(sku="AB12")
    matching = Matching(any_case=False, any_blanks=True)

    assert matched(FeedFactory(), "ab 12", "AB 12", matching=matching) == {"ab 12": None, "AB 12": "AB12"}


def test_the_exact_sku_comes_before_one_that_only_looks_like_it() -> None:
    ProductFactory(sku="ab-1")
    ProductFactory(sku="AB-1")

    assert matched(FeedFactory(), "AB-1", matching=Matching()) == {"AB-1": "AB-1"}


def test_two_products_that_fit_alike_are_none() -> None:
    ProductFactory(sku="ab-1")
    ProductFactory(sku="Ab-1")

    assert matched(FeedFactory(), "AB-1", matching=Matching()) == {"AB-1": None}


def test_barcodes_alone() -> None:
    ProductFactory(sku="A")
    ProductFactory(sku="ours", gtin="4006381333931")

    found = matched(FeedFactory(), "A", "B", matching=Matching(by=("gtin",)), gtin="4006381333931")

    assert found == {"A": "ours", "B": None}


def test_the_order_of_the_rules_decides() -> None:
    ProductFactory(sku="A")
    ProductFactory(sku="ours", gtin="4006381333931")

    found = matched(FeedFactory(), "A", matching=Matching(by=("gtin", "sku")), gtin="4006381333931")

    assert found == {"A": "ours"}


def test_a_code_that_another_supplier_uses_leads_to_its_product() -> None:
    OfferFactory(supplier_sku="MFR 77", product=ProductFactory(sku="ours"))
    matching = Matching(by=("supplier_sku",), any_blanks=True)

    assert matched(FeedFactory(), "mfr77", "x", matching=matching) == {"mfr77": "ours", "x": None}


def test_a_code_that_two_products_have_at_other_suppliers_leads_to_none() -> None:
    OfferFactory(supplier_sku="MFR77")
    OfferFactory(supplier_sku="MFR77")

    assert matched(FeedFactory(), "MFR77", matching=Matching(by=("supplier_sku",))) == {"MFR77": None}


def test_no_rule_matches_nothing() -> None:
    ProductFactory(sku="A")

    assert matched(FeedFactory(), "A", matching=Matching(by=())) == {"A": None}


def test_another_choice_is_a_new_version_and_the_columns_stay() -> None:
    feed = FeedFactory()

    save_version(feed, READ_AS.to_json(), matching=Matching(any_blanks=True), by=CLOCK)
    save_version(feed, READ_AS.to_json(), by=CLOCK)

    versions: Any = FeedMapping.objects.order_by("version").values_list("version", "matching")
    assert list(versions) == [(1, {}), (2, {"by": ["sku", "gtin"], "any_case": True, "any_blanks": True})]


@pytest.mark.parametrize(
    ("saved", "read"),
    [
        ({}, Matching()),
        ({"by": ["gtin", "guess"], "any_case": False}, Matching(by=("gtin",), any_case=False)),
        (Matching(by=(), any_blanks=True).to_json(), Matching(by=(), any_blanks=True)),
    ],
)
def test_a_saved_choice_is_read_back(saved: dict[str, Any], read: Matching) -> None:
    assert Matching.from_json(saved) == read


def test_another_choice_matches_what_is_known_though_it_says_nothing_new() -> None:
    ProductFactory(sku="AB12")
    feed = FeedFactory()
    before = matched(feed, "AB 12", "X", matching=Matching())

    after = matched(feed, "AB 12", "X", matching=Matching(any_blanks=True))

    run = Run.objects.latest("pk")
    assert (before, after) == ({"AB 12": None, "X": None}, {"AB 12": "AB12", "X": None})
    assert not Observation.objects.filter(run_id=run.pk).exists()
    assert list(DirtyLevel.objects.values_list("product__sku", "cause")) == [("AB12", "match")]


def test_offers_without_a_product_are_matched_again_by_the_rules_of_their_feed() -> None:
    strict, lenient = FeedFactory(), FeedFactory()
    matched(strict, "AB 12", matching=Matching())
    matched(lenient, "ab 12", "CD", matching=Matching(any_blanks=True))
    ours = ProductFactory(sku="AB12")
    OfferFactory(product=ours, supplier_sku="other")

    answer = client_as("operations").post(reverse("suppliers:offers_match_again"))
    match_offers(User.objects.latest("pk").pk)
    match_offers(User.objects.latest("pk").pk)

    found = (
        Offer.objects.exclude(supplier_sku="other")
        .order_by("pk")
        .values_list("supplier_sku", "product__sku", "rank")
    )
    assert answer.status_code == 303
    assert list(found) == [("AB 12", None, 1), ("ab 12", "AB12", 2), ("CD", None, 1)]
    assert list(DirtyLevel.objects.values_list("product__sku", "cause")) == [("AB12", "match")]
    entries = HistoryEntry.objects.filter(kind="feed.rematched").values_list("thread", "after")
    assert list(entries) == [(f"feed:{lenient.pk}", {"offers": 1})]


def test_a_viewer_has_nothing_matched() -> None:
    assert client_as("viewer").post(reverse("suppliers:offers_match_again")).status_code == 403
