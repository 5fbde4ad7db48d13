"""The link to a supplier's stock, on his page of ours: made, sent, sent again, withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.domain.stock_links import address_of, open_link, send_link, withdraw_link
from orders.queries.stock_links import live_link
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.panels import Panel
from stocke.core.web.partials import go_on
from suppliers.models import Supplier


def stock_link_panel(supplier_id: int) -> Panel:
    """The part of a supplier's page that says whether he keeps his stock by himself."""
    link = live_link(supplier_id)
    return Panel(
        "orders/supplier_stock_link.html",
        {
            "link": link,
            "address": address_of(link) if link else "",
            "supplier": Supplier.objects.get(pk=supplier_id),
        },
    )


@require_POST
@staff_can("suppliers.edit")
def send(request: StaffRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    if send_link(supplier, by=request.staff):
        messages.success(request, _("The link is on its way to %(email)s") % {"email": supplier.email})
    else:
        messages.warning(
            request, _("This supplier has no e-mail address. Make a link and hand it to him yourself.")
        )
    return back(request, pk)


@require_POST
@staff_can("suppliers.edit")
def make(request: StaffRequest, pk: int) -> HttpResponse:
    open_link(get_object_or_404(Supplier, pk=pk), by=request.staff)
    messages.success(request, _("The link is ready to be copied"))
    return back(request, pk)


@require_POST
@staff_can("suppliers.edit")
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    if withdraw_link(get_object_or_404(Supplier, pk=pk), by=request.staff):
        messages.success(request, _("The link no longer opens anything"))
    return back(request, pk)


def back(request: StaffRequest, pk: int) -> HttpResponse:
    return go_on(request, reverse("suppliers:supplier", args=[pk]))
