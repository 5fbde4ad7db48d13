"""The soak of `make bench` in small, a round at a time: whatever goes wrong, every shop's number ends as our level."""

import random
from collections.abc import Generator
from typing import Any

import pytest

from stocke.channels.domain.tending import tend
from stocke.channels.models import Channel
from tests.channels.soaking import Catalogue, Front, Trouble, make_goods, three_shops

LISTINGS, ROUNDS = 300, 12


@pytest.fixture
def fronts(settings: Any, db: None) -> Generator[list[Front]]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    make_goods(LISTINGS)
    with three_shops(LISTINGS) as shops:
        yield shops


def tend_all(fronts: list[Front]) -> None:
    Channel.objects.update(not_before=None, compared_at=None)
    for front in fronts:
        assert tend(front.channel.pk)


def test_after_changes_sales_and_faults_every_shop_shows_what_may_be_promised(fronts: list[Front]) -> None:
    tend_all(fronts)
    assert [front.calls - front.fewest(LISTINGS // 3) for front in fronts] == [0, 0, 0]
    chance = random.Random(20)
    trouble = Trouble(chance, share=0.1)
    catalogue = Catalogue(chance, [f"SOAK-{number}" for number in range(1, LISTINGS + 1)])
    made, fewest = sum(front.calls for front in fronts), 0

    for place in range(ROUNDS):
        moved = catalogue.change(30)
        for front in fronts:
            if place % 4 == 0:
                front.sell(chance.choice(list(front.rows)))
            trouble.strike(front)
            fewest += front.fewest(len(moved & front.rows.keys()))
        tend_all(fronts)
    for front in fronts:
        front.shop.loses = lambda call: False
        front.shop.faults.clear()
    tend_all(fronts)

    assert [front.shown() for front in fronts] == [front.right() for front in fronts]
    # What goes wrong is said once more, and nothing else is.
    assert trouble.seen > 5
    assert sum(front.calls for front in fronts) - made <= fewest + trouble.seen
