"""Ranking stand-ins, by plain values."""

from dataclasses import replace

from orders.domain.substitutes import Candidate, Missing, Reason, price_closeness, rank, reasons

MISSING = Missing("Suspension Galet Ø 40", 8990, 2, "Onde", {"diamètre": "40 cm", "couleur": "fumé"})
CLOSE = Candidate(
    product_id=1,
    name="Suspension Galet Ø 35",
    price_cents=7990,
    likeness=0.8,
    free=3,
    supplier="Rivage",
    lead_days=2,
    cost_cents=5000,
    brand="Onde",
    attributes={"diamètre": "35 cm", "couleur": "Fumé"},
    same_category=True,
)
FAR = replace(CLOSE, product_id=2, name="Suspension Dune", likeness=0.3, brand="Brume", attributes={})


def test_what_a_person_chose_comes_before_anything_computed() -> None:
    chosen = replace(FAR, product_id=3, link_rank=1, link_note="same glass")
    second = replace(FAR, product_id=4, link_rank=2)

    ranked = rank(MISSING, [CLOSE, second, chosen, FAR])

    assert [suggestion.candidate.product_id for suggestion in ranked] == [3, 4, 1, 2]


def test_a_candidate_without_enough_free_units_is_left_out() -> None:
    assert rank(MISSING, [replace(CLOSE, free=1)]) == []


def test_a_suggestion_states_its_gap_its_margin_and_its_reasons() -> None:
    suggestion = rank(MISSING, [CLOSE])[0]

    assert (suggestion.gap_cents, suggestion.margin_cents, suggestion.margin_percent) == (-1000, 2990, 37)
    assert suggestion.reasons == (
        Reason("same_category"),
        Reason("same_brand", after="Onde"),
        Reason("differs", "diamètre", "40 cm", "35 cm"),
    )


def test_the_margin_of_a_dearer_substitute_counts_what_the_customer_really_paid() -> None:
    dearer = rank(MISSING, [replace(CLOSE, price_cents=9990)])[0]

    assert (dearer.gap_cents, dearer.margin_cents, dearer.margin_percent) == (1000, 3990, 44)


def test_a_price_unknown_to_us_is_no_margin() -> None:
    suggestion = rank(MISSING, [replace(CLOSE, cost_cents=None)])[0]

    assert (suggestion.margin_cents, suggestion.margin_percent) == (None, None)


def test_another_brand_is_told() -> None:
    assert Reason("other_brand", before="Onde", after="Brume") in reasons(MISSING, FAR)


def test_price_closeness_falls_to_nothing_at_half_and_double_and_is_neutral_when_unknown() -> None:
    assert [price_closeness(100, price) for price in (100, 150, 200, 50, 0)] == [1.0, 0.5, 0.0, 0.0, 0.5]
