"""A dry run: how far it is, which lines find no product, what it would change; and saving what was tried."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import BulkAction, Empty, ListPage, NamedView, chosen, list_response
from stocke.core.web.partials import go_on, page, partial
from suppliers.domain.accepting import article_of, confirm, import_of, make_unmatched
from suppliers.domain.creating import PriceRule
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import Overtaken
from suppliers.domain.matching import Matching
from suppliers.domain.sentences import in_this_language
from suppliers.domain.trials import Proposed, try_out
from suppliers.forms.creating import PriceRuleForm
from suppliers.forms.matching import MatchingForm, initial_matching
from suppliers.models import Trial, TrialStatus
from suppliers.queries.matching import latest_batches, taken_skus
from suppliers.queries.progress import watched
from suppliers.queries.trials import changed_lines, trials, unmatched_lines
from suppliers.readers.doubts import sentence
from suppliers.readers.values import Doubt
from suppliers.tables.creating import plan_of
from suppliers.tables.progress import progress_of
from suppliers.tables.runs import segments_of
from suppliers.tables.trials import (
    ChangeLineFilter,
    ChangeLineTable,
    LineFilter,
    UnmatchedLineTable,
    judged,
    matched_words,
)
from suppliers.views.batches import offer_back
from suppliers.views.words import words_context

OPEN = (TrialStatus.QUEUED, TrialStatus.RUNNING)


def unmatched_page(shown: Trial, **context: Any) -> ListPage:
    """The list of what finds no product, for one trial."""
    return ListPage(
        key="trial-unmatched",
        title=gettext_lazy("Products"),
        rows=lambda request: unmatched_lines(shown.pk),
        table=UnmatchedLineTable,
        filters=LineFilter,
        search_label=gettext_lazy("Search by SKU, name or barcode"),
        template="suppliers/trial_products.html",
        bulk=(
            BulkAction(
                gettext_lazy("Make products of them…"),
                "suppliers:trial_make",
                "products.edit",
                args=(shown.pk,),
            ),
        ),
        empty=Empty(
            gettext_lazy("Every line of the file has its product"),
            gettext_lazy("Nothing is to be matched or made."),
        ),
        context=context,
    )


def changes_page(shown: Trial, **context: Any) -> ListPage:
    """The list of what would change, for one trial."""
    return ListPage(
        key="trial-changes",
        title=gettext_lazy("Dry run"),
        rows=lambda request: changed_lines(shown.pk),
        table=ChangeLineTable,
        filters=ChangeLineFilter,
        search_label=gettext_lazy("Search by SKU, name or barcode"),
        template="suppliers/trial_changes.html",
        views=(NamedView(gettext_lazy("Already promised"), "promised=true"),),
        empty=Empty(
            gettext_lazy("Nothing would change"),
            gettext_lazy("The file says what we know already."),
        ),
        context=context,
    )


@staff_can("feeds.edit")
def trial(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the comparison is; once it is done, on to what it found."""
    shown = trial_or_404(pk)
    if shown.status == TrialStatus.DONE:
        found = "trial_products" if shown.counts["unmatched"] else "trial_changes"
        return leave(request, reverse(f"suppliers:{found}", args=[pk]))
    if shown.status == TrialStatus.NEW:
        return leave(request, columns_of(shown))
    progress = progress_of(watched(shown))
    if request.headers.get("HX-Request") and request.GET.get("seen") == progress.seen:
        return HttpResponse(status=204)
    problem = shown.facts.get("problem") if shown.status == TrialStatus.FAILED else None
    return partial(
        request,
        "suppliers/trial.html#trial",
        trial=shown,
        feed=shown.feed,
        progress=progress,
        is_open=shown.status in OPEN,
        problem=in_this_language(problem) if problem else "",
        columns_url=columns_of(shown),
        nav_key="feeds",
    )


@staff_can("feeds.edit")
def trial_products(request: StaffRequest, pk: int) -> HttpResponseBase:
    shown = trial_or_404(pk)
    if shown.status != TrialStatus.DONE:
        return go_on(request, reverse("suppliers:trial", args=[pk]))
    form = MatchingForm(initial=initial_matching(Matching.from_json(shown.matching)))
    context = {**context_of(shown), "form": form, "found_by": matched_words(shown.counts), "step": 4}
    context["batches"] = latest_batches()
    return list_response(request, unmatched_page(shown, **context))


@staff_can("feeds.edit")
def trial_changes(request: StaffRequest, pk: int) -> HttpResponseBase:
    shown = trial_or_404(pk)
    if shown.status != TrialStatus.DONE:
        return go_on(request, reverse("suppliers:trial", args=[pk]))
    state, stopped = judged(shown.verdict)
    context = {
        **context_of(shown),
        "state": state,
        "stopped": stopped,
        "segments": segments_of(shown.counts),
        "doubts": [sentence(Doubt(**doubt)) for doubt in shown.facts.get("doubts", [])],
        "step": 5,
        **words_context(shown.facts, shown.feed.supplier_id),
    }
    return list_response(request, changes_page(shown, **context))


@require_POST
@staff_can("feeds.edit")
def trial_match(request: StaffRequest, pk: int) -> HttpResponse:
    """Compare once more, with other rules for finding the products."""
    shown, form = trial_or_404(pk), MatchingForm(request.POST)
    if form.is_valid() and shown.column_map:
        try_out(shown, Proposed(shown.column_map, form.matching(), shown.titles, shown.words_for_one))
    return go_on(request, reverse("suppliers:trial", args=[pk]))


@require_POST
@staff_can("products.edit")
def trial_make(request: StaffRequest, pk: int) -> HttpResponse:
    """Products of the chosen lines: shows what will come of it, and makes them when asked to."""
    shown = trial_or_404(pk)
    lines = list(chosen(request, unmatched_page(shown)).order_by("pk"))
    asked = request.POST.get("act", "")
    form = PriceRuleForm(request.POST if asked else None)
    back = reverse("suppliers:trial_products", args=[pk])
    if asked == "make" and form.is_valid():
        offer_back(request, make_unmatched(shown, lines, rule=form.rule(), by=request.staff), back)
        return go_on(request, back)
    articles = [article_of(line) for line in lines]
    rule = form.rule() if form.is_bound and form.is_valid() else PriceRule()
    return page(
        request,
        "suppliers/make_products.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        form=form,
        plan=plan_of(articles, rule, taken_skus(article.sku for article in articles)),
        kept=[(name, value) for name in ("ids", "all", "query") for value in request.POST.getlist(name)],
        back=back,
        feed=shown.feed,
        nav_key="feeds",
    )


@require_POST
@staff_can("feeds.edit")
def trial_save(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm what was tried, and import the file under it."""
    shown = trial_or_404(pk)
    if not shown.column_map:
        return go_on(request, columns_of(shown))
    return saved(request, shown)


def saved(request: StaffRequest, shown: Trial) -> HttpResponse:
    mapping = confirm(shown, by=request.staff)
    messages.success(request, _("Columns saved, version %(version)s") % {"version": mapping.version})
    try:
        run = import_of(shown, by=request.staff)
    except (FeedIsBusy, Overtaken):
        messages.info(request, _("They are used from the next file on."))
        return leave(request, reverse("suppliers:feed", args=[shown.feed_id]))
    return leave(request, reverse("suppliers:run", args=[run.pk]))


def leave(request: StaffRequest, url: str) -> HttpResponse:
    """To another page as a whole: htmx would draw it inside this one."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return go_on(request, url)


def context_of(shown: Trial) -> dict[str, Any]:
    return {
        "trial": shown,
        "feed": shown.feed,
        "columns_url": columns_of(shown),
        "rejected_word": pgettext("lines", "Rejected"),
        "nav_key": "feeds",
    }


def columns_of(shown: Trial) -> str:
    return f"{reverse('suppliers:feed_columns', args=[shown.feed_id])}?trial={shown.pk}"


def trial_or_404(pk: int) -> Trial:
    return get_object_or_404(trials(), pk=pk)
