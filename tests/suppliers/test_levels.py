"""Levels by set: equal to the pure fold, idempotent, recomputable from nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stocke.core.actors import Actor
from stocke.core.queries import timeline
from stocke.products.domain.levels import LevelResult, OfferFact, fold, mark_dirty
from stocke.products.models import DirtyLevel, Level, LevelPolicy, Product, Publication
from suppliers.domain.levels import (
    heal,
    recompute,
    recompute_all,
    recompute_dirty,
    recompute_of_run,
    request_stale,
)
from suppliers.jobs import levels as jobs
from suppliers.models import Feed, Offer, OfferStock, Run, ServedRate, Supplier
from suppliers.models.served import AgeBand, StatedBand
from suppliers.queries.served import stated_band
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db

COLUMNS = [
    "product_id",
    "sellable",
    "light",
    "confidence",
    "lead_days_min",
    "lead_days_max",
    "as_of",
    "steps",
]


def levels() -> list[tuple[Any, ...]]:
    return list(Level.objects.order_by("pk").values_list(*COLUMNS))


def as_level(product: Product, result: LevelResult) -> tuple[Any, ...]:
    return (product.pk, *(getattr(result, name) for name in COLUMNS[1:]))


def facts_of(product: Product) -> list[OfferFact]:
    offers = Offer.objects.filter(product=product).select_related("supplier", "stock")
    return [
        OfferFact(
            offer_id=offer.pk,
            supplier=offer.supplier.name,
            rank=offer.rank,
            active=offer.active and offer.supplier.active,
            kind=offer.stock.kind,
            quantity=offer.stock.quantity,
            promisable=offer.stock.promisable,
            reserved=offer.stock.reserved,
            as_of=offer.stock.as_of,
            lead_days=offer.supplier.lead_days if offer.lead_days is None else offer.lead_days,
            **learned_of(offer),
        )
        for offer in offers
    ]


def learned_of(offer: Offer) -> dict[str, int]:
    band = stated_band(offer.stock.kind, offer.stock.quantity)
    rate = ServedRate.objects.filter(supplier=offer.supplier, stated=band, age=AgeBand.ANY).first()
    if band is None or rate is None or not rate.answered:
        return {}
    return {"served": rate.served, "answered": rate.answered, "permille": rate.permille}


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


# Weighted, so that most examples have something to sell and sit close to a limit.
mostly_true = st.sampled_from([True, True, True, True, True, False])
few = st.sampled_from([0, 0, 0, 1, 2])
small = st.integers(0, 5)
offer_facts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["exact", "exact", "at_least", "flag", "unknown"]),
        "quantity": small | st.sampled_from([6, 7, 999_999_999]),
        "reserved": few | small,
        "rank": st.integers(1, 3),
        "active": mostly_true,
        "lead_days": maybe(st.integers(0, 30)),
        "hours": maybe(st.sampled_from([0, 1, 1, 1, 47, 49, 96, 97, 2000])),
        "supplier_active": mostly_true,
        "learned": maybe(
            st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 333, 499, 500, 501, 970, 1000]))
        ),
    }
)
policies = st.builds(
    LevelPolicy,
    buffer=few,
    cap=maybe(small),
    low_below=small,
    trusted_hours=st.sampled_from([1, 48, 200]),
    learned_buffer=mostly_true,
    doubted_below=st.sampled_from([0, 50, 98]),
)
products = st.fixed_dictionaries({"buffer": maybe(few), "cap": maybe(small), "active": mostly_true})


def state(product: Product, facts: dict[str, Any], now: datetime) -> None:
    given = dict(facts)
    hours, learned = given.pop("hours"), given.pop("learned")
    as_of = None if hours is None else now - timedelta(hours=hours)
    supplier = SupplierFactory(active=given.pop("supplier_active"))
    if learned:
        learn_of(supplier, *learned)
    OfferFactory(product=product, supplier=supplier, as_of=as_of, **given)


def learn_of(supplier: Supplier, answered: int, permille: int) -> None:
    """The same of everything that he states; of each single age, the contrary."""
    rates = [(AgeBand.ANY, permille), (AgeBand.FRESH, 1000 - permille), (AgeBand.OLD, 1000 - permille)]
    ServedRate.objects.bulk_create(
        ServedRate(
            supplier=supplier,
            stated=stated,
            age=age,
            served=answered // 2,
            answered=answered,
            permille=chance,
            computed_at=timezone.now(),
        )
        for stated in StatedBand.values
        for age, chance in rates
    )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(products, st.lists(offer_facts, max_size=4)), min_size=1, max_size=3), policies)
def test_sql_and_fold_agree(
    db: None, catalogue: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]], policy: LevelPolicy
) -> None:
    now = timezone.now()
    with example():
        policy.save()
        sold = [catalogue_product(rules, offers, now) for rules, offers in catalogue]

        with patch("suppliers.domain.levels.timezone.now", return_value=now):
            recompute([product.pk for product in sold], cause="test")

        expected = [as_level(product, fold(facts_of(product), policy, product, now=now)) for product in sold]
        assert levels() == expected


@contextmanager
def example() -> Iterator[None]:
    """Each example begins with empty tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def catalogue_product(rules: dict[str, Any], offers: list[dict[str, Any]], now: datetime) -> Product:
    product = ProductFactory(category=None, **rules)
    for facts in offers:
        state(product, facts, now)
    return product


def numbers() -> dict[int, tuple[int, str]]:
    return {
        pk: (sellable, light) for pk, sellable, light in Level.objects.values_list("pk", "sellable", "light")
    }


def product_of(offer: Offer) -> int:
    assert offer.product_id is not None
    return offer.product_id


def observed(offer: Offer, *, run: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppliers_observation (offer_id, run_id, kind) VALUES (%s, %s, 'exact')",
            [offer.pk, run],
        )


def change(offer: Offer, **stock: Any) -> None:
    OfferStock.objects.filter(pk=offer.pk).update(**stock)


def test_a_changed_number_is_published_with_its_steps_and_cause() -> None:
    offer = OfferFactory(quantity=9)
    recompute([product_of(offer)], cause="test")

    change(offer, reserved=2)
    recompute([product_of(offer)], cause="order:7")

    level, told = Level.objects.get(), Publication.objects.order_by("pk")
    assert [(p.sellable, p.light, p.cause) for p in told] == [
        (9, "in_stock", "test"),
        (7, "in_stock", "order:7"),
    ]
    assert told[1].steps == level.steps
    assert [step["step"] for step in level.steps] == ["offer", "reserved"]


def test_nothing_is_written_when_nothing_changed() -> None:
    offer = OfferFactory()
    recompute([product_of(offer)], cause="test")
    before = Level.objects.values().get()

    changed = recompute([product_of(offer)], cause="again")

    assert (changed, Level.objects.values().get(), Publication.objects.count()) == (0, before, 1)


def test_a_run_recomputes_only_what_it_said_something_about() -> None:
    told = OfferFactory(quantity=3)
    OfferFactory(quantity=4)
    observed(told, run=12)

    changed = recompute_of_run(12)

    assert (changed, numbers()) == (1, {product_of(told): (3, "in_stock")})
    assert Publication.objects.get().cause == "run:12"


def test_levels_dropped_and_recomputed_are_the_same() -> None:
    products = [product_of(OfferFactory(quantity=quantity, reserved=1)) for quantity in (0, 2, 40)]
    recompute(products, cause="test")
    before = levels()
    Level.objects.all().delete()

    recompute_all()

    assert levels() == before


def test_healing_finds_and_records_a_level_that_is_wrong() -> None:
    offer = OfferFactory(quantity=5)
    recompute([product_of(offer)], cause="test")
    Level.objects.update(sellable=99)

    healed = heal(by=Actor.job("clock"))

    assert (healed, numbers()) == (1, {product_of(offer): (5, "in_stock")})
    assert [(e.kind, e.after) for e in timeline("levels")] == [("levels.healed", {"levels": 1})]


def test_healing_records_rows_that_a_removed_one_left_behind() -> None:
    product = product_of(OfferFactory())
    recompute([product], cause="test")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM suppliers_offer WHERE product_id = %s", [product])
        cursor.execute("DELETE FROM products_product WHERE id = %s", [product])

    heal(by=Actor.job("clock"))

    assert [(e.kind, e.after) for e in timeline("levels")] == [("levels.orphaned", {"rows": 2})]


def test_healing_a_true_catalogue_records_nothing() -> None:
    recompute([product_of(OfferFactory())], cause="test")

    assert heal(by=Actor.job("clock")) == 0
    assert not timeline("levels")


def test_dirty_products_are_recomputed_in_batches_and_forgotten() -> None:
    products = [product_of(OfferFactory(quantity=2)) for _ in range(3)]
    mark_dirty(products, cause="reserved")

    taken = [recompute_dirty(2), recompute_dirty(2), recompute_dirty(2)]

    assert (taken, DirtyLevel.objects.count()) == ([2, 1, 0], 0)
    assert numbers() == dict.fromkeys(products, (2, "low"))
    assert {p.cause for p in Publication.objects.all()} == {"reserved"}


def test_a_batch_of_dirty_products_is_no_larger_than_asked_whatever_the_plan() -> None:
    mark_dirty([product_of(OfferFactory()) for _ in range(3)], cause="reserved")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashagg = off"
        )
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_material = off")

    assert (recompute_dirty(2), DirtyLevel.objects.count()) == (2, 1)


def test_the_number_of_statements_does_not_grow_with_the_products() -> None:
    def statements(count: int) -> int:
        mark_dirty([product_of(OfferFactory()) for _ in range(count)], cause="test")
        with CaptureQueriesContext(connection) as seen:
            recompute_dirty()
        return len(seen)

    assert statements(1) == statements(9)


def test_a_product_that_is_gone_is_no_obstacle() -> None:
    mark_dirty([987_654], cause="test")

    assert (recompute_dirty(), numbers()) == (1, {})


def test_a_feed_that_said_the_same_again_keeps_the_light_green() -> None:
    long_ago, now = timezone.now() - timedelta(days=9), timezone.now()
    feed = Feed.objects.create(supplier=SupplierFactory(), name="stock", last_good_at=now)
    run = Run.objects.create(feed=feed)
    confirmed = OfferFactory(as_of=long_ago, run_id=run.pk)
    silent = OfferFactory(as_of=long_ago)

    recompute([product_of(confirmed), product_of(silent)], cause="test")

    assert numbers() == {product_of(confirmed): (10, "in_stock"), product_of(silent): (10, "low")}


def test_a_green_light_is_asked_for_again_when_its_statement_grows_stale() -> None:
    green = product_of(OfferFactory())
    recompute([green], cause="test")

    request_stale(now=timezone.now())
    assert not DirtyLevel.objects.exists()

    request_stale(now=timezone.now() + timedelta(hours=49))
    assert list(DirtyLevel.objects.values_list("product_id", "cause")) == [(green, "stale")]


def test_an_offer_taken_away_leaves_an_unknown_product() -> None:
    offer = OfferFactory()
    recompute([product_of(offer)], cause="test")
    product_id = product_of(offer)
    offer.delete()

    recompute([product_id], cause="test")

    assert numbers() == {product_id: (0, "unknown")}


def test_the_job_goes_on_until_nothing_is_dirty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    mark_dirty([product_of(OfferFactory()) for _ in range(5)], cause="test")

    jobs.recompute_dirty_levels()

    assert (DirtyLevel.objects.count(), Level.objects.count()) == (0, 5)


def test_the_nightly_and_hourly_jobs_leave_a_true_catalogue_alone() -> None:
    recompute([product_of(OfferFactory())], cause="test")
    before = list(Level.objects.values())

    jobs.heal_levels()
    jobs.request_stale_levels()

    assert (list(Level.objects.values()), DirtyLevel.objects.count()) == (before, 0)
