"""Products about to be made, and what came of it, as values for the page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.web.formats import number
from suppliers.domain.creating import LONGEST_SKU, Article, Made, PriceRule
from suppliers.domain.taking_back import TakenBack

SHOWN = 10


@dataclass(frozen=True)
class Planned:
    """One product as it will be."""

    article: Article
    price_cents: int


@dataclass(frozen=True)
class Plan:
    """What making products of some articles will do."""

    first: Sequence[Planned]
    products: int
    without_price: int
    taken: Sequence[str]
    too_long: Sequence[str]

    @property
    def more(self) -> int:
        return self.products - len(self.first)


def plan_of(articles: Sequence[Article], rule: PriceRule, taken: Collection[str]) -> Plan:
    """`taken` are SKUs that products have already."""
    fitting = {one.sku: one for one in articles if len(one.sku) <= LONGEST_SKU and one.sku not in taken}
    planned = [Planned(one, rule.price_of(one.cost_cents)) for one in fitting.values()]
    return Plan(
        first=planned[:SHOWN],
        products=len(planned),
        without_price=sum(not one.price_cents for one in planned),
        taken=[one.sku for one in articles if one.sku in taken],
        too_long=[one.sku for one in articles if len(one.sku) > LONGEST_SKU],
    )


def told(made: Made) -> str:
    """What came of it: "38 products made, 2 not: their SKU is taken"."""
    count = len(made.products)
    done = ngettext("%(count)s product made", "%(count)s products made", count) % {"count": number(count)}
    left = len(made.taken) + len(made.too_long)
    if not left:
        return done
    why = ngettext(
        "%(count)s not: its SKU is taken or too long",
        "%(count)s not: their SKUs are taken or too long",
        left,
    ) % {"count": number(left)}
    return _("%(done)s, %(why)s") % {"done": done, "why": why}


WHY_KEPT = {
    "used": gettext_lazy("in an order, a stockout case or a promise"),
    "changed": gettext_lazy("changed by a person since"),
}


def told_back(taken: TakenBack) -> str:
    """What went and what stays: "36 products removed. 2 stay: LMP-1 (in an order…), LMP-2 (changed…)"."""
    count, kept = len(taken.removed), taken.kept
    done = ngettext("%(count)s product removed", "%(count)s products removed", count)
    said = done % {"count": number(count)}
    if not kept:
        return said
    why = [f"{sku} ({WHY_KEPT[reason]})" for sku, reason in list(kept.items())[:SHOWN]]
    more = ["…"] if len(kept) > SHOWN else []
    stay = ngettext("%(count)s stays: %(skus)s", "%(count)s stay: %(skus)s", len(kept))
    return f"{said}. {stay % {'count': number(len(kept)), 'skus': ', '.join([*why, *more])}}"
