"""Acts on the backup list of a product: each answers with the product's numbers drawn anew, and offers undo."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on
from stocke.core.web.undo import offer_undo
from stocke.products.models import Product
from suppliers.domain.backup_list import (
    NotInTheList,
    StillPromised,
    detach_offer,
    move_offer,
    reorder_offers,
    switch_offer,
)
from suppliers.models import Offer
from suppliers.queries.products import backup_order


@require_POST
@staff_can("products.edit")
def offer_move(request: StaffRequest, pk: int, rank: int) -> HttpResponse:
    product, offer = listed(pk)
    before = backup_order(product)
    if move_offer(offer, to_rank=rank, by=request.staff):
        words = _("%(supplier)s now stands at rank %(rank)s")
        told = words % {"supplier": offer.supplier.name, "rank": backup_order(product).index(pk) + 1}
        offer_undo(request, told, undo_url(product, before))
    return back_to(request, product)


@require_POST
@staff_can("products.edit")
def offers_reorder(request: StaffRequest, pk: int, order: str = "") -> HttpResponse:
    """The list as it was dragged or, with an order in the address, as it was before."""
    product = get_object_or_404(Product, pk=pk)
    before = backup_order(product)
    wanted = order.split("-") if order else request.POST.getlist("order")
    try:
        moved = reorder_offers(
            product, order=[int(key) for key in wanted if key.isdecimal()], by=request.staff
        )
    except NotInTheList:
        messages.warning(request, _("The list has changed meanwhile. Nothing was moved."))
        return back_to(request, product)
    if moved and not order:
        offer_undo(request, _("Backup list reordered"), undo_url(product, before))
    return back_to(request, product)


@require_POST
@staff_can("products.edit")
def offer_switch(request: StaffRequest, pk: int, state: str) -> HttpResponse:
    product, offer = listed(pk)
    is_on = state == "on"
    if switch_offer(offer, active=is_on, by=request.staff):
        words = _("%(supplier)s counts again") if is_on else _("%(supplier)s no longer counts")
        undo = reverse("suppliers:offer_switch", args=[pk, "off" if is_on else "on"])
        offer_undo(request, words % {"supplier": offer.supplier.name}, undo)
    return back_to(request, product)


@require_POST
@staff_can("products.edit")
def offer_detach(request: StaffRequest, pk: int) -> HttpResponse:
    product, offer = listed(pk)
    try:
        detach_offer(offer, by=request.staff)
    except StillPromised:
        messages.error(
            request,
            _(
                "Units of this offer are promised to customers. Nothing was changed. Serve or tell them first."
            ),
        )
    else:
        words = _("%(sku)s is no longer an offer of this product") % {"sku": offer.supplier_sku}
        offer_undo(request, words, reverse("suppliers:match_to", args=[pk, product.pk]))
    return back_to(request, product)


def listed(pk: int) -> tuple[Product, Offer]:
    """The offer and its product; 404 where there is none."""
    product = get_object_or_404(Product, offers=pk)
    return product, Offer.objects.select_related("supplier", "product").get(pk=pk)


def undo_url(product: Product, before: Sequence[int]) -> str:
    return reverse("suppliers:offers_reorder_to", args=[product.pk, "-".join(map(str, before))])


def back_to(request: StaffRequest, product: Product) -> HttpResponse:
    return go_on(request, reverse("suppliers:product", args=[product.pk]))
