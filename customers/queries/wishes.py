"""Questions about wishes."""

from collections.abc import Sequence
from itertools import accumulate

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat

from customers.models import UNREACHED, Demand, Restock, Wish, WishState
from stocke.core.models import Message
from stocke.core.storefronts import Storefront, on_offer, silent_storefronts
from stocke.products.models import Level, Light, Product
from stocke.products.queries.products import search_products

PREVIEWED = 2_000


def wished_product(sku: str, shop: Storefront) -> Product | None:
    """The product that this shop sells under this SKU, its own or ours, with its level as the shop has it: an unknown
    one until it is first computed. A storefront without a name sells under our SKUs, all that we have.
    """
    if "\0" in sku:
        return None
    offered = on_offer(shop.slug, sku) if shop.slug else None
    named = Q(pk=offered.product if offered else None) if shop.slug else Q(sku=sku)
    product = Product.objects.select_related("level").filter(named, active=True).first()
    if product is not None and not hasattr(product, "level"):
        product.level = Level(product=product)
    if product is not None and offered is not None and not offered.units and product.level.sellable > 0:
        product.level = Level(product=product, light=Light.OUT)
    return product


def wish_with_product(wish_id: int) -> Wish | None:
    """The wish as its own page shows it; None once it is forgotten."""
    return Wish.objects.select_related("product").filter(pk=wish_id).exclude(email="").first()


def demand_for_list() -> QuerySet[Demand]:
    return Demand.objects.select_related("product__level")


def search_demand(rows: QuerySet[Demand], words: str) -> QuerySet[Demand]:
    found = search_products(Product.objects.filter(demand__isnull=False), words)
    return rows.filter(product__in=found.order_by().values("pk"))


def wishes_for_list(product_id: int) -> QuerySet[Wish]:
    """Each with what the mail server said (`refusal`) where no mail of ours reached him."""
    thread = Concat(Value("wish:"), Cast(OuterRef("pk"), CharField()))
    refused = Message.objects.filter(thread=thread).exclude(error="").order_by("-pk").values("error")[:1]
    refusal = Case(
        When(ended_why__in=UNREACHED, then=Subquery(refused)), default=Value(""), output_field=CharField()
    )
    return Wish.objects.filter(product=product_id).annotate(refusal=refusal)


def unreached(product_id: int) -> int:
    """How many wishes of this product ended because no mail of ours reached anybody."""
    return Wish.objects.filter(product=product_id, ended_why__in=UNREACHED).count()


def search_wishes(rows: QuerySet[Wish], words: str) -> QuerySet[Wish]:
    return rows.filter(email__istartswith=words)


def demand_of(product_id: int) -> Demand | None:
    return Demand.objects.select_related("product__level").filter(product=product_id).first()


def restock_of(product_id: int) -> Restock | None:
    """The one that is open now."""
    return Restock.objects.filter(product=product_id, ended_at=None).first()


def waiting_to_be_told(product_id: int) -> QuerySet[Wish]:
    """Of those who wait for this product: whom a wave would tell now, because the shop they came from shows some."""
    waiting = Wish.objects.filter(product=product_id, state=WishState.WAITING)
    return waiting.exclude(channel__in=silent_storefronts(product_id))


def next_in_line(product_id: int, units: int) -> int:
    """How many of those who wait the next wave would tell, for so many units."""
    if not units:
        return 0
    waiting = waiting_to_be_told(product_id)
    wanted = waiting.order_by("confirmed_at", "pk").values_list("quantity", flat=True)[
        : min(units, PREVIEWED)
    ]
    return served(list(wanted), units)


def served(wanted: Sequence[int], units: int) -> int:
    """How many in a row get what they want; the first always does. Pure."""
    return max(sum(upto <= units for upto in accumulate(wanted)), min(1, len(wanted)))
