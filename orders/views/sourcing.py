"""Sourcing policies on pages: the list, one as sentences, its versions."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.domain.sourcing_policies import (
    THREAD,
    PolicyChanged,
    ScopeTaken,
    end_policy,
    restore_version,
    save_policy,
)
from orders.domain.sourcing_trials import ask_preview
from orders.forms.sourcing import SourcingForm, initial_of, moved, written
from orders.models import SourcingPolicy, SourcingTrial
from orders.queries.sourcing_policies import policies_for_list, versions_of
from orders.tables.sourcing import (
    PREFERRED,
    PREFERRED_WHY,
    limits_in_words,
    priorities_in_words,
    scope_words,
)
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline

VERSIONS_SHOWN = 20


@require_GET
@staff_can("settings.view")
def sourcing_list(request: StaffRequest) -> HttpResponse:
    """Every policy in force, in words, and what holds where none does."""
    shown = [
        (one, scope_words(one), priorities_in_words(one.rules["priorities"]), limits_in_words(one.rules))
        for one in policies_for_list()
    ]
    return page(
        request,
        "orders/sourcing_list.html",
        policies=shown,
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def sourcing_new(request: StaffRequest) -> HttpResponse:
    return edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def sourcing_policy(request: StaffRequest, pk: int) -> HttpResponse:
    return edit(request, policy_or_404(pk))


def policy_or_404(pk: int) -> SourcingPolicy:
    return get_object_or_404(policies_for_list(), pk=pk)


def edit(request: StaffRequest, policy: SourcingPolicy | None) -> HttpResponse:
    """The sentences; by POST their priorities in another order, or the preview. Nothing is saved here."""
    if request.method != "POST":
        return draw(request, policy, SourcingForm(initial=first_words(policy, request.GET.get("from", ""))))
    if move := request.POST.get("move"):
        said = written(request.POST, request.POST.getlist("use"))
        return draw(request, policy, SourcingForm(initial={**said, "order": moved(said["order"], move)}))
    form = SourcingForm(request.POST)
    if not form.is_valid():
        return draw(request, policy, form)
    trial = ask_preview(
        policy.pk if policy else None,
        form.draft(),
        orders=int(form.cleaned_data["orders"] or 500),
        by=request.staff,
    )
    return go_on(request, reverse("orders:sourcing_preview", args=[trial.pk]))


@require_POST
@staff_can("settings.manage")
def sourcing_save(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Save what is written, as a new policy or as the next version of this one."""
    policy = policy_or_404(pk) if pk else None
    form = SourcingForm(request.POST)
    if form.is_valid() and save(request, policy, form):
        return go_on(request, reverse("orders:sourcing"))
    return draw(request, policy, form)


def save(request: StaffRequest, policy: SourcingPolicy | None, form: SourcingForm) -> bool:
    """Whether it was saved; what stood in the way is told at the form."""
    try:
        saved = save_policy(policy.pk if policy else None, form.draft(), by=request.staff)
    except (ScopeTaken, PolicyChanged) as reason:
        form.add_error(None, in_words(reason))
        return False
    messages.success(request, saved_words(saved))
    return True


def saved_words(policy: SourcingPolicy) -> str:
    said = {"name": policy.name, "version": policy.version}
    return _("%(name)s saved, version %(version)s. It holds from the next verification on.") % said


def in_words(reason: ScopeTaken | PolicyChanged) -> str:
    if isinstance(reason, ScopeTaken):
        return _("Another policy is for exactly these lines. Change that one, or choose other lines.")
    return _("Somebody has changed this policy meanwhile. Nothing is saved: look at it as it is now.")


@require_POST
@staff_can("settings.manage")
def sourcing_restore(request: StaffRequest, pk: int, version: int) -> HttpResponse:
    """Let an earlier version hold again."""
    policy = policy_or_404(pk)
    if not versions_of(policy).filter(version=version).exists():
        raise Http404
    try:
        saved = restore_version(pk, version, seen=policy.version, by=request.staff)
        messages.success(request, saved_words(saved))
    except (ScopeTaken, PolicyChanged) as reason:
        messages.warning(request, in_words(reason))
    return go_on(request, reverse("orders:sourcing_policy", args=[pk]))


@require_POST
@staff_can("settings.manage")
def sourcing_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the next less specific policy hold for its lines."""
    policy = policy_or_404(pk)
    try:
        end_policy(pk, seen=policy.version, by=request.staff)
        messages.success(request, _("%(name)s no longer holds") % {"name": policy.name})
    except PolicyChanged as reason:
        messages.warning(request, in_words(reason))
    return go_on(request, reverse("orders:sourcing"))


def first_words(policy: SourcingPolicy | None, trial_id: str) -> dict[str, object]:
    """The words of a preview that is to be changed, else those of the policy."""
    trial = SourcingTrial.objects.filter(pk=trial_id, policy=policy).first() if trial_id.isdecimal() else None
    if trial is not None:
        return initial_of(trial, version=trial.version)
    if policy is None:
        return {"order": "cost,lead,reliability,own", "use": ["cost", "lead"], "version": 0, "orders": "500"}
    return initial_of(policy, version=policy.version)


def draw(request: StaffRequest, policy: SourcingPolicy | None, form: SourcingForm) -> HttpResponse:
    versions = versions_of(policy)[:VERSIONS_SHOWN] if policy else []
    return form_page(
        request,
        "orders/sourcing_policy.html",
        form=form,
        policy=policy,
        priorities=[
            (one.value, PREFERRED[one], PREFERRED_WHY[one], is_used) for one, is_used in form.priorities()
        ],
        moved=request.POST.get("move", "").partition("-")[0],
        versions=[
            (one, scope_words(one), priorities_in_words(one.rules["priorities"]), limits_in_words(one.rules))
            for one in versions
        ],
        tabs=tabs_for(request),
        tab_url=reverse("orders:sourcing"),
        nav_key="settings",
    )
