"""The choice of a source, on plain values."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orders.domain.rules import Priority, Rules
from orders.domain.sourcing import (
    Check,
    CheckName,
    Decision,
    Need,
    Part,
    Rejection,
    Verdict,
    less,
    rank_sources,
)
from orders.queries.sourcing_policies import Standing
from suppliers.queries.served import Chance
from suppliers.queries.sources import SourceView

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def source(offer_id: int = 1, **given: Any) -> SourceView:
    """A fresh, cheap, well-stocked first source."""
    defaults: dict[str, Any] = {
        "supplier_id": offer_id,
        "supplier_name": f"Supplier {offer_id}",
        "rank": 1,
        "supplier_sku": f"S-{offer_id}",
        "kind": "exact",
        "quantity": 10,
        "promisable": 10,
        "reserved": 0,
        "as_of": NOW - timedelta(hours=2),
        "lead_days": 2,
        "cost_cents": 2000,
        "currency": "EUR",
        "active": True,
    }
    return SourceView(offer_id=offer_id, **{**defaults, **given})


def need(**given: Any) -> Need:
    defaults: dict[str, Any] = {
        "quantity": 2,
        "unit_price_cents": 4000,
        "currency": "EUR",
        "promised_on": date(2026, 11, 27),
    }
    return Need(**{**defaults, **given})


def ranked(*sources: SourceView, rules: Rules | None = None, **given: Any) -> Decision:
    return rank_sources(need(**given), sources, rules or Rules(), NOW)


def test_a_good_source_is_safe_and_shows_its_checks_and_its_score() -> None:
    decision = ranked(source(reserved=3))

    assert (decision.verdict, decision.choice) == (Verdict.SAFE, (Part(1, 2),))
    assert decision.candidates[0].checks == (
        Check(CheckName.FRESH, True, 2.0, 24),
        Check(CheckName.QUANTITY, True, 5, 1),
        Check(CheckName.LEAD, True, "2026-11-25", "2026-11-27"),
        Check(CheckName.MARGIN, True, 50.0, 5),
    )
    assert decision.candidates[0].parts == {"rank": 50, "lead": 4, "cost": 16, "stock": 5, "fresh": 9}
    assert decision.candidates[0].score == 84


@pytest.mark.parametrize(
    ("given", "failing"),
    [
        ({"as_of": NOW - timedelta(hours=26)}, CheckName.FRESH),
        ({"as_of": None}, CheckName.FRESH),
        ({"promisable": 2}, CheckName.QUANTITY),
        ({"kind": "flag", "quantity": None, "promisable": 2}, CheckName.QUANTITY),
        ({"lead_days": 9}, CheckName.LEAD),
        ({"cost_cents": 3900}, CheckName.MARGIN),
        ({"cost_cents": 4100}, CheckName.MARGIN),
        ({"cost_cents": None}, CheckName.MARGIN),
        ({"currency": "GBP"}, CheckName.MARGIN),
    ],
)
def test_one_failing_check_makes_the_line_doubtful(given: dict[str, Any], failing: CheckName) -> None:
    decision = ranked(source(**given))

    assert decision.verdict == Verdict.DOUBTFUL
    assert decision.choice == (Part(1, 2),)
    assert [check.name for check in decision.candidates[0].checks if not check.passed] == [failing]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"active": False}, Rejection.INACTIVE),
        ({"kind": "unknown", "quantity": None, "promisable": 0}, Rejection.UNKNOWN),
        ({"promisable": 0, "quantity": 0}, Rejection.NONE_LEFT),
        ({"reserved": 12}, Rejection.NONE_LEFT),
        ({"reserved": 9}, Rejection.TOO_FEW),
    ],
)
def test_a_source_that_cannot_serve_is_rejected_with_its_reason(
    given: dict[str, Any], reason: Rejection
) -> None:
    decision = ranked(source(**given))

    assert (decision.verdict, decision.choice, decision.candidates) == (Verdict.SHORT, (), ())
    assert [(one.source.offer_id, one.reason) for one in decision.rejected] == [(1, reason)]


def test_an_offer_refused_for_this_line_is_not_asked_again() -> None:
    decision = ranked(source(1), source(2, rank=2), refused_by=frozenset({1}))

    assert decision.choice == (Part(2, 2),)
    assert [one.reason for one in decision.rejected] == [Rejection.REFUSED]


def test_without_a_product_on_offer_the_line_is_short() -> None:
    assert ranked() == Decision((), (), (), Verdict.SHORT)


def test_the_backup_list_decides_between_equals() -> None:
    decision = ranked(source(1, rank=2), source(2, rank=1), source(3, rank=3))

    assert [one.source.offer_id for one in decision.candidates] == [2, 1, 3]


def test_a_doubt_weighs_more_than_any_rank() -> None:
    stale_first = source(1, rank=1, as_of=NOW - timedelta(hours=30))

    decision = ranked(stale_first, source(2, rank=4, cost_cents=3500))

    assert [one.source.offer_id for one in decision.candidates] == [2, 1]
    assert (decision.verdict, decision.choice) == (Verdict.SAFE, (Part(2, 2),))


def test_a_line_is_not_split_unless_the_policy_allows_it() -> None:
    three, four = source(1, promisable=3), source(2, promisable=4, rank=2)

    assert ranked(three, four, quantity=5).verdict == Verdict.SHORT
    assert ranked(three, four, quantity=5, rules=Rules(may_split=True, thin_below=0)).choice == (
        Part(2, 4),
        Part(1, 1),
    )


def test_one_parcel_is_preferred_where_splitting_is_allowed() -> None:
    small_first, large = source(1, promisable=3), source(2, promisable=9, rank=5)

    decision = ranked(small_first, large, quantity=5, rules=Rules(may_split=True))

    assert decision.choice == (Part(2, 5),)
    assert [one.serves for one in decision.candidates] == [5, 3]


def test_a_split_that_does_not_cover_the_line_is_no_choice() -> None:
    decision = ranked(
        source(1, promisable=1), source(2, promisable=1), quantity=3, rules=Rules(may_split=True)
    )

    assert (decision.verdict, decision.choice) == (Verdict.SHORT, ())


def test_without_a_promised_date_a_shorter_lead_time_scores_higher() -> None:
    decision = ranked(source(1, lead_days=9), source(2, lead_days=1), promised_on=None)

    assert [one.parts["lead"] for one in decision.candidates] == [18, 2]
    assert decision.verdict == Verdict.SAFE


def test_what_other_lines_took_is_no_longer_free() -> None:
    assert [one.free for one in less([source(1), source(2)], {2: 4})] == [10, 6]


def test_reliability_prefers_who_serves_such_statements_more_often_whatever_his_latest_answers() -> None:
    learned = {
        (1, "few", "fresh"): Chance(310, 4, 20, "few", "fresh"),
        (1, "many", "fresh"): Chance(980, 90, 91, "many", "fresh"),
        (2, "few", "fresh"): Chance(760, 30, 40, "few", "fresh"),
        (2, "many", "fresh"): Chance(770, 3, 4, "many", "fresh"),
    }
    stand = {
        1: Standing(accepted=50, asked=50, chances=learned),
        2: Standing(accepted=1, asked=50, chances=learned),
    }
    rules = Rules(priorities=(Priority.RELIABILITY,), thin_below=0)

    def first(stated: int) -> int:
        offers = [source(one, quantity=stated, promisable=stated) for one in (1, 2)]
        return rank_sources(need(), offers, rules, NOW, stand).candidates[0].source.offer_id

    assert (first(2), first(10)) == (2, 1)


def test_reliability_goes_by_the_latest_answers_where_nothing_was_learned() -> None:
    stand = {1: Standing(accepted=1, asked=50), 2: Standing(accepted=50, asked=50)}
    rules = Rules(priorities=(Priority.RELIABILITY,))

    decision = rank_sources(need(), [source(1), source(2)], rules, NOW, stand)

    assert [one.source.offer_id for one in decision.candidates] == [2, 1]
