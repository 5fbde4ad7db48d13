"""The guards of a feed: their limits, tried on the imports of the past before they are saved."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from suppliers.domain.feeds import edit_feed
from suppliers.domain.limits import DEFAULT_BOUNDS
from suppliers.domain.rejudging import replay
from suppliers.forms.guards import GuardsForm
from suppliers.models import Feed
from suppliers.tables.checks import CHECKS, Words
from suppliers.tables.feeds import rhythm_in_words
from suppliers.tables.replay import shown_replay
from suppliers.views.feeds import feed_or_404

LABELS = {name: words.label for name, words in CHECKS.items()}


@staff_can("feeds.view")
def feed_guards(request: StaffRequest, pk: int) -> HttpResponse:
    """The limits as they are or, by POST, what others would have made of the last imports: nothing is saved."""
    feed = feed_or_404(pk)
    form = GuardsForm(request.POST or None, feed=feed, labels=LABELS)
    if request.method != "POST" or not form.is_valid():
        return answer(request, feed, form)
    return answer(request, feed, form, replay=shown_replay(replay(feed, form.limits())))


@require_POST
@staff_can("feeds.edit")
def feed_guards_save(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    form = GuardsForm(request.POST, feed=feed, labels=LABELS)
    if not form.is_valid():
        return answer(request, feed, form)
    edit_feed(feed, by=request.staff, **form.facts())
    messages.success(request, _("Guards saved; the next import obeys them"))
    return go_on(request, reverse("suppliers:feed", args=[pk]))


def answer(request: StaffRequest, feed: Feed, form: GuardsForm, **context: Any) -> HttpResponse:
    return form_page(
        request,
        "suppliers/feed_guards.html",
        form=form,
        feed=feed,
        limits=list(rows_of(form)),
        rhythm=rhythm_in_words(feed),
        nav_key="feeds",
        **context,
    )


def rows_of(form: GuardsForm) -> Iterator[tuple[Words, list[BoundField], str]]:
    """Each check with its two fields and their unit."""
    for name in DEFAULT_BOUNDS:
        safe, hold = form[f"{name}_safe"], form[f"{name}_hold"]
        yield CHECKS[name], [safe, hold], str(safe.field.widget.attrs["data-unit"])
