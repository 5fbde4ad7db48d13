"""Orders, cases, refunds and vouchers on a customer's page."""

from django.urls import reverse

from stocke.core.web.panels import Panel
from stocke.core.web.places import places_of
from stocke.core.web.status import Status
from stocke.insights.queries.customers import dealings_of


def dealings_panel(customer_id: int) -> Panel:
    """The latest dealings with this customer, each with its state and its address."""
    dealings = dealings_of(customer_id)
    places = places_of(dealings.threads)
    return Panel(
        "insights/customer_dealings.html",
        {
            "orders": [(one, Status(*one.state), places[f"order:{one.pk}"].url) for one in dealings.orders],
            "order_count": dealings.order_count,
            "cases": [
                (one, Status(*one.state), places[f"stockoutcase:{one.pk}"].url) for one in dealings.cases
            ],
            "refunds": [
                (one, Status(*one.state), reverse("orders:refunds", query={"q": one.line.order.number}))
                for one in dealings.refunds
            ],
            "vouchers": dealings.vouchers,
        },
        dealings.threads,
    )
