"""Withheld lines that a person lets count while the next import arrives: each line is settled once."""

from typing import Any

import pytest

from stocke.core.actors import Actor
from stocke.core.models import User
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.figures import weigh
from suppliers.domain.releasing import NotWithheld, count_decided, drop_lines, let_count
from suppliers.models import Feed, Observation, OfferStock, Run, WithheldLine
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor.job("clock")
USUAL: dict[str, Any] = {f"A{n:02}": 10 for n in range(40)}
JUNK: dict[str, Any] = {f"Z{n}": "??" for n in range(4)}
RISEN = dict.fromkeys(list(USUAL)[:10], 500)


@pytest.fixture
def lea() -> Actor:
    return Actor.person(User.objects.create_user("lea@shop.example", first_name="Léa"))


def say(feed: Feed, stated: dict[str, Any]) -> Run:
    feed = Feed.objects.select_related("supplier").get(pk=feed.pk)
    run, table = RunFactory(feed), rows(stated.items())
    judge_and_apply(run, Read(table, file=lambda: weigh(table)), by=CLOCK)
    return run


@pytest.fixture
def doubtful() -> Run:
    """A safely applied import of which ten rises wait."""
    feed = FeedFactory()
    say(feed, USUAL)
    run = say(feed, {**USUAL, **RISEN, **JUNK})
    assert run.withheld.filter(state="waiting").count() == 10
    return run


def quantities() -> set[int | None]:
    return set(OfferStock.objects.filter(offer__supplier_sku__in=RISEN).values_list("quantity", flat=True))


def times_said(run: Run) -> int:
    return Observation.objects.filter(run_id=run.pk, quantity=500).count()


def test_many_workers_let_decided_lines_count_once(doubtful: Run, lea: Actor) -> None:
    let_count(doubtful, by=lea)

    settled = at_once(*times(4, lambda: count_decided(doubtful.pk, by=CLOCK)))

    assert sorted(settled) == [0, 0, 0, 10]
    assert (quantities(), times_said(doubtful)) == ({500}, 10)
    assert set(doubtful.withheld.values_list("state", flat=True)) == {"counted"}


def test_of_two_people_who_decide_otherwise_one_is_told(doubtful: Run, lea: Actor) -> None:
    def decide(decision: Any) -> bool:
        try:
            decision(doubtful, by=lea)
        except NotWithheld:
            return False
        return True

    outcomes = at_once(lambda: decide(let_count), lambda: decide(drop_lines))

    assert sorted(outcomes) == [False, True]
    state = "decided" if outcomes[0] else "dropped"
    assert set(doubtful.withheld.values_list("state", flat=True)) == {state}


@pytest.mark.parametrize("agrees", [True, False])
def test_the_next_import_and_a_worker_settle_each_line_once(doubtful: Run, lea: Actor, agrees: bool) -> None:
    let_count(doubtful, by=lea)
    stated = {**USUAL, **(RISEN if agrees else {}), **JUNK}

    settled, run = at_once(
        lambda: count_decided(doubtful.pk, by=CLOCK), lambda: say(doubtful.feed, stated).pk
    )

    # Whoever was first: the newer import has the last word, and nobody said the same thing twice.
    assert quantities() == ({500} if agrees else {10})
    states = list(WithheldLine.objects.values_list("state", "settled_by"))
    by_worker = ("counted", None)
    by_import = ("counted" if agrees else "overtaken", run)
    assert states == [by_worker if settled else by_import] * 10
    said = Observation.objects.filter(quantity=500).count()
    assert said == (10 if agrees or settled else 0)


def test_a_person_who_drops_lines_while_an_import_agrees_is_told_or_obeyed(doubtful: Run, lea: Actor) -> None:
    def drop() -> bool:
        try:
            drop_lines(doubtful, by=lea)
        except NotWithheld:
            return False
        return True

    dropped, _run = at_once(drop, lambda: say(doubtful.feed, {**USUAL, **RISEN, **JUNK}))

    states = set(doubtful.withheld.values_list("state", flat=True))
    assert states == ({"dropped"} if dropped else {"counted"})
