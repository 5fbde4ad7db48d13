"""The list of products, and one product: its number, why, who could deliver it, and what became of it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.moments import written_as, yesterday
from stocke.core.web.panels import panels_of
from stocke.core.web.partials import partial
from stocke.core.web.timeline import build_timeline
from stocke.products.models import LevelPolicy, Product
from suppliers.models import Offer
from suppliers.queries.product_history import history_of
from suppliers.queries.products import (
    last_publications,
    last_words,
    offers_of,
    products_for_list,
    substitutes_of,
    told_to_channels,
)
from suppliers.queries.restocks import earliest_restock
from suppliers.tables.explaining import cause_in_words, explain, told_in_words, why_this_light
from suppliers.tables.products import ProductFilter, ProductTable, lead_in_words, level_of

NEW = PageAction(
    _("Add a product"),
    "suppliers:product_new",
    permission="products.edit",
    icon="plus",
    primary=True,
    key="n",
)
PRODUCTS = ListPage(
    key="products",
    title=_("Products"),
    rows=lambda request: products_for_list(),
    table=ProductTable,
    filters=ProductFilter,
    search_label=_("Search by SKU, name, brand or barcode"),
    views=(
        NamedView(_("Low stock"), "light=low"),
        NamedView(_("Out of stock"), "light=out"),
        NamedView(_("Unknown"), "light=unknown"),
    ),
    actions=(
        PageAction(_("Offers without a product"), "suppliers:unmatched_list", permission="products.view"),
        NEW,
    ),
    empty=Empty(
        _("No product yet"),
        _("A product is what you sell: one SKU. Suppliers’ offers are matched to it by SKU or barcode."),
        action=NEW,
    ),
    context={"nav_key": "products"},
)
HISTORY_DAYS = 14
CHANGES_SHOWN = 6


@staff_can("products.view")
def product_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, PRODUCTS)


@staff_can("products.view")
def product_page(request: StaffRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("category", "level"), pk=pk)
    offers = offers_of(product)
    panels = panels_of("product", pk)
    threads = [f"product:{pk}", *(f"offer:{offer.pk}" for offer in offers)]
    threads += [thread for panel in panels for thread in panel.threads]
    return partial(
        request,
        "products/product.html#numbers",
        product=product,
        offers=offers,
        substitutes=substitutes_of(product),
        panels=panels,
        timeline=build_timeline(timeline(*threads), request),
        latest=written_as(timezone.now(), timezone.get_current_timezone()),
        yesterday=yesterday(timezone.now(), timezone.get_current_timezone()),
        nav_key="products",
        **numbers_of(product, offers),
        **told_of(product, offers),
    )


def numbers_of(product: Product, offers: list[Offer]) -> dict[str, Any]:
    """The number, its light, and why they are what they are."""
    policy, level = LevelPolicy.current(), level_of(product)
    return {
        "level": level,
        "lead": lead_in_words(level),
        "explained": explain(level, last_words(offers, now=timezone.now())),
        "why_light": why_this_light(level, policy),
        "restock": earliest_restock(offers, timezone.localdate()),
        "trusted": timedelta(hours=policy.trusted_hours),
    }


def told_of(product: Product, offers: list[Offer]) -> dict[str, Any]:
    """What was stated and published lately."""
    since = timezone.now() - timedelta(days=HISTORY_DAYS)
    publications = last_publications(product, CHANGES_SHOWN + 1)
    return {
        "channels": [(told, told_in_words(told)) for told in told_to_channels(product)],
        "changes": [
            (after.at, told_in_words(before), told_in_words(after), cause_in_words(after.cause))
            for after, before in pairwise(publications)
        ],
        "points": history_of(product.pk, [offer.pk for offer in offers], since=since),
        "days": HISTORY_DAYS,
    }
