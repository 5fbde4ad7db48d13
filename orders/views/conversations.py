"""The answers that people write in a conversation."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.domain import correspondence
from orders.forms.conversations import LetterForm
from orders.views.conversation_panel import ConversationShown, order_conversation, purchase_conversation
from orders.views.purchases import purchase_or_404
from orders.views.verification import order_or_404
from stocke.core.domain.incoming import AlreadySettled
from stocke.core.domain.letter_kinds import WRITTEN_BY_HAND
from stocke.core.domain.outbox import NotPossible
from stocke.core.models import Message
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.undo import offer_undo


@require_POST
@staff_can("messages.send")
def write(request: StaffRequest, number: str) -> HttpResponse:
    """A letter to the customer of an order."""
    order = order_or_404(number)
    conversation = order_conversation(order, request.POST)
    form = conversation.form
    if not form.is_valid():
        return refused(request, conversation, _("Order %(number)s") % {"number": number})
    case = form.cleaned_data["case"]
    back = reverse("orders:stockout", args=[case]) if case else reverse("orders:order", args=[number])
    try:
        message = correspondence.write_to_customer(order, form.written, by=request.staff)
    except AlreadySettled:
        return answered_before(request, back)
    return on_its_way(request, message, form, back)


@require_POST
@staff_can("purchasing.edit")
def purchase_write(request: StaffRequest, number: str) -> HttpResponse:
    """A letter to the supplier of a purchase order."""
    purchase = purchase_or_404(number)
    conversation = purchase_conversation(purchase, request.POST)
    form = conversation.form
    if not form.is_valid():
        return refused(request, conversation, _("Purchase order %(number)s") % {"number": number})
    back = reverse("orders:purchase", args=[number])
    try:
        to = form.cleaned_data["to"]
        message = correspondence.write_to_supplier(purchase, form.written, by=request.staff, to=to)
    except AlreadySettled:
        return answered_before(request, back)
    return on_its_way(request, message, form, back)


def refused(request: StaffRequest, conversation: ConversationShown, title: str) -> HttpResponse:
    """The conversation alone, with what is to be corrected and what was typed."""
    return form_page(
        request,
        "orders/conversation_page.html",
        form=conversation.form,
        conversation=conversation,
        title=title,
        nav_key="messages",
    )


def answered_before(request: StaffRequest, back: str) -> HttpResponse:
    notices.warning(request, _("Somebody was faster: this message is settled. Nothing was sent."))
    return go_on(request, back)


def on_its_way(request: StaffRequest, message: Message, form: LetterForm, back: str) -> HttpResponse:
    answers = form.written.answers
    undo = reverse("orders:letter_undo", args=[message.pk], query={"answers": answers} if answers else None)
    offer_undo(request, _("Letter to %(name)s on its way") % {"name": message.recipient_name}, undo)
    return go_on(request, back)


@require_POST
@staff_can("messages.send")
def letter_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a letter in the house that was written by hand; what it answered waits again."""
    message = Message.objects.filter(pk=pk, kind__in=WRITTEN_BY_HAND).first()
    answers = request.GET.get("answers", "")
    try:
        if message is not None:
            number = int(answers) if answers.isdecimal() else None
            correspondence.take_back(message, answers=number, by=request.staff)
            notices.success(request, _("Mail taken back"))
    except NotPossible:
        notices.error(request, _("Too late: the letter has left. Nothing was changed."))
    return go_on(request, reverse("core:message", args=[pk]))
