"""What a changed order means for what we have: the plan, on plain values."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orders.domain.amending import Amendment, LineState, OrderState, plan_amendment
from orders.models import LineStatus
from stocke.channels.incoming import IncomingOrder
from tests.factories.incoming import incoming, line


def have(*lines: LineState, **given: Any) -> OrderState:
    defaults: dict[str, Any] = {
        "status": "to_verify",
        "currency": "EUR",
        "email": "camille@customer.example",
        "shipping_cents": 0,
        "promised_on": date(2099, 12, 1),
        "ship_to": {"name": "Camille Exemple", "city": "Lille"},
        "note": "",
    }
    return OrderState(**{**defaults, "lines": lines, **given})


def ours(line_id: int, sku: str, **given: Any) -> LineState:
    defaults: dict[str, Any] = {
        "external_id": "",
        "sent_sku": sku,
        "quantity": 1,
        "unit_price_cents": 4900,
        "status": "safe",
        "in_case": False,
        "gave_back": False,
    }
    return LineState(line_id=line_id, sku=sku, **{**defaults, **given})


def lines_of(plan: Amendment) -> dict[str, list[Any]]:
    return {
        "added": [one.sku for one in plan.added],
        "removed": [one.line_id for one in plan.removed],
        "changed": [(one.line.line_id, one.incoming.quantity) for one in plan.changed],
    }


def problems(plan: Amendment) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.field, problem.code.value) for problem in plan.problems]


def test_the_price_of_what_was_replaced_is_ours_to_change() -> None:
    replaced = ours(1, "A-1", sent_sku="Z-9", unit_price_cents=3900)

    assert lines_of(plan_amendment(have(replaced), incoming("A-1"))) == {
        "added": [],
        "removed": [],
        "changed": [],
    }


@pytest.mark.parametrize("line_id", ["", "L1"])
def test_a_line_that_we_parted_is_still_the_line_that_was_sent(line_id: str) -> None:
    parts = [ours(1, "A-1", quantity=3, status="accepted"), ours(2, "A-1", quantity=2, status="waiting")]
    parted = [replace(part, external_id=line_id) for part in parts]
    sent = incoming(lines=(line("A-1", 5, external_id=line_id),), note="Sonnez deux fois")

    plan = plan_amendment(have(*parted), sent)

    assert lines_of(plan) == {"added": [], "removed": [], "changed": []}
    assert (list(plan.header), plan.problems) == (["note"], ())


def test_lines_are_added_removed_and_changed() -> None:
    sent = incoming(lines=(line("A-1", 3), line("C-3")))

    plan = plan_amendment(have(ours(1, "A-1"), ours(2, "B-2")), sent)

    assert lines_of(plan) == {"added": ["C-3"], "removed": [2], "changed": [(1, 3)]}
    assert (plan.header, plan.problems) == ({}, ())


def test_lines_in_another_order_are_the_same_lines() -> None:
    mine = have(ours(1, "A-1"), ours(2, "A-1", quantity=5), ours(3, "B-2"))

    plan = plan_amendment(mine, incoming(lines=(line("B-2"), line("A-1", 5), line("A-1", 1))))

    assert plan == Amendment()


def test_the_shops_own_line_id_comes_first() -> None:
    mine = have(ours(1, "A-1", external_id="x"), ours(2, "A-1", external_id="y"))

    plan = plan_amendment(
        mine, incoming(lines=(line("A-1", 2, external_id="y"), line("A-1", external_id="x")))
    )

    assert lines_of(plan) == {"added": [], "removed": [], "changed": [(2, 2)]}


def test_another_product_under_the_same_line_id_is_another_line() -> None:
    plan = plan_amendment(
        have(ours(1, "A-1", external_id="x")), incoming(lines=(line("B-2", external_id="x"),))
    )

    assert lines_of(plan) == {"added": ["B-2"], "removed": [1], "changed": []}


@pytest.mark.parametrize("sku", ["A-1", "A-9"])
def test_a_replaced_line_is_known_by_what_was_bought_and_by_what_is_sent(sku: str) -> None:
    assert plan_amendment(have(ours(1, "A-1", sent_sku="A-9")), incoming(sku)) == Amendment()


@pytest.mark.parametrize("status", ["ordered", "accepted", "shipped", "delivered"])
def test_a_line_that_was_ordered_from_a_supplier_is_not_changed_by_the_shop(status: str) -> None:
    mine = have(ours(1, "A-1", status=status), ours(2, "B-2", status=status))

    plan = plan_amendment(mine, incoming(lines=(line("A-1", 2),)))

    assert problems(plan) == [(1, "quantity", "line_ordered"), (None, "lines", "line_ordered")]


def test_the_price_of_an_ordered_line_may_be_corrected() -> None:
    plan = plan_amendment(have(ours(1, "A-1", status="ordered")), incoming(lines=(line("A-1", 1, 4500),)))

    assert (lines_of(plan)["changed"], plan.problems) == ([(1, 1)], ())


def test_a_line_in_an_open_case_waits_for_the_case() -> None:
    plan = plan_amendment(have(ours(1, "A-1", status="short", in_case=True)), incoming("B-2"))

    assert problems(plan) == [(None, "lines", "line_in_case")]


@pytest.mark.parametrize("status", [LineStatus.REFUNDED, LineStatus.VOUCHERED])
def test_a_line_that_we_settled_may_be_gone_but_not_grow(status: str) -> None:
    mine = have(ours(1, "A-1", status=status), ours(2, "B-2"))

    assert plan_amendment(mine, incoming("B-2")) == Amendment()
    assert problems(plan_amendment(mine, incoming("B-2", lines=(line("A-1", 2),)))) == [
        (1, "quantity", "line_settled")
    ]


def test_a_line_of_whose_price_we_gave_some_back_is_neither_removed_nor_counted_anew() -> None:
    cheaper = ours(1, "A-1", sent_sku="Z-9", unit_price_cents=3900, gave_back=True)
    mine = have(cheaper, ours(2, "B-2"))

    assert problems(plan_amendment(mine, incoming("B-2"))) == [(None, "lines", "line_settled")]
    assert problems(plan_amendment(mine, incoming("B-2", lines=(line("A-1", 2),)))) == [
        (1, "quantity", "line_settled")
    ]


def test_a_line_whose_product_has_another_sku_by_now_is_amended_like_any_other() -> None:
    mine = have(ours(1, "A-1", sent_sku="A-1-NEW"), ours(2, "B-2"))

    assert lines_of(plan_amendment(mine, incoming("B-2")))["removed"] == [1]
    plan = plan_amendment(mine, incoming("B-2", lines=(line("A-1", 2),)))
    assert (lines_of(plan)["changed"], plan.problems) == ([(1, 2)], ())


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_a_finished_order_is_not_amended(status: str) -> None:
    plan = plan_amendment(have(ours(1, "A-1"), status=status), incoming("A-1", "B-2"))

    assert problems(plan) == [(None, "external_id", "order_ended")]


def test_the_head_of_the_order_changes_field_by_field() -> None:
    sent = replace(incoming("A-1"), note="ring twice", shipping_cents=490, promised_on=date(2099, 11, 30))

    plan = plan_amendment(have(ours(1, "A-1")), sent)

    assert plan.header == {
        "shipping_cents": (0, 490),
        "promised_on": (date(2099, 12, 1), date(2099, 11, 30)),
        "note": ("", "ring twice"),
    }
    assert plan.is_earlier


@pytest.mark.parametrize(
    ("before", "after", "earlier"),
    [
        (date(2099, 12, 1), date(2099, 12, 5), False),
        (date(2099, 12, 1), None, False),
        (None, date(2099, 12, 1), True),
    ],
)
def test_only_an_earlier_promise_asks_for_new_judgement(
    before: date | None, after: date | None, earlier: bool
) -> None:
    sent: IncomingOrder = replace(incoming("A-1"), promised_on=after)

    assert plan_amendment(have(ours(1, "A-1"), promised_on=before), sent).is_earlier is earlier


def test_the_currency_is_fixed_and_so_is_an_address_that_a_supplier_has() -> None:
    mine = have(ours(1, "A-1", status="ordered"), ours(2, "B-2"))
    sent = replace(incoming("A-1", "B-2"), currency="GBP", ship_to={"city": "Paris"})

    assert problems(plan_amendment(mine, sent)) == [
        (None, "currency", "currency_fixed"),
        (None, "ship_to", "address_sent"),
    ]
