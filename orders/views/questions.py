"""What suppliers are asked, for staff: all open questions with their clocks, and an answer keyed from a call."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.domain.question_answers import NothingToAnswer, answer_questions
from orders.domain.question_clock import stop_waiting
from orders.forms.questions import QuestionForm
from orders.models import AskingWay, Question
from orders.queries.questions import open_questions, questions_of
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on, page

MOST_SHOWN = 200


@dataclass(frozen=True)
class QuestionList:
    """Open questions, the nearest end first, as far as one page holds them."""

    questions: list[Question]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.questions)


@require_GET
@staff_can("orders.view")
def questions(request: StaffRequest) -> HttpResponse:
    """Whom we are waiting for, and until when."""
    open_ = open_questions()
    shown = QuestionList(list(open_[:MOST_SHOWN]), open_.count())
    return page(request, "orders/questions.html", shown=shown, nav_key="verification")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("orders.verify")
def question(request: StaffRequest, pk: int) -> HttpResponse:
    """What the supplier said on the telephone."""
    asked = question_or_404(pk)
    if asked.said:
        messages.warning(request, _("This question is settled. Nothing was recorded."))
        return to_order(request, asked)
    form = QuestionForm([asked], request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return form_page(request, "orders/question.html", form=form, asked=asked, nav_key="verification")
    try:
        answer_questions(form.answers(), way=AskingWay.CALL, by=request.staff)
    except NothingToAnswer:
        messages.warning(request, _("This question was settled meanwhile. Nothing was recorded."))
    else:
        messages.success(request, _("Answer of %(supplier)s recorded") % {"supplier": asked.supplier.name})
    return to_order(request, asked)


@require_POST
@staff_can("orders.verify")
def question_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Wait no longer for him: the next source, or a case."""
    asked = question_or_404(pk)
    if stop_waiting(asked.pk, by=request.staff):
        messages.success(request, _("We wait no longer for %(supplier)s") % {"supplier": asked.supplier.name})
    else:
        messages.warning(request, _("This question was settled meanwhile. Nothing was recorded."))
    return to_order(request, asked)


def question_or_404(pk: int) -> Question:
    order = Question.objects.filter(pk=pk).values_list("line__order", flat=True).first()
    found = questions_of(order).filter(pk=pk).first() if order else None
    if found is None:
        raise Http404
    return found


def to_order(request: StaffRequest, asked: Question) -> HttpResponse:
    return go_on(request, reverse("orders:order", args=[asked.line.order.number]))
