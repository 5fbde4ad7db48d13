"""The label of a return: taken in with the approval, and handed out to its customer and to staff."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from orders.domain.returns.deciding import approve
from orders.domain.returns.labels import file_name, stored
from orders.domain.returns.letters import CUSTOMER_PURPOSE, LINK_DAYS
from orders.forms.returns import ApprovalForm
from orders.models import Return
from orders.queries.returns import return_in_full
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.access import StaffRequest, staff_can


def approve_by(returned: Return, form: ApprovalForm, *, by: Actor, **given: Any) -> Return:
    """Approve as the valid form says, its label put away first. Raises ReturnMoved; then no file is left behind."""
    said = form.cleaned_data
    with stored(form.label) as label:
        return approve(
            returned.pk,
            address=said["address"],
            supplier_number=said["supplier_number"],
            label=label,
            by=by,
            **given,
        )


@never_cache
@require_GET
def customers_label(request: HttpRequest, token: str, number: str) -> HttpResponseBase:
    """To whoever knows the customer's link of the order: the label of one of its returns."""
    try:
        order = read(CUSTOMER_PURPOSE, token, days=LINK_DAYS).subject_id
    except (LinkExpired, LinkTampered):
        raise Http404 from None
    returned = return_in_full(number=number)
    if returned is None or returned.order_id != order:
        raise Http404
    return handed_out(returned)


@never_cache
@require_GET
@staff_can("orders.view")
def staff_label(request: StaffRequest, number: str) -> HttpResponseBase:
    returned = return_in_full(number=number)
    if returned is None:
        raise Http404
    return handed_out(returned)


def handed_out(returned: Return) -> FileResponse:
    """As a file to save: what came from outside is never shown as a page of ours."""
    if not returned.label_path or not default_storage.exists(returned.label_path):
        raise Http404
    answer = FileResponse(
        default_storage.open(returned.label_path),
        as_attachment=True,
        filename=file_name(returned),
        content_type=returned.label_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
