"""What a person decides about a transmission that waits for him."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.transmissions import hand_over, mark_asked, put, tell
from orders.models import Transmission, TransmissionStatus, Way
from orders.queries.transmissions import purchases_in
from stocke.core.actors import Actor

FOR_A_PERSON = (TransmissionStatus.HELD, TransmissionStatus.FAILED, TransmissionStatus.UNSURE)


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
def send_anyway(transmission_id: int, *, by: Actor) -> Transmission:
    """Let go what was held; what failed or is unsure once more, as the same transmission. Raises NotWaiting.

    Where nothing can leave by itself, because a person places his orders, this is refused too.
    """
    held = lock(transmission_id)
    purchases = purchases_in(held)
    if held.status == TransmissionStatus.HELD:
        if hand_over(held, by=by, at=timezone.now(), anyway=True) == TransmissionStatus.HELD:
            raise NotWaiting(transmission_id)
        tell(purchases, "purchase.released", by=by)
        return held
    put(held, TransmissionStatus.READY, attempts=0, error="", not_before=timezone.now())
    tell(purchases, "purchase.sent_again", by=by)
    return held


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
