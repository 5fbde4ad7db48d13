"""What is kept for a customer between his choice and the moment when it is carried out.

He may change his mind until then, so nothing is promised yet; but nobody else may buy what he was told he will get.
"""

from collections.abc import Mapping
from copy import copy

from django.db.models import Sum

from orders.domain.allocations import OfferExhausted, keep_for_choice, release_chosen
from orders.domain.resourcing import decide, hold_offers
from orders.domain.sourcing import Verdict
from orders.models import Allocation, AllocationStatus, CaseOption, OptionKind, OrderLine, StockoutCase
from stocke.core.actors import Actor

KEEPS = frozenset({OptionKind.SUBSTITUTE, OptionKind.PARTIAL})


def keep_chosen(case: StockoutCase, option: CaseOption, *, by: Actor) -> bool:
    """Keep the units of what he chooses now, and let those of his last choice go. The caller holds the case.

    They are looked for as they will be when the choice is carried out. False when nobody has them any more: then the
    caller must undo its transaction.
    """
    product = option.product_id or case.line.product_id
    if option.kind not in KEEPS or product is None:
        release_chosen(case.line, reason="instead", by=by)
        return True
    hold_offers(case.line, product_id=product)
    release_chosen(case.line, reason="instead", by=by)
    wanted = option.units if option.kind == OptionKind.PARTIAL else case.quantity
    line = as_chosen(case.line, option, quantity=wanted or 1)
    _need, decision = decide(line, ignores_date=True, restocked=True)
    if decision.verdict == Verdict.SHORT:
        return False
    try:
        keep_for_choice(case.line, product, {part.offer_id: part.quantity for part in decision.choice})
    except OfferExhausted:
        return False
    return True


def as_chosen(line: OrderLine, option: CaseOption, *, quantity: int) -> OrderLine:
    """The line as the choice will make it: so many units of that product, at what they are worth from then on.

    What is given back counts no more: a later case must not give the same money back again. Nothing is saved.
    """
    chosen = copy(line)
    chosen.quantity = quantity
    if option.product is not None:
        chosen.product = option.product
        given_back = max(0, -option.price_difference_cents)
        chosen.unit_price_cents = max(0, line.unit_price_cents - given_back // quantity)
    return chosen


def kept_units(case: StockoutCase) -> Mapping[int, int]:
    """How many units are kept for this case, by offer; asks nothing where nothing is chosen."""
    if case.choice_id is None:
        return {}
    kept = Allocation.objects.filter(line=case.line_id, status=AllocationStatus.CHOSEN)
    return dict(kept.order_by().values("offer").annotate(total=Sum("quantity")).values_list("offer", "total"))
