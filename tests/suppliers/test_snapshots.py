import pytest

from stocke.core.actors import Actor
from suppliers.domain.observing import observe
from suppliers.domain.snapshots import distrust, distrust_offers
from suppliers.models import Distrust
from tests.factories.feeds import FeedFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
PERSON = Actor.job("test")


def distrusted() -> list[tuple[int, int | None]]:
    return list(Distrust.objects.order_by("feed_id", "pk").values_list("feed_id", "offer_id"))


def test_distrust_is_one_row_for_the_whole_feed() -> None:
    feed = FeedFactory()

    distrust(feed)

    assert distrusted() == [(feed.pk, None)]


def test_offers_are_distrusted_by_every_feed_of_their_supplier() -> None:
    feed = FeedFactory()
    other = FeedFactory(supplier=feed.supplier)
    FeedFactory()
    offer = OfferFactory(supplier=feed.supplier)

    distrust_offers([offer.pk])

    assert distrusted() == [(feed.pk, offer.pk), (other.pk, offer.pk)]


def test_a_statement_that_no_file_made_is_looked_up_by_the_next_import() -> None:
    feed = FeedFactory()
    offer = OfferFactory(supplier=feed.supplier, quantity=8)

    observe(offer, kind="exact", quantity=0, by=PERSON)

    assert distrusted() == [(feed.pk, offer.pk)]
