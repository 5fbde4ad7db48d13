from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.models import Feed, OfferStock, RunStatus
from suppliers.queries.feeds import feeds_for_list, feeds_in_trouble
from suppliers.queries.runs import Effects, changes_of, effects_of, said_by, usual_runs
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


@pytest.mark.parametrize(
    ("facts", "silent"),
    [
        ({"every_minutes": 60, "last_good_at": ago(hours=4)}, True),
        ({"every_minutes": 60, "last_good_at": ago(hours=2)}, False),
        ({"every_minutes": 5, "last_good_at": ago(hours=2)}, False),
        ({"every_minutes": 5, "last_good_at": ago(hours=4)}, True),
        ({"every_minutes": 60, "last_good_at": ago(hours=4), "patience_minutes": 600}, False),
        ({"every_minutes": 60, "last_good_at": ago(hours=2), "patience_minutes": 90}, True),
        ({"learned_patience_minutes": 3000, "last_good_at": ago(days=3)}, True),
        ({"learned_patience_minutes": 3000, "last_good_at": ago(days=2)}, False),
        ({"every_minutes": 60, "learned_patience_minutes": 3000, "last_good_at": ago(hours=4)}, True),
        ({"every_minutes": None, "last_good_at": ago(days=40)}, False),
        ({"every_minutes": 60, "last_good_at": ago(hours=4), "active": False}, False),
        ({"every_minutes": 60, "last_good_at": None}, False),
    ],
)
def test_a_feed_is_silent_by_its_own_rhythm(facts: dict[str, Any], silent: bool) -> None:
    feed = FeedFactory(**facts)

    found: Any = feeds_for_list().get(pk=feed.pk)
    assert found.is_silent is silent
    assert feeds_in_trouble() == int(silent)


def test_a_new_feed_that_never_spoke_is_silent_in_the_end() -> None:
    feed = FeedFactory(every_minutes=60)
    Feed.objects.filter(pk=feed.pk).update(created_at=ago(hours=5))

    assert feeds_in_trouble() == 1


def test_the_list_knows_the_last_ten_imports() -> None:
    feed = FeedFactory()
    for status in [RunStatus.FAILED, *[RunStatus.APPLIED] * 10, RunStatus.HELD]:
        RunFactory(feed, status=status)

    found: Any = feeds_for_list().get(pk=feed.pk)

    assert found.recent == ["held", *["applied"] * 9]
    assert (found.is_held, feeds_in_trouble()) == (True, 1)


def test_the_effects_of_a_held_run_are_told_in_products_and_promises() -> None:
    feed = FeedFactory()
    lonely, backed = ProductFactory(sku="A"), ProductFactory(sku="B")
    ProductFactory(sku="C")
    OfferFactory(product=backed, quantity=3)
    judge_and_apply(RunFactory(feed), Read(rows([("A", 4), ("B", 5), ("C", 6), ("D", 7)])), by=CLOCK)
    OfferStock.objects.filter(offer__product=lonely).update(reserved=2)
    run = RunFactory(feed)

    judge_and_apply(run, Read(rows([("C", 6)])), by=CLOCK)

    assert effects_of(run) == Effects(products_left_alone=1, promised_offers=1, promised_units=2)
    assert [change.supplier_sku for change in changes_of(run, "promised")] == ["A"]
    assert [change.supplier_sku for change in changes_of(run, "gone")] == ["A", "B", "D"]


def test_what_a_run_said_stands_beside_what_was_said_before() -> None:
    feed = FeedFactory()
    first = RunFactory(feed)
    judge_and_apply(first, Read(rows([("A", 4), ("B", 5)])), by=CLOCK)
    run = RunFactory(feed)
    judge_and_apply(run, Read(rows([("A", "yes"), ("B", 5), ("C", 6)])), by=CLOCK)

    said = [
        (s.supplier_sku, s.kind_before, s.quantity_before, s.kind, s.quantity, s.raw) for s in said_by(run)
    ]

    assert sorted(said) == [("A", "exact", 4, "flag", None, "yes"), ("C", None, None, "exact", 6, "6")]
    assert [s.supplier_sku for s in said_by(run, after=said_by(run)[0].id)] == [said_by(run)[1].supplier_sku]


def test_usual_are_the_last_ten_good_imports_whatever_lies_between_them() -> None:
    feed = FeedFactory()
    good = []
    for _day in range(12):
        good.append(RunFactory(feed, status=RunStatus.APPLIED))
        for status in (RunStatus.HELD, RunStatus.UNDONE, RunStatus.UNCHANGED, RunStatus.SUPERSEDED):
            RunFactory(feed, status=status)
        RunFactory(feed, status=RunStatus.APPLIED, undoes=good[-1])
        RunFactory(feed, status=RunStatus.APPLIED, partial=True)
    run = RunFactory(feed)

    assert usual_runs(feed.pk, run.mapping_id, before=run.pk) == good[-10:]


def test_usual_is_what_was_applied_before_and_read_alike() -> None:
    feed = FeedFactory()
    applied = [RunFactory(feed, status=RunStatus.APPLIED) for _ in range(2)]
    RunFactory(feed, status=RunStatus.FAILED)
    RunFactory(feed, status=RunStatus.APPLIED, mapping=None)
    run = RunFactory(feed)
    RunFactory(feed, status=RunStatus.APPLIED)

    assert usual_runs(feed.pk, run.mapping_id, before=run.pk) == applied
