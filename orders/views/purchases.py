"""Purchase orders: the list with what is overdue, and one of them with its answer, keyed from a call if need be."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from orders.domain.answers import AnswerImpossible, answer_purchase, decide_prices
from orders.domain.cancelling import NotCancellable, answer_cancel, ask_to_cancel
from orders.domain.chasing import was_asked
from orders.domain.group_letters import remind as remind_by_mail
from orders.domain.purchase_messages import (
    address_in_words,
    answer_link,
    asked_ship_by,
    letters_to_supplier,
    was_reminded_today,
)
from orders.forms.answers import AnswerForm
from orders.models import Answer, CancelAnswer, PurchaseOrder, PurchaseOrderStatus
from orders.queries.purchases import purchase_with_lines, purchases_for_list
from orders.queries.shipments import units_to_send_by
from orders.tables.purchases import PurchaseFilter, PurchaseTable
from orders.views.conversation_panel import purchase_conversation
from stocke.core.domain.history import thread_of
from stocke.core.mail_tables import state_of
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.status import Status
from stocke.core.web.timeline import build_timeline

PURCHASES = ListPage(
    key="purchases",
    title=gettext_lazy("Purchasing"),
    rows=lambda request: purchases_for_list(),
    table=PurchaseTable,
    filters=PurchaseFilter,
    search_label=gettext_lazy("Number of the purchase order or of the order"),
    actions=(
        PageAction(
            gettext_lazy("Answers as a file"),
            "orders:answer_file",
            permission="purchasing.edit",
            icon="upload",
        ),
    ),
    views=(
        NamedView(gettext_lazy("Overdue answers"), "answer=late"),
        NamedView(gettext_lazy("To be decided"), "answer=us"),
        NamedView(gettext_lazy("Waiting for the supplier"), "status=waiting"),
        NamedView(gettext_lazy("Not sent yet"), "status=prepared"),
        NamedView(gettext_lazy("New price to decide"), "status=priced"),
        NamedView(gettext_lazy("Answered"), "status=answered"),
    ),
    empty=Empty(
        gettext_lazy("No purchase order yet"),
        gettext_lazy(
            "Each confirmed order asks its suppliers by itself, one purchase order for each of them."
        ),
    ),
)


@require_GET
@staff_can("purchasing.view")
def purchase_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, PURCHASES)


@require_GET
@staff_can("purchasing.view")
def purchase(request: StaffRequest, number: str) -> HttpResponse:
    found = purchase_or_404(number)
    return purchase_page(request, found, form_for(found))


@require_POST
@staff_can("purchasing.edit")
def key_answer(request: StaffRequest, number: str) -> HttpResponse:
    """What the supplier said on the phone."""
    found = purchase_or_404(number)
    form = form_for(found, request.POST)
    is_complete = form.accepts_all or form.is_valid()
    if found.status == PurchaseOrderStatus.WAITING and not is_complete:
        return purchase_page(request, found, form)
    try:
        answer_purchase(found.pk, form.answers() if is_complete else [], by=request.staff)
    except AnswerImpossible as reason:
        messages.warning(request, in_words(reason))
    else:
        messages.success(request, _("Answer of %(supplier)s recorded") % {"supplier": found.supplier.name})
    return go_on(request, reverse("orders:purchase", args=[number]))


@require_POST
@staff_can("purchasing.edit")
def decide_price(request: StaffRequest, number: str) -> HttpResponse:
    """Take the supplier's new price, line by line, or turn to the next source."""
    found = purchase_or_404(number)
    decided = {
        line.pk: request.POST[f"price_{line.pk}"] == "yes"
        for line in found.lines.all()
        if line.answer == Answer.PRICED and request.POST.get(f"price_{line.pk}") in ("yes", "no")
    }
    try:
        decide_prices(found.pk, decided, by=request.staff)
    except AnswerImpossible as reason:
        undecided = _("Say of each line whether its price is taken. Nothing was recorded.")
        messages.warning(request, undecided if reason.code == "incomplete" else in_words(reason))
    else:
        messages.success(request, _("Decided: %(number)s") % {"number": number})
    return go_on(request, reverse("orders:purchase", args=[number]))


@require_POST
@staff_can("purchasing.edit")
def remind(request: StaffRequest, number: str) -> HttpResponse:
    """Ask once more, at most once a day."""
    found = purchase_or_404(number)
    if found.status != PurchaseOrderStatus.WAITING:
        messages.warning(request, _("This purchase order is answered or taken back. Nothing was sent."))
    elif was_reminded_today(found):
        messages.warning(
            request, _("%(supplier)s was reminded today already.") % {"supplier": found.supplier.name}
        )
    elif remind_by_mail(found, by=request.staff) is None:
        messages.warning(
            request, _("%(supplier)s has no e-mail address: please call.") % {"supplier": found.supplier.name}
        )
    else:
        messages.success(
            request, _("Reminder to %(supplier)s is on its way") % {"supplier": found.supplier.name}
        )
    return go_on(request, reverse("orders:purchase", args=[number]))


@require_POST
@staff_can("purchasing.edit")
def cancel(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the supplier to take back what he accepted, or key what he said to it on the phone."""
    found = purchase_or_404(number)
    said = request.POST.get("cancel", "")
    try:
        if said in CancelAnswer.values[1:]:
            answer_cancel(found.pk, CancelAnswer(said), by=request.staff)
            messages.success(
                request, _("Answer of %(supplier)s recorded") % {"supplier": found.supplier.name}
            )
        else:
            ask_to_cancel(found.pk, by=request.staff)
            asked = _("%(supplier)s is asked to cancel; until the answer, the promise stands.")
            messages.success(request, asked % {"supplier": found.supplier.name})
    except NotCancellable:
        messages.warning(request, _("There is nothing left to cancel here. Nothing was changed."))
    return go_on(request, reverse("orders:purchase", args=[number]))


def purchase_or_404(number: str) -> PurchaseOrder:
    found = purchase_with_lines(number=number)
    if found is None:
        raise Http404
    return found


def transmission_state(purchase: PurchaseOrder) -> Status | tuple[str, str] | None:
    """What became of its transmission; by mail, of the mail."""
    transmission = purchase.transmission
    if transmission is None:
        return None
    return state_of(transmission.message) if transmission.message else transmission.state


def form_for(purchase: PurchaseOrder, data: object = None) -> AnswerForm:
    lines = [line for line in purchase.lines.all() if line.answer == Answer.NONE]
    return AnswerForm(lines, data, by_staff=True)


def in_words(reason: AnswerImpossible) -> str:
    return {
        "answered": _("Somebody was faster: this purchase order is answered. Nothing was changed."),
        "cancelled": _("This purchase order was taken back. Nothing was changed."),
        "incomplete": _("The purchase order has changed meanwhile. Nothing was recorded: please look again."),
        "currency": _("The price is in another currency than we buy in. Nothing was recorded."),
        "quantity": _("A part is at least 1 and less than was asked. Nothing was recorded."),
    }[reason.code]


def purchase_page(request: StaffRequest, purchase: PurchaseOrder, form: AnswerForm) -> HttpResponse:
    letters = letters_to_supplier(purchase)
    # Mails keep their own record: what became of them is told with the rest.
    threads = [thread_of(purchase), *map(thread_of, letters)]
    return form_page(
        request,
        "orders/purchase.html",
        form=form,
        purchase=purchase,
        is_asked=was_asked(purchase),
        handed_over=transmission_state(purchase),
        is_waiting=purchase.status == PurchaseOrderStatus.WAITING,
        may_cancel=purchase.cancel_asked_at is None and bool(units_to_send_by(purchase)),
        letters=[(letter, state_of(letter)) for letter in letters],
        conversation=purchase_conversation(purchase),
        may_remind=was_asked(purchase) and bool(purchase.supplier.email) and not was_reminded_today(purchase),
        answer_link=answer_link(purchase),
        address=address_in_words(purchase.order.ship_to),
        ship_by=asked_ship_by(purchase),
        timeline=build_timeline(timeline(*threads), request),
        nav_key="purchasing",
    )
