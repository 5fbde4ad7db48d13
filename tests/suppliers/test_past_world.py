"""Whatever was said, sold, given back and undone: the past is told as it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stocke.core.actors import Actor
from stocke.products.models import Level, LevelPolicy, Product
from suppliers.domain.backup_list import attach_offer, detach_offer
from suppliers.domain.level_policy import change_policy
from suppliers.domain.levels import recompute_dirty
from suppliers.domain.looking_back import look_back
from suppliers.domain.reserving import release, reserve
from suppliers.models import Offer, OfferStock
from tests.suppliers.ledger_house import PRODUCTS, House, rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
BY = Actor.job("test")
SKUS = ["A", "B", "C"]

quantities = st.sampled_from([0, 2, 5, None])
rows_said = st.dictionaries(
    st.sampled_from(SKUS), st.tuples(quantities, st.none(), st.just("")), min_size=1, max_size=3
)
files = st.tuples(st.just("file"), st.sampled_from(["north", "south"]), rows_said)
others = st.one_of(
    st.tuples(st.just("person"), st.sampled_from(SKUS), quantities),
    st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
    st.tuples(st.just("sell"), st.sampled_from(PRODUCTS), st.integers(1, 2)),
    st.tuples(st.just("give_back"), st.sampled_from(PRODUCTS), st.none()),
    st.tuples(st.just("buffer"), st.integers(0, 2), st.none()),
    st.tuples(st.just("turn"), st.sampled_from(PRODUCTS), st.none()),
)
acts = st.tuples(files, st.lists(files | others | others, min_size=3, max_size=8)).map(
    lambda said: [said[0], *said[1]]
)


class Shop(House):
    """The house, and what is sold of it."""

    def sell(self, sku: str, units: int) -> None:
        for offer in Offer.objects.filter(supplier_sku=sku, product__isnull=False):
            reserve(offer.pk, units)

    def give_back(self, sku: str, _nothing: None) -> None:
        for stock in OfferStock.objects.filter(offer__supplier_sku=sku, reserved__gt=0):
            release(stock.offer_id, stock.reserved)

    def buffer(self, units: int, _nothing: None) -> None:
        change_policy(buffer=units, low_below=units + 1, by=BY)

    def turn(self, sku: str, _nothing: None) -> None:
        """Take the offer off its product, or back to it."""
        for offer in Offer.objects.filter(supplier_sku=sku).select_related("product", "supplier"):
            if offer.product is None:
                attach_offer(offer, product=Product.objects.get(sku=sku), by=BY)
            elif not OfferStock.objects.get(offer=offer).reserved:
                detach_offer(offer, by=BY)


@dataclass(frozen=True)
class Then:
    """What stood at a moment, noted at the moment itself."""

    at: datetime
    number: tuple[int, str]
    stated: dict[int, tuple[str, int | None]]
    rules: tuple[int, int]


def noted(product: Product) -> Then | None:
    level = Level.objects.filter(product=product).first()
    policy = LevelPolicy.current()
    stated = OfferStock.objects.filter(offer__product=product).values_list("offer_id", "kind", "quantity")
    said = {offer: (kind, quantity) for offer, kind, quantity in stated}
    rules = (policy.buffer, policy.low_below)
    return Then(timezone.now(), (level.sellable, level.light), said, rules) if level else None


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts)
def test_every_moment_is_told_as_it_was(said: list[tuple[str, Any, Any]]) -> None:
    with rolled_back():
        shop, moments = Shop(), []
        products = list(Product.objects.filter(sku__in=PRODUCTS))
        for kind, subject, what in said:
            getattr(shop, kind)(subject, what)
            recompute_dirty()
            moments += [(product, then) for product in products if (then := noted(product))]

        for product, then in moments:
            why = look_back(product, then.at)
            assert why.number is not None
            assert (why.number.sellable, why.number.light) == then.number
            effects = [offer.step["effect"] for offer in why.offers if offer.step]
            assert sum(effects) + sum(step["effect"] for step in why.rules) == then.number[0]
            words = {one.offer_id: one.word for one in why.offers if one.offer_id in then.stated}
            assert {pk: word and (word.kind, word.quantity) for pk, word in words.items()} == then.stated
            assert (why.policy.buffer, why.policy.low_below) == then.rules
