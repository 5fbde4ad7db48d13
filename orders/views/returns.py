"""Returns for staff: the list, where refund and credit differ, one of them with what can be done, and a new one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.domain.returns.deciding import ReturnMoved, decline, refuse
from orders.domain.returns.money import (
    Settled,
    TooMuch,
    has_withdrawal_right,
    is_refundable,
    let_be,
    note_credit,
    owe,
    prices,
    refund_due_on,
)
from orders.domain.returns.moving import note_sent, receive
from orders.domain.returns.requesting import NotReturnable, request_return
from orders.forms.returns import (
    ApprovalForm,
    CreditForm,
    LetBeForm,
    OweForm,
    ReceivedForm,
    RefusalForm,
    ReturnForm,
    SentForm,
)
from orders.models import Condition, Order, Receiver, Return, ReturnStatus
from orders.models.returns import COMING_BACK
from orders.queries.returns import differences, return_in_full, returns_for_list
from orders.tables.returns import ReturnFilter, ReturnTable
from orders.views.return_label import approve_by
from orders.views.return_page import in_words, return_form, withdrawal_of
from orders.views.verification import order_or_404
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import money
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.timeline import build_timeline

USUAL_DAYS, MOST_DAYS, SHOWN = 14, 365, 200
RETURNS = ListPage(
    key="returns",
    title=gettext_lazy("Returns"),
    rows=lambda request: returns_for_list(),
    table=ReturnTable,
    filters=ReturnFilter,
    search_label=gettext_lazy("Number of the return or of the order"),
    views=(
        NamedView(gettext_lazy("Waiting for approval"), "status=requested"),
        NamedView(gettext_lazy("Refused by the supplier"), "status=refused"),
        NamedView(pgettext_lazy("return", "Received"), "status=received"),
    ),
    actions=(
        PageAction(gettext_lazy("Refunds and credits that differ"), "orders:return_differences", icon="buy"),
    ),
    empty=Empty(
        gettext_lazy("No return yet"),
        gettext_lazy(
            "Customers ask for one by the link of the mail about their parcel; or you key it on the page of the order."
        ),
    ),
    context={"nav_key": "returns"},
)


@staff_can("orders.view")
def return_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, RETURNS)


@require_GET
@staff_can("orders.view")
def return_differences(request: StaffRequest) -> HttpResponse:
    """Refunds without a credit, credits without a refund, and other amounts, after so many days."""
    said = request.GET.get("days", "")
    days = min(int(said), MOST_DAYS) if said.isdecimal() and len(said) < 5 else USUAL_DAYS
    found = list(differences(days)[: SHOWN + 1])
    return page(
        request,
        "orders/return_differences.html",
        rows=[(one, owed_words(one), credit_words(one), what_differs(one)) for one in found[:SHOWN]],
        has_more=len(found) > SHOWN,
        days=days,
        nav_key="returns",
    )


def owed_words(returned: Return) -> str:
    refunds = [entry.refund for entry in returned.lines.all() if entry.refund]
    return money(sum(one.amount_cents for one in refunds), returned.order.currency) if refunds else "–"


def credit_words(returned: Return) -> str:
    return money(returned.credit_cents, returned.credit_currency)


def what_differs(returned: Return) -> str:
    has_refund = any(entry.refund_id for entry in returned.lines.all())
    if returned.credited_at is None:
        if returned.credit_expected_cents is not None and has_refund:
            return _("owed or paid to the customer, not credited by the supplier")
        if returned.received_at is None:
            return _("sent back with proof, and nothing refunded")
        return _("received, and nothing refunded")
    if not has_refund:
        return _("credited by the supplier, not refunded to the customer")
    said = {"expected": money(returned.credit_expected_cents, returned.credit_currency)}
    return _("another amount than the %(expected)s expected") % said


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("orders.edit")
def return_new(request: StaffRequest, number: str) -> HttpResponse:
    """A return that a customer asked for by telephone or mail."""
    order = order_or_404(number)
    form = return_form(order, request.POST or None)
    if request.method == "POST" and form.is_valid() and asked(order, form, by=request.staff):
        messages.success(request, _("Return noted, and the customer told"))
        return go_on(request, reverse("orders:order", args=[number]))
    shown = {"order": order, "withdrawal": withdrawal_of(order)}
    return form_page(request, "orders/return_new.html", form=form, nav_key="orders", **shown)


def asked(order: Order, form: ReturnForm, *, by: Actor) -> bool:
    try:
        request_return(order.pk, form.wanted(), note=form.cleaned_data["note"], by=by)
    except NotReturnable as problem:
        form.add_error(None, in_words(problem))
        return False
    return True


@dataclass(frozen=True)
class Act:
    """One thing that may be done with a return: in which states, by which form, and what it does."""

    label: Promise
    states: tuple[str, ...]
    form: type[forms.Form]
    run: Callable[[Return, Any, Actor], object]


def _approve(returned: Return, form: Any, by: Actor) -> object:
    is_credited = returned.status == ReturnStatus.REQUESTED
    return approve_by(returned, form, by=by, with_credit=is_credited)


def _receive(returned: Return, form: Any, by: Actor) -> object:
    said = form.cleaned_data
    receiver, condition = Receiver(said["receiver"]), Condition(said["condition"])
    return receive(returned.pk, receiver=receiver, condition=condition, by=by)


ASKED, BACK = ("requested", "refused"), ("approved", "sent")
ACTS: Mapping[str, Act] = {
    "approve": Act(gettext_lazy("Approve it"), ASKED, ApprovalForm, _approve),
    "refuse": Act(
        gettext_lazy("The supplier refuses"),
        ("requested",),
        RefusalForm,
        lambda one, form, by: refuse(one.pk, by=by, **form.cleaned_data),
    ),
    "decline": Act(
        gettext_lazy("Decline it"),
        ASKED,
        RefusalForm,
        lambda one, form, by: decline(one.pk, by=by, **form.cleaned_data),
    ),
    "sent": Act(
        gettext_lazy("The customer has sent it"),
        ("approved",),
        SentForm,
        lambda one, form, by: note_sent(one.pk, by=by, **form.cleaned_data),
    ),
    "receive": Act(gettext_lazy("It has arrived"), BACK, ReceivedForm, _receive),
    "credit": Act(
        gettext_lazy("The supplier has credited it"),
        tuple(COMING_BACK),
        CreditForm,
        lambda one, form, by: note_credit(
            one.pk, cents=form.cents(), reference=form.cleaned_data["reference"], by=by
        ),
    ),
    "let_be": Act(
        gettext_lazy("Let the difference be"),
        tuple(COMING_BACK),
        LetBeForm,
        lambda one, form, by: let_be(one.pk, by=by, **form.cleaned_data),
    ),
}


def return_or_404(number: str) -> Return:
    found = return_in_full(number=number)
    if found is None:
        raise Http404
    return found


@require_GET
@staff_can("orders.view")
def one_return(request: StaffRequest, number: str) -> HttpResponse:
    return draw(request, return_or_404(number))


@require_POST
@staff_can("orders.edit")
def return_act(request: StaffRequest, number: str, act: str) -> HttpResponse:
    """One of the acts; what has moved meanwhile is told, and nothing is changed."""
    returned = return_or_404(number)
    if act not in ACTS:
        raise Http404
    form = ACTS[act].form(request.POST, request.FILES)
    if not form.is_valid():
        return draw(request, returned, act=act, form=form)
    return tried(request, number, lambda: ACTS[act].run(returned, form, request.staff))


@require_POST
@staff_can("orders.edit")
def return_owe(request: StaffRequest, number: str) -> HttpResponse:
    """Owe the customer these amounts."""
    returned = return_or_404(number)
    form = OweForm(returned.lines.all(), prices(returned), request.POST)
    if not form.is_valid():
        return draw(request, returned, act="owe", form=form)
    return tried(request, number, lambda: owe(returned.pk, form.amounts(), by=request.staff))


def tried(request: StaffRequest, number: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ReturnMoved as moved:
        said = {"number": number, "state": moved.returned.get_status_display()}
        messages.warning(request, _("%(number)s has moved on: %(state)s. Nothing was changed.") % said)
    except Settled:
        messages.warning(request, _("This was noted already. Nothing was changed."))
    except TooMuch as too_much:
        said = {"most": money(too_much.most_cents, too_much.line.returned.order.currency)}
        messages.warning(request, _("No more than %(most)s can be paid back. Nothing was changed.") % said)
    return go_on(request, reverse("orders:return", args=[number]))


def draw(
    request: StaffRequest, returned: Return, *, act: str = "", form: forms.Form | None = None
) -> HttpResponse:
    order = returned.order
    usual = {"credit": {"amount": (returned.credit_expected_cents or 0) / 100}}
    acts = [
        (name, one.label, form if name == act else one.form(initial=usual.get(name)), name == act)
        for name, one in ACTS.items()
        if returned.status in one.states and not is_done(name, returned)
    ]
    owing = OweForm(returned.lines.all(), prices(returned)) if is_refundable(returned) else None
    return form_page(
        request,
        "orders/return.html",
        form=form or forms.Form(),
        returned=returned,
        order=order,
        acts=acts,
        owing=form if act == "owe" else owing,
        due_on=refund_due_on(returned),
        has_right=has_withdrawal_right(order.customer.country),
        withdrawal=withdrawal_of(order),
        owed=owed_words(returned),
        timeline=build_timeline(timeline(thread_of(returned)), request),
        nav_key="returns",
    )


def is_done(act: str, returned: Return) -> bool:
    """Whether there is nothing left for this act to do."""
    if act == "credit":
        return returned.credited_at is not None or returned.purchase_order is None
    return act == "let_be" and bool(returned.difference_note or not returned.received_at)
