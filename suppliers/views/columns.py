"""The mapping page: a file as it stands, our reading of it, and a trial before anything is saved."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, page, partial, wants_fragment
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import Overtaken, read_again
from suppliers.domain.mappings import save_version
from suppliers.domain.trying import Trial, local_copy, look, page_limits, try_out
from suppliers.forms.columns import ColumnsForm, column_choices, initial_of, words_in
from suppliers.forms.words import MEANINGS
from suppliers.models import Feed, Run
from suppliers.queries.runs import latest_file
from suppliers.readers import ColumnMap, NotAFeed, Reading
from suppliers.readers.doubts import sentence
from suppliers.readers.sampling import Sample, sample
from suppliers.tables.columns import field_rows, headings, lines_of, word_rows
from suppliers.tables.runs import segments_of
from suppliers.views.feeds import feed_or_404

TEMPLATE = "suppliers/feed_columns.html"


@staff_can("feeds.edit")
def feed_columns(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    run = latest_file(pk)
    if run is None:
        messages.info(request, _("There is no file to look at yet. Hand one in, or fetch one."))
        return go_on(request, reverse("suppliers:feed_upload", args=[pk]))
    with tempfile.TemporaryDirectory(prefix="stocke-look-") as folder:
        try:
            path, is_whole = local_copy(run, Path(folder))
            return answer(request, feed, run, path, is_whole=is_whole)
        except (NotAFeed, FileNotFoundError) as problem:
            said = (
                str(problem)
                if isinstance(problem, NotAFeed)
                else _("The file is no longer kept. Hand one in.")
            )
            return page(request, TEMPLATE, feed=feed, run=run, problem=said, nav_key="feeds")


def answer(request: StaffRequest, feed: Feed, run: Run, path: Path, *, is_whole: bool) -> HttpResponse:
    shown, form, column_map = posted(request, path) if request.method == "POST" else opened(feed, path)
    reading = look(path, column_map) if column_map else None
    act = request.POST.get("act", "")
    if act == "save" and column_map:
        return saved(request, feed, run, column_map)
    trial = try_out(feed, reading) if act == "try" and reading and is_whole else None
    return partial(
        request,
        f"{TEMPLATE}#mapping",
        status=422 if form.is_bound and not form.is_valid() else 200,
        announce=_("Nothing is saved yet."),
        **context_of(feed, run, shown, form, column_map, reading),
        **trial_context(trial, act=act, is_whole=is_whole),
    )


def opened(feed: Feed, path: Path) -> tuple[Sample, ColumnsForm, ColumnMap | None]:
    """The page as it opens: with the confirmed map where it still fits the file, else with our guess."""
    shown = sample(path, limits=page_limits())
    confirmed = ColumnMap.from_json(feed.mapping.column_map) if feed.mapping else None
    if confirmed and confirmed.header == shown.names:
        column_map: ColumnMap | None = confirmed
    else:
        # Words that a person has explained keep their meaning, whatever the columns do.
        column_map = shown.guessed and replace(shown.guessed, words=confirmed.words if confirmed else {})
    return shown, ColumnsForm(choices=column_choices(shown), initial=initial_of(column_map)), column_map


def posted(request: StaffRequest, path: Path) -> tuple[Sample, ColumnsForm, ColumnMap | None]:
    """The page as a person has filled it in; no map while something is to be corrected."""
    row = request.POST.get("header_row", "")
    header_row = int(row) if row.isdecimal() and len(row) < 4 else None
    shown = sample(path, header_row=header_row, fixed=True, limits=page_limits())
    form = ColumnsForm(request.POST, choices=column_choices(shown))
    return shown, form, form.column_map(shown, words_in(request.POST)) if form.is_valid() else None


def saved(request: StaffRequest, feed: Feed, run: Run, column_map: ColumnMap) -> HttpResponse:
    """Keep the reading as a new version, and import the file that was looked at under it."""
    mapping = save_version(feed, column_map.to_json(), by=request.staff)
    messages.success(request, _("Columns saved, version %(version)s") % {"version": mapping.version})
    try:
        again = read_again(run, by=request.staff)
    except (FeedIsBusy, Overtaken):
        messages.info(request, _("They are used from the next file on."))
        return leave(request, reverse("suppliers:feed", args=[feed.pk]))
    return leave(request, reverse("suppliers:run", args=[again.pk]))


def leave(request: StaffRequest, url: str) -> HttpResponse:
    """To another page as a whole: htmx would draw it inside this one."""
    return HttpResponse(headers={"HX-Redirect": url}) if wants_fragment(request) else go_on(request, url)


def context_of(
    feed: Feed,
    run: Run,
    shown: Sample,
    form: ColumnsForm,
    column_map: ColumnMap | None,
    reading: Reading | None,
) -> dict[str, Any]:
    before = feed.mapping.column_map.get("header", []) if feed.mapping else []
    return {
        "feed": feed,
        "run": run,
        "sample": shown,
        "form": form,
        "headings": headings(shown, column_map),
        "lines": lines_of(shown, column_map, reading),
        "fields": field_rows(form, shown, column_map),
        "before": before if tuple(before) != shown.names else [],
        "meanings": MEANINGS.items(),
        "nav_key": "feeds",
        **(reading_context(reading) if reading else {}),
    }


def reading_context(reading: Reading) -> dict[str, Any]:
    unknown = reading.totals.quantities.get("unknown", 0)
    return {
        "doubts": [sentence(doubt) for doubt in reading.doubts],
        "words": word_rows(reading),
        "understood": reading.totals.items - unknown,
        "doubtful": unknown,
        "rejected": reading.rejected_lines,
        "rejected_word": pgettext("lines", "Rejected"),
        "first": reading.rows.head(5).to_dicts(),
    }


def trial_context(trial: Trial | None, *, act: str, is_whole: bool) -> dict[str, Any]:
    return {
        "trial": trial,
        "segments": segments_of(trial.counts) if trial else [],
        "is_whole": is_whole,
        "too_large_to_try": act == "try" and not is_whole,
    }
