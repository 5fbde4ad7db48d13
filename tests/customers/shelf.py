"""A product of one supplier with a feed, and people who want it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from customers.domain.restocks import Looked, look
from customers.domain.settling import settle
from customers.domain.waves import due_restocks, start_wave, write_letters
from customers.domain.wish_rules import change_wish_rules
from customers.domain.wishes import Asked, ask, confirm
from customers.models import Wish
from stocke.core.actors import Actor
from stocke.core.domain import sending
from stocke.core.models import Message
from stocke.products.models import Product
from suppliers.domain.levels import recompute
from suppliers.models import Feed, OfferStock
from suppliers.queries.sayings import SAYINGS
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

BY = Actor.job("wishes")
SHOPPER = Actor.customer("a shopper")
numbers = count(1)


@dataclass
class Shelf:
    """What the feed says of the product; each import is a minute later than the last."""

    product: Product
    feed: Feed
    run_id: int
    said_at: datetime

    def says(self, quantity: int) -> None:
        """One import of the feed, read and counted."""
        self.said_at += timedelta(minutes=1)
        Feed.objects.filter(pk=self.feed.pk).update(last_good_at=self.said_at)
        stock = OfferStock.objects.filter(offer__product=self.product, offer__supplier=self.feed.supplier)
        if not stock.filter(quantity=quantity).exists():
            stock.update(
                kind="exact", quantity=quantity, promisable=quantity, as_of=self.said_at, run_id=self.run_id
            )
            recompute([self.product.pk], cause="test")


def shelf(**given: Any) -> Shelf:
    """An empty one."""
    product = ProductFactory(**given)
    feed = FeedFactory()
    run = RunFactory(feed)
    OfferFactory(product=product, supplier=feed.supplier, quantity=0, run_id=run.pk)
    recompute([product.pk], cause="test")
    return Shelf(product, feed, run.pk, timezone.now())


def waiting(product: Product, email: str = "", **given: Any) -> Wish:
    """Somebody who has asked and confirmed."""
    address = email or f"p{next(numbers)}@client.example"
    ask(product, Asked(address, **given), by=SHOPPER)
    wish = Wish.objects.get(email=address, product=product)
    confirm(wish.pk, by=SHOPPER)
    wish.refresh_from_db()
    return wish


def rules(**given: Any) -> None:
    """Believed at once, and the next wave at once, unless something else is given."""
    easy = {"statements": 1, "minimum": 1, "minutes": 0, "factor_percent": 100, "hold_minutes": 240}
    change_wish_rules(by=BY, **{**easy, **given})


def looked(*, minutes: int = 0) -> Looked:
    return look(SAYINGS, by=BY, now=timezone.now() + timedelta(minutes=minutes))


def told() -> list[str]:
    """One round of the jobs with a mail server that is away: to whom a letter is written and not taken back."""
    settle()
    for restock in due_restocks():
        start_wave(restock, by=BY)
    write_letters(by=BY)
    return addressees()


def addressees() -> list[str]:
    letters = Message.objects.filter(kind="wish_back").exclude(status="cancelled")
    return list(letters.order_by("pk").values_list("recipient", flat=True))


def post() -> int:
    """Send all that is due."""
    return sending.send_waiting()
