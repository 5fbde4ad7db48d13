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
from stocke.products.models import LevelPolicy
from suppliers.domain.following import follow
from suppliers.domain.mappings import matching_of
from suppliers.domain.matching import Matching
from suppliers.domain.trials import Proposed, look_at, try_out
from suppliers.domain.trying import local_copy, look, page_limits
from suppliers.forms.columns import ColumnsForm, answered, initial_of, titles_taught, words_in
from suppliers.forms.matching import MatchingForm, initial_matching
from suppliers.forms.words import COUNTED, MEANINGS, said_as
from suppliers.models import Feed, Run, Trial
from suppliers.queries.runs import latest_file
from suppliers.queries.words import heard_from
from suppliers.readers import ColumnMap, NotAFeed, Reading, Vocabulary
from suppliers.readers.sampling import Sample, sample
from suppliers.tables.columns import field_rows, headings, lines_of, option_rows, rare_rows
from suppliers.tables.headers import ChangedHeader, changed_header
from suppliers.tables.questions import Asked, questions_of
from suppliers.tables.readings import doubtful, remarks, understood
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
    settled: frozenset[str] = frozenset()


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
    known = known_map(feed, looked)
    draft = (
        posted(request, path, words, known)
        if request.method == "POST"
        else opened(feed, looked, path, words, known)
    )
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
        is_too_long=bool(draft.column_map) and reading is None,
    )


def acted(
    request: StaffRequest, looked: Run | Trial, draft: Draft, column_map: ColumnMap, act: str
) -> HttpResponse:
    """On to the products and the dry run, or straight to the import."""
    trial = looked if isinstance(looked, Trial) else look_at(looked, by=request.staff)
    reading = Proposed(
        column_map.to_json(),
        draft.matching.matching(),
        titles_taught(draft.shown, column_map),
        draft.words_for_one,
    )
    if act == "try":
        try_out(trial, reading)
        return leave(request, reverse("suppliers:trial", args=[trial.pk]))
    reading.put_into(trial)
    return saved(request, trial)


def known_map(feed: Feed, looked: Run | Trial) -> ColumnMap | None:
    """How the file was tried, else how the feed is confirmed to be read."""
    tried = looked.column_map if isinstance(looked, Trial) else {}
    saved_map = tried or (feed.mapping.column_map if feed.mapping else {})
    return ColumnMap.from_json(saved_map) if saved_map else None


def opened(feed: Feed, looked: Run | Trial, path: Path, words: Vocabulary, known: ColumnMap | None) -> Draft:
    """The page as it opens: as it was tried, else as confirmed, followed where columns changed, else our guess."""
    shown = sample(
        path,
        sheet=known.sheet if known else "",
        member=known.member if known else "",
        vocabulary=words,
        limits=page_limits(),
    )
    column_map, settled = mapped(shown, known)
    matching = (
        Matching.from_json(looked.matching) if isinstance(looked, Trial) and looked.column_map else None
    )
    return Draft(
        shown,
        ColumnsForm(sample=shown, initial=initial_of(column_map)),
        MatchingForm(initial=initial_matching(matching or matching_of(feed.mapping))),
        column_map,
        words_for_one=looked.words_for_one if isinstance(looked, Trial) else True,
        settled=settled,
    )


def mapped(shown: Sample, known: ColumnMap | None) -> tuple[ColumnMap | None, frozenset[str]]:
    """The known map, or as it follows changed columns, else our guess; and the questions that are settled by it."""
    if known is None:
        return shown.guessed, frozenset()
    if known.header == shown.names:
        return known, frozenset({"*"})
    followed = follow(known, shown)
    if followed.column_map is None:
        # Words that a person has explained keep their meaning, whatever the columns do.
        return shown.guessed and replace(shown.guessed, words=known.words), frozenset()
    unsure = [field for field, index in known.fields.items() if index in followed.renamed]
    return followed.column_map, frozenset({"*", *(f"-column_{field}" for field in unsure)})


def posted(request: StaffRequest, path: Path, words: Vocabulary, known: ColumnMap | None) -> Draft:
    """The page as a person has filled it in; no map while something is to be corrected."""
    data = answered(request.POST)
    row = data.get("header_row", "")
    shown = sample(
        path,
        header_row=int(row) if row.isdecimal() and len(row) < 4 else None,
        fixed=True,
        sheet=data.get("sheet", ""),
        member=data.get("member", ""),
        vocabulary=words,
        limits=page_limits(),
    )
    form = ColumnsForm(data, sample=shown)
    return Draft(
        shown,
        form,
        MatchingForm(data),
        form.column_map(words_in(data), known) if form.is_valid() else None,
        words_for_one=data.get("words_for", "one") == "one",
        settled=frozenset(data.getlist("settled")),
    )


def context_of(feed: Feed, looked: Run | Trial, draft: Draft, reading: Reading | None) -> dict[str, Any]:
    shown, column_map = draft.shown, draft.column_map
    questions = (
        questions_of(Asked(shown, column_map, reading, draft.settled, feed.supplier.currency))
        if reading and column_map
        else {}
    )
    fields = field_rows(draft.form, shown, column_map, reading, questions)
    return {
        "feed": feed,
        "looked": looked,
        "trial": looked if isinstance(looked, Trial) else None,
        "sample": shown,
        "form": draft.form,
        "matching": draft.matching,
        "words_for_one": draft.words_for_one,
        "taught": taught(shown, column_map) if column_map else [],
        "settled": draft.settled,
        "headings": headings(shown, column_map),
        "lines": lines_of(shown, column_map, reading),
        "fields": fields,
        "absent_fields": sum(row.is_absent and not row.question for row in fields),
        "options": option_rows(draft.form, questions),
        "rare": rare_rows(draft.form, questions),
        "open_questions": sum(not question.is_settled for question in questions.values()),
        "changed": header_change(feed, shown),
        "meanings": [*MEANINGS.items(), *COUNTED.items()],
        "nav_key": "feeds",
        **(reading_context(reading, column_map) if reading and column_map else {}),
    }


def taught(shown: Sample, column_map: ColumnMap) -> list[tuple[str, str]]:
    """The titles that saving would teach, each with our word for its field."""
    return [(name, said_as(field)) for name, field in titles_taught(shown, column_map).items()]


def header_change(feed: Feed, shown: Sample) -> ChangedHeader | None:
    """The confirmed header beside this one, where they differ."""
    confirmed = ColumnMap.from_json(feed.mapping.column_map) if feed.mapping else None
    if confirmed is None or not confirmed.header or confirmed.header == shown.names:
        return None
    renamed = [list(pair) for pair in follow(confirmed, shown).renamed.items()]
    facts = {"columns_before": confirmed.header, "columns": shown.names, "renamed": renamed}
    return changed_header(facts, confirmed.fields)


def reading_context(reading: Reading, column_map: ColumnMap) -> dict[str, Any]:
    unknown = reading.totals.quantities.get("unknown", 0)
    return {
        "doubtful_words": doubtful(reading, flag_counts_as=LevelPolicy.current().flag_counts_as),
        "understood_words": understood(reading, column_map.words),
        "remarks": remarks(reading),
        "understood": reading.totals.items - unknown,
        "doubtful": unknown,
        "rejected": reading.rejected_lines,
        "rejected_word": pgettext("lines", "Rejected"),
        "first": reading.rows.head(5).to_dicts(),
    }
