"""One cause, many cases: one decision, one letter each, carried out by a job and undone as long as it can be."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orders.domain.cause_decisions import NothingToDecide, decide_cause
from orders.domain.cause_undoing import undo_decision
from orders.domain.cause_ways import cause_of
from orders.forms.causes import CauseForm
from orders.jobs.decisions import carry_out_decision, take_decision_back
from orders.models import CauseDecision, DecisionStatus
from orders.models.decision import UNFINISHED
from orders.queries.decisions import decided_cases, gathering_of, reasons_of, standing_of
from orders.views.cause_page import MISFITS, cause_page
from orders.views.stockouts import case_or_404
from stocke.core.domain.history import thread_of
from stocke.core.jobs import enqueue
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, partial
from stocke.core.web.timeline import build_timeline

AT_ONCE = 200


@require_GET
@staff_can("cases.view")
def cause(request: StaffRequest, number: str) -> HttpResponse:
    """Every case of the cause of this one, and what the decision that is ticked would mean: nothing is written."""
    case = case_or_404(number)
    found = cause_of(case, limit=AT_ONCE)
    if found is None:
        messages.info(request, _("No case of this cause waits any more."))
        return go_on(request, reverse("orders:stockouts"))
    shown = cause_page(found, request.GET, user=request.user)
    return partial(
        request, "orders/stockout_cause.html#plan", case=case, shown=shown, at_most=AT_ONCE, nav_key="cases"
    )


@require_POST
@staff_can("cases.work")
def decide(request: StaffRequest, number: str) -> HttpResponse:
    """Decide for the ticked cases; a job carries it out."""
    case, form = case_or_404(number), CauseForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Tick at least one case. Nothing was changed."))
        return go_on(request, reverse("orders:stockout_cause", args=[number]))
    try:
        decision = decide_cause(
            case,
            form.seen,
            act=form.decided,
            options=form.cleaned_data["options"],
            by=request.staff,
            rest_but=form.rest_but,
        )
    except NothingToDecide:
        messages.warning(request, _("These cases wait for another decision already. Nothing was changed."))
        return go_on(request, reverse("orders:stockout_cause", args=[number]))
    enqueue("orders", carry_out_decision, decision.pk)
    return go_on(request, reverse("orders:case_decision", args=[decision.pk]))


@require_GET
@staff_can("cases.view")
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the decision is, what was left out and why; polled while it runs."""
    found = get_object_or_404(CauseDecision.objects.select_related("decided_by"), pk=pk)
    standing, gathering = standing_of(found), gathering_of(found)
    return partial(
        request,
        "orders/case_decision.html#progress",
        decision=found,
        is_running=found.status in UNFINISHED,
        standing=standing,
        gathering=gathering,
        can_undo=found.status != DecisionStatus.UNDOING and (gathering or standing.can_be_undone),
        reasons=[(left_out_because(why, ""), n) for why, n in reasons_of(found)],
        rows=[(one, left_out_because(one.why, one.holder)) for one in decided_cases(found)],
        timeline=build_timeline(timeline(thread_of(found)), request),
        nav_key="cases",
    )


def left_out_because(why: str, holder: str) -> str:
    if not why:
        return ""
    words = str(MISFITS[why])  # type: ignore[index]
    return f"{words} ({holder})" if holder else words


@require_POST
@staff_can("cases.work")
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide nothing more, and take back what has not left the house; a job does, and the page tells of it."""
    found = get_object_or_404(CauseDecision, pk=pk)
    if undo_decision(found.pk, by=request.staff):
        enqueue("orders", take_decision_back, found.pk)
    return go_on(request, reverse("orders:case_decision", args=[pk]))
