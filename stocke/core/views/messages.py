"""The outbox: every mail, what became of it, and what a person can do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from stocke.core.actors import Actor
from stocke.core.domain import letter_kinds, outbox
from stocke.core.domain.letter_preview import preview
from stocke.core.mail_forms import AddressForm, MissingFactsForm
from stocke.core.mail_tables import MessageFilter, MessageTable, state_of
from stocke.core.models import Message
from stocke.core.outbox_queries import messages_in_short
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import go_on, page
from stocke.core.web.places import places_of
from stocke.core.web.status import Words
from stocke.core.web.timeline import build_timeline
from stocke.core.web.undo import offer_undo

MESSAGES = ListPage(
    key="messages",
    title=gettext_lazy("Messages"),
    rows=lambda request: messages_in_short(),
    table=MessageTable,
    filters=MessageFilter,
    search_label=gettext_lazy("Search by person, address or subject"),
    views=(
        NamedView(gettext_lazy("Needs a person"), "state=stuck"),
        NamedView(gettext_lazy("Drafts"), "state=draft"),
        NamedView(gettext_lazy("Waiting"), "state=approved"),
        NamedView(gettext_lazy("Sent"), "state=sent"),
    ),
    actions=(
        PageAction(
            gettext_lazy("Messages received"), "orders:received_list", "messages.view", icon="download"
        ),
        PageAction(gettext_lazy("Templates"), "core:mail_templates", "messages.view", icon="edit"),
    ),
    empty=Empty(
        gettext_lazy("No message yet"),
        gettext_lazy("Letters about orders, stockouts and purchase orders appear here before they leave."),
    ),
)
# A letter is HTML that we did not write alone: no script, no form, nothing from our own origin.
LETTER_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:", "https:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups"],
}


@dataclass(frozen=True)
class Act:
    """One thing to do with a message: the operation, what is said afterwards, and the act that takes it back."""

    do: Callable[[Message, Actor], Message]
    done: Words
    undo: str = ""


def arrived(message: Message, by: Actor) -> Message:
    return outbox.resolve_unsure(message, was_sent=True, by=by)


def send_again(message: Message, by: Actor) -> Message:
    return outbox.resolve_unsure(message, was_sent=False, by=by)


ACTS = {
    "send": Act(
        lambda message, by: outbox.approve(message, by=by), gettext_lazy("Mail on its way"), "take-back"
    ),
    "hurry": Act(lambda message, by: outbox.send_now(message, by=by), gettext_lazy("Mail leaving now")),
    "take-back": Act(lambda message, by: outbox.reopen(message, by=by), gettext_lazy("Mail taken back")),
    "cancel": Act(
        lambda message, by: outbox.cancel(message, by=by), gettext_lazy("Mail cancelled"), "take-back"
    ),
    "arrived": Act(arrived, gettext_lazy("Mail marked as sent")),
    "again": Act(send_again, gettext_lazy("Mail leaving again")),
}


@staff_can("messages.view")
def message_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, MESSAGES)


@staff_can("messages.view")
def message_page(request: StaffRequest, pk: int) -> HttpResponse:
    return shown(request, get_object_or_404(Message, pk=pk))


def shown(
    request: StaffRequest,
    message: Message,
    *,
    facts_form: MissingFactsForm | None = None,
    address_form: AddressForm | None = None,
) -> HttpResponse:
    """The message's page; a form that was refused stands in its place with 422."""
    is_refused = facts_form is not None or address_form is not None
    missing = outbox.held_for(message)
    return page(
        request,
        "core/message.html",
        message=message,
        state=state_of(message),
        kind=letter_kinds.label_of(message.kind),
        place=places_of([message.thread]).get(message.thread),
        missing=missing,
        letter=preview(letter_kinds.Words(message.subject, message.text), message.facts) if missing else None,
        facts_form=facts_form or (MissingFactsForm(names=missing) if missing else None),
        address_form=address_form or AddressForm(initial={"recipient": message.recipient}),
        timeline=build_timeline(timeline(f"message:{message.pk}"), request),
        status=422 if is_refused else 200,
    )


@staff_can("messages.view")
@xframe_options_sameorigin
@csp_override(LETTER_CSP)
def message_body(request: StaffRequest, pk: int) -> HttpResponse:
    """The HTML part as the reader's program gets it, for a frame."""
    message = get_object_or_404(Message, pk=pk)
    return HttpResponse(message.html)


@require_POST
@staff_can("messages.send")
def message_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    message, wanted = get_object_or_404(Message, pk=pk), ACTS.get(act)
    if wanted is None:
        raise Http404
    try:
        wanted.do(message, request.staff)
        tell(request, message, wanted)
    except outbox.NotPossible as refused:
        notices.error(request, too_late(refused.message))
    return go_on(request, reverse("core:message", args=[pk]))


def tell(request: StaffRequest, message: Message, act: Act) -> None:
    if act.undo:
        offer_undo(request, str(act.done), reverse("core:message_act", args=[message.pk, act.undo]))
    else:
        notices.success(request, str(act.done))


def too_late(message: Message) -> str:
    """Why an act was refused, in words."""
    state = state_of(message).word
    return _("Too late: this mail is “%(state)s”. Nothing was changed.") % {"state": state}


@require_POST
@staff_can("messages.send")
def message_complete(request: StaffRequest, pk: int) -> HttpResponse:
    """Fill in what a held message lacked."""
    message = get_object_or_404(Message, pk=pk)
    form = MissingFactsForm(request.POST, names=outbox.held_for(message))
    if not form.is_valid():
        return shown(request, message, facts_form=form)
    try:
        outbox.complete(message, facts=form.cleaned_data, by=request.staff)
        notices.success(request, _("Facts added. Read the mail, then send it."))
    except outbox.NotPossible as refused:
        notices.error(request, too_late(refused.message))
    return go_on(request, reverse("core:message", args=[pk]))


@require_POST
@staff_can("messages.send")
def message_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a mail that came back once more, to the address given."""
    message = get_object_or_404(Message, pk=pk)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return shown(request, message, address_form=form)
    try:
        outbox.retry(message, by=request.staff, recipient=form.cleaned_data["recipient"])
        notices.success(request, _("Mail leaving again"))
    except outbox.NotPossible as refused:
        notices.error(request, too_late(refused.message))
    return go_on(request, reverse("core:message", args=[pk]))
