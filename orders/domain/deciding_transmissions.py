"""What a person decides about a transmission that waits for him."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase, lock_purchase, open_lines
from orders.domain.ordering import rules_of
from orders.domain.transmissions import (
    cut_off,
    hand_over,
    lock_transmissions,
    mark_asked,
    place_for,
    put,
    tell,
)
from orders.events import TransmissionReady
from orders.models import (
    Answer,
    Grouping,
    PurchaseOrder,
    PurchaseOrderStatus,
    RefusalReason,
    Transmission,
    TransmissionStatus,
    Way,
)
from orders.queries.transmissions import purchases_in
from stocke.core.actors import Actor
from stocke.core.events import publish
from suppliers.domain.calendars import answer_due_at

FOR_A_PERSON = (TransmissionStatus.HELD, TransmissionStatus.FAILED, TransmissionStatus.UNSURE)

# Short of a minimum: these may be let pass, wait, or go elsewhere.
SHORT = ("minimum_units", "minimum_value", "minimum_article", "multiple")


class NotWaiting(Exception):
    """It does not wait for this decision any more. Nothing was changed."""


def lock(transmission_id: int, *, states: Sequence[str] = FOR_A_PERSON) -> Transmission:
    """Hold it while it is decided. Raises NotWaiting."""
    found = Transmission.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier")
    held = found.filter(pk=transmission_id, status__in=states).first()
    if held is None:
        raise NotWaiting(transmission_id)
    return held


@transaction.atomic
def send_anyway(transmission_id: int, *, by: Actor, seen: str = "") -> Transmission:
    """Let go what was held; what failed or is unsure once more, as the same transmission; what waits for its next try
    at once. Raises NotWaiting.

    `seen` is the state that he decides about: of what has become unsure meanwhile he was not asked. Only who has seen
    that it waits for its next try hurries it. Where nothing can leave by itself, because a person places his orders,
    this is refused too.
    """
    decided = [one for one in (*FOR_A_PERSON, TransmissionStatus.READY) if one == seen]
    held = lock(transmission_id, states=FOR_A_PERSON if not seen else decided)
    purchases = purchases_in(held)
    if held.status == TransmissionStatus.READY:
        try_now(held)
    elif held.status == TransmissionStatus.HELD:
        before = held.hold
        after = hand_over(held, by=by, at=timezone.now(), anyway=True)
        if after == TransmissionStatus.HELD and held.hold == before:
            raise NotWaiting(transmission_id)
        tell(purchases, "purchase.released", by=by)
        return held
    else:
        put(held, TransmissionStatus.READY, attempts=0, error="", not_before=timezone.now())
    tell(purchases, "purchase.sent_again", by=by)
    return held


def try_now(held: Transmission) -> None:
    """Without its pause; what was never tried may still be taken back, and is not hurried. Raises NotWaiting."""
    if not held.attempts:
        raise NotWaiting(held.pk)
    put(held, TransmissionStatus.READY, not_before=timezone.now())
    publish(TransmissionReady(held.pk))


@transaction.atomic
def note_handed_over(transmission_id: int, *, by: Actor, why: str = "") -> Transmission:
    """A person placed the order himself, or found out that it had arrived. Raises NotWaiting."""
    held = lock(transmission_id)
    purchases = purchases_in(held)
    at = held.claimed_at if held.status == TransmissionStatus.UNSURE else None
    mark_asked(held, at=at or timezone.now())
    put(held, TransmissionStatus.SENT, hold="", error="", sent_at=at or timezone.now())
    tell(purchases, "purchase.placed", by=by, why=why.strip(), way=Way.HELD.value)
    return held


@transaction.atomic
def wait_for_cut_off(transmission_id: int, *, by: Actor) -> Transmission:
    """Put what was held with what his next cut-off collects. Raises NotWaiting, also where he has no such rule."""
    held = lock(transmission_id, states=[TransmissionStatus.HELD])
    now = timezone.now()
    at = cut_off(held.supplier, now) if rules_of(held.supplier).grouping == Grouping.CUT_OFF else None
    if at is None or held.hold not in SHORT:
        raise NotWaiting(transmission_id)
    purchases, following = purchases_in(held), place_for(held.supplier, now)
    due = answer_due_at(held.supplier, at)
    held.purchases.filter(status=PurchaseOrderStatus.PREPARED).update(
        transmission=following, answer_due_at=due
    )
    put(held, TransmissionStatus.CANCELLED)
    tell(purchases, "purchase.waits_on", by=by, cut_off_at=at.isoformat())
    return following


def move_elsewhere(transmission_id: int, *, by: Actor) -> int:
    """Serve what was held from the next sources; how many purchase orders. Raises NotWaiting.

    Each in a transaction of its own, like any answer: a line that nobody else has becomes a case.
    """
    held = Transmission.objects.filter(pk=transmission_id, status=TransmissionStatus.HELD, hold__in=SHORT)
    asked = list(
        PurchaseOrder.objects.filter(transmission__in=held, status=PurchaseOrderStatus.PREPARED)
        .order_by("order_id", "pk")
        .values_list("pk", flat=True)
    )
    moved = sum(move_one(pk, by=by) for pk in asked)
    if not moved:
        raise NotWaiting(transmission_id)
    return moved


@transaction.atomic
def move_one(purchase_id: int, *, by: Actor) -> bool:
    """As if he had said no, without a word about his stock; False when it was decided meanwhile."""
    purchase = lock_purchase(purchase_id)
    [held] = lock_transmissions([purchase_id])
    if held.status != TransmissionStatus.HELD or purchase.status != PurchaseOrderStatus.PREPARED:
        return False
    PurchaseOrder.objects.filter(pk=purchase_id).update(status=PurchaseOrderStatus.WAITING)
    no = [LineAnswer(line.pk, Answer.REJECTED, reason=RefusalReason.MINIMUM) for line in open_lines(purchase)]
    answer_purchase(purchase_id, no, by=by)
    if not held.purchases.filter(status=PurchaseOrderStatus.PREPARED).exists():
        put(held, TransmissionStatus.CANCELLED)
    return True
