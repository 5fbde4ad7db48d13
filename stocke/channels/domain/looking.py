"""Orders that a shop threw away without a word: those that are still open there are looked for, a few at a time.

Only the second look in a row that does not find one says that it was deleted, and not where all that were newer went
with it: a shop that was set back to an older state has deleted nothing.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from stocke.channels.connectors.shape import Door
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.classes import classes_told
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.health import by_channel
from stocke.channels.domain.shop_orders import LOOK_EVERY, MISSING, SET_BACK, note_orders
from stocke.channels.domain.standing import SOLD
from stocke.channels.domain.vanishing import Sight, is_set_back
from stocke.channels.models import Channel, ShopOrder, Standing
from stocke.core.domain.history import record

# Between the look that does not find an order and the one that decides.
LOOK_AGAIN = timedelta(minutes=10)
# What was sold longer ago was served or forgotten: a shop throws old orders away to be tidy.
LOOK_FOR = timedelta(days=50)
# How many orders before and after one that is gone say whether the shop was set back.
BEFORE, AFTER = 1, 3
# What is unpaid or cancelled is thrown away as a matter of course.
TESTIFYING = [*SOLD, Standing.COMPLETE]
# The state of an order that is known to be deleted, as all connectors call it.
GONE = "gone"
NOTE_MISSING = """
UPDATE channels_shoporder SET look_at = %s,
    problems = jsonb_path_query_array(problems, '$[*] ? (@.code != "missing" && @.code != "set_back")') || %s::jsonb
WHERE id = ANY (%s)
"""


def look(channel: Channel, claim: Claim) -> None:
    """Read those orders back whose time has come, the most overdue first. Raises a ShopError."""
    due = to_look_at(channel)
    if due:
        look_for(channel, door_of(channel, claim), due)
    if due or channel.facts.get(SET_BACK):
        tell_of_set_back(channel)


def look_for(channel: Channel, door: Door, due: Mapping[str, ShopOrder]) -> None:
    """What is there is taken over; what is not is missing, held or ended."""
    found = connector_of(channel).orders_named(door, list(due))
    gone = {order.remote_id for order in found if order.is_gone}
    missing = {one for one in gone if not is_missed(due[one])}
    held = set_back(channel, door, due, gone, gone - missing)
    there = [order for order in found if order.remote_id not in missing | held]
    note_orders(channel, there, classes_told(channel, door, there))
    note_missing([due[one] for one in missing], MISSING, again=LOOK_AGAIN)
    note_missing([due[one] for one in held], SET_BACK, again=LOOK_EVERY)
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
    return any(problem.get("code") in {MISSING, SET_BACK} for problem in row.problems)


def set_back(
    channel: Channel, door: Door, due: Mapping[str, ShopOrder], gone: Collection[str], again: Collection[str]
) -> set[str]:
    """Of those that were not found `again`, the ones that went together with all newer ones."""
    near = {one: neighbours(channel, due[one]) for one in again}
    unknown = {row.remote_id for rows in near.values() for row in rows} - due.keys()
    asked = connector_of(channel).orders_named(door, sorted(unknown)) if unknown else []
    absent = {*gone, *(order.remote_id for order in asked if order.is_gone)}
    return {
        one
        for one, rows in near.items()
        if is_set_back(sight(channel, due[one], absent), [sight(channel, row, absent) for row in rows])
    }


def neighbours(channel: Channel, row: ShopOrder) -> list[ShopOrder]:
    """Orders placed shortly before and after this one that were there when it was last seen.

    Only those whose absence would say something: what is not looked for any more may have been tidied away since.
    """
    if row.placed_at is None:
        return []
    seen_lately = Q(look_at__isnull=False) | Q(read_at__gte=row.read_at - LOOK_EVERY, standing__in=TESTIFYING)
    known = ShopOrder.objects.filter(seen_lately, channel=channel, placed_at__isnull=False)
    others = known.exclude(remote_status=GONE).exclude(pk=row.pk)
    newer = others.filter(placed_at__gt=row.placed_at, placed_at__lte=seen_at(channel, row))
    older = others.filter(placed_at__lte=row.placed_at)
    return [*newer.order_by("placed_at")[:AFTER], *older.order_by("-placed_at")[:BEFORE]]


def sight(channel: Channel, row: ShopOrder, absent: Collection[str]) -> Sight:
    return Sight(row.placed_at or row.changed_at, seen_at(channel, row), is_there=row.remote_id not in absent)


def seen_at(channel: Channel, row: ShopOrder) -> datetime:
    """When it was last there, by the shop's own clock."""
    return row.read_at + timedelta(seconds=int(channel.facts.get("seconds_ahead") or 0))


def note_missing(rows: Sequence[ShopOrder], code: str, *, again: timedelta) -> None:
    """A person sees it; everything else stays as it is."""
    look_at, keys = timezone.now() + again, [row.pk for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(NOTE_MISSING, [look_at, json.dumps([{"code": code}]), keys])


@transaction.atomic
def tell_of_set_back(channel: Channel) -> None:
    """The channel says how many orders its shop has lost, and no longer once they are there again or ended here."""
    held = ShopOrder.objects.filter(channel=channel, look_at__isnull=False)
    orders = held.filter(problems__contains=[{"code": SET_BACK}]).count()
    before = int(channel.facts.get(SET_BACK) or 0)
    if orders == before:
        return
    row = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    row.facts = channel.facts = {**row.facts, SET_BACK: orders}
    row.save(update_fields=["facts"])
    if not before:
        record(channel, "channel.set_back", by=by_channel(channel), orders=orders)
