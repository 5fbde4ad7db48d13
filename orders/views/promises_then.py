"""The part of a product's past that orders know: to whom its units were promised then."""

from collections.abc import Collection
from datetime import datetime

from orders.queries.promises_then import promised_at, units_promised_at
from stocke.core.web.panels import Panel

SHOWN = 20


def promises_panel(offer_ids: Collection[int], at: datetime, counted: int | None) -> Panel:
    """`counted` are the units that the number published then was reckoned with; none where there was no number."""
    totals = units_promised_at(offer_ids, at)
    promises = promised_at(offer_ids, at).select_related("line__order", "offer__supplier")
    total = sum(totals.values())
    return Panel(
        "orders/promises_then.html",
        {
            "at": at,
            "promises": list(promises[:SHOWN]),
            "total": total,
            "counted": counted if counted != total else None,
            "is_cut": promises.count() > SHOWN,
        },
    )
