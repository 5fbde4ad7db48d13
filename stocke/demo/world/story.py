"""The whole world in order: people, goods, ninety good days, and the last two with their troubles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from django.utils import timezone

from orders.domain.shortfalls import sweep_promises
from orders.jobs.learning import learn_served
from stocke.core.actors import Actor
from stocke.core.domain.tokens import issue
from stocke.core.models import Shop
from stocke.demo.world import ads, back, deliveries, longing, past, present, shop, troubles, voices
from stocke.demo.world.backdating import move_imports_to_their_days
from stocke.demo.world.catalogue import make_items, save_catalogue
from stocke.demo.world.people import save_customers, save_staff
from stocke.demo.world.traders import save_offers, save_suppliers
from suppliers.domain.levels import recompute_all
from suppliers.transports.folder import QUIET_SECONDS

SEED = 20261124
STUMBLES = "grossiste"
# So many days later than usual he sends what he is out of.
BACK_IN = 11
# What the program of the shop may do: it also brings what carriers report.
SCOPES = ["orders.read", "orders.write", "shipments.write"]


@dataclass(frozen=True)
class Size:
    """How much of a world. The tests make a small one of the same shape."""

    products: int = 2000
    orders_a_day: int = 14
    recent_orders: int = 54


def tell(size: Size, *, say: Callable[[str], None]) -> dict[str, object]:
    """Make the world in an empty database; returns the logins and the keys of programs, which are shown only here."""
    random, now = Random(SEED), present.as_of_now()  # noqa: S311  # a made-up world, not a secret
    Shop(signature="Léa, Maison Exemple", contact_phone="+33 1 99 00 00 00").save()
    logins = save_staff()
    say("Making up products, suppliers and customers")
    products = save_catalogue(make_items(size.products, random))
    customers, suppliers = save_customers(random), save_suppliers()
    save_offers(products, suppliers, random)
    boutique = shop.open_shop()
    say("Remembering ninety days of orders")
    past.save_sales(past.make_sales(products, customers, now, random, per_day=size.orders_a_day), random)
    learn_served()
    voices.ask_the_doubtful_first()
    keys = voices.open_other_ways(suppliers)
    say("Reading the suppliers' files of the last days")
    traders = deliveries.open_feeds(suppliers, random)
    deliveries.live_through_the_days(traders, now, random)
    move_imports_to_their_days()
    say("Taking in the orders of the last two days")
    one_article = present.several_want_one(STUMBLES, customers, now, random, count=5)
    orders = present.recent_orders(products, customers, now, random, count=size.recent_orders)
    present.verify_and_ask(orders)
    wanted = present.want_more_than_there_is(STUMBLES, customers, now, random)
    voices.put_questions(answered=2)
    say("Letting a few things go wrong")
    troubles.suppliers_answer(accepted=12, refused=4, overdue=1, given_up=1)
    # Of one of them a part could be sent, of the other he says soon when he has some again.
    stumble(traders, {one_article, *wanted[1:]})
    deliveries.break_something(traders, now)
    sweep_promises()
    present.work_some_cases()
    troubles.let_one_case_wait()
    voices.write_to_us()
    back.send_some_back()
    back.write_a_policy()
    troubles.crash_in_sending()
    deliveries.start_schedules(traders)
    recompute_all()
    say("Advertising, and noting who waits for what")
    ads.advertise(boutique, products, now, random)
    longing.long_for(customers, now, random)
    _, secret = issue(name="Boutique", channel=past.CHANNEL, scopes=SCOPES, by=Actor.job("demo"))
    return {"logins": logins, "api_token": secret, "answer_keys": keys}


def stumble(traders: list[deliveries.Trader], also: set[str]) -> None:
    """A supplier's next file says zero for articles that we have just promised: cases open by themselves. He says when
    he has them again."""
    trader = next(t for t in traders if t.temper.code == STUMBLES)
    lost = present.skus_promised(STUMBLES, limit=10) | also
    trader.rows = [
        replace(row, quantity=0, lead_days=row.lead_days + BACK_IN) if row.sku in lost else row
        for row in trader.rows
    ]
    # After what was confirmed on his last one, and so long ago that it is read.
    deliveries.deliver(trader, trader.rows, written=timezone.now() - timedelta(seconds=QUIET_SECONDS + 1))
