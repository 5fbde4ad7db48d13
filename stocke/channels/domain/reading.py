"""Reading a shop's orders: those that its messages name, and all that have changed since we looked last."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from stocke.channels.domain.claims import Claim
from stocke.channels.domain.classes import classes_told
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.receiving import are_vague, orders_meant, waiting
from stocke.channels.domain.shop_orders import note_orders
from stocke.channels.models import Channel, Delivery

# A shop's hooks are quick, but some messages never come: this is how late such an order may be.
READ_EVERY = timedelta(seconds=60)
NAMED_AT_ONCE = 100
# What was said has served its purpose; who bought what is no longer kept here.
SETTLE = """
UPDATE channels_delivery delivery
SET state = CASE WHEN resource = 'order' THEN 'done' ELSE 'ignored' END, done_at = now(), body = ''
FROM unnest(%s::bigint[], %s::integer[]) AS worked (id, times)
WHERE delivery.id = worked.id AND delivery.times = worked.times
"""


def work_deliveries(channel: Channel, claim: Claim) -> int:
    """Read back the orders that messages name; how many messages were worked. The same order is read once."""
    worked = 0
    while deliveries := waiting(channel):
        named = orders_meant(deliveries)
        for start in range(0, len(named), NAMED_AT_ONCE):
            chunk = named[start : start + NAMED_AT_ONCE]
            door = door_of(channel, claim)
            orders = connector_of(channel).orders_named(door, chunk)
            note_orders(channel, orders, classes_told(channel, door, orders))
        if are_vague(deliveries):
            read_changed(channel, claim)
        settle_deliveries(deliveries)
        worked += len(deliveries)
    return worked


def settle_deliveries(deliveries: Sequence[Delivery]) -> None:
    """Worked, unless the same came again meanwhile: that one wants to be read once more."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [[one.pk for one in deliveries], [one.times for one in deliveries]])


def read_changed(channel: Channel, claim: Claim) -> None:
    """Read what has changed since the cursor, and move it after each page that was written down."""
    if not connector_of(channel).reads_orders:
        return
    since = channel.orders_cursor or channel.connected_at
    door = door_of(channel, claim)
    for page in connector_of(channel).orders_since(door, since):
        classes = classes_told(channel, door, page.orders)
        with transaction.atomic():
            note_orders(channel, page.orders, classes)
            channel.orders_cursor, channel.orders_read_at = page.until, timezone.now()
            channel.save(update_fields=["orders_cursor", "orders_read_at"])


def is_reading_due(channel: Channel) -> bool:
    last = channel.orders_read_at
    if not connector_of(channel).reads_orders:
        return False
    return last is None or last < timezone.now() - READ_EVERY
