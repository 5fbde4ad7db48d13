"""Purchase orders are numbered by the supplier's rule: one after the other, each once."""

from datetime import date

import pytest

from orders.domain.numbering import BadPattern, check_pattern, filled, next_number, number_to_come
from orders.domain.ordering import rules_of
from orders.models import PurchaseCounter, Transmission
from tests.factories.ordering import SupplierWithRules

YEAR_END, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{prefix}{year}-{number:05}", "NOR-2026-00007"),
        ("{number}", "7"),
        ("PO.{number:3}_{year}", "PO.007_2026"),
    ],
)
def test_a_pattern_is_filled(pattern: str, number: str) -> None:
    check_pattern(pattern, "NOR-")

    assert filled(pattern, "NOR-", 2026, 7) == number


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{year}", "number"),
        ("", "number"),
        ("{number}/{year}", "signs"),
        ("{number} {nobody}", "signs"),
        ("{number!r}", "number"),
        ("A" * 26 + "{number:9}", "long"),
    ],
)
def test_what_is_no_rule_is_refused(pattern: str, code: str) -> None:
    with pytest.raises(BadPattern) as refused:
        check_pattern(pattern, "")

    assert refused.value.code == code


@pytest.mark.django_db
def test_counting_begins_anew_each_year_where_the_number_names_it() -> None:
    rules = rules_of(SupplierWithRules(rules={"pattern": "{prefix}{year}-{number:03}", "prefix": "N"}))

    assert [next_number(rules, day) for day in (YEAR_END, YEAR_END, NEW_YEAR)] == [
        "N2026-001",
        "N2026-002",
        "N2027-001",
    ]


@pytest.mark.django_db
def test_without_the_year_counting_goes_on() -> None:
    rules = rules_of(SupplierWithRules(rules={"pattern": "N{number}"}))

    assert [next_number(rules, day) for day in (YEAR_END, NEW_YEAR)] == ["N1", "N2"]


@pytest.mark.django_db
def test_a_number_that_another_supplier_has_is_passed_over() -> None:
    first = rules_of(SupplierWithRules(rules={"pattern": "A{number}"}))
    other = rules_of(SupplierWithRules(rules={"pattern": "{prefix}{number}", "prefix": "A"}))
    number = next_number(first, YEAR_END)
    Transmission.objects.create(supplier=first.supplier, number=number, way="mail", status="sent")

    assert next_number(other, YEAR_END) == "A2"


@pytest.mark.django_db
def test_looking_at_the_next_number_takes_it_from_nobody() -> None:
    rules = rules_of(SupplierWithRules(rules={"pattern": "A{number}"}))

    assert [number_to_come(rules, YEAR_END), number_to_come(rules, YEAR_END)] == ["A1", "A1"]
    assert not PurchaseCounter.objects.exists()
    assert next_number(rules, YEAR_END) == "A1"
