"""The rules of verification as sentences: what confirms itself, which sources are good enough, how cases end."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.domain.policy import THREAD, change_policy
from orders.forms.desk import PolicyForm
from orders.models import VerificationPolicy
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, can, refuse, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def policy(request: StaffRequest) -> HttpResponse:
    current = VerificationPolicy.current()
    if request.method != "POST":
        return answer(request, PolicyForm(instance=current))
    if not can(request.user, "settings.manage"):
        return refuse(request, "settings.manage")
    form = PolicyForm(request.POST, instance=current)
    if not form.is_valid():
        return answer(request, form)
    if change_policy(by=request.staff, **form.rules()):
        messages.success(request, _("Rules saved. They hold from the next order on."))
    return go_on(request, reverse("orders:policy"))


def answer(request: StaffRequest, form: PolicyForm) -> HttpResponse:
    return form_page(
        request,
        "orders/policy.html",
        form=form,
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )
