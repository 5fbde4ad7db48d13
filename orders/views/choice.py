"""The customer's page behind the signed link of our letters. GET shows, POST acts.

No cookie is set and none is asked for: who knows the signed address may answer, and nobody else can forge it, so
a second secret in a cookie would only shut out customers whose mail program keeps none.
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from orders.domain.case_letters import LINK_DAYS, LINK_PURPOSE
from orders.domain.cases import CaseClosed, CaseError
from orders.domain.choices import OptionGone, ProposalOutdated, StillMissing, choose, choose_original
from orders.domain.questions import ask_question
from orders.domain.second_thoughts import NoWayBack, refund_instead
from orders.forms.cases import ChoiceForm, QuestionForm
from orders.models import OptionKind, StockoutCase
from orders.queries.cases import cases_with_order, questions_of
from orders.views.choice_page import choice_page, next_best
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page

QUESTIONS_AT_MOST = 20


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the case behind the link, and the customer's answer. Every other link gets a page that says why."""
    try:
        link = read(LINK_PURPOSE, token, days=LINK_DAYS)
    except LinkExpired as expired:
        return _dead_end(request, _case(expired.subject_id), status=410)
    except LinkTampered:
        return _dead_end(request, None, status=404)
    case = _case(link.subject_id)
    if case is None:
        return _dead_end(request, None, status=404)
    with override(_language(request, case)):
        if request.method == "POST":
            return _answer(request, case, token)
        return _show(request, case, token, is_old=link.version != case.version)


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_POST
def refund(request: HttpRequest, token: str) -> HttpResponse:
    """The money after all, instead of waiting or of the voucher."""
    case = _case_behind(token)
    if case is None:
        return choice(request, token)
    with override(_language(request, case)):
        try:
            refund_instead(case.pk, by=_customer(case))
        except NoWayBack:
            return _show(request, case, token, problem=_("It is too late for that: nothing was changed."))
        return _back(request, token)


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_POST
def question(request: HttpRequest, token: str) -> HttpResponse:
    """What the customer asks: into the conversation of his order, where a person is told of it."""
    case = _case_behind(token)
    if case is None:
        return choice(request, token)
    with override(_language(request, case)):
        form = QuestionForm(request.POST)
        if not form.is_valid():
            problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
            typed = request.POST.get("text", "")
            return _show(request, case, token, problem=problem, status=422, typed=typed)
        if questions_of(case).count() >= QUESTIONS_AT_MOST:
            problem = _("You have asked a lot here: please write to us or call us instead.")
            return _show(request, case, token, problem=problem, status=429)
        ask_question(case, form.cleaned_data["text"], key=form.cleaned_data["key"], by=_customer(case))
        return _back(request, token, asked="1")


def _case_behind(token: str) -> StockoutCase | None:
    """The case that a working link opens."""
    try:
        return _case(read(LINK_PURPOSE, token, days=LINK_DAYS).subject_id)
    except (LinkExpired, LinkTampered):
        return None


def _answer(request: HttpRequest, case: StockoutCase, token: str) -> HttpResponse:
    """Record what he chose; whatever stands in the way is said on the page as it is now."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _show(request, case, token, problem=problem, status=422)
    try:
        _choose(form, case)
    except CaseClosed:
        return _back(request, token)
    except CaseError as trouble:
        fresh = _case(case.pk) or case
        return _show(request, fresh, token, problem=_say(trouble, fresh), status=409, wants_change=True)
    return _back(request, token)


def _choose(form: ChoiceForm, case: StockoutCase) -> None:
    version, by = form.cleaned_data["version"], _customer(case)
    if form.wants_original:
        choose_original(case.pk, version=version, by=by)
    else:
        choose(case.pk, int(form.cleaned_data["option"]), version=version, by=by)


def _say(trouble: CaseError, case: StockoutCase) -> str:
    if isinstance(trouble, OptionGone) and trouble.option.kind == OptionKind.PARTIAL:
        return _("So many are no longer there. Nothing was changed: please choose among the other answers.")
    if isinstance(trouble, OptionGone) and trouble.option.kind == OptionKind.WAIT:
        return _("This day is over. Nothing was changed: please choose among the other answers.")
    if isinstance(trouble, OptionGone):
        return _say_sold_out(case, trouble.option.product_id)
    if isinstance(trouble, StillMissing):
        return _say_sold_out(case, case.line.product_id)
    if isinstance(trouble, ProposalOutdated):
        return _("Our proposal has changed meanwhile. Nothing was changed: here is the current one.")
    return _("That is no longer possible. Nothing was changed.")


def _say_sold_out(case: StockoutCase, product_id: int | None) -> str:
    """That this product is gone, and what comes next to it."""
    if product := next_best(case, but=product_id):
        return _(
            "This product has just sold out. Nothing was changed. Still there is %(product)s, beside the other answers."
        ) % {"product": product}
    return _("This product has just sold out. Nothing was changed: please choose among the other answers.")


def _show(
    request: HttpRequest,
    case: StockoutCase,
    token: str,
    *,
    problem: str = "",
    status: int = 200,
    is_old: bool = False,
    wants_change: bool = False,
    typed: str = "",
) -> HttpResponse:
    language = _language(request, case)
    shown = choice_page(case, wants_change=wants_change or "change" in request.GET, language=language)
    return page(
        request,
        "public/orders_choice.html",
        status=status,
        shown=shown,
        case=case,
        order=case.line.order,
        token=token,
        language=language,
        problem=problem,
        is_old=is_old,
        typed=typed,
        question_key=secrets.token_hex(16),
        was_asked="asked" in request.GET,
    )


def _dead_end(request: HttpRequest, case: StockoutCase | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(_language(request, case)):
        expired = status == 410
        title = _("This link has expired") if expired else _("This link does not work")
        text = (
            _(
                "It was good for a limited time. Whatever was decided meanwhile was done and sent to you by e-mail."
            )
            if expired
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our letter as it stands."
            )
        )
        more = _("Write to us or call us if anything is unclear: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def _case(case_id: int) -> StockoutCase | None:
    return cases_with_order().select_related("choice__product").filter(pk=case_id).first()


def _customer(case: StockoutCase) -> Actor:
    return Actor.customer(case.line.order.customer.full_name)


def _language(request: HttpRequest, case: StockoutCase | None) -> str:
    """The language link's, else the customer's own, else the shop's."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return case.line.order.customer.language if case else "fr"


def _back(request: HttpRequest, token: str, **said: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {**said, "lang": language} if language in LANGUAGES else said
    url = reverse("orders:choice", args=[token], query=query or None)
    return HttpResponse(status=303, headers={"Location": url})
