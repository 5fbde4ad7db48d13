"""What others wrote to us: the list, one of them, and what a person does with it."""

from django.contrib import messages as notices
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.domain.correspondence import without_keys
from orders.domain.shipping import NotShippable, announce
from orders.domain.sorting import assign
from orders.domain.supplier_mails import purchases_about, take_by_hand
from orders.forms.conversations import AboutForm
from orders.models import PurchaseOrder
from orders.queries.received import likely_about
from orders.tables.received import ReceivedFilter, ReceivedTable, state_of_received
from orders.views.answer import parcel_for
from orders.views.received_results import results_in_words
from orders.views.shipments import in_words
from stocke.core.domain.incoming import AlreadySettled, reopen, settle
from stocke.core.incoming_queries import received_in_short
from stocke.core.models import IncomingFile, IncomingMessage, IncomingStatus, MatchedBy
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.places import places_of
from stocke.core.web.timeline import build_timeline
from stocke.core.web.undo import offer_undo

RECEIVED = ListPage(
    key="received",
    title=gettext_lazy("Messages received"),
    rows=lambda request: received_in_short(),
    table=ReceivedTable,
    filters=ReceivedFilter,
    search_label=gettext_lazy("Search by person, address or subject"),
    views=(
        NamedView(gettext_lazy("Needs a person"), "state=open"),
        NamedView(gettext_lazy("Unmatched"), "state=unmatched"),
        NamedView(gettext_lazy("Settled"), "state=done"),
        NamedView(gettext_lazy("Noted"), "state=noted"),
    ),
    actions=(
        PageAction(gettext_lazy("Messages sent"), "core:messages", "messages.view", icon="mail"),
        PageAction(gettext_lazy("Mailbox"), "core:settings_mailbox", "settings.manage", icon="settings"),
    ),
    empty=Empty(
        gettext_lazy("Nothing received yet"),
        gettext_lazy(
            "Answers to our mails arrive here once a mailbox is connected; questions from customers’ pages always do."
        ),
        action=PageAction(
            gettext_lazy("Connect a mailbox"), "core:settings_mailbox", "settings.manage", icon="mail"
        ),
    ),
)


@require_GET
@staff_can("messages.view")
def received_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, RECEIVED)


@require_GET
@staff_can("messages.view")
def received(request: StaffRequest, pk: int) -> HttpResponse:
    return received_page(request, get_object_or_404(IncomingMessage, pk=pk), AboutForm())


def received_page(request: StaffRequest, message: IncomingMessage, form: AboutForm) -> HttpResponse:
    purchases = purchases_about(message.thread)
    parcels = [(number, carriers) for number, carriers in message.facts.get("parcels", ())]
    return form_page(
        request,
        "orders/received.html",
        form=form,
        message=message,
        text=without_keys(message.text),
        quoted=without_keys(message.quoted),
        state=state_of_received(message),
        how=MatchedBy(message.matched_by).label if message.matched_by else "",
        place=places_of([message.thread]).get(message.thread),
        files=list(message.files.order_by("pk")),
        likely=likely_about(message) if not message.thread else [],
        results=results_in_words(message),
        parcels=parcels if len(purchases) == 1 else [],
        to_take=message.facts.get("to_take", ()),
        is_open=message.status == IncomingStatus.OPEN,
        timeline=build_timeline(timeline(f"incomingmessage:{message.pk}"), request),
        nav_key="messages",
    )


@require_POST
@staff_can("messages.send")
def received_put(request: StaffRequest, pk: int) -> HttpResponse:
    """A person says what it is about."""
    message, form = get_object_or_404(IncomingMessage, pk=pk), AboutForm(request.POST)
    if not form.is_valid():
        return received_page(request, message, form)
    try:
        put = assign(pk, form.cleaned_data["number"], by=request.staff)
    except AlreadySettled:
        return too_late(request, pk)
    if put is None:
        form.add_error("number", _("No order and no purchase order has this number."))
        return received_page(request, message, form)
    notices.success(request, _("Put to %(number)s") % {"number": form.cleaned_data["number"]})
    return go_on(request, reverse("orders:received", args=[pk]))


@require_POST
@staff_can("messages.send")
def received_settle(request: StaffRequest, pk: int) -> HttpResponse:
    """It asks nothing of anybody."""
    try:
        settle(pk, by=request.staff)
    except AlreadySettled:
        return too_late(request, pk)
    offer_undo(request, _("Message settled"), reverse("orders:received_reopen", args=[pk]))
    return go_on(request, reverse("orders:received", args=[pk]))


@require_POST
@staff_can("messages.send")
def received_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    get_object_or_404(IncomingMessage, pk=pk)
    reopen(pk, by=request.staff)
    return go_on(request, reverse("orders:received", args=[pk]))


@require_POST
@staff_can("purchasing.edit")
def received_take(request: StaffRequest, pk: int) -> HttpResponse:
    """A person vouches for the files of a mail that anybody could have sent."""
    message = get_object_or_404(IncomingMessage, pk=pk)
    if message.status != IncomingStatus.OPEN or not message.facts.get("to_take"):
        return too_late(request, pk)
    take_by_hand(message, by=request.staff)
    return go_on(request, reverse("orders:received", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("orders.edit")
def received_parcel(request: StaffRequest, pk: int, number: str) -> HttpResponse:
    """A parcel that a supplier wrote of: proposed as he wrote it, noted once a person has looked."""
    message = get_object_or_404(IncomingMessage, pk=pk)
    purchases = purchases_about(message.thread)
    known = dict(message.facts.get("parcels", ()))
    if len(purchases) != 1 or number not in known:
        raise Http404
    form = parcel_for(purchases[0], request.POST or None)
    form.initial.update(tracking_number=number, carrier=next(iter(known[number]), ""))
    if request.method == "POST" and form.is_valid():
        try:
            announce(purchases[0].order_id, form.parcel(), by=request.staff, purchase=purchases[0])
        except NotShippable as problem:
            form.add_error(None, in_words(problem))
        else:
            return parcel_noted(request, message, purchases[0], number)
    return form_page(
        request,
        "orders/received_parcel.html",
        form=form,
        message=message,
        purchase=purchases[0],
        nav_key="messages",
    )


def parcel_noted(
    request: StaffRequest, message: IncomingMessage, purchase: PurchaseOrder, number: str
) -> HttpResponse:
    notices.success(request, _("Parcel %(number)s noted") % {"number": number})
    return go_on(request, reverse("orders:received", args=[message.pk]))


@require_GET
@staff_can("messages.view")
def received_file(request: StaffRequest, pk: int, file: int) -> FileResponse:
    """A file as it came. It is never shown inside the house: it is a stranger's."""
    found = get_object_or_404(IncomingFile, pk=file, message=pk)
    if not found.path:
        raise Http404
    try:
        content = default_storage.open(found.path)
    except OSError:
        raise Http404 from None
    answer = FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def too_late(request: StaffRequest, pk: int) -> HttpResponse:
    notices.warning(request, _("Somebody was faster: this message is settled. Nothing was changed."))
    return go_on(request, reverse("orders:received", args=[pk]))
