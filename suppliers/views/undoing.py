"""Undo of an import: what it would change, the confirmation, the result, and the way back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, partial
from stocke.core.web.timeline import build_timeline
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.sentences import in_this_language
from suppliers.domain.undoing import NotInEffect, confirm_undo, leave_undo, request_undo
from suppliers.domain.undoing_plan import root_of, tip_of
from suppliers.forms.feeds import DecisionForm
from suppliers.models import Run, RunStatus
from suppliers.queries.runs import changes_of, effects_of, products_of, run_page, said_by
from suppliers.tables.runs import CHANGES, segments_of, state_of_run
from suppliers.tables.undoing import LINES_NOW, said_beside, said_of

PER_PAGE = 50


def undo_page(request: StaffRequest, undo: Run) -> HttpResponse:
    """A run that undoes another, once it is not at work."""
    problem = undo.facts.get("problem")
    proposed = undo.status == RunStatus.PROPOSED
    return partial(
        request,
        "suppliers/undo.html#run",
        run=undo,
        root=root_of(undo),
        comes_back=bool(undo.facts.get("comes_back")),
        state=state_of_run(undo.status),
        problem=in_this_language(problem["text"]) if problem else "",
        segments=segments_of(undo.counts) if undo.status != RunStatus.FAILED else [],
        turned=newest_turn(undo) if undo.status == RunStatus.UNDONE else None,
        timeline=build_timeline(timeline(f"run:{undo.pk}"), request),
        nav_key="feeds",
        **(proposed_context(request, undo) if proposed else said_context(request, undo)),
    )


def newest_turn(run: Run) -> Run | None:
    """The run that last said whether this one counts; none where nobody ever undid it."""
    newest = tip_of(root_of(run))
    return newest if newest.undoes_id else None


def proposed_context(request: StaffRequest, undo: Run) -> dict[str, Any]:
    """What a person needs to decide, most promised first."""
    kinds = {name for name, _label in CHANGES} | {"promised"}
    change = request.GET.get("change", "")
    change = change if change in kinds else ""
    changes = Paginator(changes_of(undo, change), PER_PAGE).get_page(request.GET.get("page"))
    products = products_of([row.offer_id for row in changes])
    return {
        "change": change,
        "changes": changes,
        "rows": [(row, products.get(row.offer_id or 0)) for row in changes],
        "effects": effects_of(undo),
        "changed": sum(undo.counts.get(name, 0) for name in ("more", "less", "zeroed", "unreadable")),
        "beside": said_beside(undo.facts),
    }


def said_context(request: StaffRequest, undo: Run) -> dict[str, Any]:
    """What the undo has written."""
    after = request.GET.get("after", "")
    said = said_by(undo, after=int(after) if after.isdecimal() else 0, limit=PER_PAGE + 1)
    return {
        "said": said[:PER_PAGE],
        "said_after": said[PER_PAGE - 1].id if len(said) > PER_PAGE else None,
        "is_first_page": not after,
        "lines": said_of(undo.facts.get("lines", {}), LINES_NOW),
    }


@require_POST
@staff_can("feeds.decide")
def run_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Find out what the undo of a run would change."""
    return asked(request, pk, ask=True)


@require_POST
@staff_can("feeds.decide")
def undo_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Undo an undo at once: its own effect was looked at before."""
    return asked(request, pk, ask=False)


def asked(request: StaffRequest, pk: int, *, ask: bool) -> HttpResponse:
    shown = get_object_or_404(run_page(), pk=pk)
    try:
        undo = request_undo(shown, by=request.staff, why=why_of(request), ask=ask)
    except (NotInEffect, FeedIsBusy) as reason:
        return refused(request, shown, reason)
    return go_on(request, reverse("suppliers:run", args=[undo.pk]))


@require_POST
@staff_can("feeds.decide")
def undo_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(run_page(), pk=pk)
    try:
        confirm_undo(shown, by=request.staff, why=why_of(request))
    except (NotInEffect, FeedIsBusy) as reason:
        return refused(request, shown, reason)
    return go_on(request, reverse("suppliers:run", args=[pk]))


@require_POST
@staff_can("feeds.decide")
def undo_leave(request: StaffRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(run_page(), pk=pk)
    try:
        leave_undo(shown, by=request.staff)
    except NotInEffect as reason:
        return refused(request, shown, reason)
    messages.success(request, _("Nothing was undone"))
    return go_on(request, reverse("suppliers:run", args=[root_of(shown).pk]))


def why_of(request: StaffRequest) -> str:
    form = DecisionForm(request.POST)
    return str(form.cleaned_data["why"]) if form.is_valid() else ""


def refused(request: StaffRequest, shown: Run, reason: Exception) -> HttpResponse:
    if isinstance(reason, FeedIsBusy):
        told = _("Another import of this feed is at work. Nothing was changed; decide when it is done.")
    else:
        told = _("Somebody was faster: there is nothing to undo any more. Nothing was changed.")
    messages.warning(request, told)
    return go_on(request, reverse("suppliers:run", args=[shown.pk]))
