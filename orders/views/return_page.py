"""The customer's page of returns behind the signed link of our letters. GET shows, POST acts.

As with the page of choices, no cookie is asked for: who knows the signed address may ask, and nobody can forge it.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orders.domain.legal.refunding import withdrawal_ends
from orders.domain.returns.deciding import ReturnMoved
from orders.domain.returns.letters import CUSTOMER_PURPOSE, LINK_DAYS
from orders.domain.returns.money import has_withdrawal_right
from orders.domain.returns.moving import note_sent
from orders.domain.returns.requesting import NotReturnable, request_return, returnable
from orders.forms.returns import ReturnForm, SentForm
from orders.models import Order, Return
from orders.queries.returns import arrived_on, returns_of
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page


@dataclass(frozen=True)
class Withdrawal:
    """Until when the law lets him send goods back without a reason; `until` is empty while parcels are under way."""

    applies: bool
    until: date | None

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()


def withdrawal_of(order: Order) -> Withdrawal:
    """Counted from the last parcel that arrived, by the law of the customer's country: information, not advice."""
    country, arrived = order.customer.country, arrived_on(order.pk)
    applies = has_withdrawal_right(country)
    return Withdrawal(applies, withdrawal_ends(arrived, country) if applies and arrived else None)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_ask(request: HttpRequest, token: str) -> HttpResponse:
    """What could be sent back, what was asked for, and where it stands."""
    try:
        order = _order(read(CUSTOMER_PURPOSE, token, days=LINK_DAYS).subject_id)
    except LinkExpired as expired:
        return dead_end(request, _order(expired.subject_id), status=410)
    except LinkTampered:
        order = None
    if order is None:
        return dead_end(request, None, status=404)
    with override(language_of(request, order)):
        return _act(request, order, token) if request.method == "POST" else _show(request, order, token)


def _order(order_id: int) -> Order | None:
    return Order.objects.select_related("customer").filter(pk=order_id).first()


def _act(request: HttpRequest, order: Order, token: str) -> HttpResponse:
    by = Actor.customer(order.customer.full_name)
    if number := request.POST.get("sent"):
        return _sent(request, order, token, number, by=by)
    form = return_form(order, request.POST)
    if not form.is_valid():
        return _show(request, order, token, form=form, status=422)
    try:
        request_return(order.pk, form.wanted(), note=form.cleaned_data["note"], by=by)
    except NotReturnable as problem:
        form.add_error(None, in_words(problem))
        return _show(request, order, token, form=form, status=409)
    return _back(request, token)


def _sent(request: HttpRequest, order: Order, token: str, number: str, *, by: Actor) -> HttpResponse:
    """He has handed it over: the number is the proof."""
    returned, form = Return.objects.filter(order=order, number=number).first(), SentForm(request.POST)
    if returned is None or not form.is_valid():
        return _show(request, order, token, problem=_("Write down the tracking number first."), status=422)
    try:
        note_sent(returned.pk, tracking_number=form.cleaned_data["tracking_number"], by=by)
    except ReturnMoved:
        return _show(request, order, token, problem=_("This return has moved on meanwhile."), status=409)
    return _back(request, token)


def return_form(order: Order, data: object = None) -> ReturnForm:
    lines = list(order.lines.select_related("product").order_by("position"))
    return ReturnForm(lines, returnable(order.pk), data)


def in_words(problem: NotReturnable) -> str:
    return {
        "empty": _("Say what comes back: at least one unit."),
        "line": _("This line is not in the order. Nothing was recorded."),
        "quantity": _("More units than were sent and are not coming back already. Nothing was recorded."),
    }[problem.code]


def _show(
    request: HttpRequest,
    order: Order,
    token: str,
    *,
    form: ReturnForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "public/orders_return.html",
        status=status,
        order=order,
        form=form or return_form(order),
        sent=SentForm(),
        returns=list(returns_of(order.pk)),
        withdrawal=withdrawal_of(order),
        problem=problem,
        token=token,
        language=language_of(request, order),
    )


def dead_end(request: HttpRequest, order: Order | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, order)):
        is_old = status == 410
        title = _("This link has expired") if is_old else _("This link does not work")
        text = (
            _("Returns of this order are no longer asked for here.")
            if is_old
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our letter as it stands."
            )
        )
        more = _("Write to us or call us if anything is unclear: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, order: Order | None) -> str:
    """The language link's, else the customer's own, else the shop's."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return order.customer.language if order else "fr"


def _back(request: HttpRequest, token: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {"lang": language} if language in LANGUAGES else None
    address = reverse("orders:return_ask", args=[token], query=query)
    return HttpResponse(status=303, headers={"Location": address})
