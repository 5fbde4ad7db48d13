"""Cancelling an order or some of its lines: what would follow, told line by line before the click, and the act."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orders.domain.cancelling_lines import (
    CANCELLABLE,
    Cancellable,
    CannotCancel,
    Fate,
    cancel_lines,
    cancellables,
)
from orders.forms.orders import CancelForm
from orders.models import CaseStatus, Order, OrderLine, OrderStatus
from orders.views.verification import order_or_404
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import money
from stocke.core.web.partials import go_on


@dataclass(frozen=True)
class LineToCancel:
    """One line of the dialog. `value` is what its box sends: the line and what was told of it."""

    line: OrderLine
    value: str
    effects: list[str]
    why_not: str


def lines_to_cancel(order: Order) -> list[LineToCancel]:
    """What the dialog shows; nothing when no line can be cancelled."""
    if order.status in (OrderStatus.DONE, OrderStatus.CANCELLED):
        return []
    found = cancellables(order)
    if not any(one.fate in CANCELLABLE for one in found):
        return []
    return [
        LineToCancel(one.line, f"{one.line.pk}-{one.fate}", list(effects_of(one, order)), why_not(one.fate))
        for one in found
        if one.fate != Fate.ENDED
    ]


def effects_of(one: Cancellable, order: Order) -> Iterator[str]:
    """What follows for promises, purchase orders, cases and money, in that order."""
    if one.fate not in CANCELLABLE:
        return
    if one.fate == Fate.ASKED:
        yield _("%(supplier)s has accepted it and is asked to cancel; until the answer, the line stands.") % {
            "supplier": get_text_list(one.asked_suppliers, _("and"))
        }
    for promise in one.held:
        yield ngettext(
            "%(n)s unit promised by %(supplier)s comes free.",
            "%(n)s units promised by %(supplier)s come free.",
            promise.quantity,
        ) % {"n": promise.quantity, "supplier": promise.offer.supplier.name}
    for promise in one.unanswered:
        yield _("Purchase order %(purchase)s: %(supplier)s is told not to ship.") % {
            "purchase": promise.purchase_line.purchase_order.number,
            "supplier": promise.offer.supplier.name,
        }
    for case in one.cases:
        yield closing(case.number, has_chosen=case.status == CaseStatus.TO_EXECUTE)
    amount = {"amount": money(one.line.total_cents, order.currency)}
    if one.fate == Fate.ASKED:
        yield _("%(amount)s is due to the customer once it is cancelled.") % amount
    else:
        yield _("%(amount)s is due to the customer.") % amount


def closing(number: str, *, has_chosen: bool) -> str:
    if has_chosen:
        return _("Case %(case)s is closed; what the customer chose is not carried out.") % {"case": number}
    return _("Case %(case)s is closed, its link says so.") % {"case": number}


def why_not(fate: Fate) -> str:
    """Why a line stays, in words; empty for one that can be cancelled."""
    return {
        Fate.ASKING: _("its supplier is being asked to cancel already"),
        Fate.TOO_LATE: _("its supplier says that it has left"),
        Fate.SENT: _("it is in a parcel: what comes back is a return"),
    }.get(fate, "")


@require_POST
@staff_can("orders.edit")
def cancel(request: StaffRequest, number: str) -> HttpResponse:
    """Cancel the ticked lines, if what was told of them still holds."""
    order, form = order_or_404(number), CancelForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    try:
        done = cancel_lines(order.pk, said.get("lines", {}), by=request.staff, why=said.get("why", ""))
    except CannotCancel as reason:
        messages.warning(request, in_words(reason))
    else:
        messages.success(request, told(done))
    return go_on(request, reverse("orders:order", args=[number]))


def told(done: list[Cancellable]) -> str:
    asked = sum(one.fate == Fate.ASKED for one in done)
    ended = len(done) - asked
    words = [ngettext("%(n)s line cancelled", "%(n)s lines cancelled", ended) % {"n": ended}] if ended else []
    if asked:
        words.append(
            ngettext(
                "%(n)s line waits for its supplier’s answer",
                "%(n)s lines wait for their suppliers’ answer",
                asked,
            )
            % {"n": asked}
        )
    return ", ".join(words)


def in_words(reason: CannotCancel) -> str:
    return {
        "ended": _("This order is done or cancelled already. Nothing was changed."),
        "nothing": _("No line was ticked. Nothing was changed."),
        "moved": _("The order has moved on since you opened it. Nothing was changed: look again."),
    }[reason.code]
