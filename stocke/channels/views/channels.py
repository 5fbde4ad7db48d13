"""Channels: the list, one with its health, connecting it and its rules."""

from collections.abc import Mapping

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from stocke.channels.connectors.errors import ShopError
from stocke.channels.connectors.shape import Found
from stocke.channels.domain.connecting import (
    NameTaken,
    Unfit,
    change_channel,
    change_hook_secret,
    change_keys,
    connect,
    keys_of,
    knock,
    switch,
)
from stocke.channels.domain.doors import signs_with_ours
from stocke.channels.domain.reporting import try_again
from stocke.channels.domain.stalling import QUEUE, minutes_stalled
from stocke.channels.forms.channels import KINDS, ChannelForm, ConnectForm, KeysForm
from stocke.channels.jobs.tending import tend_channel
from stocke.channels.models import Channel
from stocke.channels.queries.channels import (
    channels_for_list,
    listing_counts,
    orders_for_a_person,
    recent_tellings,
    refused_reports,
    waiting_orders,
)
from stocke.channels.tables.lists import ChannelFilter, ChannelTable
from stocke.channels.tables.problems import (
    at_the_door_in_words,
    missing_in_words,
    order_in_words,
    problem_in_words,
    report_in_words,
    stalled_in_words,
    warnings_of,
)
from stocke.channels.tables.states import state_of_channel, state_of_order, state_of_telling
from stocke.core.jobs import count_workers, enqueue
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, PageAction, list_response
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.timeline import build_timeline

NEW = PageAction(
    gettext_lazy("Connect a shop"),
    "channels:channel_new",
    permission="channels.edit",
    icon="plus",
    primary=True,
    key="n",
)
ADS = PageAction(gettext_lazy("Ad feeds"), "adfeeds:feeds", permission="channels.view", icon="feeds")
CHANNELS = ListPage(
    key="channels",
    title=gettext_lazy("Channels"),
    rows=lambda request: channels_for_list(),
    table=ChannelTable,
    filters=ChannelFilter,
    search_label=gettext_lazy("Search by name or address"),
    actions=(ADS, NEW),
    empty=Empty(
        gettext_lazy("No shop is connected"),
        gettext_lazy(
            "A connected shop hands its orders over by itself, and shows its customers what we really have."
        ),
        action=NEW,
    ),
)
EDIT = "channels/channel_edit.html"


@staff_can("channels.view")
def channel_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, CHANNELS)


@staff_can("channels.view")
def channel_page(request: StaffRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    workers = count_workers(QUEUE)
    stalled = minutes_stalled(channel, now=timezone.now(), workers=workers)
    return page(
        request,
        "channels/channel.html",
        channel=channel,
        state=state_of_channel(channel),
        problem=problem_in_words(channel.problem, channel.problem_facts) if channel.problem else "",
        missing=[missing_in_words(name) for name in channel.facts.get("missing", ())],
        stalled=stalled_in_words(stalled, workers),
        warnings=warnings_of(channel.facts),
        has_secret_of_ours=signs_with_ours(channel),
        counts=listing_counts(channel),
        waiting=waiting_orders(channel),
        odd_orders=[
            (order, state_of_order(order), [order_in_words(one) for one in order.problems])
            for order in orders_for_a_person(channel)
        ],
        refused=[(one, report_in_words(one.problem)) for one in refused_reports(channel)],
        tellings=[(telling, state_of_telling(telling)) for telling in recent_tellings(channel)],
        timeline=build_timeline(timeline(f"channel:{pk}"), request),
        nav_key="channels",
    )


@sensitive_post_parameters()
@staff_can("channels.edit")
def channel_new(request: StaffRequest) -> HttpResponse:
    kind = request.GET.get("kind", KINDS[0][0])
    if kind not in dict(KINDS):
        raise Http404
    form = ConnectForm(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = knocked(form, kind, form.cleaned_data["url"], form.secrets)
        if found is not None:
            known = Channel.objects.filter(kind=kind, url=form.cleaned_data["url"]).exists()
            channel = connected(request, form, kind, found)
            if channel:
                say_connected(request, channel, is_known=known)
                return go_on(request, reverse("channels:channel", args=[channel.pk]))
    return form_page(
        request, "channels/channel_new.html", form=form, kind=kind, kinds=KINDS, nav_key="channels"
    )


def connected(request: StaffRequest, form: ConnectForm, kind: str, found: Found) -> Channel | None:
    """None with the reason, where somebody took the short name at the same moment."""
    try:
        return connect(kind, form.cleaned_data["url"], form.secrets, found, by=request.staff, **form.wishes)
    except NameTaken:
        form.add_error(None, _("Another channel has this short name. Try again."))
    return None


def knocked(form: Form, kind: str, url: str, secrets: Mapping[str, str]) -> Found | None:
    """What is there; None with the reason beside the form. Nothing is kept."""
    try:
        return knock(kind, url, secrets)
    except Unfit:
        form.add_error(None, _("We do not go to this address."))
    except ShopError as error:
        form.add_error(None, at_the_door_in_words(error.code, error.facts))
    return None


def say_connected(request: StaffRequest, channel: Channel, *, is_known: bool = False) -> None:
    words = _("%(name)s is connected. Its listings are being read.")
    if is_known:
        words = _(
            "%(name)s was connected already: it has the keys that you gave now, and its rules as they were."
        )
    messages.success(request, words % {"name": channel.name})
    enqueue("channels", tend_channel, channel.pk)


@staff_can("channels.edit")
def channel_edit(request: StaffRequest, pk: int) -> HttpResponse:
    form = ChannelForm(request.POST or None, instance=get_object_or_404(Channel, pk=pk))
    if request.method == "POST" and form.is_valid():
        changed = change_channel(Channel.objects.get(pk=pk), by=request.staff, **form.facts())
        if changed:
            messages.success(request, _("Saved. What differs is told to the shop within a minute."))
        return go_on(request, reverse("channels:channel", args=[pk]))
    return form_page(
        request, EDIT, form=form, channel=Channel.objects.get(pk=pk), nav_key="channels", is_keys=False
    )


@sensitive_post_parameters()
@staff_can("channels.edit")
def channel_keys(request: StaffRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    kept = keys_of(channel)
    form = KeysForm(channel.kind, request.POST or None, kept=kept.keys())
    if request.method == "POST" and form.is_valid():
        found = knocked(form, channel.kind, channel.url, {**kept, **form.secrets})
        if found is not None:
            change_keys(channel, form.secrets, found, by=request.staff)
            messages.success(request, _("%(name)s has other keys from now on.") % {"name": channel.name})
            enqueue("channels", tend_channel, channel.pk)
            return go_on(request, reverse("channels:channel", args=[pk]))
    return form_page(request, EDIT, form=form, channel=channel, nav_key="channels", is_keys=True)


@require_POST
@staff_can("channels.edit")
def channel_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """The small acts of the page: read again, switch, give the hooks another secret."""
    channel = get_object_or_404(Channel, pk=pk)
    match act:
        case "on" | "off":
            switch(channel, on=act == "on", by=request.staff)
        case "read":
            Channel.objects.filter(pk=pk).update(
                listings_wanted=True,
                hooks_tended_at=None,
                not_before=None,
                orders_read_at=None,
                compared_at=None,
            )
            messages.info(request, _("Everything of this shop is being read again."))
        case "secret" if signs_with_ours(channel):
            change_hook_secret(channel, by=request.staff)
            messages.success(request, _("The hooks get a new secret. The old one counts until they have it."))
        case _:
            raise Http404
    enqueue("channels", tend_channel, pk)
    return go_on(request, reverse("channels:channel", args=[pk]))


@require_POST
@staff_can("channels.edit")
def report_again(request: StaffRequest, pk: int, report: int) -> HttpResponse:
    if try_again(report):
        messages.info(request, _("It is written back once more."))
        enqueue("channels", tend_channel, pk)
    return go_on(request, reverse("channels:channel", args=[pk]))
