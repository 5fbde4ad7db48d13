"""The wishes of somebody who is to be forgotten at once: they end, and nothing of him is left in them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from customers.domain.demand import MOVED, move
from customers.models import Notice, Wish, WishState

ENDED = f"""
WITH before AS (
    SELECT id, state FROM customers_wish WHERE id = ANY(%(keys)s) AND state IN ('asked', 'waiting', 'telling')
), moved AS (
    UPDATE customers_wish wish SET state = 'ended', ended_at = %(now)s FROM before WHERE wish.id = before.id
    RETURNING wish.product_id, before.state AS before, wish.quantity
)
{MOVED}
"""


def lock_wishes(address: str) -> list[int]:
    """All wishes of this address, locked in key order: until the transaction ends no letter of theirs is written."""
    wishes = Wish.objects.filter(email=address).exclude(email="").order_by("pk")
    keys = list(wishes.select_for_update().values_list("pk", flat=True))
    # Whoever writes a letter right now holds its notice: we wait, and see the letter then.
    notices = Notice.objects.filter(wish__in=keys, message=None, settled_at=None).order_by("pk")
    list(notices.select_for_update().values_list("pk", flat=True))
    return keys


@transaction.atomic
def erase_wishes(keys: Sequence[int]) -> int:
    """End these wishes where they are open, and take the address and its page out of all of them; how many."""
    move(ENDED, {"keys": list(keys), "now": timezone.now()}, to=WishState.ENDED)
    return Wish.objects.filter(pk__in=keys).update(email="", page_url="")
