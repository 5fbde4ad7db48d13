"""One import: its progress, its verdict, the difference it makes, and what a person decides."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.exports import csv_response, lines
from stocke.core.web.partials import go_on, partial
from stocke.core.web.timeline import build_timeline
from suppliers.domain.deciding import (
    FeedIsBusy,
    NotHeld,
    NothingToApply,
    apply_held,
    apply_held_safely,
    reject_held,
)
from suppliers.domain.feeds import Overtaken, read_again
from suppliers.domain.fetching import feed_storage
from suppliers.domain.runs import failures_in_a_row, request_run
from suppliers.domain.schedules import can_be_asked
from suppliers.domain.sentences import in_this_language
from suppliers.forms.feeds import DecisionForm
from suppliers.models import Run, RunStatus
from suppliers.queries.absences import absent_after, counted_at
from suppliers.queries.progress import watched
from suppliers.queries.runs import (
    changes_of,
    effects_of,
    is_overtaken,
    later_import,
    products_of,
    run_page,
    said_by,
    usual_runs,
)
from suppliers.readers.doubts import sentence
from suppliers.readers.rejects import REASONS
from suppliers.readers.values import Doubt
from suppliers.tables.absences import absences_in_words
from suppliers.tables.guards import guards_of
from suppliers.tables.headers import changed_header
from suppliers.tables.headlines import headline_of
from suppliers.tables.progress import progress_of
from suppliers.tables.runs import (
    CHANGES,
    ChangeTable,
    Segment,
    segments_of,
    state_of,
    state_of_run,
    trigger_of,
)
from suppliers.transports import OPEN
from suppliers.views.undoing import newest_turn, undo_page
from suppliers.views.withheld import withheld_context
from suppliers.views.words import words_context

PER_PAGE = 50
AT_WORK = (RunStatus.QUEUED, RunStatus.RUNNING)


@staff_can("feeds.view")
def run(request: StaffRequest, pk: int) -> HttpResponseBase:
    shown = run_or_404(pk)
    if shown.status in AT_WORK:
        return progress_page(request, shown)
    if request.headers.get("HX-Request") and "seen" in request.GET:
        # The work that was watched is over: the whole page says more than its part.
        return HttpResponse(headers={"HX-Redirect": reverse("suppliers:run", args=[pk])})
    if request.GET.get("export") == "csv":
        return csv_response(f"import-{pk}", lines(ChangeTable, changes_of(shown, "")))
    if shown.undoes_id is not None:
        return undo_page(request, shown)
    return partial(request, "suppliers/run.html#run", **context_of(request, shown))


def progress_page(request: StaffRequest, shown: Run) -> HttpResponse:
    """How far a worker is. A poll that would draw the same again gets nothing."""
    progress = progress_of(watched(shown))
    if request.headers.get("HX-Request") and request.GET.get("seen") == progress.seen:
        return HttpResponse(status=204)
    return partial(
        request,
        "suppliers/run.html#run",
        run=shown,
        state=state_of_run(shown.status),
        progress=progress,
        is_open=True,
        nav_key="feeds",
    )


def context_of(request: StaffRequest, shown: Run) -> dict[str, Any]:
    problem = shown.facts.get("problem")
    held = shown.status == RunStatus.HELD
    return {
        "run": shown,
        "state": state_of(shown),
        "trigger": trigger_of(shown),
        "problem": in_this_language(problem["text"]) if problem else "",
        "guards": guards_of(
            shown, usual_runs(shown.feed_id, shown.mapping_id, before=shown.pk) if shown.verdict else []
        ),
        "doubts": doubts_in(shown, "doubts"),
        "doubts_before": doubts_in(shown, "doubts_before"),
        "read_whole": read_whole(shown),
        **words_context(shown.facts, shown.feed.supplier_id),
        "rejects": [
            {**row, "sentence": REASONS.get(row["reason"], "")} for row in shown.facts.get("rejects", [])
        ],
        "changed": changed_header(shown.facts, shown.mapping.column_map["fields"] if shown.mapping else {}),
        "can_read_again": bool(shown.file) and not is_overtaken(shown),
        "can_undo": shown.status == RunStatus.APPLIED,
        "is_fetched": shown.feed.transport in OPEN,
        "failures": failures_in_a_row(shown.feed_id) if shown.status == RunStatus.FAILED else 0,
        "later": later_import(shown),
        "now": timezone.now(),
        "turned": newest_turn(shown),
        "timeline": build_timeline(timeline(f"run:{shown.pk}"), request),
        "nav_key": "feeds",
        **(held_context(request, shown) if held else told_context(request, shown)),
    }


def doubts_in(shown: Run, name: str) -> list[str]:
    return [sentence(Doubt(**doubt)) for doubt in shown.facts.get(name, [])]


def read_whole(shown: Run) -> datetime | None:
    """When all of the feed's file was read last, where this import read the differences only."""
    told = shown.facts.get("read_whole") if "read_anew" in shown.facts else None
    return datetime.fromisoformat(told) if told else None


def held_context(request: StaffRequest, shown: Run) -> dict[str, Any]:
    """What a person needs to decide."""
    kinds = {name for name, _label in CHANGES} | {"promised"}
    change = request.GET.get("change", "")
    change = change if change in kinds else ""
    changes = Paginator(changes_of(shown, change), PER_PAGE).get_page(request.GET.get("page"))
    products = products_of([row.offer_id for row in changes])
    segments = segments_of(shown.counts)
    columns = next((c["value"] for c in shown.verdict.get("checks", []) if c["check"] == "columns"), "same")
    return {
        "is_held": True,
        "headline": headline_of(shown),
        "segments": segments,
        "more_than_listed": change != "promised" and count_listed(segments, change) > changes.paginator.count,
        "change": change,
        "changes": changes,
        "rows": [(row, products.get(row.offer_id or 0)) for row in changes],
        "effects": effects_of(shown),
        "form": DecisionForm(),
        "can_apply": bool(shown.counts) and columns != "unconfirmed",
        "check_columns": columns != "same"
        or shown.facts.get("problem", {}).get("code") in ("no_key", "columns_changed"),
        "can_ask_again": can_be_asked(shown.feed),
    }


def count_listed(segments: list[Segment], change: str) -> int:
    """How many changes there are of this kind, or of all kinds that are listed."""
    return sum(segment.count for segment in segments if segment.is_listed and change in ("", segment.change))


def told_context(request: StaffRequest, shown: Run) -> dict[str, Any]:
    """What an import that is over has said."""
    after = request.GET.get("after", "")
    said = said_by(shown, after=int(after) if after.isdecimal() else 0, limit=PER_PAGE + 1)
    applied = shown.status == RunStatus.APPLIED
    has_withheld = applied and shown.counts.get("withheld")
    return {
        "is_doubtful": applied and shown.verdict.get("result") == "safe",
        "headline": headline_of(shown),
        **(withheld_context(request, shown) if has_withheld else {}),
        "segments": segments_of(shown.counts) if applied else [],
        "absences": absences_in_words(absent_after(shown), limit=shown.feed.absent_files) if applied else [],
        "absences_at": counted_at(shown) if applied else None,
        "said": said[:PER_PAGE],
        "is_unmatched": any(one.product_id is None for one in said[:PER_PAGE]),
        "said_after": said[PER_PAGE - 1].id if len(said) > PER_PAGE else None,
        "is_first_page": not after,
    }


@require_POST
@staff_can("feeds.decide")
def run_apply(request: StaffRequest, pk: int) -> HttpResponse:
    return decided(request, pk, apply_held, _("Import %(number)s will be applied"))


@require_POST
@staff_can("feeds.decide")
def run_apply_safely(request: StaffRequest, pk: int) -> HttpResponse:
    return decided(request, pk, apply_held_safely, _("Import %(number)s will be applied safely"))


@require_POST
@staff_can("feeds.decide")
def run_reject(request: StaffRequest, pk: int) -> HttpResponse:
    answer = decided(request, pk, reject_held, _("Import %(number)s rejected; nothing was changed"))
    shown = run_or_404(pk)
    if request.POST.get("again") and shown.status == RunStatus.REJECTED and can_be_asked(shown.feed):
        asked = request_run(shown.feed, by=request.staff, trigger="person")
        return go_on(request, reverse("suppliers:run", args=[asked.pk])) if asked else answer
    return answer


def decided(request: StaffRequest, pk: int, decide: Any, said: str) -> HttpResponse:
    """Carry a decision out, or say why it came too late."""
    form, shown = DecisionForm(request.POST), run_or_404(pk)
    try:
        decide(shown, by=request.staff, why=form.cleaned_data["why"] if form.is_valid() else "")
        messages.success(request, said % {"number": pk})
    except NotHeld as late:
        state = state_of_run(late.run.status).word
        messages.warning(
            request,
            _("Somebody was faster: this import is %(state)s. Nothing was changed.") % {"state": state},
        )
    except NothingToApply:
        messages.warning(request, _("This import states nothing that could count. Nothing was changed."))
    except FeedIsBusy:
        messages.warning(
            request, _("Another import of this feed is at work. Nothing was changed; decide when it is done.")
        )
    return go_on(request, reverse("suppliers:run", args=[pk]))


@require_POST
@staff_can("feeds.edit")
def run_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Import the same file once more."""
    shown = run_or_404(pk)
    if not shown.file:
        raise Http404
    try:
        again = read_again(shown, by=request.staff)
    except FeedIsBusy:
        messages.warning(request, _("Another import of this feed is at work. Nothing was changed."))
        return go_on(request, reverse("suppliers:run", args=[pk]))
    except Overtaken:
        messages.warning(
            request, _("A newer file of this feed counts; this one would undo it. Nothing was changed.")
        )
        return go_on(request, reverse("suppliers:run", args=[pk]))
    return go_on(request, reverse("suppliers:run", args=[again.pk]))


@staff_can("feeds.view")
def run_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The bytes as they came; always as a download, because a stranger wrote them."""
    shown = get_object_or_404(Run, pk=pk)
    try:
        file = feed_storage().open(shown.file)
    except (FileNotFoundError, ValueError, IsADirectoryError):
        raise Http404 from None
    name = shown.file_name or f"import-{pk}"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")


def run_or_404(pk: int) -> Run:
    return get_object_or_404(run_page(), pk=pk)
