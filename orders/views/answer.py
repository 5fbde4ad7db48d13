"""The supplier's page behind the signed link of a purchase order. GET shows, POST acts."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.domain.answers import AnswerImpossible, answer_purchase
from orders.domain.cancelling import answer_cancel, asked_about, note_late_yes
from orders.domain.ordering import packing_for
from orders.domain.purchase_messages import LINK_DAYS, LINK_PURPOSE, address_in_words, asked_ship_by
from orders.domain.shipping import NotShippable, announce
from orders.forms.answers import AnswerForm
from orders.forms.shipments import ParcelForm
from orders.models import Answer, CancelAnswer, OrderLine, PurchaseOrder, PurchaseOrderStatus, RefusalReason
from orders.queries.purchases import purchase_with_lines
from orders.queries.shipments import shipments_by, units_to_send_by
from orders.views.shipments import in_words
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page

# He will ship it, or has not answered yet; what he wants at another price waits for us.
TO_SHIP = (Answer.NONE, Answer.ACCEPTED, Answer.PART)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The purchase order behind the link, and the answer to it. Every other link gets a page that says why."""
    try:
        link = read(LINK_PURPOSE, token, days=LINK_DAYS)
    except LinkExpired as expired:
        return dead_end(request, purchase_with_lines(pk=expired.subject_id), status=410)
    except LinkTampered:
        return dead_end(request, None, status=404)
    purchase = purchase_with_lines(pk=link.subject_id)
    if purchase is None:
        return dead_end(request, None, status=404)
    with override(language_of(request, purchase)):
        return take(request, purchase, token) if request.method == "POST" else show(request, purchase, token)


def take(request: HttpRequest, purchase: PurchaseOrder, token: str) -> HttpResponse:
    """Record the answer. A second one changes nothing and finds the receipt of the first."""
    if "ship" in request.POST and purchase.status == PurchaseOrderStatus.ANSWERED:
        return ship(request, purchase, token)
    if purchase.status == PurchaseOrderStatus.ANSWERED and (act := after_the_answer(request, purchase)):
        act()
        return back(request, token)
    form = form_for(purchase, request.POST)
    if purchase.status != PurchaseOrderStatus.WAITING:
        return back(request, token)
    if not form.accepts_all and not form.is_valid():
        return show(request, purchase, token, form=form, status=422)
    try:
        answer_purchase(purchase.pk, form.answers(), by=Actor.supplier(purchase.supplier.name))
    except AnswerImpossible as problem:
        if problem.code in {"answered", "cancelled"}:
            return back(request, token)
        fresh = purchase_with_lines(pk=purchase.pk) or purchase
        return show(request, fresh, token, has_changed=True, status=409)
    return back(request, token)


def after_the_answer(request: HttpRequest, purchase: PurchaseOrder) -> Callable[[], object] | None:
    """What a supplier may still say once he has answered: whether he could cancel, or a yes that comes late."""
    by = Actor.supplier(purchase.supplier.name)
    if purchase.is_cancelling and (said := request.POST.get("cancel")) in CancelAnswer.values[1:]:
        return partial(answer_cancel, purchase.pk, CancelAnswer(said), by=by)
    return partial(note_late_yes, purchase.pk, by=by) if "late" in request.POST else None


def ship(request: HttpRequest, purchase: PurchaseOrder, token: str) -> HttpResponse:
    """The supplier says that a parcel has left."""
    form = parcel_for(purchase, request.POST)
    if not form.is_valid():
        return show(request, purchase, token, parcel=form, status=422)
    try:
        announce(
            purchase.order_id, form.parcel(), by=Actor.supplier(purchase.supplier.name), purchase=purchase
        )
    except NotShippable as problem:
        form.add_error(None, in_words(problem))
        return show(request, purchase, token, parcel=form, status=409)
    return back(request, token)


def parcel_for(purchase: PurchaseOrder, data: object = None) -> ParcelForm:
    lines = OrderLine.objects.filter(allocations__purchase_line__purchase_order=purchase).distinct()
    shown = list(lines.select_related("product").order_by("position"))
    return ParcelForm(shown, units_to_send_by(purchase), data)


def form_for(purchase: PurchaseOrder, data: object = None) -> AnswerForm:
    return AnswerForm([line for line in purchase.lines.all() if line.answer == Answer.NONE], data)


def may_ship(purchase: PurchaseOrder) -> bool:
    """Whether anything of it is, or may yet be, to be shipped by him: not what he is asked to cancel."""
    stopped = {line.pk for line in asked_about(purchase)} if purchase.is_cancelling else set()
    return any(line.answer in TO_SHIP and line.pk not in stopped for line in purchase.lines.all())


def show(
    request: HttpRequest,
    purchase: PurchaseOrder,
    token: str,
    *,
    form: AnswerForm | None = None,
    parcel: ParcelForm | None = None,
    has_changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "public/orders_purchase.html",
        status=status,
        purchase=purchase,
        form=form or form_for(purchase),
        parcel=parcel or parcel_for(purchase),
        shipments=shipments_by(purchase),
        no_longer_needed=asked_about(purchase) if purchase.is_cancelling else [],
        was_silent=any(line.reason == RefusalReason.NO_ANSWER for line in purchase.lines.all()),
        has_changed=has_changed,
        overdue=purchase.answer_due_at < timezone.now(),
        address=address_in_words(purchase.order.ship_to),
        ship_by=asked_ship_by(purchase),
        ships=may_ship(purchase),
        packing=packing_for(purchase.supplier),
        token=token,
        language=language_of(request, purchase),
    )


def dead_end(request: HttpRequest, purchase: PurchaseOrder | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, purchase)):
        is_old = status == 410
        title = _("This link has expired") if is_old else _("This link does not work")
        text = (
            _("This purchase order is too old to be answered here.")
            if is_old
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our mail as it stands."
            )
        )
        more = _("Write to us or call us: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, purchase: PurchaseOrder | None) -> str:
    """The language link's, else the supplier's own."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return purchase.supplier.language if purchase else "fr"


def back(request: HttpRequest, token: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {"lang": language} if language in LANGUAGES else None
    return HttpResponseRedirect(reverse("orders:answer", args=[token], query=query), status=303)
