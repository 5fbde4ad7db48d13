"""Products that were made together, taken back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on
from stocke.core.web.undo import offer_undo
from suppliers.domain.creating import Made
from suppliers.domain.taking_back import AlreadyTakenBack, take_back
from suppliers.models import ProductBatch
from suppliers.tables.creating import told, told_back
from suppliers.views.words import safe_next


@require_POST
@staff_can("products.edit")
def batch_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove what nothing uses yet, and say what stays and why."""
    batch = get_object_or_404(ProductBatch, pk=pk)
    try:
        messages.success(request, told_back(take_back(batch, by=request.staff)))
    except AlreadyTakenBack:
        messages.warning(request, _("Somebody was faster: these products were taken back already."))
    return go_on(request, safe_next(request, reverse("suppliers:unmatched_list")))


def offer_back(request: StaffRequest, made: Made, page: str) -> None:
    """Tell what was made, with the way back to this page."""
    if not made.products:
        messages.success(request, told(made))
        return
    url = reverse("suppliers:batch_take_back", args=[made.batch.pk])
    offer_undo(request, told(made), f"{url}?{urlencode({'next': page})}")
