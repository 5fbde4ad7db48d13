"""What became of a letter of ours decides what becomes of its wish. By set, from the rows of the outbox."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from customers.domain.demand import MOVED, move
from customers.domain.wish_letters import BACK, CONFIRM
from customers.models import Notice, Restock, WishState
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import Message
from stocke.core.storefronts import silent_storefronts
from stocke.products.models import Level

# Wishes of an address are locked in the order of their keys by whoever ends them all, and letters come in none: what
# somebody holds is left for the next time, so that nobody waits in a circle.
FREE = "FOR UPDATE OF notice SKIP LOCKED FOR NO KEY UPDATE OF wish SKIP LOCKED"
GONE, NOT_WANTED, NOT_SHOWN = "gone again", "not wanted any more", "not shown by its shop"
# Unsure is told: nobody is written to twice by himself.
TOLD = f"""
WITH ready AS (
    SELECT notice.id, notice.wish_id, COALESCE(message.sent_at, message.claimed_at) AS at
    FROM customers_notice notice JOIN core_message message ON message.id = notice.message_id
    JOIN customers_wish wish ON wish.id = notice.wish_id
    WHERE notice.settled_at IS NULL AND message.status IN ('sent', 'unsure', 'bounced')
    ORDER BY notice.wish_id LIMIT 5000 {FREE}
), settled AS (
    UPDATE customers_notice notice SET settled_at = %(now)s FROM ready WHERE notice.id = ready.id
), moved AS (
    UPDATE customers_wish wish SET state = 'told', told_at = ready.at, ended_at = %(now)s FROM ready
    WHERE wish.id = ready.wish_id AND wish.state = 'telling'
    RETURNING wish.product_id, 'telling' AS before, wish.quantity
)
{MOVED}
"""
# Taken back at the last moment, or by a person. A letter that only the shop held back takes its notice along: the same
# restock is still to be told, once that shop shows it.
BACK_TO_WAITING = f"""
WITH ready AS (
    SELECT notice.id, notice.wish_id, message.error = %(not_shown)s AS again
    FROM customers_notice notice JOIN core_message message ON message.id = notice.message_id
    JOIN customers_wish wish ON wish.id = notice.wish_id
    WHERE notice.settled_at IS NULL AND message.status = 'cancelled'
    ORDER BY notice.wish_id LIMIT 5000 {FREE}
), untold AS (
    DELETE FROM customers_notice notice USING ready WHERE notice.id = ready.id AND ready.again
), settled AS (
    UPDATE customers_notice notice SET settled_at = %(now)s FROM ready
    WHERE notice.id = ready.id AND NOT ready.again
), moved AS (
    UPDATE customers_wish wish SET state = 'waiting' FROM ready
    WHERE wish.id = ready.wish_id AND wish.state = 'telling'
    RETURNING wish.product_id, 'telling' AS before, wish.quantity
)
{MOVED}
"""
# Given up: the mail server takes it neither now nor later. To wait for the next restock would be to try for ever.
GIVEN_UP = f"""
WITH ready AS (
    SELECT notice.id, notice.wish_id
    FROM customers_notice notice JOIN core_message message ON message.id = notice.message_id
    JOIN customers_wish wish ON wish.id = notice.wish_id
    WHERE notice.settled_at IS NULL AND message.status = 'failed'
    ORDER BY notice.wish_id LIMIT 5000 {FREE}
), settled AS (
    UPDATE customers_notice notice SET settled_at = %(now)s FROM ready WHERE notice.id = ready.id
), moved AS (
    UPDATE customers_wish wish SET state = 'ended', ended_why = 'failed', ended_at = %(now)s FROM ready
    WHERE wish.id = ready.wish_id AND wish.state = 'telling'
    RETURNING wish.product_id, 'telling' AS before, wish.quantity
)
{MOVED}
"""
# A person has the letter of a wish that was given up sent once more. Whoever has asked anew meanwhile waits for that.
TAKEN_UP = f"""
WITH moved AS (
    UPDATE customers_wish wish SET state = 'telling', ended_why = '', ended_at = NULL
    FROM customers_notice notice
    WHERE notice.id = %(notice)s AND wish.id = notice.wish_id AND wish.state = 'ended'
      AND wish.ended_why = 'failed' AND wish.email <> '' AND NOT EXISTS (
        SELECT FROM customers_wish other WHERE other.email = wish.email AND other.product_id = wish.product_id
          AND other.state IN ('asked', 'waiting', 'telling'))
    RETURNING wish.product_id, 'ended' AS before, wish.quantity
), reopened AS (
    UPDATE customers_notice SET settled_at = NULL WHERE id = %(notice)s AND EXISTS (SELECT FROM moved)
)
{MOVED}
"""
# An address that returns our mail gets none: neither for this wish nor for any other that it has open.
RETURNED = f"""
WITH returned AS (
    SELECT id, recipient, created_at FROM core_message
    WHERE status = 'bounced' AND kind IN (%(confirm)s, %(back)s) ORDER BY id DESC LIMIT 1000
), theirs AS (
    SELECT wish.id FROM returned
    JOIN customers_wish wish ON wish.email = returned.recipient AND wish.asked_at <= returned.created_at
    WHERE wish.state IN ('asked', 'waiting', 'telling') OR (wish.state = 'told' AND EXISTS (
        SELECT FROM customers_notice notice WHERE notice.wish_id = wish.id AND notice.message_id = returned.id))
), ending AS (
    SELECT id, state FROM customers_wish WHERE id IN (SELECT id FROM theirs) FOR NO KEY UPDATE SKIP LOCKED
), moved AS (
    UPDATE customers_wish wish SET state = 'ended', ended_why = 'bounced', ended_at = %(now)s FROM ending
    WHERE wish.id = ending.id AND wish.state = ending.state
    RETURNING wish.product_id, ending.state AS before, wish.quantity
)
{MOVED}
"""


BECAME = (
    (TOLD, WishState.TOLD),
    (BACK_TO_WAITING, WishState.WAITING),
    (GIVEN_UP, WishState.ENDED),
    (RETURNED, WishState.ENDED),
)


def settle(*, now: datetime | None = None) -> None:
    """Write down what became of the letters that have left, were taken back, given up, or returned."""
    values = {"now": now or timezone.now(), "confirm": CONFIRM, "back": BACK, "not_shown": NOT_SHOWN}
    for statement, state in BECAME:
        # Each by itself: the counters of products are locked in order by one of them, and not by all together.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x570C_CE08])
            move(statement, values, to=state)


def last_look(message: Message) -> str:
    """Why this letter must not leave after all; "" where it may. Asked at the moment of sending.

    A product that is gone again ends its restock: whoever was not told waits for the next one. One that only the shop
    he came from shows no more ends nothing: he waits until that shop shows it, and the others are told.
    """
    notice = Notice.objects.select_related("wish").filter(message=message).first()
    if notice is None or not (notice.wish.state == WishState.TELLING or take_up(notice)):
        return NOT_WANTED
    product = notice.wish.product_id
    if not Level.objects.filter(product=product, sellable__gt=0).exists():
        _end(notice.restock_id, product)
        return GONE
    return NOT_SHOWN if notice.wish.channel in silent_storefronts(product) else ""


def take_up(notice: Notice) -> bool:
    """Whether this wish was given up, and is told after all because a person has its letter sent once more."""
    try:
        with transaction.atomic():
            return bool(move(TAKEN_UP, {"notice": notice.pk}, to=WishState.TELLING))
    except IntegrityError:  # in this very moment he asks anew
        return False


@transaction.atomic
def _end(restock_id: int, product_id: int) -> None:
    if Restock.objects.filter(pk=restock_id, ended_at=None).update(ended_at=timezone.now()):
        record(f"product:{product_id}", "restock.over", by=Actor.job("wishes"))
