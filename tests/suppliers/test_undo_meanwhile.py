"""What a person says of an offer's product while an undo is reckoned: it stands, and levels agree with it."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from stocke.products.models import Product
from suppliers.domain import undoing
from suppliers.domain.backup_list import attach_offer, detach_offer
from suppliers.domain.feeds import receive_file
from suppliers.models import Feed, Offer, Run
from tests.factories.feeds import FeedFactory, csv
from tests.factories.products import ProductFactory
from tests.suppliers.test_undoing import CLOCK, facts_of_a, say, sellable, undo, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def feed() -> Feed:
    """It has said that there are four of A, which is none of our products yet."""
    feed = FeedFactory()
    say(feed, ("A", 4))
    return feed


def renaming(feed: Feed) -> Run:
    """An import that says another number and another name of A."""
    file = csv([("A", 9)]).replace(b"Article A", b"Wrong")
    return worked(receive_file(feed, ContentFile(file, "stock.csv"), by=CLOCK))


def undo_while(run: Run, act: Callable[[], object], *, at: str) -> Run:
    """The undo of a run, before this step of which a person acts."""
    undisturbed = getattr(undoing, at)

    def disturbed(*given: object) -> object:
        act()
        return undisturbed(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(undoing, at, disturbed)
        return undo(run)


def attach(product: Product) -> None:
    attach_offer(Offer.objects.get(), product=product, by=CLOCK)


def detach() -> None:
    detach_offer(Offer.objects.select_related("product").get(), by=CLOCK)


# After the offers were looked up, and after everything was compared.
STEPS = pytest.mark.parametrize("at", ["lock_offers", "write"])


@STEPS
def test_an_offer_that_is_attached_meanwhile_stays_so(feed: Feed, at: str) -> None:
    run, product = renaming(feed), ProductFactory(sku="Q")

    undo_while(run, lambda: attach(product), at=at)

    assert facts_of_a() == ("Article A", 990, "Q", None)
    assert sellable() == {"Q": (4, "in_stock")}


@STEPS
def test_an_offer_that_is_detached_meanwhile_stays_so(feed: Feed, at: str) -> None:
    attach(ProductFactory(sku="P"))

    undo_while(renaming(feed), detach, at=at)

    assert facts_of_a() == ("Article A", 990, None, None)
    assert sellable() == {"P": (0, "unknown")}


@STEPS
def test_an_offer_whose_product_the_undone_import_had_found_stays_where_a_person_puts_it(
    feed: Feed, at: str
) -> None:
    ProductFactory(sku="A")
    run, product = renaming(feed), ProductFactory(sku="Q")
    assert facts_of_a() == ("Wrong", 990, "A", run.pk)

    def move() -> None:
        detach()
        attach(product)

    undo_while(run, move, at=at)

    assert facts_of_a() == ("Article A", 990, "Q", None)
    assert sellable() == {"A": (0, "unknown"), "Q": (4, "in_stock")}


@STEPS
def test_an_import_that_counts_again_finds_no_product_for_an_offer_that_has_one_by_then(
    feed: Feed, at: str
) -> None:
    ProductFactory(sku="A")
    undone, product = undo(renaming(feed)), ProductFactory(sku="Q")

    undo_while(undone, lambda: attach(product), at=at)

    assert facts_of_a() == ("Wrong", 990, "Q", None)
    assert sellable() == {"A": (0, "unknown"), "Q": (9, "in_stock")}
