"""Orders of shops, in and back: what they have told is taken in, what became of it is owed to them."""

from datetime import timedelta

from django.utils import timezone

from orders.domain.shop_orders import count_verified, settle_given_back, take_told
from orders.domain.shop_reports import report_cancellation, report_parcel, report_refund
from orders.jobs.cases import each
from orders.queries.shop_reports import (
    unreported_cancellations,
    unreported_parcels,
    unreported_refunds,
)
from stocke.channels.domain.shop_orders import open_orders

BATCH = 500
NEWS = timedelta(days=7)


def take_in_read(channel_id: int) -> int:
    """Take in what was read, of this channel and of any other."""
    return sweep_read()


def sweep_read() -> int:
    """Take in every order that waits, whatever event was lost, and let go of what our levels contain by now."""
    taken = each("order of a shop", open_orders(BATCH), take_told)
    count_verified()
    settle_given_back()
    return taken


def tell_parcel(shipment_id: int) -> None:
    """Owe the shop this parcel."""
    report_parcel(shipment_id)


def sweep_unreported() -> int:
    """Owe shops everything that nobody has owed them."""
    since = timezone.now() - NEWS
    done = each("parcel", unreported_parcels(since), report_parcel)
    for refund in unreported_refunds(since):
        done += report_refund(refund) is not None
    for order in unreported_cancellations():
        done += report_cancellation(order) is not None
    return done
