"""Dated examples of the legal clock: each is a sentence of the law worked out by hand."""

from datetime import date

import pytest

from orders.domain.legal.delivery import (
    NewDate,
    deliver_by,
    extra_period_ends,
    may_end_from,
    overdue_from,
    ship_by,
)
from orders.domain.legal.rates import RateUnknown, rate_on
from orders.domain.legal.refunding import (
    Term,
    default_refund_on,
    may_replace_refund,
    refund_by,
    us_refund_by,
    withdrawal_ends,
    withdrawal_refund_by,
)
from orders.domain.legal.rules import RULES, rule, rules_for
from orders.domain.legal.surcharges import non_delivery_cents, prepaid_interest_cents, withdrawal_cents
from orders.domain.legal.us_notices import Delay, NoticeTooLate, first_notice, without_notice


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_without_a_date_delivery_is_due_after_thirty_calendar_days() -> None:
    assert deliver_by(day("2026-09-01")) == day("2026-10-01")
    assert overdue_from(day("2026-10-01")) == day("2026-10-02")
    assert deliver_by(day("2026-01-31")) == day("2026-03-02")


def test_a_new_date_moves_the_term_only_when_the_customer_accepted_it() -> None:
    silent = deliver_by(day("2026-09-01"), day("2026-09-10"), NewDate(day("2026-09-25")))
    agreed = deliver_by(
        day("2026-09-01"), day("2026-09-10"), NewDate(day("2026-09-25"), accepted_on=day("2026-09-08"))
    )

    assert overdue_from(silent) == day("2026-09-11")
    assert overdue_from(agreed) == day("2026-09-26")


def test_after_a_notice_the_contract_may_end_when_the_extra_period_is_over() -> None:
    assert extra_period_ends(day("2026-09-11"), 7) == day("2026-09-18")
    assert may_end_from(day("2026-09-11"), 7) == day("2026-09-19")
    assert deliver_by(day("2026-09-01")) == day("2026-10-01")
    assert may_end_from(day("2026-10-02"), 7) == day("2026-10-10")


def test_a_french_refund_is_due_in_fourteen_days_and_no_weekend_moves_it() -> None:
    assert refund_by("FR", day("2026-09-19")) == Term(rule("FR-05"), day("2026-10-03"))
    assert refund_by("FR", day("2026-09-05")) == Term(rule("FR-05"), day("2026-09-19"))
    assert default_refund_on(day("2026-09-04")) == day("2026-09-18")


@pytest.mark.parametrize(
    ("paid", "cents"),
    [
        ("2026-10-03", 0),
        ("2026-10-04", 899),
        ("2026-10-17", 899),
        ("2026-10-18", 1798),
        ("2026-11-02", 1798),
        ("2026-11-03", 4495),
    ],
)
def test_a_late_refund_costs_ten_twenty_or_fifty_percent(paid: str, cents: int) -> None:
    assert non_delivery_cents(8990, day("2026-10-03"), day(paid)) == cents


@pytest.mark.parametrize(
    ("received", "ends"),
    [("2026-05-11", "2026-05-26"), ("2026-05-03", "2026-05-18"), ("2026-09-28", "2026-10-12")],
)
def test_withdrawal_ends_on_a_working_day_counted_from_the_last_parcel(received: str, ends: str) -> None:
    assert withdrawal_ends(day(received), "FR") == day(ends)


def test_a_withdrawal_is_refunded_in_fourteen_days_or_when_the_goods_are_on_their_way_back() -> None:
    told = day("2026-02-02")

    assert withdrawal_refund_by(told) == day("2026-02-16")
    assert withdrawal_refund_by(told, shipped=True, proof_on=day("2026-02-06")) == day("2026-02-16")
    assert withdrawal_refund_by(
        told, shipped=True, proof_on=day("2026-02-20"), goods_on=day("2026-02-25")
    ) == day("2026-02-20")
    assert withdrawal_refund_by(told, shipped=True) is None
    assert withdrawal_refund_by(day("2026-09-03")) == day("2026-09-17")


@pytest.mark.parametrize(
    ("paid", "cents"),
    [
        ("2026-02-16", 0),
        ("2026-02-26", 18),
        ("2026-02-27", 500),
        ("2026-03-08", 500),
        ("2026-03-09", 1000),
        ("2026-03-18", 1000),
        ("2026-03-19", 2000),
        ("2026-04-17", 2000),
        ("2026-04-18", 5000),
        ("2026-05-17", 5000),
        ("2026-05-18", 5500),
        ("2026-06-17", 5500),
        ("2026-06-18", 6000),
    ],
)
def test_a_late_refund_after_withdrawal_climbs_by_tiers(paid: str, cents: int) -> None:
    assert withdrawal_cents(10_000, day("2026-02-16"), day(paid)) == cents


def test_after_the_price_is_reached_the_legal_rate_comes_on_top() -> None:
    due = day("2025-01-02")  # day 91 is 3 April 2025, the price is reached on 3 January 2026

    assert withdrawal_cents(10_000, due, day("2026-01-02")) == 9_500
    assert withdrawal_cents(10_000, due, day("2026-01-03")) == 10_000
    assert withdrawal_cents(10_000, due, day("2026-02-02")) == 10_000 + 55


def test_a_prepayment_undelivered_for_three_months_bears_interest() -> None:
    assert prepaid_interest_cents(20_000, day("2026-01-10"), day("2026-05-10")) == 110
    assert prepaid_interest_cents(20_000, day("2026-01-10"), day("2026-04-10")) == 0


def test_a_rate_outside_the_table_is_refused_not_guessed() -> None:
    with pytest.raises(RateUnknown) as refused:
        rate_on(day("2026-07-01"))
    with pytest.raises(RateUnknown):
        withdrawal_cents(10_000, day("2026-06-28"), day("2026-07-03"))
    with pytest.raises(RateUnknown):
        prepaid_interest_cents(20_000, day("2025-06-10"), day("2025-09-20"))

    assert refused.value.day == day("2026-07-01")
    assert withdrawal_cents(10_000, day("2026-06-28"), day("2026-07-12")) == 500, "a tier needs no rate"


def test_germany_and_the_union_name_no_number_of_days_so_ours_is_an_alarm() -> None:
    assert deliver_by(day("2026-09-01")) == day("2026-10-01")
    assert refund_by("DE", day("2026-09-05")) == Term(rule("DE-03"), day("2026-09-19"), is_ours=True)
    assert refund_by("BE", day("2026-09-05")) == Term(rule("EU-02"), day("2026-09-19"), is_ours=True)
    assert refund_by("GB", day("2026-09-05")) == Term(rule("UK-03"), day("2026-09-19"), is_ours=True)


def test_american_orders_ship_by_their_stated_time_or_in_thirty_or_fifty_days() -> None:
    assert ship_by(day("2026-03-02")) == day("2026-04-01")
    assert ship_by(day("2026-03-02"), on_credit=True) == day("2026-04-21")
    assert ship_by(day("2026-07-02"), business_days=2) == day("2026-07-07")
    assert ship_by(day("2026-03-02"), stated=day("2026-03-12")) == day("2026-03-12")


def test_silence_after_a_first_notice_within_thirty_days_is_consent_until_its_date() -> None:
    delay = first_notice(day("2026-04-01"), day("2026-03-20"), day("2026-04-20"))

    refund = Term(rule("US-08"), day("2026-04-29"), other=day("2026-04-30"))
    assert delay == Delay(rule("US-04"), day("2026-04-20"), True, refund)


def test_silence_after_a_later_date_or_none_cancels_after_thirty_days() -> None:
    expected = Delay(rule("US-05"), day("2026-05-01"), False, Term(rule("US-08"), day("2026-05-12")))

    assert first_notice(day("2026-04-01"), day("2026-03-25"), day("2026-05-15")) == expected
    assert first_notice(day("2026-04-01"), day("2026-03-25"), None) == expected


def test_a_first_notice_after_the_time_is_no_notice() -> None:
    with pytest.raises(NoticeTooLate):
        first_notice(day("2026-04-01"), day("2026-04-02"), day("2026-04-20"))

    assert without_notice(day("2026-04-01")) == Term(
        rule("US-08"), day("2026-04-10"), other=day("2026-04-13")
    )


def test_american_refunds_count_working_days_without_federal_holidays() -> None:
    assert us_refund_by(day("2026-05-20")).on == day("2026-06-01")
    assert us_refund_by(day("2026-11-20")).on == day("2026-12-02")


def test_the_nearest_law_of_the_customer_speaks_first() -> None:
    assert [one.code for one in rules_for("DE")][:7] == [*(f"DE-0{n}" for n in range(1, 7)), "EU-01"]
    assert {one.place for one in rules_for("FR")} == {"FR"}
    assert {one.place for one in rules_for("IT")} == {"EU"}
    assert {one.place for one in rules_for("US")} == {"US"}
    assert rules_for("CH") == ()


def test_every_rule_is_listed_once_under_its_code() -> None:
    assert [sum(code.startswith(place) for code in RULES) for place in ("FR", "EU", "DE", "UK", "US")] == [
        20,
        7,
        6,
        7,
        11,
    ]
    assert [code for code, one in RULES.items() if one.is_doubtful] == [
        "FR-08",
        "FR-15",
        "EU-06",
        "UK-06",
        "US-10",
    ]


def test_a_voucher_never_replaces_an_american_refund() -> None:
    assert [may_replace_refund(country) for country in ("FR", "DE", "GB", "US")] == [True, True, True, False]
