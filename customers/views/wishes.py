"""Wishes for staff: by product, of one product with what comes next, and the rules."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from customers.domain.restock_reasons import standing_of
from customers.domain.wish_rules import THREAD, change_wish_rules
from customers.forms.wishes import WishRulesForm
from customers.models import Demand, WishRules
from customers.queries.wishes import (
    demand_for_list,
    demand_of,
    next_in_line,
    restock_of,
    unreached,
    waiting_to_be_told,
    wishes_for_list,
)
from customers.tables.wishes import (
    DemandFilter,
    DemandTable,
    WishFilter,
    WishTable,
    light_of,
    standing_in_words,
)
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, permissions_of, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.panels import Panel
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline

WISHES = ListPage(
    key="wishes",
    title=gettext_lazy("Back-in-stock alerts"),
    rows=lambda request: demand_for_list(),
    table=DemandTable,
    filters=DemandFilter,
    search_label=gettext_lazy("Product or SKU"),
    actions=(PageAction(gettext_lazy("Rules"), "customers:wish_rules", "settings.view", icon="settings"),),
    empty=Empty(
        gettext_lazy("Nobody waits for a product"),
        gettext_lazy(
            "Where a product is out, the badge in your shop’s pages leads to the page on which shoppers ask for an "
            "alert. Your shop may also link to it, or ask by a script of its own."
        ),
    ),
    context={"nav_key": "wishes"},
)


@staff_can("customers.view")
def wish_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, WISHES)


@staff_can("customers.view")
def wish_product(request: StaffRequest, pk: int) -> HttpResponseBase:
    demand = get_object_or_404(Demand.objects.select_related("product__level"), pk=pk)
    shown = ListPage(
        key="wishes-of-product",
        title=_("Alerts for %(product)s") % {"product": demand.product.name},
        rows=lambda request: wishes_for_list(pk),
        table=WishTable,
        filters=WishFilter,
        search_label=gettext_lazy("Beginning of an e-mail address"),
        views=(
            NamedView(gettext_lazy("Waiting"), "state=waiting"),
            NamedView(pgettext_lazy("wish", "Told"), "state=told"),
            NamedView(pgettext_lazy("wish", "Not reached"), "unreached=true"),
        ),
        template="customers/wishes_of_product.html",
        context={"nav_key": "wishes", "demand": demand, "light": light_of(demand), **_next_of(demand)},
    )
    return list_response(request, shown)


def wishes_panel(product_id: int) -> Panel:
    """On the page of a product: who waits for it, and why nobody is told yet."""
    demand = demand_of(product_id)
    return Panel(
        "customers/wishes_panel.html",
        {"demand": demand, "product_id": product_id, **(_next_of(demand) if demand else {})},
    )


def _next_of(demand: Demand) -> dict[str, object]:
    level = getattr(demand.product, "level", None)
    restock = restock_of(demand.product_id)
    standing = standing_of(
        sellable=level.sellable if level else 0,
        waiting=demand.waiting,
        restock=restock,
        rules=WishRules.current(),
        is_shown=waiting_to_be_told(demand.product_id).exists(),
    )
    return {
        "standing": standing_in_words(standing),
        "in_line": next_in_line(demand.product_id, standing.units),
        "units": standing.units,
        "unreached": unreached(demand.product_id),
        "waves": restock.waves if restock else 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def wish_rules(request: StaffRequest) -> HttpResponse:
    form = WishRulesForm(request.POST or None, rules=WishRules.current())
    if request.method == "POST":
        if "settings.manage" not in permissions_of(request.user):
            raise PermissionDenied
        if form.is_valid():
            if change_wish_rules(by=request.staff, **form.rules()):
                messages.success(request, _("Rules saved. They hold from the next minute on."))
            return go_on(request, reverse("customers:wish_rules"))
    return form_page(
        request,
        "customers/wish_rules.html",
        form=form,
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )
