"""What an agent does to a case besides writing: take it, undo, record a choice, carry it out, restore it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.domain import cases
from orders.domain.cases import CaseError
from orders.domain.choices import choose, execute, reinstate
from orders.domain.goodwill import give
from orders.domain.outright import refund_outright, withdraw_outright
from orders.domain.proposals import ProposalOutdated, take_back
from orders.forms.cases import GoodwillForm, SeenForm, SpokenChoiceForm
from orders.models import CaseStatus, GoodwillKind, StockoutCase
from orders.views.refusals import in_words
from orders.views.stockouts import case_or_404, draw_presence, next_url
from stocke.core.actors import Actor
from stocke.core.web.access import StaffRequest, people_who_can, roles_of, staff_can
from stocke.core.web.partials import go_on, wants_fragment
from stocke.core.web.undo import offer_undo


def _act(
    request: StaffRequest, number: str, act: Callable[[StockoutCase], object], done: str
) -> HttpResponse:
    """Do one thing to the case and show it again; a refusal is told, and nothing was changed."""
    case = case_or_404(number)
    try:
        act(case)
    except CaseError as trouble:
        messages.warning(request, in_words(trouble))
    else:
        messages.success(request, done)
    return go_on(request, reverse("orders:stockout", args=[number]))


@require_POST
@staff_can("cases.work")
def undo(request: StaffRequest, number: str, version: int) -> HttpResponse:
    """Take back what has not left the house: a letter, or a refund decided by us and not carried out yet."""
    if case_or_404(number).is_decided_by_us:
        return _act(
            request,
            number,
            lambda case: withdraw_outright(case.pk, version=version, by=request.staff),
            _("Refund taken back; the case is to be proposed"),
        )
    return _act(
        request,
        number,
        lambda case: take_back(case.pk, version=version, by=request.staff),
        _("Letter taken back; the case is to be proposed again"),
    )


@require_POST
@staff_can("cases.work")
def take(request: StaffRequest, number: str) -> HttpResponse:
    """Take the case, give it back, or take it over from somebody."""
    problem = ""
    try:
        _take(case_or_404(number), request.POST.get("act", ""), by=request.staff)
    except CaseError as trouble:
        problem = in_words(trouble)
    if wants_fragment(request):
        return draw_presence(request, case_or_404(number), problem=problem)
    if problem:
        messages.warning(request, problem)
    return go_on(request, reverse("orders:stockout", args=[number]))


def _take(case: StockoutCase, act: str, *, by: Actor) -> None:
    if act == "release":
        cases.release(case, by=by)
    elif act == "over":
        cases.take_over(case, by=by)
    else:
        cases.claim(case, by=by)


@require_POST
@staff_can("cases.work")
def spoken_choice(request: StaffRequest, number: str) -> HttpResponse:
    """Write down what the customer said on the phone."""
    form = SpokenChoiceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the options first. Nothing was changed."))
        return go_on(request, reverse("orders:stockout", args=[number]))
    option, version = form.cleaned_data["option"], form.cleaned_data["version"]
    return _act(
        request,
        number,
        lambda case: choose(case.pk, option, version=version, by=request.staff, via="phone"),
        _("Choice recorded; until it is carried out it can be changed"),
    )


@require_POST
@staff_can("cases.work")
def refund(request: StaffRequest, number: str) -> HttpResponse:
    """Give the money back without asking the customer; then the next case. It stands for a while before it is done."""
    case, form = case_or_404(number), SeenForm(request.POST)
    try:
        if not form.is_valid():
            raise ProposalOutdated(number)
        decided = refund_outright(
            case.pk, version=form.cleaned_data["version"], by=request.staff, via="agent"
        )
    except CaseError as trouble:
        messages.warning(request, in_words(trouble))
        return go_on(request, reverse("orders:stockout", args=[number]))
    undo_url = reverse("orders:stockout_undo", args=[number, decided.version])
    said = _("%(name)s is refunded without being asked") % {"name": case.line.order.customer.full_name}
    offer_undo(request, said, undo_url, seconds=settings.CHANGE_OF_MIND_SECONDS)
    return go_on(request, next_url(request, case))


@require_POST
@staff_can("cases.work")
def carry_out(request: StaffRequest, number: str) -> HttpResponse:
    """Carry out the choice now, without waiting for the customer to change his mind."""
    case = execute(case_or_404(number).pk, by=request.staff)
    if case.status == CaseStatus.SETTLED:
        messages.success(request, _("Choice carried out"))
    elif "sold_out" in case.facts:
        messages.warning(request, _("The chosen product has sold out: the case is to be proposed again."))
    else:
        messages.warning(request, in_words(ProposalOutdated(number)))
    return go_on(request, reverse("orders:stockout", args=[number]))


@require_POST
@staff_can("cases.work")
def restore(request: StaffRequest, number: str) -> HttpResponse:
    """The ordered product can be delivered after all, by the source that was chosen or by the best."""
    chosen = request.POST.get("offer", "")
    offer = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None
    return _act(
        request,
        number,
        lambda case: reinstate(case.pk, by=request.staff, offer_id=offer),
        _("The ordered product is promised again, and the case is closed"),
    )


@require_POST
@staff_can("cases.work")
def assign(request: StaffRequest, number: str) -> HttpResponse:
    """Say whose task the case is: a colleague's who may work on it, or nobody's."""
    wanted = request.POST.get("to", "")
    colleague = people_who_can("cases.work").filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    if wanted and colleague is None:
        messages.warning(request, _("This colleague cannot work on cases. Nothing was changed."))
        return go_on(request, reverse("orders:stockout", args=[number]))
    done = (
        _("Assigned to %(name)s") % {"name": colleague.get_full_name()}
        if colleague
        else _("Assigned to nobody")
    )
    return _act(request, number, lambda case: cases.assign(case, to=colleague, by=request.staff), done)


@require_POST
@staff_can("cases.work")
def goodwill(request: StaffRequest, number: str) -> HttpResponse:
    """Give something on top, within the limit of this person's role; the customer is told."""
    form = GoodwillForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Goodwill needs an amount and a reason. Nothing was changed."))
        return go_on(request, reverse("orders:stockout", args=[number]))
    given = form.cleaned_data
    return _act(
        request,
        number,
        lambda case: give(
            case.pk,
            kind=GoodwillKind(given["kind"]),
            amount_cents=form.cents,
            reason=given["reason"],
            roles=roles_of(request.user),
            by=request.staff,
        ),
        _("Goodwill given, and the customer told"),
    )
