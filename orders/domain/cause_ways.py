"""The cases of one cause and what can be offered to all of them: the loaded side of `cause_plan`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orders.domain.cases import holder_of
from orders.domain.cause_plan import Affected, Fit, StandIn, fits
from orders.domain.legal.refunding import may_replace_refund
from orders.domain.options import (
    PricedOption,
    Stake,
    refund_option,
    substitute_option,
    voucher_option,
    with_refund,
)
from orders.domain.ways_out import stakes_of, ways_out
from orders.models import OptionKind, StockoutCase, VerificationPolicy
from orders.queries.cases import cases_of_cause
from orders.queries.cause_tallies import waiting_of_cause
from suppliers.queries.sources import sources_of


@dataclass(frozen=True)
class Cause:
    """The first cases of one cause, the most urgent first, and what the first of them could be offered.

    `total` are all that wait, these among them.
    """

    cases: Sequence[StockoutCase]
    total: int
    stakes: Mapping[int, Stake]
    offered: Sequence[PricedOption]

    def wanted(self, keys: Sequence[str]) -> list[PricedOption]:
        """The options of these names; the refund is always among them."""
        return with_refund([one for one in self.offered if one.key in keys], self.stakes[self.cases[0].pk])

    def options_for(self, case: StockoutCase, wanted: Sequence[PricedOption]) -> list[PricedOption]:
        """The same ways out at the prices of this case."""
        return [priced_for(option, self.stakes[case.pk]) for option in wanted]


def cause_of(example: StockoutCase, *, limit: int) -> Cause | None:
    """The cases that share the cause of this one and wait for a proposal; None when none does any more."""
    cases = cases_of_cause(example, limit)
    if not cases:
        return None
    # How many units are left for a part differs from case to case.
    offered = [option for option in ways_out(cases[0]) if option.kind != OptionKind.PARTIAL]
    total = max(len(cases), waiting_of_cause(example)) if len(cases) == limit else len(cases)
    return Cause(cases, total, stakes_of(cases), offered)


def plan_of(cause: Cause, wanted: Sequence[PricedOption], *, user_id: int) -> list[Fit]:
    """What this decision would mean for each case now; nothing is written."""
    affected = [affected_by(case, cause.stakes[case.pk], user_id=user_id) for case in cause.cases]
    with_voucher = any(option.kind == OptionKind.VOUCHER for option in wanted)
    return fits(affected, stand_ins_of(wanted, affected[0].currency), with_voucher=with_voucher)


def affected_by(case: StockoutCase, stake: Stake, *, user_id: int) -> Affected:
    holder = holder_of(case)
    return Affected(
        case_id=case.pk,
        quantity=case.quantity,
        unit_price_cents=stake.unit_price_cents,
        refund_cents=stake.refund_cents,
        currency=stake.currency,
        may_have_voucher=may_replace_refund(case.line.order.customer.country),
        holder=holder.get_full_name() if holder and holder.pk != user_id else "",
    )


def stand_ins_of(wanted: Sequence[PricedOption], currency: str) -> list[StandIn]:
    """The products among these options, which are sold in this currency, with all that is free of each."""
    candidates = [option.suggestion.candidate for option in wanted if option.suggestion]
    free = units_free(candidate.product_id for candidate in candidates)
    return [
        StandIn(
            product_id=candidate.product_id,
            price_cents=candidate.price_cents,
            currency=currency,
            free=free[candidate.product_id],
        )
        for candidate in candidates
    ]


def units_free(product_ids: Iterable[int]) -> dict[int, int]:
    """What could be promised of each product now, at all its suppliers together."""
    return {
        product: sum(max(0, one.free) for one in sources if one.active)
        for product, sources in sources_of(product_ids).items()
    }


def priced_for(option: PricedOption, stake: Stake) -> PricedOption:
    if option.suggestion is not None:
        gap = option.suggestion.candidate.price_cents - stake.unit_price_cents
        return substitute_option(stake, replace(option.suggestion, gap_cents=gap))
    if option.kind == OptionKind.REFUND:
        return refund_option(stake)
    if option.kind == OptionKind.VOUCHER:
        return voucher_option(stake, VerificationPolicy.current().voucher_percent)
    return option
