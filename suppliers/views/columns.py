"""The mapping page: a file as it stands, our reading of it, and every choice that it leaves open."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, page, partial
from suppliers.domain.mappings import matching_of
from suppliers.domain.matching import Matching
from suppliers.domain.trials import look_at, try_out
from suppliers.domain.trying import local_copy, look, page_limits
from suppliers.forms.columns import ColumnsForm, column_choices, initial_of, words_in
from suppliers.forms.matching import MatchingForm, initial_matching
from suppliers.forms.words import MEANINGS
from suppliers.models import Feed, Run, Trial
from suppliers.queries.runs import latest_file
from suppliers.queries.words import heard_from
from suppliers.readers import ColumnMap, NotAFeed, Reading, Vocabulary
from suppliers.readers.doubts import sentence
from suppliers.readers.sampling import Sample, sample
from suppliers.tables.columns import field_rows, headings, lines_of, word_rows
from suppliers.views.feeds import feed_or_404
from suppliers.views.trials import leave, saved

TEMPLATE = "suppliers/feed_columns.html"


@dataclass(frozen=True)
class Draft:
    """The page as it stands: the sample, what was filled in, and the map where nothing is to be corrected."""

    shown: Sample
    form: ColumnsForm
    matching: MatchingForm
    column_map: ColumnMap | None
    words_for_one: bool = True


@staff_can("feeds.edit")
def feed_columns(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    looked = looked_at(request, feed)
    if looked is None:
        messages.info(request, _("There is no file to look at yet. Hand one in, or fetch one."))
        return go_on(request, reverse("suppliers:feed_upload", args=[pk]))
    with tempfile.TemporaryDirectory(prefix="stocke-look-") as folder:
        try:
            path, is_whole = local_copy(looked, Path(folder))
            return answer(request, feed, looked, path, is_whole=is_whole)
        except (NotAFeed, FileNotFoundError) as problem:
            said = (
                str(problem)
                if isinstance(problem, NotAFeed)
                else _("The file is no longer kept. Hand one in.")
            )
            return page(request, TEMPLATE, feed=feed, looked=looked, problem=said, nav_key="feeds")


def looked_at(request: StaffRequest, feed: Feed) -> Run | Trial | None:
    """The file that somebody handed in to be looked at (`?trial=12`), else the newest that an import kept."""
    key = request.GET.get("trial", "")
    return get_object_or_404(feed.trials, pk=key) if key.isdecimal() else latest_file(feed.pk)


def answer(
    request: StaffRequest, feed: Feed, looked: Run | Trial, path: Path, *, is_whole: bool
) -> HttpResponse:
    words = heard_from(feed.supplier_id)
    draft = posted(request, path, words) if request.method == "POST" else opened(feed, looked, path, words)
    act = request.POST.get("act", "")
    if act in ("try", "save") and draft.column_map and draft.matching.is_valid():
        return acted(request, looked, draft, draft.column_map, act)
    reading = look(path, draft.column_map, words) if draft.column_map else None
    return partial(
        request,
        f"{TEMPLATE}#mapping",
        status=422 if draft.form.is_bound and not draft.form.is_valid() else 200,
        announce=_("Nothing is saved yet."),
        **context_of(feed, looked, draft, reading),
        is_whole=is_whole,
    )


def acted(
    request: StaffRequest, looked: Run | Trial, draft: Draft, column_map: ColumnMap, act: str
) -> HttpResponse:
    """On to the products and the dry run, or straight to the import."""
    trial = looked if isinstance(looked, Trial) else look_at(looked, by=request.staff)
    matching = draft.matching.matching()
    if act == "try":
        try_out(trial, column_map.to_json(), matching, words_for_one=draft.words_for_one)
        return leave(request, reverse("suppliers:trial", args=[trial.pk]))
    trial.column_map, trial.matching = column_map.to_json(), matching.to_json()
    trial.words_for_one = draft.words_for_one
    return saved(request, trial)


def opened(feed: Feed, looked: Run | Trial, path: Path, words: Vocabulary) -> Draft:
    """The page as it opens: as it was tried, else as confirmed where that still fits the file, else our guess."""
    shown = sample(path, vocabulary=words, limits=page_limits())
    confirmed = ColumnMap.from_json(feed.mapping.column_map) if feed.mapping else None
    tried = looked.column_map if isinstance(looked, Trial) else {}
    column_map = mapped(shown, ColumnMap.from_json(tried) if tried else confirmed)
    matching = Matching.from_json(looked.matching) if tried and isinstance(looked, Trial) else None
    return Draft(
        shown,
        ColumnsForm(choices=column_choices(shown), initial=initial_of(column_map)),
        MatchingForm(initial=initial_matching(matching or matching_of(feed.mapping))),
        column_map,
    )


def mapped(shown: Sample, known: ColumnMap | None) -> ColumnMap | None:
    """The known map where it was made for these columns, else our guess for them."""
    if known and known.header == shown.names:
        return known
    # Words that a person has explained keep their meaning, whatever the columns do.
    return shown.guessed and replace(shown.guessed, words=known.words if known else {})


def posted(request: StaffRequest, path: Path, words: Vocabulary) -> Draft:
    """The page as a person has filled it in; no map while something is to be corrected."""
    row = request.POST.get("header_row", "")
    header_row = int(row) if row.isdecimal() and len(row) < 4 else None
    shown = sample(path, header_row=header_row, fixed=True, vocabulary=words, limits=page_limits())
    form = ColumnsForm(request.POST, choices=column_choices(shown))
    column_map = form.column_map(shown, words_in(request.POST)) if form.is_valid() else None
    for_one = request.POST.get("words_for", "one") == "one"
    return Draft(shown, form, MatchingForm(request.POST), column_map, for_one)


def context_of(feed: Feed, looked: Run | Trial, draft: Draft, reading: Reading | None) -> dict[str, Any]:
    before = feed.mapping.column_map.get("header", []) if feed.mapping else []
    shown = draft.shown
    return {
        "feed": feed,
        "looked": looked,
        "trial": looked if isinstance(looked, Trial) else None,
        "sample": shown,
        "form": draft.form,
        "matching": draft.matching,
        "words_for_one": draft.words_for_one,
        "headings": headings(shown, draft.column_map),
        "lines": lines_of(shown, draft.column_map, reading),
        "fields": field_rows(draft.form, shown, draft.column_map),
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
