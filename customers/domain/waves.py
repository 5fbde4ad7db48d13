"""Those who waited longest are told first, as many as there are units for; then the others wait for a while.

Every step is a row before the next begins: the wave writes notices, each notice gets its letter, the outbox sends it,
and `settling` writes down what became of it. Whoever dies in between leaves work that the next sweep finds.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.domain.demand import MOVED, move
from customers.domain.wish_letters import say_it_is_back
from customers.models import Notice, Restock, WishRules, WishState
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.storefronts import silent_storefronts
from stocke.products.models import Level

# A transaction must not grow with the number of those who wait, however many units there are.
LARGEST_WAVE, PRODUCTS_AT_ONCE, LETTERS_AT_ONCE = 2_000, 200, 100

WAVE = f"""
WITH oldest AS (
    SELECT wish.id, wish.product_id, wish.quantity, wish.confirmed_at FROM customers_wish wish
    WHERE wish.product_id = %(product)s AND wish.state = 'waiting' AND wish.ends_at > %(now)s
      AND wish.channel <> ALL(%(silent)s)
      AND NOT EXISTS (SELECT FROM customers_notice notice
                      WHERE notice.restock_id = %(restock)s AND notice.wish_id = wish.id)
    ORDER BY wish.confirmed_at, wish.id LIMIT %(most)s
    FOR UPDATE OF wish
), summed AS (
    SELECT oldest.*, sum(quantity) OVER inline AS upto, row_number() OVER inline AS place
    FROM oldest WINDOW inline AS (ORDER BY confirmed_at, id)
), chosen AS (SELECT * FROM summed WHERE upto <= %(units)s OR place = 1),
noticed AS (
    INSERT INTO customers_notice (wish_id, restock_id, made_at) SELECT id, %(restock)s, %(now)s FROM chosen
), moved AS (
    UPDATE customers_wish wish SET state = 'telling' FROM chosen WHERE wish.id = chosen.id
    RETURNING wish.product_id, 'waiting' AS before, wish.quantity
)
{MOVED}
"""


@dataclass(frozen=True)
class Chosen:
    """So many are told now, and want so many units together."""

    wishes: int
    units: int


def size_of_wave(sellable: int, factor_percent: int) -> int:
    """For how many units people are told: not everybody buys, so it may be more than there are. Pure."""
    return max(1, sellable * factor_percent // 100) if sellable > 0 else 0


def due_restocks() -> list[int]:
    """Believed, and it is time for the next wave."""
    due = Q(next_wave_at=None) | Q(next_wave_at__lte=timezone.now())
    open_ = Restock.objects.filter(
        due, ended_at=None, opened_at__isnull=False, product__demand__waiting__gt=0
    )
    return list(open_.order_by("next_wave_at", "pk").values_list("pk", flat=True)[:PRODUCTS_AT_ONCE])


@transaction.atomic
def start_wave(restock_id: int, *, by: Actor) -> int:
    """Choose who is told next, by the level of this moment; how many. Zero where it is not due, or the goods are gone.

    Those who were told before have `hold_minutes` to buy first. A wave too large for one transaction comes in parts,
    one right after the other.
    """
    now, rules = timezone.now(), WishRules.current()
    locked = Restock.objects.select_for_update(skip_locked=True).filter(pk=restock_id, ended_at=None)
    restock = locked.filter(Q(next_wave_at=None) | Q(next_wave_at__lte=now), opened_at__isnull=False).first()
    if restock is None:
        return 0
    level = Level.objects.filter(product=restock.product_id).first()
    units = size_of_wave(level.sellable, rules.factor_percent) if level else 0
    if not units:
        return 0
    units = min(units, restock.units_left or units)
    chosen = _choose(restock, units)
    _pause(restock, chosen, units, rules)
    if chosen.wishes:
        subject = f"product:{restock.product_id}"
        record(subject, "restock.wave", by=by, told=chosen.wishes, units=units, wave=restock.waves + 1)
    return chosen.wishes


def _pause(restock: Restock, chosen: Chosen, units: int, rules: WishRules) -> None:
    """Only the last part of a wave is followed by the time to buy."""
    left = max(units - chosen.units, 0) if chosen.wishes == LARGEST_WAVE else 0
    pause = timedelta(0) if left else rules.hold if chosen.wishes else min(rules.hold, timedelta(minutes=10))
    Restock.objects.filter(pk=restock.pk).update(
        waves=restock.waves + bool(chosen.wishes), next_wave_at=timezone.now() + pause, units_left=left
    )


def _choose(restock: Restock, units: int) -> Chosen:
    values = {
        "product": restock.product_id,
        "restock": restock.pk,
        "units": units,
        "most": min(units, LARGEST_WAVE),
        "silent": silent_storefronts(restock.product_id),
        "now": timezone.now(),
    }
    moves = move(WAVE, values, to=WishState.TELLING)
    return Chosen(sum(moved.wishes for moved in moves), sum(moved.units for moved in moves))


def write_letters(*, by: Actor) -> int:
    """Give notices without a letter theirs; how many were written."""
    waiting = Notice.objects.filter(settled_at=None, message=None).order_by("pk")
    return sum(write_letter(pk, by=by) for pk in waiting.values_list("pk", flat=True)[:LETTERS_AT_ONCE])


@transaction.atomic
def write_letter(notice_id: int, *, by: Actor) -> bool:
    """The one letter of a notice, unless somebody else is at it, or its wish has ended meanwhile."""
    open_ = Notice.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=notice_id, settled_at=None, message=None
    )
    notice = open_.select_related("wish__product").first()
    if notice is None:
        return False
    if notice.wish.state != WishState.TELLING:
        Notice.objects.filter(pk=notice.pk).update(settled_at=timezone.now())
        return False
    Notice.objects.filter(pk=notice.pk).update(message=say_it_is_back(notice, by=by))
    return True
