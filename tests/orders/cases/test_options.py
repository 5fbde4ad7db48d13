"""What each way out costs: the worked examples of the law are among them."""

from datetime import date

import pytest

from orders.domain.options import PricedOption, Stake, all_options, substitute_option, with_refund
from orders.domain.substitutes import Candidate, Suggestion
from orders.models import OptionKind
from suppliers.queries.restocks import Restock


def suggestion(gap_cents: int, product_id: int = 7) -> Suggestion:
    candidate = Candidate(product_id, "Lamp", 4990 + gap_cents, 0.5, 3, "Supplier", 2)
    return Suggestion(candidate, 0.5, (), gap_cents, None, None)


def test_every_way_out_is_priced_in_the_order_in_which_it_is_offered() -> None:
    stake = Stake(unit_price_cents=4990, quantity=2, shipping_cents=590)
    restock = Restock(date(2026, 12, 9), "Nordique")

    options = all_options(stake, [suggestion(500)], restock, voucher_percent=110)

    assert options == [
        PricedOption("substitute:7", OptionKind.SUBSTITUTE, 7, None, None, 1000, 1000),
        PricedOption("wait:2026-12-09", OptionKind.WAIT, None, date(2026, 12, 9)),
        PricedOption("refund", OptionKind.REFUND, None, None, 10570, 0, 590),
        PricedOption("voucher", OptionKind.VOUCHER, None, None, 11627, 0, 1647),
    ]


@pytest.mark.parametrize(("gap", "given_back", "borne"), [(-500, 500, 0), (500, 0, 500), (0, 0, 0)])
def test_a_cheaper_substitute_gives_back_and_a_dearer_one_costs_the_customer_nothing(
    gap: int, given_back: int, borne: int
) -> None:
    option = substitute_option(Stake(4990, 1), suggestion(gap))

    assert (option.given_back_cents, option.borne_cents) == (given_back, borne)


def test_without_a_stated_date_nobody_is_asked_to_wait() -> None:
    options = all_options(Stake(4990, 1), [], None, voucher_percent=110)

    assert [option.kind for option in options] == [OptionKind.REFUND, OptionKind.VOUCHER]


def test_the_refund_is_added_when_it_was_left_out() -> None:
    stake = Stake(4990, 1)
    offered = all_options(stake, [suggestion(0)], None, voucher_percent=110)

    assert with_refund([offered[2]], stake) == [offered[2], offered[1]]
    assert with_refund(offered, stake) == offered


def test_a_voucher_is_never_worth_less_than_the_refund_beside_it() -> None:
    refund, voucher = all_options(Stake(4990, 1), [], None, voucher_percent=50)

    assert voucher.amount_cents == refund.amount_cents == 4990
