"""Telling customers of parcels that have left, and of lines that are late."""

from datetime import timedelta

from django.utils import timezone

from orders.domain.lateness import warn_of_lateness
from orders.domain.parcel_letters import tell_shipped
from orders.jobs.cases import each
from orders.queries.lateness import lines_to_warn_of
from orders.queries.shipments import shipments_untold
from stocke.core.actors import Actor

PARCELS, WATCH = Actor.job("parcels"), Actor.job("promise watch")
# The event comes within seconds; what is older than a day is no news.
PATIENCE, NEWS = timedelta(minutes=1), timedelta(days=1)


def shipment_sent(shipment_id: int) -> None:
    """Tell the customer of this parcel."""
    tell_shipped(shipment_id, by=PARCELS)


def sweep_untold() -> int:
    """The same for every parcel of the last day, whatever event was lost."""
    now = timezone.now()
    untold = shipments_untold(since=now - NEWS, until=now - PATIENCE)
    return each("parcel", untold, lambda shipment_id: tell_shipped(shipment_id, by=PARCELS))


def watch_promises() -> int:
    """Tell customers of lines that are late, or will be, before they ask."""
    today = timezone.localdate()
    return each(
        "line", lines_to_warn_of(today), lambda line_id: warn_of_lateness(line_id, by=WATCH, today=today)
    )
