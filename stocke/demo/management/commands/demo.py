"""`manage.py demo --speed 60`: play a day against the running demonstration, faster than it would go by."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.models import Customer
from stocke.core.models import User
from stocke.demo.day.customers import Good
from stocke.demo.day.files import deliver
from stocke.demo.day.hours import let_pass
from stocke.demo.day.letters import post
from stocke.demo.day.news import News
from stocke.demo.day.outside import Outside
from stocke.demo.day.playing import Day
from stocke.demo.day.stocked import plotted
from stocke.demo.report import FILE, read_json
from stocke.demo.world.people import STAFF
from stocke.demo.world.story import SEED
from stocke.products.models import Product

PEOPLE, GOODS = 40, 200


class FastClock:
    """A day that goes by `speed` times faster than the real one, from now on."""

    def __init__(self, speed: float) -> None:
        self.speed, self.began, self.started = speed, timezone.now(), time.monotonic()

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.speed * (time.monotonic() - self.started))

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


class Command(BaseCommand):
    help = "Play a day of customers, suppliers and their files against the running demonstration. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--speed", type=float, default=60, help="how many times faster than real time")
        parser.add_argument("--hours", type=float, default=12, help="how long the day is")
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed, the same people")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["speed"] <= 0:
            raise CommandError("A day goes by forwards: --speed must be more than 0.")
        clock = FastClock(options["speed"])
        day = Day(running_demonstration(), clock, options["seed"], say=self.say)
        self.say("The day begins. Ctrl-C ends it; what was done stays.")
        try:
            day.play(clock.now() + timedelta(hours=options["hours"]))
        except KeyboardInterrupt:
            self.say("")
        when = timezone.localtime(clock.now())
        self.say(
            f"The day ends on {when:%A at %H:%M}: {day.placed} orders were placed, {day.chosen.total()} customers"
            f" answered, and {len(day.waiting)} things that would have happened later do not."
        )

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def running_demonstration() -> Outside:
    """Where it runs. Raises CommandError anywhere else, before anything is done."""
    report = read_json(settings.LOCAL_DIR / FILE)
    if settings.ENVIRONMENT == "production" or not report.get("url"):
        raise CommandError("This plays against the demonstration only: start it with `make demo`.")
    if not is_made_up():
        raise CommandError("The database is not that of the demonstration; nothing was done.")
    return Outside(
        base=str(report["url"]),
        token=str(report["api_token"]),
        mails=Path(report["mailbox"]),
        people=people(),
        goods=goods,
        deliver=deliver,
        post=post,
        keys=report.get("answer_keys", {}),
        news=News(),
        plotted=plotted,
        let_pass=let_pass,
    )


def is_made_up() -> bool:
    """Whether everybody who may log in is somebody whom the demonstration has made up."""
    made_up = {email for _role, _first, _last, email in STAFF}
    return set(User.objects.values_list("email", flat=True)) == made_up


def people() -> list[dict[str, str]]:
    fields = ("email", "first_name", "last_name", "language", "country")
    return list(Customer.objects.order_by("pk").values(*fields)[:PEOPLE])


def goods() -> Sequence[Good]:
    """What is sold now, some of it spread over the catalogue."""
    sold = Product.objects.filter(active=True, level__sellable__gt=0).order_by("pk")
    found = list(sold.values_list("sku", "name", "price_cents"))
    return random.Random(len(found)).sample(found, min(GOODS, len(found)))  # noqa: S311  # no secret
