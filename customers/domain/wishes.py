"""A wish is asked for, confirmed, ended. Nothing here tells a stranger whether an address is known."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from customers.domain.demand import MOVED, Moved, move, shift
from customers.domain.wish_letters import ask_to_confirm
from customers.models import OPEN_WISHES, Wish, WishRules, WishState
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record, record_all
from stocke.products.models import Product

# Of one address: a person wants few things a day, and nobody shall fill his mailbox with our questions.
PER_ADDRESS_A_DAY = 10
MAILS_AT_MOST, MAIL_AGAIN_AFTER = 3, timedelta(hours=1)
MOST_UNITS = 99
LOCK_OF_ADDRESS = """
SELECT wish.id FROM customers_wish mine JOIN customers_wish wish ON wish.email = mine.email
WHERE mine.id = %s AND mine.email <> '' AND wish.state IN ('asked', 'waiting', 'telling')
ORDER BY wish.id FOR UPDATE OF wish
"""
UNSUBSCRIBED = f"""
WITH before AS (SELECT id, state FROM customers_wish WHERE id = ANY(%(keys)s)), moved AS (
    UPDATE customers_wish wish SET state = 'ended', ended_why = 'unsubscribed', ended_at = %(now)s
    FROM before WHERE wish.id = before.id RETURNING wish.product_id, before.state AS before, wish.quantity
)
{MOVED}
"""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to be told, as it came: the address in any case."""

    email: str
    channel: str = ""
    language: str = "fr"
    quantity: int = 1
    page_url: str = ""

    @property
    def address(self) -> str:
        return self.email.strip().lower()


@transaction.atomic
def ask(product: Product, asked: Asked, *, by: Actor) -> None:
    """Write the wish down and send its link to confirm it. The same wish twice is one.

    It says nothing of what it did: who waits already, or asks too often, looks like everybody else.
    """
    wish = _open(product, asked)
    if wish is None:
        if _asked_today(asked.address) >= PER_ADDRESS_A_DAY:
            return
        wish = _write(product, asked, by=by)
    if wish.state == WishState.ASKED and _may_mail(wish):
        Wish.objects.filter(pk=wish.pk).update(mails=wish.mails + 1, mailed_at=timezone.now())
        wish.refresh_from_db()
        ask_to_confirm(wish, product, by=by)


def _open(product: Product, asked: Asked) -> Wish | None:
    """The open wish of this address, locked."""
    wishes = Wish.objects.select_for_update().filter(product=product, state__in=OPEN_WISHES)
    return wishes.filter(email=asked.address).first()


def _write(product: Product, asked: Asked, *, by: Actor) -> Wish:
    """Race-safe: of two at once, one is written and the other finds it."""
    wish, is_new = Wish.objects.select_for_update().get_or_create(
        product=product,
        email=asked.address,
        state__in=OPEN_WISHES,
        defaults={
            "channel": asked.channel,
            "language": asked.language,
            "quantity": min(max(asked.quantity, 1), MOST_UNITS),
            "page_url": asked.page_url,
        },
    )
    if is_new:
        shift([Moved(product.pk, "", 1, wish.quantity)], to=WishState.ASKED)
        record(wish, "wish.asked", by=by, channel=wish.channel, quantity=wish.quantity)
    return wish


def _asked_today(address: str) -> int:
    since = timezone.now() - timedelta(days=1)
    return Wish.objects.filter(email=address, asked_at__gt=since).count()


def _may_mail(wish: Wish) -> bool:
    """A link that got lost may be sent again, a few times and not at once."""
    if wish.mailed_at is None:
        return True
    return wish.mails < MAILS_AT_MOST and wish.mailed_at <= timezone.now() - MAIL_AGAIN_AFTER


@transaction.atomic
def confirm(wish_id: int, *, by: Actor) -> bool:
    """From now on it waits; False where it does so already, or is over. Its time begins here."""
    rules, now = WishRules.current(), timezone.now()
    in_time = Wish.objects.filter(
        pk=wish_id, state=WishState.ASKED, asked_at__gt=now - timedelta(days=rules.confirm_days)
    )
    wish = in_time.select_for_update().first()
    if wish is None:
        return False
    ends_at = now + timedelta(days=rules.days)
    Wish.objects.filter(pk=wish.pk).update(state=WishState.WAITING, confirmed_at=now, ends_at=ends_at)
    shift([Moved(wish.product_id, WishState.ASKED, 1, wish.quantity)], to=WishState.WAITING)
    record(wish, "wish.confirmed", by=by)
    return True


@transaction.atomic
def unsubscribe(wish_id: int, *, by: Actor) -> int:
    """Nothing leaves to this address any more: all its open wishes end; how many did. Idempotent."""
    with connection.cursor() as cursor:
        # In key order, like every wave.
        cursor.execute(LOCK_OF_ADDRESS, [wish_id])
        keys = [key for (key,) in cursor.fetchall()]
    moves = move(UNSUBSCRIBED, {"keys": keys, "now": timezone.now()}, to=WishState.ENDED)
    record_all([Fact(f"wish:{key}", "wish.unsubscribed") for key in keys], by=by)
    return sum(moved.wishes for moved in moves)
