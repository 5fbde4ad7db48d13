"""Ten kinds of damage on ten feeds: whatever arrives, no zero is published or kept that the supplier did not mean."""

from collections.abc import Generator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from stocke.core.actors import Actor
from stocke.products.models import Level, Product, Publication
from suppliers.domain.feeds import receive_file
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, OfferStock, Run
from suppliers.readers import read
from suppliers.readers.values import ColumnMap
from tests.factories.feeds import FeedFactory
from tests.media import storages_below
from tests.suppliers.damage import DAMAGES, SHAPES, Shape, usual

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
TODAY, TOMORROW = 1, 2
FIELDS = {"sku": "key", "qty": "quantity", "name": "name", "price": "price"}
Feeds = list[tuple[Shape, Feed]]

# What becomes of each damage on each feed. A workbook cut in two is no file at all, an element without items no list.
HELD = dict.fromkeys((shape.name for shape in SHAPES), "held")
EXPECTED: dict[str, dict[str, str]] = {
    **dict.fromkeys(DAMAGES, HELD),
    "truncated at 40 %": {**HELD, "workbook": "failed"},
    "header only": {**HELD, "xml": "failed"},
    # Two words alone differ: too few to be sure, so it is applied safely, and the two zeros wait.
    "yesterday's file": {**HELD, "words": "applied"},
}


@pytest.fixture(scope="module")
def feeds(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Feeds]:
    """Ten feeds with two good imports each, made once for all kinds of damage."""
    folder = tmp_path_factory.mktemp("damage")
    with django_db_blocker.unblock(), override_settings(**storages_below(folder)), transaction.atomic():
        yield [(shape, connected(shape, folder)) for shape in SHAPES]
        transaction.set_rollback(True)


def connected(shape: Shape, folder: Path) -> Feed:
    """A feed of this shape whose columns a person has confirmed, after two days of good files."""
    Product.objects.bulk_create(Product(sku=a.sku, name=a.name, price_cents=100) for a in usual(shape, 0))
    sample = folder / "sample"
    sample.write_bytes(shape.write(usual(shape, 0)))
    feed = FeedFactory(mapped=False)
    column_map = confirmed(shape, sample).to_json()
    feed.mapping = FeedMapping.objects.create(feed=feed, version=1, column_map=column_map)
    feed.save(update_fields=["mapping"])
    for day in (0, TODAY):
        assert hand_in(feed, shape.write(usual(shape, day))).status == "applied"
    return feed


def confirmed(shape: Shape, sample: Path) -> ColumnMap:
    """What is recognised; a file without column names needs a person's word for the quantities."""
    if shape.is_named:
        return read(sample).mapping
    return ColumnMap(fields={FIELDS[column]: place for place, column in enumerate(shape.columns)})


def hand_in(feed: Feed, content: bytes) -> Run:
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(content, "stock"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def zeros(feed: Feed) -> set[str]:
    """The SKUs of which we say that the supplier has none."""
    offers = OfferStock.objects.filter(offer__supplier=feed.supplier, kind="exact", quantity=0)
    return set(offers.values_list("offer__supplier_sku", flat=True))


def sold_out(shape: Shape, day: int) -> set[str]:
    return {article.sku for article in usual(shape, day) if article.quantity == 0}


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_unconfirmed_zero_is_ever_published(damage: str, feeds: Feeds) -> None:
    states: dict[str, str] = {}
    for shape, feed in feeds:
        last = Publication.objects.order_by("-pk").values_list("pk", flat=True)[0]

        states[shape.name] = hand_in(feed, DAMAGES[damage](shape, usual(shape, TODAY))).status

        assert zeros(feed) == sold_out(shape, TODAY), shape.name
        assert not Publication.objects.filter(pk__gt=last, sellable=0).exists(), shape.name
        unsellable = Level.objects.filter(product__offers__supplier=feed.supplier, sellable=0)
        assert set(unsellable.values_list("product__sku", flat=True)) == sold_out(shape, TODAY), shape.name
    assert states == EXPECTED[damage]


def test_after_the_damage_the_next_good_file_counts_as_ever(feeds: Feeds) -> None:
    counted = [(shape, feed) for shape, feed in feeds if "qty" in shape.columns]
    for shape, feed in counted:
        hand_in(feed, DAMAGES["truncated at 40 %"](shape, usual(shape, TODAY)))

        good = hand_in(feed, shape.write(usual(shape, TOMORROW)))

        assert (good.status, good.verdict["result"]) == ("applied", "apply"), shape.name
        offers = OfferStock.objects.filter(offer__supplier=feed.supplier)
        stated = dict(offers.values_list("offer__supplier_sku", "quantity"))
        assert stated == {article.sku: article.quantity for article in usual(shape, TOMORROW)}, shape.name
