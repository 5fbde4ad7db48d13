"""Which duties run in a stockout, until when, and what missing them costs."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from orders.domain.legal.clock import Cost, Duty, Situation, clock_of

NOVEMBER = Situation(
    country="FR",
    ordered_on=date(2026, 11, 2),
    today=date(2026, 11, 24),
    cents=9580,
    promised_on=date(2026, 11, 20),
    known_on=date(2026, 11, 23),
)


def told(duties: tuple[Duty, ...]) -> list[tuple[str, str, date, date | None]]:
    with override("en"):
        return [(duty.rule.code, str(duty.what), duty.on, duty.other) for duty in duties]


def test_in_france_the_customer_is_told_at_once_and_the_refund_would_be_due_in_fourteen_days() -> None:
    duties = clock_of(NOVEMBER)

    assert told(duties) == [
        ("FR-02", "Deliver", date(2026, 11, 20), None),
        ("FR-08", "Tell the customer and offer the way out", date(2026, 11, 23), None),
        ("FR-05", "Refund everything that was paid", date(2026, 12, 8), None),
    ]
    assert [duty.is_late(NOVEMBER.today) for duty in duties] == [True, True, False]
    assert [duty.is_supposed for duty in duties] == [False, False, True]


def test_a_late_french_refund_names_what_is_lost_and_what_comes_next() -> None:
    late = replace(NOVEMBER, ended_on=date(2026, 11, 24), today=date(2026, 12, 10))

    refund = clock_of(late)[-1]

    assert refund.costs == (
        Cost(date(2026, 12, 9), 958),
        Cost(date(2026, 12, 23), 1916),
        Cost(date(2027, 1, 8), 4790),
    )
    assert refund.lost_cents(late.today) == 958
    assert refund.next_cost(late.today) == Cost(date(2026, 12, 23), 1916)
    assert refund.is_late(late.today)


def test_what_is_done_stands_last_and_costs_only_what_it_cost() -> None:
    done = replace(
        NOVEMBER,
        told_on=date(2026, 11, 24),
        ended_on=date(2026, 11, 24),
        refunded_on=date(2026, 12, 9),
        today=date(2027, 3, 1),
    )

    duties = clock_of(done)

    assert [(duty.rule.code, duty.is_done, duty.is_late(done.today)) for duty in duties] == [
        ("FR-08", True, False),
        ("FR-05", True, False),
    ]
    assert duties[-1].lost_cents(done.today) == 958
    assert duties[-1].next_cost(done.today) is None


def test_in_the_united_states_shipment_counts_and_both_readings_are_shown() -> None:
    american = replace(
        NOVEMBER,
        country="US",
        ordered_on=date(2026, 3, 2),
        promised_on=None,
        known_on=date(2026, 3, 20),
        today=date(2026, 3, 20),
        ended_on=None,
    )

    assert told(clock_of(american)) == [
        ("US-03", "Tell the customer and offer the way out", date(2026, 3, 20), date(2026, 4, 1)),
        ("US-08", "Refund everything that was paid", date(2026, 3, 31), None),
        ("US-02", "Ship, or have his yes to wait", date(2026, 4, 1), None),
    ]
    assert not any(duty.costs for duty in clock_of(american))


@pytest.mark.parametrize(
    ("country", "codes"),
    [
        ("DE", ["DE-01", "DE-03", "DE-03"]),
        ("IT", ["EU-01", "EU-01", "EU-02"]),
        ("GB", ["UK-01", "UK-01", "UK-03"]),
        ("CH", []),
    ],
)
def test_the_law_is_that_of_the_customers_country(country: str, codes: list[str]) -> None:
    assert [duty.rule.code for duty in clock_of(replace(NOVEMBER, country=country))] == codes
