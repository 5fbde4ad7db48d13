"""Articles of which the day can be sure that one supplier's no leads to the next supplier."""

from collections.abc import Sequence

from django.db.models import Count, F, Q

from stocke.demo.day.customers import Good
from stocke.products.models import Product
from suppliers.models import QuantityKind

# Whoever states so many units is not asked first; and these are believed what they state.
PLENTY = 8
BELIEVED = ("nordique", "comptoir", "grossiste", "rivage")


def plotted(count: int) -> Sequence[Good]:
    """So many articles that at least two suppliers have in plenty, from all over the catalogue."""
    has_plenty = Q(
        offers__active=True,
        offers__supplier__code__in=BELIEVED,
        offers__stock__kind=QuantityKind.EXACT,
        offers__stock__quantity__gte=F("offers__stock__reserved") + PLENTY,
    )
    stocked = Product.objects.filter(active=True, level__sellable__gte=PLENTY).annotate(
        sources=Count("offers", filter=has_plenty), offered=Count("offers")
    )
    sure = stocked.filter(sources__gte=2, sources=F("offered")).order_by("pk")
    found = list(sure.values_list("sku", "name", "price_cents"))
    return found[:: max(1, len(found) // count)][:count] if count else []
