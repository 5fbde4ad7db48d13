"""The verification desk: looking promises nothing; confirming re-reads every offer under its lock."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orders.domain.allocations import OfferExhausted
from orders.domain.confirmation import NotConfirmable, TooLate, confirm_order, unconfirm_order
from orders.domain.giving_up import give_up_line
from orders.domain.verification import verify_order
from orders.forms.desk import ConfirmForm
from orders.models import Order, OrderStatus
from orders.queries.desk import DECIDABLE
from orders.queries.orders import order_for_page
from orders.views.desk import address_of, desk
from orders.views.evidence import CHECK_LABELS
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, partial
from stocke.core.web.undo import offer_undo

TEMPLATE = "orders/verification.html"


def order_or_404(number: str) -> Order:
    order = order_for_page(number)
    if order is None:
        raise Http404
    return order


@require_GET
@staff_can("orders.view")
def verification(request: StaffRequest) -> HttpResponse:
    """The queue, with the oldest promise open."""
    return draw(request, None)


@require_GET
@staff_can("orders.view")
def verification_order(request: StaffRequest, number: str) -> HttpResponse:
    """The desk with this order open; one that no longer waits is shown on its own page."""
    order = order_or_404(number)
    if order.status != OrderStatus.TO_VERIFY:
        return go_on(request, reverse("orders:order", args=[number]))
    return draw(request, order)


@require_POST
@staff_can("orders.verify")
def confirm(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm with the chosen sources, then the next order."""
    order = order_or_404(number)
    form = ConfirmForm(order.lines.all(), request.POST)
    if not form.is_valid():
        return draw(
            request, order, problem=_("That source does not exist. Nothing was confirmed."), status=422
        )
    try:
        confirm_order(order.pk, by=request.staff, choices=form.choices())
    except NotConfirmable as reason:
        return draw_again(request, number, in_words(reason))
    except OfferExhausted:
        verify_order(order.pk, by=request.staff)
        return draw_again(request, number, sold_meanwhile())
    words = _("Order %(number)s confirmed") % {"number": number}
    offer_undo(request, words, reverse("orders:unconfirm", args=[number]), seconds=settings.UNDO_SECONDS)
    return to_next(request, order)


@require_POST
@staff_can("orders.verify")
def unconfirm(request: StaffRequest, number: str) -> HttpResponse:
    """Take the confirmation back, if its letters are still here."""
    order = order_or_404(number)
    try:
        unconfirm_order(order.pk, by=request.staff)
    except TooLate:
        messages.warning(
            request, _("Too late: the letters of order %(number)s have left.") % {"number": number}
        )
        return go_on(request, reverse("orders:order", args=[number]))
    messages.success(request, _("Confirmation of order %(number)s taken back") % {"number": number})
    return go_on(request, reverse("orders:verification_order", args=[number]))


@require_POST
@staff_can("orders.verify")
def recheck(request: StaffRequest, number: str) -> HttpResponse:
    """Look at the sources again, now."""
    order = order_or_404(number)
    verify_order(order.pk, by=request.staff)
    return go_on(request, address_of(number, doubt_of(request)))


@require_POST
@staff_can("orders.verify")
def give_up(request: StaffRequest, number: str, line_id: int) -> HttpResponse:
    """Open a stockout case for this line; the rest of the order stays here."""
    order = order_or_404(number)
    try:
        case = give_up_line(order.pk, line_id, by=request.staff)
    except NotConfirmable as reason:
        return draw_again(request, number, in_words(reason))
    messages.success(
        request,
        _("Case %(case)s opened for %(product)s") % {"case": case.number, "product": case.line.ordered_name},
    )
    if order.lines.filter(status__in=DECIDABLE).exists():
        return go_on(request, address_of(number, doubt_of(request)))
    return to_next(request, order)


def doubt_of(request: StaffRequest) -> str:
    """The kind of doubt that the queue is narrowed to."""
    doubt = request.GET.get("doubt", "")
    return doubt if doubt in CHECK_LABELS else ""


def to_next(request: StaffRequest, order: Order) -> HttpResponse:
    doubt = doubt_of(request)
    rows = [row for row in desk(order, doubt=doubt).queue if row.order.pk != order.pk]
    return go_on(request, rows[0].url if rows else reverse("orders:verification"))


def in_words(reason: NotConfirmable) -> str:
    return {
        "status": _("Somebody was faster: this order no longer waits as you saw it. Nothing was changed."),
        "unverified": _("A line is being verified. Nothing was confirmed: look again in a moment."),
        "nothing": _("No line of this order can be confirmed. Nothing was changed."),
        "source": _("That source does not serve this line any more. Nothing was confirmed."),
    }[reason.code]


def sold_meanwhile() -> str:
    return _("A source was sold out meanwhile. Nothing was confirmed: these are the sources of this moment.")


def draw_again(request: StaffRequest, number: str, problem: str) -> HttpResponse:
    """The order as it is now, with what stood in the way; one that left the desk is shown on its own page."""
    order = order_or_404(number)
    if order.status != OrderStatus.TO_VERIFY:
        messages.warning(request, problem)
        return go_on(request, reverse("orders:order", args=[number]))
    return draw(request, order, problem=problem, status=409)


def draw(request: StaffRequest, order: Order | None, *, problem: str = "", status: int = 200) -> HttpResponse:
    shown = desk(order, doubt=doubt_of(request))
    return partial(
        request,
        f"{TEMPLATE}#desk",
        status=status,
        push=request.method == "GET",
        counters=("verification",),
        also=(f"{TEMPLATE}#head",),
        desk=shown,
        view=shown.view,
        problem=problem,
        nav_key="verification",
    )
