"""The stockout desk: queue, case, composer. Looking claims nothing; sending re-reads the case under its lock."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orders.domain.cases import CaseError
from orders.domain.options import PricedOption
from orders.domain.proposals import LetterIncomplete, propose
from orders.domain.ways_out import ways_out
from orders.forms.cases import ProposalForm
from orders.models import CaseStatus, StockoutCase
from orders.queries.case_queue import next_to_propose
from orders.queries.cases import case_by_number, first_of_desk
from orders.views.conversation_panel import order_conversation
from orders.views.presence import presence_of, see
from orders.views.refusals import in_words, missing_in_words
from orders.views.stockout_desk import TABS, Desk, desk, extras_in
from orders.views.stockout_letter import composer
from orders.views.stockout_look import look_of, look_query
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, partial
from stocke.core.web.undo import offer_undo

TEMPLATE = "orders/stockouts.html"


def case_or_404(number: str) -> StockoutCase:
    case = case_by_number(number)
    if case is None:
        raise Http404
    return case


@require_GET
@staff_can("cases.view")
def stockouts(request: StaffRequest) -> HttpResponse:
    """One stage of the desk, its first case open."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else CaseStatus.TO_PROPOSE
    look = look_of(request)
    first = first_of_desk(tab, look)
    shown = desk(tab, user=request.user, case=first, query=request.GET, look=look, is_auto=True)
    return draw(request, shown, push=True)


@require_GET
@staff_can("cases.view")
def stockout(request: StaffRequest, number: str) -> HttpResponse:
    """The desk with this case open."""
    return draw(request, desk_of(request, case_or_404(number), request.GET), push=True)


@require_GET
@staff_can("cases.view")
def options(request: StaffRequest, number: str) -> HttpResponse:
    """The options again, with what was looked up or added; ticks are kept."""
    return draw(request, desk_of(request, case_or_404(number), request.GET), part="options")


@require_POST
@staff_can("cases.view")
def letter(request: StaffRequest, number: str) -> HttpResponse:
    """The preview of what was typed; with `reset`, the fields too, in the words of the chosen template."""
    is_reset = "reset" in request.GET
    shown = desk_of(request, case_or_404(number), request.POST)
    if shown.shown is None or not shown.shown.composes:
        raise Http404
    part = "letter" if is_reset else "preview"
    return draw(request, shown, part=part, typed=request.POST, is_reset=is_reset)


@require_GET
@staff_can("cases.view")
def presence(request: StaffRequest, number: str) -> HttpResponse:
    """Who looks at this case and who works on it; polled, and silent while nothing changed."""
    case = case_or_404(number)
    see(case, request.user)
    if presence_of(case, request.user).mark == request.GET.get("mark"):
        return HttpResponse(status=204)
    return draw_presence(request, case)


@require_POST
@staff_can("cases.work")
def send(request: StaffRequest, number: str) -> HttpResponse:
    """Propose and write; then the next case. A second click sends nothing and goes on all the same."""
    case = case_or_404(number)
    offered = ways_out(case, extra_products=extras_in(request.POST))
    form = ProposalForm(request.POST, known=[option.key for option in offered], auto_id="letter_%s")
    if not form.is_valid():
        return _again(request, case, status=422, errors=form)
    try:
        _send(request, case, form, offered)
    except LetterIncomplete as incomplete:
        return _again(request, case, status=422, problem=missing_in_words(incomplete.names))
    except CaseError as trouble:
        return _again(request, case, status=409, problem=in_words(trouble))
    return go_on(request, next_url(request, case))


def _send(request: StaffRequest, case: StockoutCase, form: ProposalForm, offered: list[PricedOption]) -> None:
    chosen = [option for option in offered if option.key in form.cleaned_data["options"]]
    version = form.cleaned_data["version"]
    sent = propose(case.pk, version=version, options=chosen, letter=form.letter, by=request.staff)
    if sent.message is None:
        messages.success(request, _("The customer's page was brought up to date; no second letter was sent."))
        return
    undo_url = reverse("orders:stockout_undo", args=[case.number, sent.case.version])
    name = {"name": sent.message.recipient_name}
    offer_undo(request, _("Letter to %(name)s on its way") % name, undo_url)


def _again(request: StaffRequest, case: StockoutCase, *, status: int, **given: Any) -> HttpResponse:
    """The desk as it is now, with what was typed kept."""
    shown = desk_of(request, case_or_404(case.number), request.POST)
    return draw(request, shown, status=status, typed=request.POST, **given)


def next_url(request: StaffRequest, case: StockoutCase) -> str:
    """The next case to propose under the look of this address, else the queue."""
    look = look_of(request)
    following = next_to_propose(after=case, look=look, user_id=request.user.pk)
    if following is None:
        return reverse("orders:stockouts", query=look_query(look))
    return reverse("orders:stockout", args=[following.number], query=look_query(look))


def desk_of(request: StaffRequest, case: StockoutCase, query: QueryDict) -> Desk:
    """The desk at the stage where this case stands."""
    tab = case.status if case.status in TABS else CaseStatus.SETTLED
    return desk(tab, user=request.user, case=case, query=query, look=look_of(request))


def draw(
    request: StaffRequest,
    shown: Desk,
    *,
    part: str = "desk",
    status: int = 200,
    typed: QueryDict | None = None,
    is_reset: bool = False,
    push: bool = False,
    problem: str = "",
    errors: ProposalForm | None = None,
) -> HttpResponse:
    """The page, or the part of it that htmx asked for."""
    view = shown.shown
    if view:
        see(view.case, request.user)
    return partial(
        request,
        f"{TEMPLATE}#{part}",
        status=status,
        push=push,
        counters=("cases",) if part == "desk" else (),
        also=(f"{TEMPLATE}#head",) if part == "desk" else (),
        nav_key="cases",
        desk=shown,
        view=view,
        case=view.case if view else None,
        composer=composer(view, typed, is_reset=is_reset) if view and view.composes else None,
        presence=presence_of(view.case, request.user) if view else None,
        conversation=order_conversation(view.case.line.order, case=view.case.number) if view else None,
        problem=problem,
        errors=errors,
    )


def draw_presence(request: StaffRequest, case: StockoutCase, *, problem: str = "") -> HttpResponse:
    """The strip that says who works on the case."""
    return partial(
        request,
        "orders/stockout_presence.html",
        case=case,
        presence=presence_of(case, request.user),
        problem=problem,
    )
