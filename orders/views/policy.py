"""The rules of verification as sentences: what confirms itself, which sources are good enough, how cases end."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from orders.domain.policy import THREAD, change_policy
from orders.domain.policy_trial import Trial, Way, conduct_of, try_rules
from orders.forms.desk import PolicyForm
from orders.models import VerificationPolicy
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline

MOVED_SHOWN = 10
WAYS: Mapping[Way, Promise] = {
    Way.ALONE: gettext_lazy("Confirms itself"),
    Way.PERSON: gettext_lazy("A person decides"),
    Way.CASE: gettext_lazy("Stockout case"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def policy(request: StaffRequest) -> HttpResponse:
    """The rules as they are or, by POST, what other rules would have done to past orders: nothing is saved."""
    if request.method != "POST":
        return answer(request, PolicyForm(instance=VerificationPolicy.current()))
    form = PolicyForm(request.POST, instance=VerificationPolicy.current())
    if not form.is_valid():
        return answer(request, form)
    return answer(request, form, trial=try_rules(conduct_of(VerificationPolicy.current()), form.conduct()))


@require_POST
@staff_can("settings.manage")
def policy_save(request: StaffRequest) -> HttpResponse:
    form = PolicyForm(request.POST, instance=VerificationPolicy.current())
    if not form.is_valid():
        return answer(request, form)
    if change_policy(by=request.staff, **form.rules()):
        messages.success(request, _("Rules saved. They hold from the next verification on."))
    return go_on(request, reverse("orders:policy"))


def answer(request: StaffRequest, form: PolicyForm, *, trial: Trial | None = None) -> HttpResponse:
    return form_page(
        request,
        "orders/policy.html",
        form=form,
        trial=trial,
        ways=[(WAYS[way], trial.before[way], trial.after[way]) for way in Way] if trial else [],
        moved=[(one.number, WAYS[one.before], WAYS[one.after]) for one in trial.moved[:MOVED_SHOWN]]
        if trial
        else [],
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )
