"""A supplier's answers as a file, handed in by staff; and the keys by which his program answers itself."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from orders.domain.acknowledgements import Code, Outcome, Result, acknowledge
from orders.domain.answer_keys import issue_answer_key, revoke_answer_key
from orders.forms.answer_files import AnswerFileForm
from orders.models import AnswerKey
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on, page
from suppliers.models import Supplier


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("purchasing.edit")
def answer_file(request: StaffRequest) -> HttpResponse:
    """Each purchase order in it is taken whole or not at all, and what became of it is shown."""
    form = AnswerFileForm(request.POST or None, request.FILES or None)
    results: list[Result] = []
    if request.method == "POST" and form.is_valid():
        results = [acknowledge(number, said, by=request.staff) for number, said in form.answers.items()]
    return form_page(
        request,
        "orders/answer_file.html",
        form=form,
        results=[(one, in_words(one)) for one in results],
        nav_key="purchasing",
    )


def in_words(result: Result) -> tuple[tuple[str, str], str]:
    """Its status to be shown, and a sentence where it was refused."""
    shown = {
        Outcome.TAKEN: ("done", _("Recorded")),
        Outcome.SAME: ("done", _("Known already")),
        Outcome.LATE: ("late", _("Too late, noted")),
        Outcome.REFUSED: ("refused", _("Not recorded")),
    }[result.outcome]
    row = _("Row %(row)s: ") % {"row": result.row} if result.row else ""
    return shown, f"{row}{why(result.code)}" if result.code else ""


def why(code: str) -> str:
    return {
        Code.UNKNOWN: _("no purchase order has this number."),
        Code.LINE: _("the purchase order has no such line, or several of this SKU."),
        Code.TWICE: _("this line is named twice."),
        Code.INCOMPLETE: _("not every line has an answer."),
        Code.QUANTITY: _("more is accepted than was asked, or a part without a quantity."),
        Code.CURRENCY: _("the price is in another currency than we buy in."),
        Code.ANSWERED: _("another answer is recorded already."),
        Code.CANCELLED: _("this purchase order was taken back."),
        Code.NOT_ASKED: _("this purchase order has not been handed over yet."),
    }[Code(code)]


@require_POST
@staff_can("suppliers.edit")
def key_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Issue a key. Its secret is on this answer and nowhere else, so there is no redirect."""
    supplier = get_object_or_404(Supplier, pk=pk)
    _key, secret = issue_answer_key(supplier, by=request.staff)
    address = f"{settings.PUBLIC_URL}{reverse('api:answer_purchase_order', args=['CF-1'])}"
    answer = page(
        request,
        "orders/answer_key.html",
        supplier=supplier,
        secret=secret,
        address=address.replace("CF-1", "{number}"),
        nav_key="suppliers",
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@staff_can("suppliers.edit")
def key_revoke(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    found = get_object_or_404(AnswerKey.objects.select_related("supplier", "token"), pk=key, supplier=pk)
    revoke_answer_key(found, by=request.staff)
    messages.success(request, _("Key revoked: whoever uses it is refused from now on"))
    return go_on(request, reverse("suppliers:supplier", args=[pk]))
