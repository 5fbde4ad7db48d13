"""The rules by which suppliers are asked before a line is confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.domain.asking_rules import THREAD, change_asking
from orders.forms.asking import AskingForm
from orders.models import AskingRules
from orders.queries.orders import channels_in_use
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, permissions_of, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def asking(request: StaffRequest) -> HttpResponse:
    form = AskingForm(request.POST or None, rules=AskingRules.current(), channels=channels_in_use())
    if request.method == "POST":
        if "settings.manage" not in permissions_of(request.user):
            raise PermissionDenied
        if form.is_valid():
            if change_asking(by=request.staff, **form.rules()):
                messages.success(request, _("Rules saved. They hold from the next verification on."))
            return go_on(request, reverse("orders:asking"))
    return form_page(
        request,
        "orders/asking.html",
        form=form,
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )
