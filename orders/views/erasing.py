"""Forgetting a customer: what still stands against it, what goes and what stays, and the act itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import Customer
from orders.domain.erasing import StillOwed, erase_customer
from orders.queries.erasing import owed_to
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.panels import Panel
from stocke.core.web.partials import go_on, page


def erasing_panel(pk: int) -> Panel:
    """The way to it, on the customer's page."""
    return Panel("orders/customer_erase_panel.html", {"customer": Customer.objects.get(pk=pk)})


@staff_can("settings.manage")
def erase(request: StaffRequest, pk: int) -> HttpResponse:
    """GET says what it means; POST does it, once nothing is owed to him."""
    customer = get_object_or_404(Customer, pk=pk)
    if request.method != "POST":
        return page(request, "orders/customer_erase.html", customer=customer, owed=owed_to(customer))
    try:
        erase_customer(pk, by=request.staff)
    except StillOwed as still:
        return page(request, "orders/customer_erase.html", status=409, customer=customer, owed=still.owed)
    messages.success(request, _("Everything that names this customer is erased"))
    return go_on(request, reverse("customers:customer", args=[pk]))
