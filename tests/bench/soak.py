"""Three simulated shops with the limits of their platforms, and an hour of changes, sales and faults, played faster.

The changes of an hour are played within BENCH_SECONDS, while everything else keeps its own time: the beat of the clock,
the limits of the platforms, the pauses after a fault. So each beat has more to tell than in a true hour, and less time.
BENCH_LISTINGS is how many the three shops have together.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from threading import Event, Thread

from django.db import connection
from django.test.utils import override_settings

from stocke.channels.domain.tending import is_due, tend
from stocke.channels.models import Channel
from stocke.channels.queries.wanted import wanted
from tests.bench.figure import Figure
from tests.channels.soaking import Catalogue, Front, Trouble, exceeded, limit_asking, make_goods, three_shops

PREFIX = "soak_"
LISTINGS = int(os.environ.get("BENCH_LISTINGS", "50000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "300"))
# In an hour every second listing changes once, every hundredth is sold once, and one call in a hundred goes wrong.
CHANGES, SALES, TROUBLE = LISTINGS // 2, LISTINGS // 100, 0.01
# The beat of the clock that asks which shops have something to be told.
BEAT = 2.0
# Calls made for each that is needed at least.
MOST_CALLS = 1.1
QUIET_AFTER = 120.0


def run() -> Iterator[Figure]:
    make_goods(LISTINGS)
    with override_settings(ALLOWED_PRIVATE_HOSTS=["localhost"]), three_shops(LISTINGS) as fronts:
        first = sum(front.fewest(len(front.rows)) for front in fronts)
        begun = time.perf_counter()
        for front in fronts:
            tell_all(front)
        yield Figure("soak_first_round", time.perf_counter() - begun, "s", BEAT)
        made = sum(front.calls for front in fronts)
        yield Figure("soak_first_calls", made, "calls", first, MOST_CALLS)
        limit_asking(fronts)
        hour = Hour(fronts)
        fewest = hour.play()
        yield Figure("soak_calls", sum(front.calls for front in fronts) - made, "calls", fewest, MOST_CALLS)
        yield Figure("soak_faults", hour.trouble.seen, "calls", sum(len(f.shop.calls) for f in fronts))
        yield Figure("soak_limits_exceeded", exceeded(fronts), "calls", 1, 0)
        yield Figure("soak_wrong_numbers", wrong(fronts), "listings", 1, 0)
        yield Figure("soak_to_shop_median", quantiles(hour.waited, n=100)[49], "s", BEAT)
        yield Figure("soak_to_shop_p95", quantiles(hour.waited, n=100)[94], "s", BEAT)


def tell_all(front: Front) -> None:
    """As the clock would, until nothing is left to be told."""
    while is_due(channel := Channel.objects.get(pk=front.channel.pk)):
        tend(channel.pk)


def wrong(fronts: list[Front]) -> int:
    """Listings that do not show what may be promised."""
    return sum(
        shown != right
        for front in fronts
        for shown, right in zip(*map(in_order, (front.shown(), front.right())), strict=True)
    )


def in_order(numbers: dict[str, int]) -> list[int]:
    return [numbers[sku] for sku in sorted(numbers)]


@dataclass
class Hour:
    """What happens in it, and how long each number was under way."""

    fronts: list[Front]
    chance: random.Random = field(default_factory=lambda: random.Random(20))
    waited: list[float] = field(default_factory=list)
    open: dict[str, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trouble = Trouble(self.chance, TROUBLE)
        self.catalogue = Catalogue(self.chance, [sku for front in self.fronts for sku in front.rows])
        for front in self.fronts:
            front.shop.heard = self.heard

    def play(self) -> int:
        """Play it, beat by beat, then let the shops come to rest; the fewest calls that could have told it all."""
        with clock(self.fronts):
            fewest = sum(self.beat() for _beat in beats(SECONDS))
            for front in self.fronts:
                front.shop.faults.clear()
                front.shop.loses = lambda call: False
            come_to_rest(self.fronts)
        return fewest

    def beat(self) -> int:
        """What happens between two beats; the calls that it takes at least."""
        share, fewest = BEAT / SECONDS, 0
        moved = self.catalogue.change(round(CHANGES * share))
        now = time.perf_counter()
        self.open |= {sku: (now, self.catalogue.stated[sku]) for sku in moved}
        for front in self.fronts:
            fewest += front.fewest(len(moved & front.rows.keys()))
            self.trouble.strike(front)
            if self.chance.random() < SALES * share / len(self.fronts):
                front.sell(self.chance.choice(list(front.rows)))
        return fewest

    def heard(self, sku: str, quantity: int) -> None:
        """A shop was told this number; an older one does not count."""
        since, number = self.open.get(sku, (0.0, -1))
        if since and quantity == number:
            self.waited.append(time.perf_counter() - since)
            self.open.pop(sku, None)


def beats(seconds: float) -> Iterator[int]:
    begun = time.perf_counter()
    for place in count():
        if time.perf_counter() - begun >= seconds:
            return
        yield place
        time.sleep(max(0.0, begun + (place + 1) * BEAT - time.perf_counter()))


@contextmanager
def clock(fronts: list[Front]) -> Iterator[None]:
    """A worker for each shop, asked at every beat."""
    over = Event()
    workers = [Thread(target=work, args=(front, over)) for front in fronts]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        over.set()
        for worker in workers:
            worker.join()


def work(front: Front, over: Event) -> None:
    while not over.wait(BEAT):
        channel = Channel.objects.get(pk=front.channel.pk)
        if is_due(channel):
            tend(channel.pk)
    connection.close()


def come_to_rest(fronts: list[Front]) -> None:
    """Raises RuntimeError where a shop still has something to be told after a while."""
    until = time.perf_counter() + QUIET_AFTER
    while any(wanted(front.channel.pk, limit=1) for front in fronts):
        if time.perf_counter() > until:
            raise RuntimeError("a shop does not come to rest")
        time.sleep(BEAT)
