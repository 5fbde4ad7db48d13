"""All cases as a list, and the money that we owe."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.settlements import RefundDone, mark_done
from orders.forms.cases import RefundDoneForm
from orders.models import Refund, StockoutCase
from orders.queries.cases import cases_with_order, refunds_for_list
from orders.tables.cases import CaseFilter, CaseTable, RefundFilter, RefundTable
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on


def all_cases(request: HttpRequest) -> QuerySet[StockoutCase]:
    return cases_with_order().select_related("choice")


def all_refunds(request: HttpRequest) -> QuerySet[Refund]:
    return refunds_for_list()


CASES = ListPage(
    key="stockouts",
    title=gettext_lazy("All stockout cases"),
    rows=all_cases,
    table=CaseTable,
    filters=CaseFilter,
    search_label=gettext_lazy("Search cases by number, order, customer or product"),
    views=(
        NamedView(gettext_lazy("To propose"), "status=to_propose"),
        NamedView(gettext_lazy("With the customer"), "status=with_customer"),
        NamedView(gettext_lazy("Settled"), "status=settled"),
    ),
    actions=(PageAction(gettext_lazy("Work the queue"), "orders:stockouts", icon="cases", primary=True),),
    empty=Empty(
        gettext_lazy("No stockout yet"),
        gettext_lazy("A case opens by itself when no supplier can deliver what was ordered."),
    ),
    template="orders/stockout_list.html",
    context={"nav_key": "cases"},
)
REFUNDS = ListPage(
    key="refunds",
    title=gettext_lazy("Refunds"),
    rows=all_refunds,
    table=RefundTable,
    filters=RefundFilter,
    search_label=gettext_lazy("Search refunds by order or customer"),
    views=(
        NamedView(gettext_lazy("Due"), "status=due"),
        NamedView(gettext_lazy("Done"), "status=done"),
    ),
    empty=Empty(
        gettext_lazy("No refund is due"),
        gettext_lazy("When a customer chooses the refund, its amount and its legal deadline stand here."),
    ),
    template="orders/stockout_list.html",
    context={"nav_key": "cases"},
)


@staff_can("cases.view")
def stockout_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, CASES)


@staff_can("cases.view")
def refunds(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, REFUNDS)


@staff_can("cases.work")
def refund_done(request: StaffRequest, pk: int) -> HttpResponse:
    """The bank accepted: the reference is kept and the customer is told, once."""
    refund = get_object_or_404(Refund.objects.select_related("line__order__customer", "case"), pk=pk)
    form = RefundDoneForm(request.POST or None, initial={"method": _("the means with which you paid")})
    if request.method == "POST" and form.is_valid():
        try:
            mark_done(refund.pk, by=request.staff, **form.cleaned_data)
        except RefundDone:
            messages.warning(request, _("This refund was already marked as done. Nothing was changed."))
        else:
            messages.success(request, _("Refund done, and the customer told"))
        return go_on(request, reverse("orders:refunds"))
    return form_page(request, "orders/refund_done.html", form=form, refund=refund, nav_key="cases")
