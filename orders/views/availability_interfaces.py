"""The page on which staff says where a supplier's interface tells what he has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.domain.availability_interfaces import drop_interface, save_interface
from orders.forms.availability import AvailabilityForm
from orders.models import AvailabilityInterface, OrderingRules
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from suppliers.models import Supplier


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("suppliers.edit")
def availability_interface(request: StaffRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    known = AvailabilityInterface.objects.filter(supplier=supplier).select_related("credential").first()
    if request.POST.get("act") == "drop":
        if drop_interface(supplier, by=request.staff):
            messages.success(request, _("%(name)s is no longer asked there") % {"name": supplier.name})
        return to_supplier(request, supplier)
    # The form of an interface for orders, which knows where it is and what opens it.
    rules = OrderingRules(
        supplier=supplier,
        access=known.access if known else {},
        credential=known.credential if known else None,
    )
    form = AvailabilityForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        save_interface(supplier, form.facts()["access"], form.given, by=request.staff)
        messages.success(request, _("Interface of %(name)s saved") % {"name": supplier.name})
        return to_supplier(request, supplier)
    return form_page(
        request,
        "orders/availability_interface.html",
        form=form,
        supplier=supplier,
        is_known=known is not None,
        nav_key="suppliers",
    )


def to_supplier(request: StaffRequest, supplier: Supplier) -> HttpResponse:
    return go_on(request, reverse("suppliers:supplier", args=[supplier.pk]))
