"""Offers of nothing we know of, and saying what they are."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stocke.core.jobs import enqueue
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import BulkAction, Empty, ListPage, chosen, list_response
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.undo import offer_undo
from stocke.products.models import Product
from suppliers.domain.backup_list import AlreadyAttached, attach_offer
from suppliers.domain.creating import Article, PriceRule, make_products
from suppliers.forms.creating import PriceRuleForm
from suppliers.forms.suppliers import MatchForm
from suppliers.jobs.matching import match_offers
from suppliers.models import Offer
from suppliers.queries.matching import candidates, latest_batches, taken_skus
from suppliers.queries.suppliers import unmatched_offers
from suppliers.tables.creating import plan_of
from suppliers.tables.suppliers import UnmatchedFilter, UnmatchedTable
from suppliers.views.batches import offer_back

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
    bulk=(
        BulkAction(gettext_lazy("Make products of them…"), "suppliers:offers_to_products", "products.edit"),
    ),
    template="suppliers/unmatched_list.html",
    context={"nav_key": "products"},
)


@staff_can("products.view")
def unmatched_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(
        request, replace(UNMATCHED, context={**UNMATCHED.context, "batches": latest_batches()})
    )


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


@require_POST
@staff_can("products.edit")
def offers_match_again(request: StaffRequest) -> HttpResponse:
    """Have a worker look for the products of all offers that have none, by the rules of their feeds."""
    enqueue("default", match_offers, request.user.pk)
    messages.success(
        request, _("The offers are being matched again; those that find their product leave this list.")
    )
    return go_on(request, reverse("suppliers:unmatched_list"))


@require_POST
@staff_can("products.edit")
def offers_to_products(request: StaffRequest) -> HttpResponse:
    """Products of the chosen offers: shows what will come of it, and makes them when asked to."""
    articles = [article_of(offer) for offer in chosen(request, UNMATCHED).order_by("pk")]
    asked = request.POST.get("act", "")
    form = PriceRuleForm(request.POST if asked else None)
    if asked == "make" and form.is_valid():
        back = reverse("suppliers:unmatched_list")
        offer_back(request, make_products(articles, rule=form.rule(), by=request.staff), back)
        return go_on(request, back)
    rule = form.rule() if form.is_bound and form.is_valid() else PriceRule()
    plan = plan_of(articles, rule, taken_skus(article.sku for article in articles))
    return page(
        request,
        "suppliers/make_products.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        form=form,
        plan=plan,
        kept=[(name, value) for name in ("ids", "all", "query") for value in request.POST.getlist(name)],
        back=reverse("suppliers:unmatched_list"),
        nav_key="products",
    )


def article_of(offer: Offer) -> Article:
    return Article(
        sku=offer.supplier_sku,
        name=offer.name,
        gtin=offer.gtin,
        cost_cents=offer.cost_cents,
        currency=offer.currency,
        offer_id=offer.pk,
    )
