"""Feeds: the list, one with its imports, and how it is set up."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on, page, wants_fragment
from stocke.core.web.timeline import build_timeline
from suppliers.domain.feeds import create_feed, edit_feed, stored_names
from suppliers.domain.probing import probe
from suppliers.domain.runs import request_run
from suppliers.forms.feeds import FeedForm
from suppliers.models import Feed, Run, Transport
from suppliers.queries.feeds import feeds_for_list, keys_of_feed
from suppliers.queries.runs import latest_file, runs_of_feed
from suppliers.tables.feeds import (
    FeedFilter,
    FeedTable,
    absence_in_words,
    patience_in_words,
    state_of_feed,
    ticks_of,
)
from suppliers.tables.runs import state_of, trigger_of
from suppliers.tables.troubles import trouble_of
from suppliers.transports import OPEN, NotFetched

NEW = PageAction(
    gettext_lazy("Connect a feed"),
    "suppliers:feed_new",
    permission="feeds.edit",
    icon="plus",
    primary=True,
    key="n",
)
FEEDS = ListPage(
    key="feeds",
    title=gettext_lazy("Feeds"),
    rows=lambda request: feeds_for_list(),
    table=FeedTable,
    filters=FeedFilter,
    search_label=gettext_lazy("Search by feed or supplier"),
    template="suppliers/feed_list.html",
    views=(
        NamedView(gettext_lazy("Held"), "state=held"),
        NamedView(gettext_lazy("Silent"), "state=silent"),
    ),
    actions=(NEW,),
    empty=Empty(
        gettext_lazy("No feed yet"),
        gettext_lazy(
            "Hand in a supplier’s file, or say where it is: its columns are recognised, and nothing counts "
            "before you agree."
        ),
        action=NEW,
    ),
)
RUNS_SHOWN = 25
EDIT = "suppliers/feed_edit.html"


@staff_can("feeds.view")
def feed_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, FEEDS)


@staff_can("feeds.view")
def feed_page(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    runs = list(runs_of_feed(pk)[: RUNS_SHOWN + 1])
    return page(
        request,
        "suppliers/feed.html",
        feed=feed,
        state=state_of_feed(feed),
        ticks=ticks_of(feed.recent),
        runs=[(run, state_of(run), trigger_of(run)) for run in runs[:RUNS_SHOWN]],
        has_more=len(runs) > RUNS_SHOWN,
        trouble=trouble_of(runs),
        is_fetched=feed.transport in OPEN,
        now=timezone.now(),
        has_file=latest_file(pk) is not None,
        transport=Transport(feed.transport).label,
        absence=absence_in_words(feed),
        patience=patience_in_words(feed),
        push_keys=keys_of_feed(pk) if feed.transport == Transport.PUSH else [],
        timeline=build_timeline(timeline(f"feed:{pk}", *(f"run:{run.pk}" for run in runs)), request),
        nav_key="feeds",
    )


@sensitive_post_parameters()
@staff_can("feeds.edit")
def feed_new(request: StaffRequest) -> HttpResponse:
    form = FeedForm(request.POST or None, initial=given(request))
    if "test" in request.POST:
        return tested(request, form)
    if request.method == "POST" and form.is_valid() and (feed := created(request, form)):
        return go_on(request, first_file(request, feed))
    return form_page(request, EDIT, form=form, step=1, nav_key="feeds")


def tested(request: StaffRequest, form: FeedForm, feed: Feed | None = None) -> HttpResponse:
    """Knock at the source as it is described, and show what would be fetched. Nothing is saved.

    htmx draws the result beside the form, which keeps its passwords; without it the page comes back without them.
    """
    found, problem = None, ""
    if form.is_valid() and form.source:
        try:
            source = form.source
            transport = form.cleaned_data["transport"]
            found = probe(transport, source.location, source.access, source.secrets, feed=feed)
        except NotFetched as refused:
            problem = str(refused)
    is_fragment = wants_fragment(request)
    return form_page(
        request,
        "suppliers/feed_tested.html" if is_fragment else EDIT,
        form=form,
        feed=feed,
        step=1,
        tested=True,
        is_fragment=is_fragment,
        found=found,
        problem=problem,
        announce=_("Nothing is saved yet."),
        nav_key="feeds",
    )


def first_file(request: StaffRequest, feed: Feed) -> str:
    """Where a new feed gets its first file: from a person, from a program with a key, or from its source at once."""
    if feed.transport == Transport.UPLOAD:
        return reverse("suppliers:feed_upload", args=[feed.pk])
    if feed.transport == Transport.PUSH:
        return reverse("suppliers:feed", args=[feed.pk])
    run = request_run(feed, by=request.staff, trigger="person")
    return reverse("suppliers:run", args=[run.pk]) if run else reverse("suppliers:feed", args=[feed.pk])


def given(request: StaffRequest) -> dict[str, Any]:
    """What a link may already say of a new feed."""
    supplier = request.GET.get("supplier", "")
    return {"supplier": supplier if supplier.isdecimal() else None, "transport": Transport.UPLOAD}


def created(request: StaffRequest, form: FeedForm) -> Feed | None:
    try:
        return create_feed(form.cleaned_data["supplier"], by=request.staff, **form.facts())
    except IntegrityError:
        form.refuse_name()
        return None


@sensitive_post_parameters()
@staff_can("feeds.edit")
def feed_edit(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    form = FeedForm(request.POST or None, feed=feed, stored=stored_names(feed))
    if "test" in request.POST:
        return tested(request, form, feed)
    if request.method == "POST" and form.is_valid() and edited(request, feed, form):
        return go_on(request, reverse("suppliers:feed", args=[pk]))
    return form_page(request, EDIT, form=form, feed=feed, nav_key="feeds")


def edited(request: StaffRequest, feed: Feed, form: FeedForm) -> bool:
    try:
        edit_feed(feed, by=request.staff, **form.facts())
    except IntegrityError:
        form.refuse_name()
        return False
    messages.success(request, _("Feed “%(name)s” saved") % {"name": form.cleaned_data["name"]})
    return True


@require_POST
@staff_can("feeds.edit")
def feed_switch(request: StaffRequest, pk: int, state: str) -> HttpResponse:
    if state not in ("on", "off"):
        raise Http404
    feed = edit_feed(get_object_or_404(Feed, pk=pk), by=request.staff, active=state == "on")
    said = _("Feed “%(name)s” switched on") if feed.active else _("Feed “%(name)s” switched off")
    messages.success(request, said % {"name": feed.name})
    return go_on(request, reverse("suppliers:feed", args=[pk]))


@require_POST
@staff_can("feeds.edit")
def feed_run(request: StaffRequest, pk: int) -> HttpResponse:
    """Import now."""
    feed = get_object_or_404(Feed, pk=pk)
    run = request_run(feed, by=request.staff, trigger="person")
    if run is None:
        messages.info(request, _("An import of this feed is already at work."))
        run = Run.objects.filter(feed=feed).latest("pk")
    return go_on(request, reverse("suppliers:run", args=[run.pk]))


def feed_or_404(pk: int) -> Any:
    feed = feeds_for_list().select_related("supplier", "mapping").filter(pk=pk).first()
    if feed is None:
        raise Http404
    return feed
