"""Ad feeds: the list, one with its address and its last file, what it says of each product, and making one."""

from itertools import chain, islice
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stocke.channels.adfeeds.domain.feeds import change_feed, change_link, make_feed, switch_feed, want_file
from stocke.channels.adfeeds.domain.links import address_of
from stocke.channels.adfeeds.domain.statements import Statement, batches, clock_now
from stocke.channels.adfeeds.forms.feeds import AdFeedForm
from stocke.channels.adfeeds.jobs.building import build_feed
from stocke.channels.adfeeds.models import AdFeed, Pause, Target, Word
from stocke.channels.adfeeds.queries.feeds import entries_for_list, feeds_for_list, recent_fetches
from stocke.channels.adfeeds.tables.lists import AdEntryFilter, AdEntryTable, AdFeedFilter, AdFeedTable
from stocke.channels.adfeeds.tables.words import problem_in_words, state_of, state_of_feed, why_decision
from stocke.core.jobs import enqueue
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on, page, partial
from stocke.core.web.status import Status
from stocke.core.web.timeline import build_timeline

NEW = PageAction(
    gettext_lazy("Add an ad feed"),
    "adfeeds:feed_new",
    permission="channels.edit",
    icon="plus",
    primary=True,
    key="n",
)
SPEND = PageAction(
    gettext_lazy("Ads for what nobody could buy"), "insights:ad_spend", permission="insights.view"
)
FEEDS = ListPage(
    key="adfeeds",
    title=gettext_lazy("Ad feeds"),
    rows=lambda request: feeds_for_list(),
    table=AdFeedTable,
    filters=AdFeedFilter,
    search_label=gettext_lazy("Search by name or channel"),
    actions=(SPEND, NEW),
    empty=Empty(
        gettext_lazy("No ad feed yet"),
        gettext_lazy(
            "A feed tells Google, Meta or Bing what is in stock, and pauses ads for what nobody is sure of."
        ),
        action=NEW,
    ),
    context={"nav_key": "channels"},
    template="channels/ads/feeds.html",
)
PREVIEWED, LOOKED_AT_ONCE, MOST_LOOKS = 25, 200, 5
OF_THEM = {
    Pause.ADS.value: gettext_lazy("of these, ads paused"),
    Pause.EXCLUDED.value: gettext_lazy("of these, excluded from ads"),
}


@staff_can("channels.view")
def feed_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, FEEDS)


@staff_can("channels.view")
def feed_page(request: StaffRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(AdFeed.objects.select_related("channel", "category"), pk=pk)
    state = state_of_feed(feed)
    return partial(
        request,
        "channels/ads/feed.html#build",
        feed=feed,
        state=state,
        is_open=state.kind in {"running", "waiting"},
        address=address_of(feed),
        counts=counts_of(feed),
        problems=problems_of(feed),
        fetches=recent_fetches(feed),
        timeline=build_timeline(timeline(f"adfeed:{pk}"), request),
        nav_key="channels",
    )


def counts_of(feed: AdFeed) -> list[tuple[Status, int, str]]:
    """How many rows say what, each with the filter that shows them."""
    found = feed.counts
    shown = [(state_of(word, Pause.NO), found.get(word, 0), "") for word in Word.values]
    kept = [
        (Status(state_of(None, pause).kind, words), found.get(pause, 0), f"says={pause}")
        for pause, words in OF_THEM.items()
    ]
    return [*shown, *kept, (Status("held", _("not sent yet")), found.get("held", 0), "says=held")]


def problems_of(feed: AdFeed) -> list[tuple[str, str, int]]:
    """Code, words and number of each problem, the most frequent first."""
    found = {
        key.partition(":")[2]: number for key, number in feed.counts.items() if key.startswith("problem:")
    }
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(code, problem_in_words(code), number) for code, number in ordered]


@staff_can("channels.edit")
def feed_new(request: StaffRequest) -> HttpResponse:
    target = request.GET.get("target", Target.GOOGLE)
    if target not in Target.values:
        raise Http404
    form = AdFeedForm(target, request.POST or None)
    if request.method == "POST" and form.is_valid():
        feed = make_feed(target, by=request.staff, **form.facts())
        messages.success(request, _("The feed is made. Its first file is being built."))
        enqueue("feeds", build_feed, feed.pk)
        return go_on(request, reverse("adfeeds:feed", args=[feed.pk]))
    return form_page(
        request,
        "channels/ads/feed_new.html",
        form=form,
        target=target,
        targets=Target.choices,
        nav_key="channels",
    )


@staff_can("channels.edit")
def feed_edit(request: StaffRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(AdFeed, pk=pk)
    form = AdFeedForm(feed.target, request.POST or None, instance=feed)
    if request.method == "POST" and form.is_valid():
        if change_feed(AdFeed.objects.get(pk=pk), by=request.staff, **form.facts()):
            messages.success(request, _("Saved. The file is being built anew."))
            enqueue("feeds", build_feed, pk)
        return go_on(request, reverse("adfeeds:feed", args=[pk]))
    kept = AdFeed.objects.get(pk=pk)
    return form_page(request, "channels/ads/feed_edit.html", form=form, feed=kept, nav_key="channels")


@require_POST
@staff_can("channels.edit")
def feed_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """The small acts of the page: build now, switch, give the feed another address."""
    feed = get_object_or_404(AdFeed, pk=pk)
    match act:
        case "on" | "off":
            switch_feed(feed, on=act == "on", by=request.staff)
        case "build":
            want_file(feed)
        case "link":
            change_link(feed, at_once=False, by=request.staff)
            messages.success(request, _("The feed has a new address. The old one works for three more days."))
        case "revoke":
            change_link(feed, at_once=True, by=request.staff)
            messages.success(
                request, _("The old address opens nothing any more. Give the platform the new one.")
            )
        case _:
            raise Http404
    enqueue("feeds", build_feed, pk)
    return go_on(request, reverse("adfeeds:feed", args=[pk]))


@staff_can("channels.view")
def entry_list(request: StaffRequest, pk: int) -> HttpResponseBase:
    return list_response(request, entries_page(get_object_or_404(AdFeed, pk=pk)))


def entries_page(feed: AdFeed) -> ListPage:
    return ListPage(
        key="adfeed-rows",
        title=_("What %(name)s says") % {"name": feed.name},
        rows=lambda request: entries_for_list(feed),
        table=AdEntryTable,
        filters=AdEntryFilter,
        search_label=gettext_lazy("Search by id or SKU"),
        views=(
            NamedView(gettext_lazy("Ads paused"), "says=ads"),
            NamedView(gettext_lazy("Excluded"), "says=excluded"),
            NamedView(gettext_lazy("Not sent"), "says=held"),
            NamedView(gettext_lazy("To mend"), "problem=any"),
        ),
        template="channels/ads/of_feed.html",
        context={"feed": feed, "nav_key": "channels"},
    )


@staff_can("channels.view")
def feed_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The first rows as the next file would have them; nothing is written."""
    feed = get_object_or_404(AdFeed.objects.select_related("channel"), pk=pk)
    looked_at = islice(batches(feed, clock_now(), size=LOOKED_AT_ONCE), MOST_LOOKS)
    found = islice(chain.from_iterable(looked_at), PREVIEWED)
    return page(
        request,
        "channels/ads/preview.html",
        feed=feed,
        rows=[previewed(one) for one in found],
        nav_key="channels",
    )


def previewed(one: Statement) -> dict[str, Any]:
    state = state_of(one.decision.word, one.decision.pause)
    return {
        "row": one.row,
        "state": state if one.is_sent else Status("held", _("not sent")),
        "why": why_decision(one.decision),
        "said": [(name, ", ".join(values)) for name, values in one.item.items()],
        "problems": [problem_in_words(code) for code in one.problems],
    }
