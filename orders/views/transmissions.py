"""One transmission: what was, or will be, handed over to a supplier, and what a person decides about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orders.domain.deciding_transmissions import (
    SHORT,
    NotWaiting,
    move_elsewhere,
    note_handed_over,
    send_anyway,
    wait_for_cut_off,
)
from orders.domain.documents import TYPES, body_of
from orders.domain.ordering import rules_of
from orders.domain.transmissions import kept_document
from orders.forms.ordering import PlacedForm
from orders.models import Grouping, Transmission, TransmissionStatus
from orders.queries.transmissions import FOR_A_PERSON, purchases_in, transmission_with_supplier
from orders.tables.transmissions import hold_in_words
from orders.views.ordering import JSON, as_download, download
from stocke.core.domain.history import thread_of
from stocke.core.mail_tables import state_of
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, page
from stocke.core.web.timeline import build_timeline


@require_GET
@staff_can("purchasing.view")
def transmission(request: StaffRequest, pk: int) -> HttpResponse:
    found = transmission_or_404(pk)
    purchases = purchases_in(found)
    threads = [thread_of(found), *map(thread_of, purchases)]
    return page(
        request,
        "orders/transmission.html",
        transmission=found,
        state=state_of(found.message) if found.message else found.state,
        hold=hold_in_words(found.hold, found.hold_facts),
        is_short=found.status == TransmissionStatus.HELD and found.hold in SHORT,
        may_wait=rules_of(found.supplier).grouping == Grouping.CUT_OFF and found.supplier.cut_off is not None,
        purchases=purchases,
        files=[*TYPES, "json"] if found.content else [],
        waits=found.status in FOR_A_PERSON,
        tries_again=found.status == TransmissionStatus.READY and found.attempts > 0,
        may_send=found.status in FOR_A_PERSON and found.hold not in ("person", "no_address"),
        placed=PlacedForm(),
        timeline=build_timeline(timeline(*threads), request),
        nav_key="purchasing",
    )


@require_POST
@staff_can("purchasing.edit")
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it go, or once more."""
    try:
        found = send_anyway(transmission_or_404(pk).pk, by=request.staff, seen=request.POST.get("seen", ""))
    except NotWaiting:
        messages.warning(request, not_waiting())
    else:
        messages.success(request, _("%(number)s is on its way") % {"number": found.number})
    return back(request, pk)


@require_POST
@staff_can("purchasing.edit")
def placed(request: StaffRequest, pk: int) -> HttpResponse:
    """A person placed the order himself, or knows that it arrived."""
    form = PlacedForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        found = note_handed_over(transmission_or_404(pk).pk, by=request.staff, why=why)
    except NotWaiting:
        messages.warning(request, not_waiting())
    else:
        messages.success(
            request,
            _("%(number)s counts as handed over: now we wait for the answer.") % {"number": found.number},
        )
    return back(request, pk)


@require_POST
@staff_can("purchasing.edit")
def wait(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it with what his next cut-off collects."""
    try:
        following = wait_for_cut_off(transmission_or_404(pk).pk, by=request.staff)
    except NotWaiting:
        messages.warning(request, not_waiting())
        return back(request, pk)
    messages.success(
        request, _("It waits for the next cut-off with %(number)s") % {"number": following.number}
    )
    return back(request, following.pk)


@require_POST
@staff_can("purchasing.edit")
def elsewhere(request: StaffRequest, pk: int) -> HttpResponse:
    """Serve it from the next sources."""
    try:
        moved = move_elsewhere(transmission_or_404(pk).pk, by=request.staff)
    except NotWaiting:
        messages.warning(request, not_waiting())
    else:
        told = ngettext(
            "%(count)s purchase order moved to the next source",
            "%(count)s purchase orders moved to the next source",
            moved,
        )
        messages.success(request, told % {"count": moved})
    return back(request, pk)


@require_GET
@staff_can("purchasing.view")
def transmission_file(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    """What was handed over, as a file."""
    found = transmission_or_404(pk)
    if not found.content:
        raise Http404
    document = kept_document(found)
    if form == "json":
        body = body_of(document, rules_of(found.supplier).body_template)
        return as_download(body, JSON, f"{found.number}.json")
    return download(document, form)


def transmission_or_404(pk: int) -> Transmission:
    found = transmission_with_supplier(pk)
    if found is None:
        raise Http404
    return found


def not_waiting() -> str:
    return _("This does not wait for a decision any more. Nothing was changed.")


def back(request: StaffRequest, pk: int) -> HttpResponse:
    return go_on(request, reverse("orders:transmission", args=[pk]))
