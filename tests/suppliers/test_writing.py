"""Offers are written in one pass, or after they were locked: in all ways in the order of their keys."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from django.db import connection

from stocke.core.actors import Actor
from stocke.products.models import LevelPolicy
from suppliers.domain import writing
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.matching import Matching
from suppliers.domain.staging import compare
from suppliers.models import Feed, Observation, Offer, OfferStock, Run
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


def say(feed: Feed, *stated: tuple[str, int]) -> Run:
    run = RunFactory(feed, facts={"decision": "apply"})
    judge_and_apply(run, Read(rows(stated)), by=CLOCK)
    return run


def stock() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


@pytest.mark.parametrize("many", [0, 50_000])
def test_offers_that_all_move_are_written_without_being_locked_first(
    monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    feed = FeedFactory()
    say(feed, ("A", 1), ("B", 2), ("C", 3))
    monkeypatch.setattr(writing, "MANY", many)
    monkeypatch.setattr(writing, "LOCK", "not even SQL")

    run = say(feed, ("C", 13), ("A", 11), ("B", 12), ("D", 14))

    assert stock() == {"A": 11, "B": 12, "C": 13, "D": 14}
    written = Observation.objects.filter(run_id=run.pk)
    assert set(written.values_list("quantity", flat=True)) == {11, 12, 13, 14}
    assert len(set(written.values_list("at", flat=True))) == 1


def test_offers_of_which_only_the_price_differs_are_locked_however_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = FeedFactory()
    say(feed, ("A", 1), ("B", 2))
    monkeypatch.setattr(writing, "MANY", 0)
    monkeypatch.setattr(writing, "LOCK", "SELECT 1 / 0")
    renamed = rows([("A", 1), ("B", 12)]).with_columns(name=pl.lit("Another"))

    with pytest.raises(Exception, match="division by zero"):
        judge_and_apply(RunFactory(feed, facts={"decision": "apply"}), Read(renamed), by=CLOCK)


def plan_of_moving(order: str) -> str:
    """How the numbers of two among many offers are written, once `order` is given."""
    feed = FeedFactory()
    say(feed, *((f"K-{number}", number) for number in range(40)))
    compare(feed, rows([("K-9", 4), ("K-3", 5)]), flag_counts_as=LevelPolicy.current().flag_counts_as)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE suppliers_offerstock")
        cursor.execute(order)
        cursor.execute(f"EXPLAIN {writing.MOVE}", {"run": 1, "taken_at": feed.created_at})
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(writing.AS_IT_COMES)
    return plan


def test_many_rows_are_joined_in_the_order_of_their_keys() -> None:
    plan = plan_of_moving(writing.IN_KEY_ORDER)

    assert "Merge Join" in plan
    assert "Hash Join" not in plan and "Nested Loop" not in plan


def test_few_rows_are_looked_up_in_the_order_of_their_keys() -> None:
    plan = plan_of_moving(writing.ONE_BY_ONE)

    assert "Hash Join" not in plan and "Merge Join" not in plan
    positions = [
        plan.index(step) for step in ("Nested Loop", "Sort Key: feed_delta.offer_id", "offerstock_pkey")
    ]
    assert positions == sorted(positions)


@pytest.mark.parametrize(("known", "found"), [("P", "Q"), ("P", None), (None, "Q")])
def test_what_a_person_says_of_an_offers_product_while_a_file_is_compared_stands(
    monkeypatch: pytest.MonkeyPatch, known: str | None, found: str | None
) -> None:
    feed, products = FeedFactory(), {name: ProductFactory(sku=name) for name in "PQ"}
    offer = OfferFactory(supplier=feed.supplier, supplier_sku="P", product=products.get(known or ""))

    def say_otherwise(_matching: Matching, find: Any = writing.find_products) -> Mapping[str, int]:
        by_rule: Mapping[str, int] = find(_matching)
        Offer.objects.filter(pk=offer.pk).update(product=products.get(found or ""))
        return by_rule

    monkeypatch.setattr(writing, "find_products", say_otherwise)

    named = rows([("P", 3)]).with_columns(name=pl.lit("Another"))
    judge_and_apply(RunFactory(feed, facts={"decision": "apply"}), Read(named), by=CLOCK)

    said = Offer.objects.values_list("name", "product__sku", "matched_run_id").get()
    assert said == ("Another", found, None)
