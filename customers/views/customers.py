"""Customers: who they are, and everything that happened with them."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.domain.customers import AddressTaken, edit
from customers.forms.customers import CustomerForm
from customers.models import Customer
from customers.tables.customers import CustomerFilter, CustomerTable
from stocke.core.mail_tables import state_of
from stocke.core.outbox_queries import messages_to
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, list_response
from stocke.core.web.panels import panels_of
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.places import places_of
from stocke.core.web.timeline import build_timeline

CUSTOMERS = ListPage(
    key="customers",
    title=gettext_lazy("Customers"),
    rows=lambda request: Customer.objects.all(),
    table=CustomerTable,
    filters=CustomerFilter,
    search_label=gettext_lazy("Search by name or e-mail"),
    empty=Empty(
        gettext_lazy("No customer yet"),
        gettext_lazy("Customers come with their orders: there is nothing to do here."),
    ),
)
MAILS_SHOWN = 10


@staff_can("customers.view")
def customer_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, CUSTOMERS)


@staff_can("customers.view")
def customer_page(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=pk)
    panels = panels_of("customer", pk)
    joined = [thread for panel in panels for thread in panel.threads]
    mails = [(message, state_of(message)) for message in messages_to(customer.email, MAILS_SHOWN)]
    return page(
        request,
        "customers/customer.html",
        customer=customer,
        panels=panels,
        mails=mails,
        timeline=build_timeline(timeline(f"customer:{pk}", *joined), request, places=places_of(joined)),
    )


@staff_can("customers.edit")
def customer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=pk)
    form = CustomerForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid() and saved(request, pk, form):
        return go_on(request, reverse("customers:customer", args=[pk]))
    shown = Customer.objects.get(pk=pk)
    return form_page(request, "customers/customer_edit.html", form=form, customer=shown)


def saved(request: StaffRequest, pk: int, form: CustomerForm) -> bool:
    """Correct the customer; False, with the reason at its field, when the address is somebody else's."""
    try:
        customer = edit(Customer.objects.get(pk=pk), by=request.staff, **form.changes())
    except AddressTaken:
        form.add_error("email", _("Another customer has this address. Nothing was changed."))
        return False
    messages.success(request, _("%(name)s saved") % {"name": customer})
    return True
