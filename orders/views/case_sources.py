"""Who could send the ordered product after all, what it would cost, and which limits of the policy it breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.domain.resourcing import decide
from orders.domain.sourcing import Candidate
from orders.models import StockoutCase
from orders.views.evidence import CHECK_LABELS
from stocke.core.web.formats import day, money, percent, since


@dataclass(frozen=True)
class OriginalSource:
    """One source of the product that was ordered, for all units that are missing."""

    offer_id: int
    title: str
    details: str
    price: str
    note: str


def original_sources(case: StockoutCase) -> Sequence[OriginalSource]:
    """Those that have enough, best first by the policy; the beyond of each limit is named."""
    if case.line.product_id is None:
        return []
    _need, decision = decide(case.line, restocked=True, quantity=case.quantity)
    return [_source(one, case) for one in decision.candidates if one.serves >= case.quantity]


def _source(one: Candidate, case: StockoutCase) -> OriginalSource:
    broken = [str(CHECK_LABELS[check.name]) for check in one.checks if not check.passed]
    beyond = _("beyond the limits: %(checks)s") % {"checks": ", ".join(broken)} if broken else ""
    arrives = _("arrives %(day)s") % {"day": day(one.arrives_on)}
    said = [arrives, since(one.source.as_of), beyond]
    return OriginalSource(
        offer_id=one.source.offer_id,
        title=one.source.supplier_name,
        details=" · ".join(part for part in said if part),
        price=_cost(one, case),
        note=_margin(one, case),
    )


def _cost(one: Candidate, case: StockoutCase) -> str:
    if one.goods_cents is None:
        return _("cost unknown")
    return money(one.goods_cents, case.line.order.currency)


def _margin(one: Candidate, case: StockoutCase) -> str:
    paid = case.line.unit_price_cents * case.quantity
    if one.goods_cents is None or not paid:
        return _("margin unknown")
    return _("margin %(percent)s") % {"percent": percent((paid - one.goods_cents) / paid)}
