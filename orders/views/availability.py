"""The supplier's page behind the signed link of an availability request. GET shows, POST acts."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.domain.question_answers import NothingToAnswer, answer_questions
from orders.domain.question_asking import LINK_DAYS, LINK_PURPOSE
from orders.forms.questions import QuestionForm
from orders.models import AskingWay, AvailabilityRequest, Said
from orders.queries.questions import request_with_lines
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: HttpRequest, token: str) -> HttpResponse:
    """The questions behind the link, and the answers to them. Every other link gets a page that says why."""
    try:
        link = read(LINK_PURPOSE, token, days=LINK_DAYS)
    except LinkExpired as expired:
        return dead_end(request, request_with_lines(expired.subject_id), status=410)
    except LinkTampered:
        return dead_end(request, None, status=404)
    asked = request_with_lines(link.subject_id)
    if asked is None:
        return dead_end(request, None, status=404)
    with override(language_of(request, asked)):
        return take(request, asked, token) if request.method == "POST" else show(request, asked, token)


def take(request: HttpRequest, asked: AvailabilityRequest, token: str) -> HttpResponse:
    """Record the answers. A second one changes nothing and finds what the first has said."""
    form = form_for(asked, request.POST)
    if not form.questions:
        return back(request, token)
    if not form.accepts_all and not form.is_valid():
        return show(request, asked, token, form=form, status=422)
    by = Actor.supplier(asked.supplier.name)
    try:
        answer_questions(form.answers(), way=AskingWay.MAIL, by=by, request_id=asked.pk)
    except NothingToAnswer:
        # Everything was closed between his look and his answer: the page says so.
        return back(request, token)
    return back(request, token)


def form_for(asked: AvailabilityRequest, data: object = None) -> QuestionForm:
    return QuestionForm([one for one in asked.questions.all() if not one.said], data)


def show(
    request: HttpRequest,
    asked: AvailabilityRequest,
    token: str,
    *,
    form: QuestionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    questions = list(asked.questions.all())
    return page(
        request,
        "public/orders_availability.html",
        status=status,
        asked=asked,
        form=form or form_for(asked),
        closed=[one for one in questions if one.said],
        was_silent=any(one.said == Said.SILENT for one in questions),
        overdue=asked.due_at < timezone.now(),
        token=token,
        language=language_of(request, asked),
    )


def dead_end(request: HttpRequest, asked: AvailabilityRequest | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, asked)):
        is_old = status == 410
        title = _("This link has expired") if is_old else _("This link does not work")
        text = (
            _("This question is too old to be answered here.")
            if is_old
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our mail as it stands."
            )
        )
        more = _("Write to us or call us: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, asked: AvailabilityRequest | None) -> str:
    """The language link's, else the supplier's own."""
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    return asked.supplier.language if asked else "fr"


def back(request: HttpRequest, token: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {"lang": language} if language in LANGUAGES else None
    return HttpResponseRedirect(reverse("orders:availability", args=[token], query=query), status=303)
