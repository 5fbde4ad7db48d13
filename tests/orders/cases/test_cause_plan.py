"""What one decision means for each case of a cause: pure."""

from orders.domain.cause_plan import Affected, Fit, Misfit, StandIn, fits

DUNE = StandIn(product_id=71, price_cents=9490, currency="EUR", free=3)


def affected(case: int, quantity: int = 1, **given: object) -> Affected:
    given = {"unit_price_cents": 8990, "refund_cents": 8990 * quantity, "currency": "EUR", **given}
    return Affected(case, quantity, **given)  # type: ignore[arg-type]


def test_units_go_to_the_cases_in_their_order_and_none_is_offered_twice() -> None:
    cases = [affected(1, 2), affected(2, 2), affected(3, 1)]

    assert fits(cases, [DUNE]) == [
        Fit(1, {71: 1000}),
        Fit(2, {71: 1000}, Misfit.SOLD_OUT),
        Fit(3, {71: 500}),
    ]


def test_a_case_in_a_colleagues_hands_takes_nothing() -> None:
    assert fits([affected(1, 3, holder="Samir"), affected(2, 3)], [DUNE]) == [
        Fit(1, {71: 1500}, Misfit.HELD),
        Fit(2, {71: 1500}),
    ]


def test_a_price_in_another_currency_and_a_forbidden_voucher_fit_nobody() -> None:
    cases = [affected(1, currency="GBP"), affected(2, may_have_voucher=False)]

    assert [fit.misfit for fit in fits(cases, [DUNE], with_voucher=True)] == [
        Misfit.CURRENCY,
        Misfit.VOUCHER,
    ]


def test_what_we_bear_is_the_dearest_of_the_products_and_never_negative() -> None:
    cheaper = StandIn(product_id=72, price_cents=7990, currency="EUR", free=9)

    [fit] = fits([affected(1)], [DUNE, cheaper])

    assert (fit.differences, fit.worst_cents) == ({71: 500, 72: -1000}, 500)
    assert fits([affected(1)], [cheaper])[0].worst_cents == 0
