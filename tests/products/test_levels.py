"""The pure fold, by example. tests/suppliers/test_levels.py holds the SQL equal to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from stocke.products.domain.levels import LevelResult, OfferFact, fold
from stocke.products.models import LevelPolicy, Product

NOW = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
POLICY = LevelPolicy(buffer=0, cap=None, low_below=3, trusted_hours=48)


def offer(number: int = 1, **given: Any) -> OfferFact:
    quantity = given.get("quantity", 10)
    facts = {
        "supplier": f"Supplier {number}",
        "rank": number,
        "active": True,
        "kind": "exact",
        "quantity": quantity,
        "promisable": quantity or 0,
        "reserved": 0,
        "as_of": NOW - timedelta(hours=1),
        "lead_days": 2,
    }
    return OfferFact(offer_id=number, **{**facts, **given})


def level(*offers: OfferFact, policy: LevelPolicy = POLICY, **product: Any) -> LevelResult:
    return fold(offers, policy, Product(**product), now=NOW)


def outline(result: LevelResult) -> list[tuple[object, object, object]]:
    return [(step["step"], step["effect"], step["running"]) for step in result.steps]


def test_the_number_is_what_was_said_less_promises_buffer_and_cap() -> None:
    grossiste = offer(1, quantity=14, reserved=8, lead_days=2)
    comptoir = offer(2, kind="at_least", quantity=5, lead_days=3)
    rivage = offer(3, quantity=3, reserved=3, lead_days=9)

    result = level(grossiste, comptoir, rivage, buffer=4, cap=5)

    assert outline(result) == [
        ("offer", 14, 14),
        ("offer", 5, 19),
        ("offer", 3, 22),
        ("reserved", -11, 11),
        ("buffer", -4, 7),
        ("cap", -2, 5),
    ]
    assert (result.sellable, result.light) == (5, "in_stock")
    assert (result.lead_days_min, result.lead_days_max) == (2, 3)


def test_a_step_keeps_who_said_what_and_when() -> None:
    result = level(offer(7, supplier="Nordique Démo", quantity=14, reserved=2))

    assert result.steps[0] == {
        "step": "offer",
        "effect": 14,
        "running": 14,
        "offer": 7,
        "supplier": "Nordique Démo",
        "kind": "exact",
        "quantity": 14,
        "reserved": 2,
        "as_of": "2026-11-24T08:42:00Z",
        "why": "",
    }


def test_unknown_is_not_zero() -> None:
    result = level(offer(1, kind="unknown", quantity=None), offer(2, quantity=0))

    assert [(step["effect"], step["why"]) for step in result.steps] == [(0, "unknown"), (0, "")]
    assert (result.sellable, result.light, result.confidence) == (0, "unknown", Decimal(0))


def test_out_needs_everybody_to_have_stated_it() -> None:
    assert level(offer(1, quantity=0), offer(2, quantity=0)).light == "out"
    assert level(offer(1, quantity=2, reserved=2)).light == "out"
    assert level(offer(1, quantity=0), offer(2, active=False, kind="unknown", quantity=None)).light == "out"


def test_a_product_nobody_offers_is_unknown() -> None:
    result = level()

    assert (result.sellable, result.light, result.confidence) == (0, "unknown", Decimal(0))
    assert outline(result) == [("no_offer", 0, 0)]


def test_in_stock_without_a_number_helps_the_light_not_the_count() -> None:
    result = level(offer(kind="flag", quantity=None, promisable=0))

    assert (result.steps[0]["effect"], result.steps[0]["why"]) == (0, "not_counted")
    assert (result.sellable, result.light) == (0, "low")


def test_at_least_five_all_promised_is_low_not_out() -> None:
    assert level(offer(kind="at_least", quantity=5, reserved=5)).light == "low"


def test_an_offer_switched_off_counts_for_nothing() -> None:
    result = level(offer(1, quantity=9, reserved=4, active=False), offer(2, quantity=5))

    assert outline(result) == [("offer", 0, 0), ("offer", 5, 5)]
    assert result.steps[0]["why"] == "inactive"


def test_promises_beyond_an_exact_statement_are_taken_from_the_others() -> None:
    result = level(offer(1, quantity=0, reserved=3), offer(2, quantity=5))

    assert outline(result) == [("offer", 0, 0), ("offer", 5, 5), ("reserved", -3, 2)]


def test_promises_on_an_unknown_offer_are_not_taken_from_the_others() -> None:
    result = level(offer(1, kind="unknown", quantity=None, reserved=3), offer(2, quantity=5))

    assert result.sellable == 5


def learned(served: int, answered: int, permille: int) -> dict[str, int]:
    return {"served": served, "answered": answered, "permille": permille}


def test_what_a_supplier_seldom_serves_is_held_back_with_its_reason() -> None:
    result = level(
        offer(1, quantity=2, reserved=1, **learned(4, 20, 300)), offer(2, quantity=5, **learned(9, 9, 960))
    )

    assert outline(result) == [("offer", 2, 2), ("offer", 5, 7), ("reserved", -1, 6), ("learned", -1, 5)]
    assert (result.steps[-1]["doubted"], result.steps[-1]["of"]) == (1, [[1, 1, 4, 20, 300]])


def test_one_unit_counts_as_soon_as_it_is_no_less_likely_served_than_not() -> None:
    numbers = [level(offer(quantity=1, **learned(5, 10, permille))).sellable for permille in (499, 500)]

    assert numbers == [0, 1]


def test_nothing_is_held_back_where_nothing_was_learned_or_the_policy_says_no() -> None:
    told = LevelPolicy(low_below=3, trusted_hours=48, learned_buffer=False)

    assert outline(level(offer(quantity=9))) == [("offer", 9, 9)]
    assert outline(level(offer(quantity=9, **learned(0, 20, 100)), policy=told)) == [("offer", 9, 9)]


def test_a_green_light_needs_a_fresh_statement_of_one_who_serves() -> None:
    liar, old = (
        offer(1, quantity=90, **learned(8, 20, 450)),
        offer(2, quantity=9, as_of=NOW - timedelta(hours=60)),
    )

    assert [level(liar).light, level(liar, offer(2, quantity=9)).light, level(liar, old).light] == [
        "low",
        "in_stock",
        "low",
    ]
    assert level(liar, old).as_of == old.as_of


def test_confidence_falls_with_what_was_learned() -> None:
    assert level(offer(quantity=8, **learned(30, 40, 760))).confidence == Decimal("0.760")


def test_the_total_never_falls_below_zero() -> None:
    result = level(offer(quantity=4, reserved=9), buffer=2)

    assert outline(result) == [("offer", 4, 4), ("reserved", -4, 0), ("buffer", 0, 0)]


def test_the_products_own_rules_come_before_the_policy() -> None:
    policy = LevelPolicy(buffer=3, cap=4, low_below=0, trusted_hours=48)

    general = level(offer(quantity=10), policy=policy)
    own = level(offer(quantity=10), policy=policy, buffer=0, cap=8)

    assert outline(general)[1:] == [("buffer", -3, 7), ("cap", -3, 4)]
    assert outline(own)[1:] == [("cap", -2, 8)]
    assert (general.steps[-1]["why"], own.steps[-1]["why"]) == ("policy", "product")


def test_age_lowers_confidence_and_light_but_not_the_number() -> None:
    ages = [timedelta(hours=hours) for hours in (47, 49, 97)]

    results = [level(offer(quantity=10, as_of=NOW - age)) for age in ages]

    assert [(r.sellable, r.light, r.confidence) for r in results] == [
        (10, "in_stock", Decimal("1.000")),
        (10, "low", Decimal("0.500")),
        (10, "low", Decimal("0.250")),
    ]
    assert [r.steps[0]["why"] for r in results] == ["", "stale", "stale"]


def test_one_fresh_statement_with_units_is_enough_for_green() -> None:
    old = NOW - timedelta(days=9)

    assert level(offer(1, as_of=old), offer(2, quantity=1)).light == "in_stock"
    assert level(offer(1, as_of=old), offer(2, quantity=0)).light == "low"


def test_confidence_is_the_mean_over_units() -> None:
    result = level(
        offer(1, quantity=3), offer(2, kind="flag", quantity=None, promisable=1), offer(3, quantity=0)
    )

    assert result.confidence == Decimal("0.900")  # (3 + 0.5 + 1) / 5


def test_below_the_threshold_is_low() -> None:
    assert [level(offer(quantity=n)).light for n in (2, 3)] == ["low", "in_stock"]


def test_as_good_as_infinite_is_ten_million() -> None:
    result = level(offer(quantity=999_999_999))

    assert (result.sellable, result.steps[0]["why"]) == (10_000_000, "plenty")


def test_a_product_not_sold_any_more_is_out() -> None:
    result = level(offer(quantity=9), active=False)

    assert outline(result) == [("offer", 9, 9), ("stopped", -9, 0)]
    assert result.light == "out"
