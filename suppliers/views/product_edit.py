"""Writing a product down, correcting it, and choosing what may stand in for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.undo import offer_undo
from stocke.products.domain.products import SkuTaken
from stocke.products.domain.substitute_links import (
    NotASubstitute,
    link_substitute,
    move_substitute,
    unlink_substitute,
)
from stocke.products.forms.products import ProductForm, SubstituteForm
from stocke.products.models import Category, Product, SubstituteLink
from suppliers.domain.backup_list import AlreadyAttached
from suppliers.domain.catalogue import add_product, edit_product
from suppliers.models import Offer


@staff_can("products.edit")
def product_new(request: StaffRequest) -> HttpResponse:
    """A product from nothing, or (`?offer=12`) from an offer that has none."""
    offer = offer_behind(request)
    form = ProductForm(request.POST or None, initial=facts_of(offer) if offer else None)
    if request.method == "POST" and form.is_valid() and (product := added(request, form, offer)):
        return go_on(request, reverse("suppliers:product", args=[product.pk]))
    return edit_answer(request, form, offer=offer)


@staff_can("products.edit")
def product_edit(request: StaffRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("category"), pk=pk)
    form = ProductForm(request.POST or None, instance=product)
    if request.method == "POST" and form.is_valid() and edited(request, pk, form):
        return go_on(request, reverse("suppliers:product", args=[pk]))
    return edit_answer(request, form, product=Product.objects.get(pk=pk))


def edit_answer(request: StaffRequest, form: ProductForm, **context: object) -> HttpResponse:
    categories = Category.objects.values_list("name", flat=True)[:500]
    return form_page(
        request,
        "products/product_edit.html",
        form=form,
        categories=categories,
        nav_key="products",
        **context,
    )


def offer_behind(request: StaffRequest) -> Offer | None:
    key = request.GET.get("offer", "")
    return get_object_or_404(Offer, pk=key, product=None) if key.isdecimal() else None


def facts_of(offer: Offer) -> dict[str, object]:
    return {"name": offer.name, "sku": offer.supplier_sku, "gtin": offer.gtin}


def added(request: StaffRequest, form: ProductForm, offer: Offer | None) -> Product | None:
    """The new product; None, with the reason in the form, when it cannot be."""
    try:
        product = add_product(by=request.staff, offer=offer, **form.facts())
    except SkuTaken:
        refuse_sku(form)
        return None
    except AlreadyAttached:
        form.add_error(None, _("Somebody has matched this offer meanwhile. Nothing was saved."))
        return None
    messages.success(request, _("%(name)s added") % {"name": product})
    return product


def edited(request: StaffRequest, pk: int, form: ProductForm) -> bool:
    try:
        changed = edit_product(Product.objects.get(pk=pk), by=request.staff, **form.facts())
    except SkuTaken:
        refuse_sku(form)
        return False
    if changed:
        messages.success(request, _("%(name)s saved") % {"name": form.cleaned_data["name"]})
    return True


def refuse_sku(form: ProductForm) -> None:
    form.add_error("sku", _("Another product has this SKU. Nothing was saved."))


@staff_can("products.edit")
def substitute_add(request: StaffRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    form = SubstituteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and linked(request, product, form):
        return go_on(request, reverse("suppliers:product", args=[pk]))
    return form_page(request, "products/substitute_add.html", form=form, product=product, nav_key="products")


def linked(request: StaffRequest, product: Product, form: SubstituteForm) -> bool:
    substitute = Product.objects.filter(sku=form.cleaned_data["sku"].strip()).first()
    if substitute is None:
        form.add_error("sku", _("No product has this SKU."))
        return False
    try:
        link = link_substitute(
            product, substitute=substitute, by=request.staff, note=form.cleaned_data["note"]
        )
    except NotASubstitute:
        form.add_error("sku", _("This product is on the list already, or is the product itself."))
        return False
    undo = reverse("suppliers:substitute_remove", args=[link.pk])
    offer_undo(request, _("%(name)s may stand in") % {"name": substitute}, undo)
    return True


@require_POST
@staff_can("products.edit")
def substitute_remove(request: StaffRequest, pk: int) -> HttpResponse:
    link = link_or_404(pk)
    unlink_substitute(link, by=request.staff)
    messages.success(request, _("%(name)s no longer stands in") % {"name": link.substitute})
    return go_on(request, reverse("suppliers:product", args=[link.product_id]))


@require_POST
@staff_can("products.edit")
def substitute_move(request: StaffRequest, pk: int, rank: int) -> HttpResponse:
    link = link_or_404(pk)
    move_substitute(link, to_rank=rank, by=request.staff)
    return go_on(request, reverse("suppliers:product", args=[link.product_id]))


def link_or_404(pk: int) -> SubstituteLink:
    return get_object_or_404(SubstituteLink.objects.select_related("product", "substitute"), pk=pk)
