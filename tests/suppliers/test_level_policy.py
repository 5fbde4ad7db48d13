"""Prudence tried before it is saved."""

import pytest
from django.db import connection

from stocke.core.actors import Actor
from stocke.core.queries import timeline
from stocke.products.domain.level_sets import Difference
from stocke.products.models import DirtyLevel, Level, LevelPolicy
from suppliers.domain.level_policy import change_policy, preview_policy
from suppliers.domain.levels import recompute_all, recompute_dirty
from suppliers.domain.served import Count, write_rates
from suppliers.models import OfferStock
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db

LEA = Actor.job("test")


def catalogue() -> None:
    for quantity in (2, 5, 40):
        OfferFactory(quantity=quantity)
    OfferFactory(kind="flag")
    recompute_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_product")


def test_a_policy_is_tried_on_the_catalogue_without_changing_it() -> None:
    catalogue()
    before = list(Level.objects.order_by("pk").values())

    preview = preview_policy(LevelPolicy(buffer=3, cap=20, flag_counts_as=9, low_below=3))

    assert preview.difference == Difference(looked_at=4, more=1, less=3, to_zero=1, other_light=3)
    assert not preview.is_sample
    assert list(Level.objects.order_by("pk").values()) == before


def test_the_learned_buffer_is_tried_and_switched_off() -> None:
    seldom = OfferFactory(quantity=2)
    write_rates([Count(seldom.supplier_id, ("few", "fresh"), 5, 50)])
    recompute_all()
    assert Level.objects.get().sellable == 0

    preview = preview_policy(LevelPolicy(learned_buffer=False))

    assert preview.difference == Difference(looked_at=1, more=1, less=0, to_zero=0, other_light=1)
    change_policy(by=LEA, learned_buffer=False, doubted_below=0)
    recompute_dirty()
    assert Level.objects.get().sellable == 2


def test_a_saved_policy_reaches_every_level() -> None:
    catalogue()

    assert change_policy(by=LEA, buffer=3, cap=20, flag_counts_as=9)
    recompute_dirty()

    assert list(Level.objects.order_by("pk").values_list("sellable", flat=True)) == [0, 2, 20, 6]
    assert OfferStock.objects.get(kind="flag").promisable == 9


def test_a_change_of_policy_is_on_the_record() -> None:
    change_policy(by=LEA, buffer=3, cap=None)

    (entry,) = timeline("level_policy")
    assert (entry.kind, entry.before, entry.after) == ("level_policy.changed", {"buffer": 0}, {"buffer": 3})
    assert LevelPolicy.current().low_below == 3


def test_the_same_policy_again_asks_for_nothing() -> None:
    catalogue()

    assert not change_policy(by=LEA, buffer=0, trusted_hours=48)

    assert (DirtyLevel.objects.count(), LevelPolicy.objects.count(), list(timeline("level_policy"))) == (
        0,
        0,
        [],
    )


def test_a_second_change_keeps_the_first() -> None:
    change_policy(by=LEA, buffer=3)
    change_policy(by=LEA, cap=7)

    policy = LevelPolicy.current()
    assert (policy.buffer, policy.cap) == (3, 7)
