"""How prudent we are, as a sentence: tried on the catalogue, then saved."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline
from stocke.products.models import LevelPolicy
from suppliers.domain.level_policy import change_policy, preview_policy
from suppliers.forms.suppliers import LevelPolicyForm


@staff_can("settings.view")
def level_policy(request: StaffRequest) -> HttpResponse:
    """The rules as they are or, by POST, what other rules would change: nothing is saved."""
    current = LevelPolicy.current()
    if request.method != "POST":
        return policy_answer(request, LevelPolicyForm(instance=current))
    form = LevelPolicyForm(request.POST, instance=current)
    preview = preview_policy(form.as_policy()) if form.is_valid() else None
    return policy_answer(request, form, preview=preview)


@require_POST
@staff_can("settings.manage")
def level_policy_save(request: StaffRequest) -> HttpResponse:
    form = LevelPolicyForm(request.POST, instance=LevelPolicy.current())
    if not form.is_valid():
        return policy_answer(request, form)
    if change_policy(by=request.staff, **form.rules()):
        messages.success(request, _("Rules saved. All numbers are being computed anew."))
    return go_on(request, reverse("suppliers:level_policy"))


def policy_answer(request: StaffRequest, form: LevelPolicyForm, **context: object) -> HttpResponse:
    return form_page(
        request,
        "products/level_policy.html",
        form=form,
        timeline=build_timeline(timeline("level_policy"), request),
        tabs=tabs_for(request),
        nav_key="settings",
        **context,
    )
