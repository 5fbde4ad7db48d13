"""What one case costs the shop, reckoned when it is carried out. Pure but for the cost of the source that serves it."""

from django.db.models import F, Sum

from orders.domain.options import Stake
from orders.models import Allocation, CaseOption, OptionKind, StockoutCase
from orders.models.allocation import COUNTED


def margin_lost(case: StockoutCase, choice: CaseOption, stake: Stake) -> int | None:
    """The margin that the shop would have had on the missing units and has not; None where a cost is not known.

    `stake` is the one of before the choice was carried out. A waiting customer costs none: his order stands.
    """
    if choice.kind == OptionKind.WAIT or choice.until:
        return 0
    if stake.margin_cents is None:
        return None
    if choice.kind == OptionKind.PARTIAL:
        return round(stake.margin_cents * case.quantity / stake.quantity)
    if choice.kind != OptionKind.SUBSTITUTE:
        return stake.margin_cents
    cost = cost_of_promises(case)
    if cost is None:
        return None
    paid = min(stake.goods_cents, stake.goods_cents + choice.price_difference_cents)
    return stake.margin_cents - (paid - cost)


def cost_of_promises(case: StockoutCase) -> int | None:
    """What the units promised to the line of the case cost us; None where a supplier has not said it."""
    live = Allocation.objects.filter(line=case.line, status__in=COUNTED)
    if live.filter(offer__cost_cents=None).exists():
        return None
    cost: int | None = live.aggregate(cost=Sum(F("quantity") * F("offer__cost_cents")))["cost"]
    return cost
