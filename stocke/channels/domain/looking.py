"""Orders that a shop threw away without a word: those that are still open there are looked for, a few at a time.

Only the second look in a row that does not find one says that it was deleted.
"""

import json
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from stocke.channels.domain.claims import Claim
from stocke.channels.domain.classes import classes_told
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.shop_orders import LOOK_EVERY, MISSING, note_orders
from stocke.channels.models import Channel, ShopOrder

# Between the look that does not find an order and the one that decides.
LOOK_AGAIN = timedelta(minutes=10)
# What was sold longer ago was served or forgotten: a shop throws old orders away to be tidy.
LOOK_FOR = timedelta(days=50)
NOTE_MISSING = """
UPDATE channels_shoporder SET problems = problems || %s::jsonb, look_at = %s WHERE id = ANY (%s)
"""


def look(channel: Channel, claim: Claim) -> None:
    """Read those orders back whose time has come, the most overdue first. Raises a ShopError."""
    due = to_look_at(channel)
    if not due:
        return
    door = door_of(channel, claim)
    found = connector_of(channel).orders_named(door, list(due))
    missing = {order.remote_id for order in found if order.is_gone and not is_missed(due[order.remote_id])}
    there = [order for order in found if order.remote_id not in missing]
    note_orders(channel, there, classes_told(channel, door, there))
    note_missing(due[one] for one in missing)
    # Whatever was not taken over, being older than what we have, was looked at all the same.
    rows = ShopOrder.objects.filter(pk__in=[row.pk for row in due.values()], look_at__lte=timezone.now())
    rows.update(look_at=timezone.now() + LOOK_EVERY)


def to_look_at(channel: Channel) -> dict[str, ShopOrder]:
    """By id there. Nobody looks for the old ones any more."""
    now, most = timezone.now(), connector_of(channel).looks_at
    rows = ShopOrder.objects.filter(channel=channel, look_at__lte=now).order_by("look_at")
    due = list(rows[:most])
    old = [row.pk for row in due if (row.placed_at or row.changed_at) < now - LOOK_FOR]
    if old:
        ShopOrder.objects.filter(pk__in=old).update(look_at=None)
    return {row.remote_id: row for row in due if row.pk not in old}


def is_missed(row: ShopOrder) -> bool:
    return any(problem.get("code") == MISSING for problem in row.problems)


def note_missing(rows: Iterable[ShopOrder]) -> None:
    """A person sees it; everything else stays as it is."""
    again = timezone.now() + LOOK_AGAIN
    with connection.cursor() as cursor:
        cursor.execute(NOTE_MISSING, [json.dumps([{"code": MISSING}]), again, [row.pk for row in rows]])
