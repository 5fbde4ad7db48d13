"""The levels that an import computes from its staged rows are those that the tables give afterwards."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.products.models import Level, LevelPolicy, Product, Publication
from suppliers.domain import applying, writing
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.levels import recompute_all
from suppliers.domain.matching import Matching
from suppliers.domain.served import Count, write_rates
from suppliers.models import Feed, Observation, Offer, OfferStock
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.factories.products import CategoryFactory, ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
STATED = [0, 1, 3, 40, 999_999_999, ">5", "yes", None]


def levels() -> dict[int, tuple[Any, ...]]:
    columns = ("sellable", "light", "confidence", "lead_days_min", "lead_days_max", "as_of", "steps")
    return {pk: tuple(rest) for pk, *rest in Level.objects.values_list("pk", *columns)}


def sellable() -> dict[int, int]:
    return dict(Level.objects.values_list("product_id", "sellable"))


def recomputed() -> dict[int, tuple[Any, ...]]:
    Level.objects.all().delete()
    recompute_all()
    return levels()


def restricted(by_product: Mapping[int, Any], touched: Collection[int | None]) -> dict[int, Any]:
    """Those of which the file said something new: only they are computed anew."""
    return {pk: level for pk, level in by_product.items() if pk in touched}


def a_catalogue(chance: Random, feed: Feed) -> list[str]:
    """Known offers and products that have none yet; some rules of their own, some offers of another supplier."""
    category, keys = CategoryFactory(), []
    for number in range(12):
        key = f"K-{number}"
        rules = {"buffer": chance.choice([None, 0, 2]), "cap": chance.choice([None, 1, 30])}
        product = ProductFactory(sku=key, category=category, active=chance.random() < 0.9, **rules)
        if chance.random() < 0.7:
            given: dict[str, Any] = {
                "quantity": chance.choice([0, 2, 9]),
                "reserved": chance.choice([0, 0, 1]),
            }
            known: dict[str, Any] = {
                "supplier": feed.supplier,
                "supplier_sku": key,
                "active": chance.random() < 0.9,
            }
            OfferFactory(product=product, lead_days=chance.choice([None, 9]), **known, **given)
        if chance.random() < 0.3:
            OfferFactory(product=product, rank=chance.choice([1, 5]), quantity=chance.choice([0, 4]))
        keys.append(key)
    return keys


@pytest.mark.parametrize("seed", range(8))
def test_levels_of_a_file_are_those_of_the_tables(seed: int) -> None:
    chance = Random(seed)
    feed = FeedFactory(absent_policy=chance.choice(["keep", "unknown"]))
    LevelPolicy(buffer=chance.choice([0, 1]), low_below=3).save()
    keys = a_catalogue(chance, feed)
    write_rates(
        [Count(feed.supplier_id, ("few", "fresh"), 4, 30), Count(feed.supplier_id, ("many", "old"), 9, 20)]
    )
    for _file in range(3):
        in_file = chance.sample(keys, chance.randint(6, 12))
        taken_at = timezone.now() - timedelta(hours=chance.choice([0, 0, 60]))
        run = RunFactory(feed, facts={"decision": "apply"}, taken_at=taken_at)
        judge_and_apply(run, Read(rows([(key, chance.choice(STATED)) for key in in_file])), by=CLOCK)

        said = Observation.objects.filter(run_id=run.pk).values_list("offer_id", flat=True)
        touched = set(Offer.objects.filter(pk__in=said).values_list("product_id", flat=True))
        found = levels()
        assert touched
        assert restricted(found, touched) == restricted(recomputed(), touched)


def test_what_was_promised_while_the_file_was_compared_is_in_the_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = FeedFactory()
    offer = OfferFactory(supplier=feed.supplier, supplier_sku="A", quantity=9)

    def sell(_matching: Matching, find: Any = writing.find_products) -> Mapping[str, int]:
        OfferStock.objects.update(reserved=F("reserved") + 2)
        return find(_matching)  # type: ignore[no-any-return]

    monkeypatch.setattr(writing, "find_products", sell)

    judge_and_apply(RunFactory(feed, facts={"decision": "apply"}), Read(rows([("A", 7)])), by=CLOCK)

    assert Level.objects.values_list("product_id", "sellable").get() == (offer.product_id, 5)


@pytest.mark.parametrize(
    ("known", "found"), [("alone", "other"), ("shared", "other"), (None, "other"), ("alone", None)]
)
def test_the_level_of_an_offer_whose_product_a_person_changed_meanwhile_is_where_it_is_now(
    monkeypatch: pytest.MonkeyPatch, known: str | None, found: str | None
) -> None:
    feed, products = FeedFactory(), {name: ProductFactory() for name in ("alone", "shared", "other")}
    offer = OfferFactory(supplier=feed.supplier, product=products.get(known or ""), quantity=9)
    OfferFactory(product=products["shared"], quantity=4)
    OfferFactory(product=products["other"], quantity=2)
    recompute_all()

    def change(_statement: writing.Statement, write: Any = writing.write) -> Mapping[str, int]:
        Offer.objects.filter(pk=offer.pk).update(product=products.get(found or ""))
        return write(_statement)  # type: ignore[no-any-return]

    monkeypatch.setattr(applying, "write", change)

    run = RunFactory(feed, facts={"decision": "apply"})
    judge_and_apply(run, Read(rows([(offer.supplier_sku, 7), ("another", 1)])), by=CLOCK)

    stated = {"alone": 0, "shared": 4, "other": 2}
    stated[found or ""] = stated.get(found or "", 0) + 7
    assert sellable() == {products[name].pk: stated[name] for name in products}


def test_an_offer_that_is_switched_off_while_its_file_is_compared_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = FeedFactory()
    offers = [OfferFactory(supplier=feed.supplier, supplier_sku=key, quantity=9) for key in ("A", "B")]

    def switch_off(_statement: writing.Statement, write: Any = writing.write) -> Mapping[str, int]:
        Offer.objects.filter(supplier_sku="A").update(active=False)
        return write(_statement)  # type: ignore[no-any-return]

    monkeypatch.setattr(applying, "write", switch_off)

    judge_and_apply(RunFactory(feed, facts={"decision": "apply"}), Read(rows([("A", 7), ("B", 8)])), by=CLOCK)

    assert sellable() == {offers[0].product_id: 0, offers[1].product_id: 8}
    assert levels() == recomputed()


def test_of_offers_and_products_only_those_out_of_the_ordinary_are_looked_up() -> None:
    feed, keys = FeedFactory(), [f"K-{number}" for number in range(300)]
    Product.objects.bulk_create(Product(sku=key, name=key, price_cents=100) for key in keys)
    run = RunFactory(feed, facts={"decision": "apply"})
    judge_and_apply(run, Read(rows([(key, 9) for key in keys])), by=CLOCK)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE suppliers_offer, products_product, products_level")

    run = RunFactory(feed, facts={"decision": "apply"})
    with CaptureQueriesContext(connection) as asked:
        judge_and_apply(run, Read(rows([(key, 7) for key in keys])), by=CLOCK)

    (written,) = [query["sql"] for query in asked if "UPDATE products_level" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {written}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "offer_switched_off" in plan and "product_own_rules" in plan


def test_a_level_that_is_missing_is_written_with_the_others() -> None:
    feed = FeedFactory()
    offers = [OfferFactory(supplier=feed.supplier, supplier_sku=key) for key in ("A", "B")]
    recompute_all()
    Level.objects.filter(product=offers[0].product_id).delete()
    told = Publication.objects.count()

    judge_and_apply(
        RunFactory(feed, facts={"decision": "apply"}), Read(rows([("A", 41), ("B", 42)])), by=CLOCK
    )

    assert sellable() == {offers[0].product_id: 41, offers[1].product_id: 42}
    assert Publication.objects.count() == told + 2
