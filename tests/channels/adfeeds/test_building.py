"""Files of feeds: whole or not at all, every product that was ever in them, the same words until something moves."""

import gzip
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stocke.channels.adfeeds.domain import building
from stocke.channels.adfeeds.domain.building import ad_storage, build
from stocke.channels.adfeeds.domain.claims import CLAIM_LASTS, claim_build
from stocke.channels.adfeeds.domain.outside import KNOWN, Outside
from stocke.channels.adfeeds.jobs.building import build_due, build_feed
from stocke.channels.adfeeds.models import AdEntry, AdFeed
from stocke.channels.adfeeds.queries.feeds import due_feeds
from stocke.channels.models import Listing
from stocke.products.models import Level, Product, Publication
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import ChannelFactory, ShopOrderFactory
from tests.factories.products import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def lines(feed: AdFeed) -> list[dict[str, str]]:
    """The file's rows."""
    feed.refresh_from_db()
    with ad_storage().open(feed.file) as file:
        head, *rest = gzip.decompress(file.read()).decode().splitlines()
    return [
        {name: cell for name, cell in zip(head.split("\t"), line.split("\t"), strict=True) if cell}
        for line in rest
    ]


def says(feed: AdFeed) -> dict[str, str]:
    """By id, what the file says: the word, and what keeps it out of ads."""
    told = ("availability", "availability_date", "pause", "excluded_destination")
    return {row["id"]: " ".join(row[name] for name in told if name in row) for row in lines(feed)}


def rebuilt(feed: AdFeed) -> dict[str, str]:
    assert build(feed.pk)
    return says(feed)


def set_level(product: Product, **facts: Any) -> None:
    Level.objects.filter(product=product).update(**facts)


def make_doubtful(product: Product, *, since: timedelta) -> None:
    set_level(product, sellable=0, light="unknown", as_of=None, told_at=timezone.now() - since)


@pytest.fixture
def feed(db: None) -> AdFeed:
    return AdFeedFactory(ChannelFactory(cap=9))


def test_a_file_says_what_is_there_and_what_is_not(feed: AdFeed) -> None:
    AdvertisedFactory(feed.channel, 5, sku="A")
    AdvertisedFactory(feed.channel, 0, sku="B")
    ProductFactory(sku="NOT-IN-THE-SHOP", image_url="https://shop.example/a.jpg")

    assert rebuilt(feed) == {"A": "in_stock", "B": "out_of_stock"}
    assert (feed.rows, feed.counts) == (2, {"in": 1, "out": 1})


def test_the_rules_of_the_channel_and_what_shops_have_sold_decide_the_number(feed: AdFeed) -> None:
    AdvertisedFactory(feed.channel, 2, sku="A")
    kept = AdvertisedFactory(feed.channel, 2, sku="B")
    Listing.objects.filter(product=kept).update(buffer=2)
    AdvertisedFactory(feed.channel, 2, sku="C")
    ShopOrderFactory(feed.channel, units={"C": 2}, state="open")

    assert rebuilt(feed) == {"A": "in_stock", "B": "out_of_stock", "C": "out_of_stock"}
    assert set(AdEntry.objects.filter(item_id__in="BC").values_list("reason", flat=True)) == {"kept_back"}


def test_doubt_pauses_ads_and_the_fifteenth_day_excludes(feed: AdFeed, monkeypatch: Any) -> None:
    product = AdvertisedFactory(feed.channel, 5, sku="A")
    rebuilt(feed)
    make_doubtful(product, since=timedelta(hours=1))
    began = timezone.now() - timedelta(hours=1)

    assert rebuilt(feed) == {"A": "in_stock ads"}
    for days, said in ((13, "in_stock ads"), (14, "in_stock Shopping_ads,Display_ads")):
        monkeypatch.setattr(timezone, "now", lambda day=days: began + day * DAY + timedelta(minutes=5))
        assert rebuilt(feed) == {"A": said}
    set_level(product, sellable=5, light="in_stock", as_of=timezone.now())
    assert rebuilt(feed) == {"A": "in_stock"}


def test_of_a_product_that_is_doubtful_at_first_sight_the_record_tells_the_last_certain_word(
    feed: AdFeed,
) -> None:
    now = timezone.now()
    for sku, sellable, light in (("A", 5, "in_stock"), ("B", 0, "out")):
        product = AdvertisedFactory(feed.channel, 0, sku=sku, light="unknown")
        make_doubtful(product, since=DAY)
        Publication.objects.create(product=product, sellable=sellable, light=light, at=now - 30 * DAY)
        Publication.objects.create(product=product, sellable=0, light="unknown", at=now - 20 * DAY)
    make_doubtful(AdvertisedFactory(feed.channel, 0, sku="C", light="unknown"), since=DAY)

    assert rebuilt(feed) == {
        "A": "in_stock Shopping_ads,Display_ads",
        "B": "out_of_stock Shopping_ads,Display_ads",
        "C": "out_of_stock ads",
    }


def test_a_product_that_was_sent_once_stays_until_it_is_retired(feed: AdFeed) -> None:
    stopped = AdvertisedFactory(feed.channel, 5, sku="A")
    unlisted = AdvertisedFactory(feed.channel, 5, sku="B")
    rebuilt(feed)
    Product.objects.filter(pk=stopped.pk).update(active=False)
    Listing.objects.filter(product=unlisted).update(gone_at=timezone.now())

    assert rebuilt(feed) == {"A": "out_of_stock", "B": "out_of_stock"}
    AdFeed.objects.update(retire_days=30)
    assert rebuilt(feed) == {"A": "out_of_stock", "B": "out_of_stock"}
    AdEntry.objects.filter(product=stopped).update(left_at=timezone.now() - 31 * DAY)
    assert rebuilt(feed) == {"B": "out_of_stock"}
    Product.objects.filter(pk=stopped.pk).update(active=True)
    assert rebuilt(feed) == {"A": "in_stock", "B": "out_of_stock"}


def test_a_feed_chooses_by_category_price_and_supplier(feed: AdFeed, monkeypatch: Any) -> None:
    lamps = CategoryFactory(name="Lampes")
    lamp = AdvertisedFactory(feed.channel, 5, sku="LAMP", category=lamps, price_cents=2000)
    AdvertisedFactory(feed.channel, 5, sku="CHEAP", category=lamps, price_cents=1999)
    AdvertisedFactory(feed.channel, 5, sku="MUG", price_cents=2000)
    AdFeed.objects.update(category=lamps, least_price_cents=2000)
    assert rebuilt(feed) == {"LAMP": "in_stock"}

    theirs = Outside(lambda ids: {}, lambda: [(7, "Nord")], lambda supplier, ids: set())
    monkeypatch.setitem(KNOWN, "outside", theirs)
    AdFeed.objects.update(supplier_id=7)
    assert rebuilt(feed) == {"LAMP": "in_stock Shopping_ads,Display_ads"}
    assert AdEntry.objects.get(product=lamp).reason == "left"


def test_goods_that_come_on_a_stated_day_are_on_backorder_where_the_shop_takes_orders(
    feed: AdFeed, monkeypatch: Any
) -> None:
    coming = AdvertisedFactory(feed.channel, 0, sku="A", backorders=True)
    closed = AdvertisedFactory(feed.channel, 0, sku="B")
    day = timezone.localdate() + 9 * DAY
    stated = Outside(lambda ids: {coming.pk: day, closed.pk: day}, lambda: (), lambda supplier, ids: ())
    monkeypatch.setitem(KNOWN, "outside", stated)

    told = rebuilt(feed)

    assert told["A"].startswith(f"backorder {day.isoformat()}T00:00+0")
    assert told["B"] == "out_of_stock"


def test_a_row_that_the_platform_refuses_waits_and_one_that_was_sent_stays(feed: AdFeed) -> None:
    bare = AdvertisedFactory(feed.channel, 5, sku="A", image_url="")
    assert rebuilt(feed) == {}
    assert (feed.rows, feed.counts) == (0, {"held": 1, "problem:no_image": 1})

    Product.objects.filter(pk=bare.pk).update(image_url="https://shop.example/a.jpg")
    assert rebuilt(feed) == {"A": "in_stock"}
    Product.objects.filter(pk=bare.pk).update(image_url="", gtin="4006381333932")

    assert rebuilt(feed) == {"A": "in_stock"}
    assert AdEntry.objects.get().problems == ["no_image", "bad_gtin"]


def test_the_same_rows_are_the_same_file(feed: AdFeed) -> None:
    AdvertisedFactory(feed.channel, 5)
    rebuilt(feed)
    before, checked = (feed.file, feed.sha256, feed.built_at), feed.checked_at

    rebuilt(feed)

    assert (feed.file, feed.sha256, feed.built_at) == before
    assert feed.checked_at != checked


def test_another_file_takes_its_place_and_the_one_before_the_last_goes(
    feed: AdFeed, django_capture_on_commit_callbacks: Any
) -> None:
    product = AdvertisedFactory(feed.channel, 5)
    names = []
    for sellable in (5, 0, 3):
        set_level(product, sellable=sellable, light="in_stock" if sellable else "out")
        with django_capture_on_commit_callbacks(execute=True):
            rebuilt(feed)
        names.append(feed.file)

    assert [ad_storage().exists(name) for name in names] == [False, True, True]


def test_a_build_that_dies_midway_leaves_the_last_file_and_what_it_said(
    feed: AdFeed, monkeypatch: Any
) -> None:
    product = AdvertisedFactory(feed.channel, 5, sku="A")
    for sku in "BCD":
        AdvertisedFactory(feed.channel, 5, sku=sku)
    before = rebuilt(feed)
    kept = AdFeed.objects.values("file", "sha256", "built_at", "counts", "rows").get()
    set_level(product, sellable=0, light="out")
    killed = iter([None, KeyboardInterrupt])
    with monkeypatch.context() as patched:
        patched.setattr(building, "BATCH", 1)
        patched.setattr(building, "note", lambda *given: raised(next(killed)))
        with pytest.raises(KeyboardInterrupt):
            build(feed.pk)

    assert says(feed) == before
    assert AdFeed.objects.values("file", "sha256", "built_at", "counts", "rows").get() == kept
    assert AdEntry.objects.get(product=product).word == "in"
    # Whoever died holds his claim until it runs out.
    assert not build(feed.pk)
    AdFeed.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert rebuilt(feed)["A"] == "out_of_stock"


def raised(error: type[BaseException] | None) -> None:
    if error:
        raise error


def test_what_goes_wrong_is_noted_and_tried_again_a_little_later(feed: AdFeed, monkeypatch: Any) -> None:
    def full(*given: Any) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(building, "keep", full)
        with pytest.raises(OSError, match="No space"):
            build(feed.pk)

    feed.refresh_from_db()
    assert (feed.problem, feed.claim, feed.file) == ("OSError: No space left on device", None, "")
    assert due_feeds(timezone.now()) == []
    assert due_feeds(timezone.now() + timedelta(minutes=6)) == [feed.pk]
    rebuilt(feed)
    assert feed.problem == ""


def test_of_two_builders_one_builds(feed: AdFeed) -> None:
    held = claim_build(feed.pk)

    assert held is not None
    assert claim_build(feed.pk) is None
    assert not build(feed.pk)
    AdFeed.objects.update(claimed_until=timezone.now() - CLAIM_LASTS)
    assert build(feed.pk)
    # The first one was only slow: it has lost its claim and writes nothing.
    with pytest.raises(Exception, match=str(feed.pk)):
        held.renew(1)


def test_a_file_is_built_when_asked_when_something_was_published_and_at_least_twice_a_day(
    feed: AdFeed,
) -> None:
    product = AdvertisedFactory(feed.channel, 5)
    assert build_due() == 1
    build_feed(feed.pk)
    now = timezone.now()

    assert due_feeds(now) == []
    assert due_feeds(now + timedelta(minutes=31)) == []
    assert due_feeds(now + timedelta(hours=13)) == [feed.pk]
    Publication.objects.create(product=product, sellable=4, light="in_stock", at=now)
    assert due_feeds(now + timedelta(minutes=29)) == []
    assert due_feeds(now + timedelta(minutes=31)) == [feed.pk]
    AdFeed.objects.update(active=False)
    assert due_feeds(now + timedelta(minutes=31)) == []


def test_a_build_asks_as_often_for_one_product_as_for_many(feed: AdFeed) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert build(feed.pk)
        return len(captured.captured_queries)

    def doubtful() -> None:
        AdvertisedFactory(feed.channel, 5)
        make_doubtful(AdvertisedFactory(feed.channel, 0, light="unknown"), since=DAY)

    doubtful()
    once = queries()
    doubtful()
    doubtful()

    assert queries() == once
