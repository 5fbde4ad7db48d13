"""What a channel sells and tells: listings, one of them with its chain, messages, orders, rounds of telling."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from stocke.channels.domain.chains import steps_of
from stocke.channels.domain.listing_rules import change_listing_rules
from stocke.channels.domain.matching import duplicates, give_own_stock, match_by_hand
from stocke.channels.domain.new_products import make_products
from stocke.channels.domain.shop_orders import take_anyway
from stocke.channels.forms.channels import ListingRulesForm, MatchForm
from stocke.channels.models import Channel, Listing, Telling
from stocke.channels.queries.channels import (
    deliveries_for_list,
    listings_for_list,
    numbers_of,
    numbers_told,
    shop_orders_for_list,
)
from stocke.channels.tables.lists import (
    DeliveryFilter,
    DeliveryTable,
    ListingFilter,
    ListingTable,
    ShopOrderFilter,
    ShopOrderTable,
)
from stocke.channels.tables.states import state_of_listing, state_of_telling
from stocke.channels.tables.steps import channel_steps
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import BulkAction, Empty, ListPage, NamedView, chosen, list_response
from stocke.core.web.partials import go_on, page

NUMBERS_SHOWN = 500
TEMPLATE = "channels/of_channel.html"


def listings_page(channel: Channel) -> ListPage:
    return ListPage(
        key="listings",
        title=_("Listings of %(name)s") % {"name": channel.name},
        rows=lambda request: listings_for_list(channel),
        table=ListingTable,
        filters=ListingFilter,
        search_label=gettext_lazy("Search by SKU, name or id there"),
        views=(
            NamedView(gettext_lazy("Without a product"), "state=unmatched"),
            NamedView(gettext_lazy("With a problem"), "state=problem"),
            NamedView(gettext_lazy("Listed twice"), "state=double"),
        ),
        bulk=(
            BulkAction(
                gettext_lazy("Give a number of its own"),
                "channels:listings_own_stock",
                permission="channels.edit",
                args=(channel.pk,),
            ),
            BulkAction(
                gettext_lazy("Make products of them"),
                "channels:listings_make_products",
                permission="products.edit",
                args=(channel.pk,),
            ),
        ),
        empty=Empty(
            gettext_lazy("No listing was read yet"),
            gettext_lazy("They are read from the shop when it is connected, and matched by SKU or barcode."),
        ),
        template=TEMPLATE,
        context={"channel": channel},
    )


@staff_can("channels.view")
def listing_list(request: StaffRequest, pk: int) -> HttpResponseBase:
    return list_response(request, listings_page(get_object_or_404(Channel, pk=pk)))


@require_POST
@staff_can("channels.edit")
def listings_own_stock(request: StaffRequest, pk: int) -> HttpResponse:
    def said(done: int) -> str:
        return ngettext(
            "%(count)s listing gets its own number.", "%(count)s listings get their own number.", done
        )

    return done_to_chosen(request, pk, give_own_stock, said)


@require_POST
@staff_can("products.edit")
def listings_make_products(request: StaffRequest, pk: int) -> HttpResponse:
    """Products of what the shop sells and we do not know yet."""

    def said(done: int) -> str:
        return ngettext("%(count)s product was made.", "%(count)s products were made.", done)

    return done_to_chosen(request, pk, make_products, said)


def done_to_chosen(
    request: StaffRequest, pk: int, do: Callable[..., int], said: Callable[[int], str]
) -> HttpResponse:
    """Do something to the chosen listings of a channel, and say how many it was done to."""
    channel = get_object_or_404(Channel, pk=pk)
    ids = list(chosen(request, listings_page(channel)).values_list("pk", flat=True))
    done = do(channel, ids, by=request.staff)
    messages.info(request, said(done) % {"count": done})
    return go_on(request, reverse("channels:listings", args=[pk]))


@staff_can("channels.view")
def listing_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One listing, and how its number comes about."""
    listing = listing_or_404(pk)
    return page(request, "channels/listing.html", **shown(listing))


def listing_or_404(pk: int) -> Listing:
    return get_object_or_404(
        Listing.objects.select_related("channel", "product__level", "product__category"), pk=pk
    )


def shown(listing: Listing, **forms: Any) -> dict[str, Any]:
    return {
        "listing": listing,
        "channel": listing.channel,
        "state": state_of_listing(listing),
        "steps": channel_steps(steps_of([listing])[listing.pk]) if listing.product else [],
        "twins": duplicates(listing.channel).get(listing.product_id or 0, 0),
        "numbers": numbers_told(listing),
        "match_form": MatchForm(initial={"sku": listing.product.sku if listing.product else ""}),
        "rules_form": ListingRulesForm(instance=listing),
        "nav_key": "channels",
        **forms,
    }


@require_POST
@staff_can("channels.edit")
def listing_match(request: StaffRequest, pk: int) -> HttpResponse:
    listing, form = listing_or_404(pk), MatchForm(request.POST)
    if not form.is_valid():
        return page(request, "channels/listing.html", status=422, **shown(listing, match_form=form))
    match_by_hand(listing, form.product, by=request.staff)
    messages.success(request, _("Saved. The shop is told within a minute."))
    return go_on(request, reverse("channels:listing", args=[pk]))


@require_POST
@staff_can("channels.edit")
def listing_rules(request: StaffRequest, pk: int) -> HttpResponse:
    form = ListingRulesForm(request.POST, instance=listing_or_404(pk))
    if not form.is_valid():
        return page(
            request, "channels/listing.html", status=422, **shown(listing_or_404(pk), rules_form=form)
        )
    change_listing_rules(listing_or_404(pk), by=request.staff, **form.cleaned_data)
    messages.success(request, _("Saved. The shop is told within a minute."))
    return go_on(request, reverse("channels:listing", args=[pk]))


@staff_can("channels.view")
def delivery_list(request: StaffRequest, pk: int) -> HttpResponseBase:
    channel = get_object_or_404(Channel, pk=pk)
    return list_response(
        request,
        ListPage(
            key="deliveries",
            title=_("Messages from %(name)s") % {"name": channel.name},
            rows=lambda request: deliveries_for_list(channel),
            table=DeliveryTable,
            filters=DeliveryFilter,
            search_label=gettext_lazy("Search by id there"),
            empty=Empty(
                gettext_lazy("The shop has sent nothing yet"),
                gettext_lazy("Its orders are read every minute all the same."),
            ),
            template=TEMPLATE,
            context={"channel": channel},
        ),
    )


def orders_page(channel: Channel) -> ListPage:
    return ListPage(
        key="shop_orders",
        title=_("Orders of %(name)s") % {"name": channel.name},
        rows=lambda request: shop_orders_for_list(channel),
        table=ShopOrderTable,
        filters=ShopOrderFilter,
        search_label=gettext_lazy("Search by number"),
        views=(NamedView(gettext_lazy("To look at"), "problem=yes"),),
        bulk=(
            BulkAction(
                gettext_lazy("Take in"),
                "channels:shop_orders_take",
                permission="channels.edit",
                args=(channel.pk,),
            ),
        ),
        empty=Empty(gettext_lazy("No order was read yet"), ""),
        template=TEMPLATE,
        context={"channel": channel},
    )


@staff_can("channels.view")
def shop_order_list(request: StaffRequest, pk: int) -> HttpResponseBase:
    return list_response(request, orders_page(get_object_or_404(Channel, pk=pk)))


@require_POST
@staff_can("channels.edit")
def shop_orders_take(request: StaffRequest, pk: int) -> HttpResponse:
    """Take in what stood apart: paid orders that somebody has looked at."""
    ids = list(chosen(request, orders_page(get_object_or_404(Channel, pk=pk))).values_list("pk", flat=True))
    done = sum(take_anyway(one) for one in ids)
    said = ngettext("%(count)s order is being taken in.", "%(count)s orders are being taken in.", done)
    messages.info(request, said % {"count": done})
    return go_on(request, reverse("channels:shop_orders", args=[pk]))


@staff_can("channels.view")
def telling_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One round of telling: every number with before, after and why."""
    telling = get_object_or_404(Telling.objects.select_related("channel"), pk=pk)
    numbers = [(told, channel_steps(told.steps)) for told in numbers_of(telling)[:NUMBERS_SHOWN]]
    return page(
        request,
        "channels/telling.html",
        telling=telling,
        channel=telling.channel,
        state=state_of_telling(telling),
        numbers=numbers,
        nav_key="channels",
    )
