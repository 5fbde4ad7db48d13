"""The lines that a safely applied import withholds: a person lets them count, or drops them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import number
from stocke.core.web.partials import go_on
from suppliers.domain.releasing import NotWithheld, drop_lines, let_count
from suppliers.forms.withheld import WithheldForm
from suppliers.models import Run
from suppliers.queries.runs import products_of
from suppliers.queries.withheld import settled_lines, waiting_lines
from suppliers.tables.withheld import REASONS, endings_of

PER_PAGE = 50


def withheld_context(request: StaffRequest, run: Run) -> dict[str, Any]:
    """What an import that was applied safely withholds, and what became of it."""
    lines = Paginator(waiting_lines(run), PER_PAGE).get_page(request.GET.get("page"))
    products = products_of([line.offer_id for line in lines])
    return {
        "withheld": lines,
        "withheld_rows": [
            (line, products.get(line.offer_id or 0), REASONS.get(line.change, "")) for line in lines
        ],
        "endings": endings_of(settled_lines(run)),
    }


@require_POST
@staff_can("feeds.decide")
def run_withheld(request: StaffRequest, pk: int) -> HttpResponse:
    run, form = get_object_or_404(Run, pk=pk), WithheldForm(request.POST)
    if form.is_valid():
        tell(request, run, form)
    else:
        messages.warning(request, _("Choose the lines first. Nothing was changed."))
    return go_on(request, reverse("suppliers:run", args=[pk]) + "#withheld")


def tell(request: StaffRequest, run: Run, form: WithheldForm) -> None:
    """Carry the decision out and say how many lines it was about, or that it came too late."""
    decide = let_count if form.lets_count else drop_lines
    try:
        lines = decide(run, by=request.staff, lines=form.lines)
    except NotWithheld:
        messages.warning(request, _("These lines no longer wait: somebody was faster. Nothing was changed."))
        return
    said = (
        ngettext("%(count)s line will count", "%(count)s lines will count", lines)
        if form.lets_count
        else ngettext("%(count)s line dropped", "%(count)s lines dropped", lines)
    )
    messages.success(request, said % {"count": number(lines)})
