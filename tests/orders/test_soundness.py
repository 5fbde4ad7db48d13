"""Problems of an incoming order, on plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orders.domain.problems import Problem
from orders.domain.soundness import problems_of
from stocke.channels.incoming import IncomingCustomer, IncomingOrder
from tests.factories.incoming import incoming, line

KNOWN = {"A-1", "A-2"}


def found(order: IncomingOrder) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.field, problem.code.value) for problem in problems_of(order, KNOWN)]


def test_a_sound_order_has_no_problem() -> None:
    assert found(incoming("A-1", "A-2")) == []


def test_every_problem_is_named_with_its_row_and_field() -> None:
    order = incoming(
        lines=(line("A-1"), line("B-9"), line("A-2", -3), line("", 0, -5), line("A-1", 100_001)),
        currency="euro",
        shipping_cents=-1,
        customer=IncomingCustomer("nobody"),
    )

    assert found(order) == [
        (None, "currency", "malformed"),
        (None, "shipping_cents", "negative"),
        (None, "customer.email", "malformed"),
        (2, "sku", "unknown_sku"),
        (3, "quantity", "not_positive"),
        (4, "quantity", "not_positive"),
        (4, "unit_price_cents", "negative"),
        (4, "sku", "missing"),
        (5, "quantity", "too_large"),
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"lines": ()}, (None, "lines", "missing")),
        ({"external_id": " "}, (None, "external_id", "missing")),
        ({"external_id": "x" * 121}, (None, "external_id", "too_long")),
        ({"external_id": "a\ud800b"}, (None, "external_id", "malformed")),
        ({"placed_at": datetime(1, 1, 1, tzinfo=UTC)}, (None, "placed_at", "malformed")),
        ({"promised_on": date(9999, 12, 31)}, (None, "promised_on", "malformed")),
        ({"ship_to": {"city": "\ud800"}}, (None, "ship_to.city", "malformed")),
        ({"customer": IncomingCustomer("a@b.example", "\x00")}, (None, "customer.first_name", "malformed")),
        ({"lines": (line("A-1", name="\x00"),)}, (1, "name", "malformed")),
        ({"external_id": "a\x00b"}, (None, "external_id", "malformed")),
        ({"note": "x" * 4001}, (None, "note", "too_long")),
        ({"customer": IncomingCustomer("")}, (None, "customer.email", "missing")),
        ({"currency": "ÉUR"}, (None, "currency", "malformed")),
        ({"lines": (line("A-1", 100_000, 100_000),)}, (None, "total", "too_large")),
        ({"lines": (line("A\x001"),)}, (1, "sku", "malformed")),
        ({"lines": (line("A-1", external_id="7"), line("A-2", external_id="7"))}, (2, "line_id", "repeated")),
        ({"lines": (line("A-1", external_id="7" * 121),)}, (1, "line_id", "too_long")),
    ],
)
def test_one_thing_wrong_is_one_problem(given: dict[str, Any], problem: tuple[int | None, str, str]) -> None:
    assert found(replace(incoming("A-1"), **given)) == [problem]


def test_an_order_of_too_many_lines_is_not_judged_line_by_line() -> None:
    assert found(incoming(lines=(line("B-9"),) * 1001))[0] == (None, "lines", "too_large")


def test_a_problem_says_what_was_seen() -> None:
    unknown, negative = problems_of(incoming(lines=(line("B-9"), line("A-1", -3))), KNOWN)

    assert isinstance(unknown, Problem)
    assert "B-9" in unknown.message
    assert "-3" in negative.message
