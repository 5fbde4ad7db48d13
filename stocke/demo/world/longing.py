"""Customers who want to be told: many wait for what is out, a few for what is about to be believed to be back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from customers.domain.wish_letters import CONFIRM
from customers.domain.wishes import Asked, ask, confirm
from customers.models import Customer, Restock, Wish
from orders.jobs.wishes import look_for_restocks
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.models import Message, MessageStatus
from stocke.demo.world.past import CHANNEL
from stocke.demo.world.shop import ELSEWHERE
from stocke.products.models import Light, Product

# How many wait for each of the products that are most longed for, and how many products are out besides.
MOST_WANTED, OTHERS, BACK = (9, 6, 5, 4), 10, 3
# Whose files come most often.
QUICK = "grossiste"


def long_for(customers: Sequence[Customer], now: datetime, random: Random) -> None:
    out = list(Product.objects.filter(level__light=Light.OUT).order_by("sku"))
    random.shuffle(out)
    for product, count in zip(out, (*MOST_WANTED, *[1] * OTHERS), strict=False):
        wish_for(product, random.sample(customers, count), random)
    # What is there in plenty was out when these were asked for: the next file is the second that says so.
    there = Product.objects.filter(
        level__sellable__range=(8, 20), offers__rank=1, offers__supplier__code=QUICK
    )
    for product in there.order_by("sku")[:BACK]:
        wish_for(product, random.sample(customers, 3), random)
    spread_over_the_weeks(now, random)
    look_for_restocks()
    Restock.objects.filter(ended_at=None).update(began_at=F("began_at") - timedelta(hours=2))


def wish_for(product: Product, customers: Sequence[Customer], random: Random) -> None:
    """Each asks on the page of the shop; one in six has not opened the link of our mail yet."""
    for customer in customers:
        asked = Asked(
            customer.email, CHANNEL, customer.language, page_url=f"{ELSEWHERE}/produits/{product.sku}"
        )
        by = Actor.customer(customer.full_name)
        ask(product, asked, by=by)
        if random.randrange(6):
            confirm(Wish.objects.get(product=product, email=asked.address).pk, by=by)


def spread_over_the_weeks(now: datetime, random: Random) -> None:
    """They were asked for one after the other; those that nobody confirmed are of the last days.

    Whoever has confirmed got the letter then: it is not sent when the demonstration begins, before what matters there.
    """
    for wish in Wish.objects.order_by("pk"):
        days = random.uniform(4, 40) if wish.confirmed_at else random.uniform(0.1, 5)
        at = now - timedelta(days=days)
        is_confirmed = wish.confirmed_at is not None
        Wish.objects.filter(pk=wish.pk).update(
            asked_at=at, mailed_at=at, confirmed_at=at + timedelta(minutes=7) if is_confirmed else None
        )
        if is_confirmed:
            letter = Message.objects.filter(thread=thread_of(wish), kind=CONFIRM)
            letter.update(status=MessageStatus.SENT, created_at=at, sent_at=at)
