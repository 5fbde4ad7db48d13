"""Suppliers: who they are, what their feeds do, what they offer."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, PageAction, list_response
from stocke.core.web.panels import panels_of
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.timeline import build_timeline
from suppliers.domain.suppliers import CodeTaken, change_supplier, create_supplier
from suppliers.forms.suppliers import SupplierForm
from suppliers.models import Supplier
from suppliers.queries.suppliers import feeds_of, last_runs, offer_counts, suppliers_for_list
from suppliers.tables.feeds import state_of_feed, ticks_of
from suppliers.tables.opening import opening_of
from suppliers.tables.runs import state_of_run
from suppliers.tables.suppliers import SupplierFilter, SupplierTable, state_of

NEW = PageAction(
    gettext_lazy("Add a supplier"),
    "suppliers:supplier_new",
    permission="suppliers.edit",
    icon="plus",
    primary=True,
    key="n",
)
SUPPLIERS = ListPage(
    key="suppliers",
    title=gettext_lazy("Suppliers"),
    rows=lambda request: suppliers_for_list(),
    table=SupplierTable,
    filters=SupplierFilter,
    search_label=gettext_lazy("Search by name, code or e-mail"),
    actions=(NEW,),
    empty=Empty(
        gettext_lazy("No supplier yet"),
        gettext_lazy("A supplier holds the goods you sell. Add one, then connect his stock file."),
        action=NEW,
    ),
)
RUNS_SHOWN = 8


@staff_can("suppliers.view")
def supplier_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, SUPPLIERS)


@staff_can("suppliers.view")
def supplier_page(request: StaffRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    panels = panels_of("supplier", pk)
    threads = [f"supplier:{pk}", *(thread for panel in panels for thread in panel.threads)]
    return page(
        request,
        "suppliers/supplier.html",
        supplier=supplier,
        state=state_of(active=supplier.active),
        opening=opening_of(supplier),
        counts=offer_counts(supplier),
        feeds=[(feed, state_of_feed(feed), ticks_of(feed.recent)) for feed in feeds_of(supplier)],
        runs=[(run, state_of_run(run.status)) for run in last_runs(supplier, RUNS_SHOWN)],
        panels=panels,
        timeline=build_timeline(timeline(*threads), request),
        nav_key="suppliers",
    )


@staff_can("suppliers.edit")
def supplier_new(request: StaffRequest) -> HttpResponse:
    """Whoever comes from connecting a feed goes on with that."""
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (supplier := added(request, form)):
        if request.GET.get("for") == "feed":
            return go_on(request, f"{reverse('suppliers:feed_new')}?supplier={supplier.pk}")
        return go_on(request, reverse("suppliers:supplier", args=[supplier.pk]))
    return form_page(request, "suppliers/supplier_edit.html", form=form, nav_key="suppliers")


@staff_can("suppliers.edit")
def supplier_edit(request: StaffRequest, pk: int) -> HttpResponse:
    form = SupplierForm(request.POST or None, instance=get_object_or_404(Supplier, pk=pk))
    if request.method == "POST" and form.is_valid() and edited(request, pk, form):
        return go_on(request, reverse("suppliers:supplier", args=[pk]))
    shown = Supplier.objects.get(pk=pk)
    return form_page(request, "suppliers/supplier_edit.html", form=form, supplier=shown, nav_key="suppliers")


def added(request: StaffRequest, form: SupplierForm) -> Supplier | None:
    try:
        supplier = create_supplier(by=request.staff, **form.facts())
    except CodeTaken:
        refuse_code(form)
        return None
    messages.success(request, _("%(name)s added") % {"name": supplier})
    return supplier


def edited(request: StaffRequest, pk: int, form: SupplierForm) -> bool:
    try:
        changed = change_supplier(Supplier.objects.get(pk=pk), by=request.staff, **form.facts())
    except CodeTaken:
        refuse_code(form)
        return False
    if changed:
        messages.success(request, _("%(name)s saved") % {"name": form.cleaned_data["name"]})
    return True


def refuse_code(form: SupplierForm) -> None:
    form.add_error("code", _("Another supplier has this code. Nothing was saved."))
