"""What stockouts cost us: per cause and supplier, from the record of settled cases."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orders.queries.case_costs import costs_since
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import page

PERIODS = (30, 90, 365)


@require_GET
@staff_can("cases.view")
def costs(request: StaffRequest) -> HttpResponse:
    """The settled cases of the last days; each figure is a sum over cases, and says what it leaves out."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
    rows = costs_since(timezone.now() - timedelta(days=days))
    return page(
        request,
        "orders/case_costs.html",
        rows=rows,
        days=days,
        periods=PERIODS,
        cases=sum(row.cases for row in rows),
        unknown=sum(row.unknown for row in rows),
        nav_key="cases",
    )
