"""The supplier's page of one return behind the signed link of our mail. GET shows, POST acts."""

from collections.abc import Mapping

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from orders.domain.returns.deciding import ReturnMoved, refuse
from orders.domain.returns.labels import LARGEST
from orders.domain.returns.letters import LINK_DAYS, SUPPLIER_PURPOSE
from orders.domain.returns.moving import receive
from orders.forms.returns import LABEL_REFUSED, ApprovalForm, ConditionForm, RefusalForm
from orders.models import Condition, Receiver, Return
from orders.queries.returns import return_in_full
from orders.views.return_label import approve_by
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page
from stocke.core.web.uploads import BoundedUpload

FORMS: Mapping[str, type[Form]] = {"approve": ApprovalForm, "refuse": RefusalForm, "receive": ConditionForm}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The return behind the link, and the answer to it. Every other link gets a page that says why.

    No more of a label is read than may be kept, whatever was announced.
    """
    request.upload_handlers = [BoundedUpload(request, LARGEST)]
    return _behind(request, token)


@csrf_protect
def _behind(request: HttpRequest, token: str) -> HttpResponse:
    try:
        returned = return_in_full(pk=read(SUPPLIER_PURPOSE, token, days=LINK_DAYS).subject_id)
    except LinkExpired as expired:
        return dead_end(request, return_in_full(pk=expired.subject_id), status=410)
    except LinkTampered:
        returned = None
    if returned is None or returned.purchase_order is None:
        return dead_end(request, None, status=404)
    with override(language_of(request, returned)):
        return (
            _take(request, returned, token) if request.method == "POST" else _show(request, returned, token)
        )


def _take(request: HttpRequest, returned: Return, token: str) -> HttpResponse:
    """His word on it. A second one changes nothing, is told so, and finds the receipt of the first."""
    supplier = returned.purchase_order.supplier if returned.purchase_order else None
    by, act = Actor.supplier(supplier.name if supplier else ""), request.POST.get("act", "")
    if act not in FORMS:
        return _back(request, token)
    form = FORMS[act](request.POST, request.FILES)
    if form.is_valid() and _is_cut(request):
        form.add_error("label_file", LABEL_REFUSED["large"])
    if not form.is_valid():
        return _show(request, returned, token, wrong=form, status=422)
    said = form.cleaned_data
    try:
        if isinstance(form, ApprovalForm):
            approve_by(returned, form, by=by)
        elif act == "refuse":
            refuse(returned.pk, by=by, **said)
        else:
            receive(returned.pk, receiver=Receiver.SUPPLIER, condition=Condition(said["condition"]), by=by)
    except ReturnMoved as moved:
        now = return_in_full(pk=moved.returned.pk) or returned
        return _show(request, now, token, status=409)
    return _back(request, token)


def _is_cut(request: HttpRequest) -> bool:
    """Whether more of a file came than is read: what is missing of the form was perhaps behind it."""
    return any(isinstance(one, BoundedUpload) and one.is_over for one in request.upload_handlers)


def _show(
    request: HttpRequest, returned: Return, token: str, *, wrong: Form | None = None, status: int = 200
) -> HttpResponse:
    """The page with the form that is `wrong`, or with empty ones."""
    forms = {name: form() for name, form in FORMS.items()}
    return page(
        request,
        "public/orders_return_answer.html",
        status=status,
        returned=returned,
        is_second_word=status == 409,
        token=token,
        language=language_of(request, returned),
        **{name: wrong if type(wrong) is FORMS[name] else form for name, form in forms.items()},
    )


def dead_end(request: HttpRequest, returned: Return | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, returned)):
        is_old = status == 410
        title = _("This link has expired") if is_old else _("This link does not work")
        text = (
            _("This return is too old to be answered here.")
            if is_old
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our mail as it stands."
            )
        )
        more = _("Write to us or call us: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, returned: Return | None) -> str:
    """The language link's, else the supplier's own."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return returned.purchase_order.supplier.language if returned and returned.purchase_order else "fr"


def _back(request: HttpRequest, token: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {"lang": language} if language in LANGUAGES else None
    return HttpResponseRedirect(reverse("orders:return_answer", args=[token], query=query), status=303)
