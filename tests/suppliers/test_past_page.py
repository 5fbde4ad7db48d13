"""The page of a past number: as it was told, with what was said, promised, withheld and undone since."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from orders.domain.allocations import accept, allocate, release_line
from orders.queries.promises_then import units_promised_at
from stocke.core.actors import Actor
from stocke.core.models.user import Role
from stocke.core.web.moments import instant
from stocke.products.models import Product, Publication
from suppliers.domain.backup_list import attach_offer, detach_offer
from suppliers.domain.levels import recompute
from suppliers.domain.looking_back import look_back
from suppliers.domain.observing import observe
from suppliers.domain.past_why import OfferThen
from suppliers.models import Offer, WithheldLine
from suppliers.queries.past import Turn
from tests.core.listpage_checks import queries_of
from tests.factories.feeds import RunFactory
from tests.factories.orders import OrderLineFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.suppliers.ledger_house import House, rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
BY = Actor.job("test")


def said(offer: Offer, quantity: int) -> datetime:
    """A statement that counted at once; the moment after it."""
    observe(offer, kind="exact", quantity=quantity, raw=f"{quantity} pcs", by=BY)
    assert offer.product_id is not None
    recompute([offer.product_id], cause="observed")
    return timezone.now()


def offers_then(product: Product, at: datetime) -> dict[int, OfferThen]:
    return {offer.offer_id: offer for offer in look_back(product, at).offers}


def page_at(client: Client, product: Product, **query: Any) -> str:
    url = f"{reverse('suppliers:product_then', args=[product.pk])}?{urlencode(query)}"
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_past_number_is_told_with_the_words_of_then() -> None:
    product = ProductFactory(buffer=2)
    offer = OfferFactory(product=product, quantity=0)
    before = said(offer, 14)
    said(offer, 3)

    page = page_at(client_as(Role.OPERATIONS), product, at=instant(before))

    assert "12 sellable then." in page
    assert "14 pcs" in page and "3 pcs" not in page
    assert "Rules in force at that moment: buffer 0, low below 3" in page


def test_before_anything_was_published_it_says_so_and_not_zero() -> None:
    product = ProductFactory()
    client = client_as(Role.OPERATIONS)
    page = page_at(client, product)
    assert "Nothing had been published about this product, and nothing has been since." in page

    start = timezone.now()
    said(OfferFactory(product=product), 4)

    assert "No number is on record from that moment" in page_at(client, product, at=instant(start))
    earlier = instant(product.created_at - timedelta(days=1))
    assert "This product was not in the catalogue yet." in page_at(client, product, at=earlier)


def test_an_offer_taken_off_the_product_says_why_it_did_not_count() -> None:
    product = ProductFactory()
    stays, goes = OfferFactory(product=product), OfferFactory(product=product, rank=2)
    said(stays, 4)
    with_both = said(goes, 5)
    detach_offer(goes, by=BY)
    recompute([product.pk], cause="match")
    without = timezone.now()
    attach_offer(goes, product=product, by=BY)

    assert offers_then(product, with_both)[goes.pk].apart == ""
    assert offers_then(product, without)[goes.pk].apart == "detached"


def test_a_later_undo_is_noted_beside_what_counted_then() -> None:
    with rolled_back():
        house = House()
        house.file("north", {"A": (7, None, "")})
        product = Product.objects.get(sku="A")
        then = timezone.now()
        house.undo(0)

        (offer,) = look_back(product, then).offers
        assert (offer.step or {})["quantity"] == 7
        assert offer.turn == Turn(
            offer.turn.undo_id if offer.turn else 0,
            house.runs[0].pk,
            offer.turn.at if offer.turn else then,
            False,
        )
        (after,) = look_back(product, timezone.now()).offers
        assert (after.step, after.apart, after.turn) == (None, "left", None)
        assert after.word is not None
        assert (after.word.kind, after.word.source) == ("unknown", "undo")


def test_what_an_undo_restored_is_the_word_of_the_import_that_had_said_it() -> None:
    with rolled_back():
        house = House()
        house.file("north", {"A": (7, None, "")})
        house.file("north", {"A": (3, None, "")})
        house.undo(1)

        (offer,) = look_back(Product.objects.get(sku="A"), timezone.now()).offers

        assert offer.word is not None
        told = (offer.word.source, offer.word.quantity, offer.word.run_id, offer.word.stated_at)
        assert told == ("undo", 7, house.runs[0].pk, house.runs[0].taken_at)
        assert offer.turn is None


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ({"state": "dropped"}, "a person dropped it"),
        ({"state": "overtaken", "settled_by": 7}, "overtaken"),
        ({"state": "overtaken", "was": "waiting"}, "the import was undone"),
    ],
    ids=["dropped", "overtaken", "undone"],
)
def test_a_withheld_line_is_told_as_it_stood_then(end: dict[str, Any], told: str) -> None:
    offer = OfferFactory()
    said(offer, 4)
    run = RunFactory(status="applied", finished_at=timezone.now())
    WithheldLine.objects.create(
        run=run,
        offer_id=offer.pk,
        supplier_sku=offer.supplier_sku,
        change="more",
        kind_after="exact",
        quantity_after=90,
    )
    assert offer.product is not None
    waiting = timezone.now()
    assert (one := offers_then(offer.product, waiting)[offer.pk].waiting) and one.quantity == 90

    WithheldLine.objects.update(settled_at=timezone.now(), **end)

    assert offers_then(offer.product, timezone.now())[offer.pk].waiting is None
    page = page_at(client_as(Role.OPERATIONS), offer.product, at=instant(waiting))
    assert f"import {run.pk} said 90, which was withheld; {told} on" in page


def test_promises_are_those_of_then_however_they_grew_and_ended() -> None:
    offer = OfferFactory(quantity=9)
    line = OrderLineFactory(product=offer.product, quantity=5)
    moments = [timezone.now()]
    allocation = allocate(line, offer_id=offer.pk, quantity=2, by=BY)
    moments.append(timezone.now())
    allocate(line, offer_id=offer.pk, quantity=3, by=BY)
    moments.append(timezone.now())
    allocation.refresh_from_db()
    accept(allocation, quantity=4)
    moments.append(timezone.now())
    release_line(line, reason="cancelled", by=BY)
    moments.append(timezone.now())

    assert [units_promised_at([offer.pk], at).get(offer.pk, 0) for at in moments] == [0, 2, 5, 4, 0]
    assert offer.product is not None
    assert line.order.number in page_at(client_as(Role.OPERATIONS), offer.product, at=instant(moments[3]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-03-29T02:30", "The clocks were set forward over that hour, so it never was"),
        ("2025-10-26T02:30", "The clocks were set back, so this hour came twice: the first is shown."),
        ("soon", "This is not a date and a time, so the present is shown."),
        ("2999-01-01T00:00", "This moment is still to come, so the present is shown."),
    ],
)
def test_a_moment_that_needs_a_word_gets_one(text: str, words: str) -> None:
    with timezone.override(ZoneInfo("Europe/Paris")):
        assert words in page_at(client_as(Role.OPERATIONS), ProductFactory(), at=text)


def test_moments_before_and_after_an_import_are_its_own() -> None:
    with rolled_back():
        house = House()
        house.file("north", {"A": (7, None, "")})
        house.file("north", {"A": (5, None, "")})
        product, client = Product.objects.get(sku="A"), client_as(Role.OPERATIONS)

        assert "7 sellable then." in page_at(client, product, before=house.runs[1].pk)
        assert "5 sellable then." in page_at(client, product, after=house.runs[1].pk)


def test_the_page_asks_as_much_for_three_offers_as_for_one() -> None:
    product, client = ProductFactory(), client_as(Role.OPERATIONS)
    offer = OfferFactory(product=product)
    url = f"{reverse('suppliers:product_then', args=[product.pk])}?at={instant(said(offer, 4))}"
    once = queries_of(client, url)
    for rank in (2, 3):
        at = said(OfferFactory(product=product, rank=rank), rank)
    assert Publication.objects.filter(product=product).count() == 3

    assert len(queries_of(client, url.partition("?")[0] + f"?at={instant(at)}")) == len(once)


def test_a_promise_on_an_orders_timeline_leads_to_the_number_of_then() -> None:
    offer, client = OfferFactory(), client_as(Role.OPERATIONS)
    at = instant(timezone.now())

    answer = client.get(f"{reverse('suppliers:offer_then', args=[offer.pk])}?at={at}")

    page = reverse("suppliers:product_then", args=[offer.product_id])
    assert answer["Location"] == f"{page}?{urlencode({'at': at})}"


def test_where_the_statement_is_lost_its_age_is_that_of_the_number() -> None:
    stated_at = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    offer = OfferFactory(as_of=stated_at)
    assert offer.product is not None
    recompute([offer.product.pk], cause="observed")

    (then,) = look_back(offer.product, timezone.now()).offers

    assert (then.word, then.confirmed_at) == (None, stated_at)
