"""The ways out of a case, priced. Pure: plain values in, plain values out.

House rules (French and European law behind them): the refund is always there and is all that was paid for the
units; a voucher stands only beside a refund; a dearer substitute costs the customer nothing; a
cheaper one gives the difference back.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from orders.domain.substitutes import Suggestion
from orders.models import OptionKind
from suppliers.queries.restocks import Restock

SUBSTITUTES_AT_ONCE = 5


@dataclass(frozen=True)
class Stake:
    """The money of the missing units. `shipping_cents` is what is given back with them: the whole charge when
    nothing else of the order will be delivered, else nothing."""

    unit_price_cents: int
    quantity: int
    currency: str = "EUR"
    shipping_cents: int = 0
    unit_cost_cents: int | None = None

    @property
    def goods_cents(self) -> int:
        return self.unit_price_cents * self.quantity

    @property
    def refund_cents(self) -> int:
        """All that was paid for these units."""
        return self.goods_cents + self.shipping_cents

    @property
    def margin_cents(self) -> int | None:
        """What the shop no longer earns when it gives the money back."""
        return (
            None if self.unit_cost_cents is None else self.goods_cents - self.unit_cost_cents * self.quantity
        )


@dataclass(frozen=True)
class PricedOption:
    """One way out before it is offered. `key` names it in a form: "refund", "wait:2026-12-09", "substitute:71".

    `cost_cents` is what it costs the shop beyond the price: a difference borne, a gift, the shipping charge.
    """

    key: str
    kind: OptionKind
    product_id: int | None = None
    until: date | None = None
    amount_cents: int | None = None
    price_difference_cents: int = 0
    cost_cents: int = 0
    suggestion: Suggestion | None = field(default=None, compare=False)
    restock: Restock | None = field(default=None, compare=False)
    units: int | None = None

    @property
    def given_back_cents(self) -> int:
        """What the customer gets back if he takes the cheaper product."""
        return max(0, -self.price_difference_cents)

    @property
    def borne_cents(self) -> int:
        """What the shop pays so that a dearer product costs him nothing."""
        return max(0, self.price_difference_cents)


def substitute_option(stake: Stake, suggestion: Suggestion) -> PricedOption:
    difference = suggestion.gap_cents * stake.quantity
    product = suggestion.candidate.product_id
    return PricedOption(
        key=f"substitute:{product}",
        kind=OptionKind.SUBSTITUTE,
        product_id=product,
        price_difference_cents=difference,
        cost_cents=max(0, difference),
        suggestion=suggestion,
    )


def wait_option(restock: Restock) -> PricedOption:
    return PricedOption(f"wait:{restock.on}", OptionKind.WAIT, until=restock.on, restock=restock)


def partial_options(stake: Stake, units: int, restock: Restock | None) -> list[PricedOption]:
    """So many units now; the others when they are there, if somebody stated a day, or their money back."""
    if not 0 < units < stake.quantity:
        return []
    back = stake.unit_price_cents * (stake.quantity - units)
    refunded = PricedOption(f"partial:{units}:refund", OptionKind.PARTIAL, amount_cents=back, units=units)
    if restock is None:
        return [refunded]
    later = PricedOption(
        f"partial:{units}:{restock.on}", OptionKind.PARTIAL, until=restock.on, restock=restock, units=units
    )
    return [later, refunded]


def refund_option(stake: Stake) -> PricedOption:
    return PricedOption(
        "refund", OptionKind.REFUND, amount_cents=stake.refund_cents, cost_cents=stake.shipping_cents
    )


def voucher_option(stake: Stake, percent: int) -> PricedOption:
    """Worth `percent` of what would be refunded, never less than it, rounded half up to the cent."""
    worth = (stake.refund_cents * max(percent, 100) + 50) // 100
    gift = worth - stake.refund_cents
    return PricedOption(
        "voucher", OptionKind.VOUCHER, amount_cents=worth, cost_cents=gift + stake.shipping_cents
    )


def all_options(
    stake: Stake,
    suggestions: Sequence[Suggestion],
    restock: Restock | None,
    *,
    voucher_percent: int | None,
    units_left: int = 0,
) -> list[PricedOption]:
    """Everything that can be offered now, in the order in which it is offered; no percentage, no voucher.

    `units_left` are units of the ordered product itself that one supplier could send now.
    """
    return [
        *(substitute_option(stake, suggestion) for suggestion in suggestions[:SUBSTITUTES_AT_ONCE]),
        *([wait_option(restock)] if restock else []),
        *partial_options(stake, units_left, restock),
        refund_option(stake),
        *([voucher_option(stake, voucher_percent)] if voucher_percent is not None else []),
    ]


def with_refund(chosen: Sequence[PricedOption], stake: Stake) -> list[PricedOption]:
    """The refund is always among what is offered: added when it was left out."""
    if any(option.kind == OptionKind.REFUND for option in chosen):
        return list(chosen)
    return [*chosen, refund_option(stake)]


def reasons_as_json(option: PricedOption) -> list[dict[str, str]]:
    """What goes on the record with the option: why this product, and who stated the date."""
    if option.restock:
        said = option.restock.said_at.isoformat() if option.restock.said_at else ""
        return [{"key": "stated_by", "name": option.restock.supplier, "before": said, "after": ""}]
    return [asdict(reason) for reason in option.suggestion.reasons] if option.suggestion else []
