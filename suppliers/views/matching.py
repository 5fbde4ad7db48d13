"""Offers of nothing we know of, and saying what they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, list_response
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.undo import offer_undo
from stocke.products.models import Product
from suppliers.domain.backup_list import AlreadyAttached, attach_offer
from suppliers.forms.suppliers import MatchForm
from suppliers.models import Offer
from suppliers.queries.matching import candidates
from suppliers.queries.suppliers import unmatched_offers
from suppliers.tables.suppliers import UnmatchedFilter, UnmatchedTable

UNMATCHED = ListPage(
    key="unmatched",
    title=gettext_lazy("Offers without a product"),
    rows=lambda request: unmatched_offers(),
    table=UnmatchedTable,
    filters=UnmatchedFilter,
    search_label=gettext_lazy("Search by the beginning of a supplier SKU"),
    empty=Empty(
        gettext_lazy("Every offer has its product"),
        gettext_lazy(
            "What suppliers offer and we do not know will stand here, to be matched or made a product."
        ),
    ),
    context={"nav_key": "products"},
)


@staff_can("products.view")
def unmatched_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, UNMATCHED)


@staff_can("products.edit")
def match(request: StaffRequest, pk: int) -> HttpResponse:
    offer = get_object_or_404(unmatched_offers(), pk=pk)
    form = MatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return attached(request, offer, form.cleaned_data["product"])
    words = request.GET.get("q", "").strip()[:100]
    return form_page(
        request,
        "suppliers/match.html",
        form=form,
        offer=offer,
        words=words,
        candidates=candidates(offer, words),
        nav_key="products",
    )


@require_POST
@staff_can("products.edit")
def match_to(request: StaffRequest, pk: int, product: int) -> HttpResponse:
    """The way back from detaching."""
    return attached(request, get_object_or_404(Offer.objects.select_related("supplier"), pk=pk), product)


def attached(request: StaffRequest, offer: Offer, product_pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_pk)
    try:
        attach_offer(offer, product=product, by=request.staff)
    except AlreadyAttached:
        messages.warning(request, _("Somebody has matched this offer meanwhile. Nothing was changed."))
        return go_on(request, reverse("suppliers:unmatched_list"))
    words = _("%(sku)s is an offer of %(product)s") % {"sku": offer.supplier_sku, "product": product}
    offer_undo(request, words, reverse("suppliers:offer_detach", args=[offer.pk]))
    return go_on(request, reverse("suppliers:product", args=[product.pk]))
