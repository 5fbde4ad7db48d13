"""How many cases share a cause: counted over all of them, whatever happens to them, and read in a few rows."""

import pytest
from django.db.models import Count

from orders.domain.cause_tallies import add_up
from orders.models import CaseStatus, CauseChange, CauseTally, StockoutCase
from orders.queries import cases
from orders.queries.cause_tallies import SharedCause, shared_causes, waiting_of_cause
from stocke.core.queries import counted
from stocke.core.web.formats import how_many
from tests.orders.cases.scenes import open_crowd, open_more, open_scene

pytestmark = pytest.mark.django_db


def tallied() -> dict[tuple[str, str, str], int]:
    """What stands in the tallies once every change is added up."""
    add_up()
    assert not CauseChange.objects.exists()
    rows = CauseTally.objects.values_list("sku", "supplier", "cause", "cases")
    return {(sku, supplier, cause): n for sku, supplier, cause, n in rows}


def really() -> dict[tuple[str, str, str], int]:
    """The cases themselves, counted one by one."""
    waiting = StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).exclude(cause_sku="").order_by()
    keys = waiting.values_list("cause_sku", "cause_supplier", "cause")
    return {(sku, supplier, cause): n for sku, supplier, cause, n in keys.annotate(n=Count("id"))}


def test_every_one_of_1200_cases_is_counted_before_and_after_the_changes_are_added_up() -> None:
    scene, other = open_scene(), open_scene()
    open_crowd(scene, 1199)
    for _more in range(3):
        open_more(other)
    large = SharedCause(
        "Grossiste", scene.lamp.sku, "supplier_refused", scene.line.ordered_name, 1200, scene.case.number
    )
    small = SharedCause(
        "Grossiste", other.lamp.sku, "supplier_refused", other.line.ordered_name, 4, other.case.number
    )

    assert (shared_causes(), waiting_of_cause(scene.case)) == ([large, small], 1200)
    assert tallied() == really()
    assert (shared_causes(), waiting_of_cause(scene.case)) == ([large, small], 1200)


def test_the_largest_causes_are_right_while_some_of_their_changes_are_not_added_up() -> None:
    scenes = [open_scene() for _cause in range(5)]
    for scene, count in zip(scenes, (8, 7, 6, 5, 2), strict=True):
        open_crowd(scene, count)
    add_up()
    open_crowd(scenes[3], 4)
    StockoutCase.objects.filter(cause_sku=scenes[0].lamp.sku).exclude(pk=scenes[0].case.pk).delete()

    found = [(one.sku, one.cases) for one in shared_causes()]

    assert found == [(scenes[3].lamp.sku, 10), (scenes[1].lamp.sku, 8), (scenes[2].lamp.sku, 7)]


def test_two_cases_of_one_cause_are_not_shown_together_whether_they_are_added_up_or_not() -> None:
    pair, trio = open_scene(), open_scene()
    open_crowd(pair, 1)
    open_crowd(trio, 2)

    before = [(one.sku, one.cases) for one in shared_causes()]
    add_up()
    after = [(one.sku, one.cases) for one in shared_causes()]

    assert before == after == [(trio.lamp.sku, 3)]


def test_tallies_follow_whatever_becomes_of_a_case() -> None:
    scene = open_scene()
    open_crowd(scene, 6)
    mine = StockoutCase.objects.exclude(pk=scene.case.pk).order_by("pk")
    one, two, three, four = mine[:4]
    StockoutCase.objects.filter(pk=one.pk).update(status=CaseStatus.WITH_CUSTOMER)
    StockoutCase.objects.filter(pk=two.pk).update(cause="oversold")
    StockoutCase.objects.filter(pk=three.pk).delete()
    StockoutCase.objects.filter(pk=four.pk).update(worked_seconds=40)
    changes = CauseChange.objects.count()

    assert (changes, tallied()) == (11, really())
    StockoutCase.objects.filter(pk=one.pk).update(status=CaseStatus.TO_PROPOSE)
    StockoutCase.objects.filter(pk=two.pk).update(status=CaseStatus.SETTLED)
    assert tallied() == really() == {(scene.lamp.sku, "Grossiste", "supplier_refused"): 5}


def test_a_stage_is_counted_up_to_a_bound_that_its_words_name(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = open_scene()
    open_crowd(scene, 4)
    assert cases.counts_by_status() == {"to_propose": 5, "with_customer": 0, "to_execute": 0}

    assert counted(StockoutCase.objects.all(), 3) == 4
    assert [how_many(n).replace("\u00a0", " ") for n in (9, 10_000, 10_001)] == ["9", "10 000", "10 000+"]
