"""One worker at a time speaks with a shop. The claim is a row; a dead worker's claim runs out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from stocke.channels.models import Channel

# Longer than the longest call: the door to the shop renews it before each.
CLAIM_LASTS = timedelta(minutes=3)


class ClaimLost(Exception):
    """Somebody else speaks with the shop by now: say nothing more."""


@dataclass(frozen=True)
class Claim:
    channel_id: int
    key: UUID

    def renew(self) -> None:
        """Call before each word to the shop. Raises ClaimLost."""
        held = Channel.objects.filter(pk=self.channel_id, claim=self.key, active=True)
        if not held.update(claimed_until=timezone.now() + CLAIM_LASTS):
            raise ClaimLost(self.channel_id)

    def release(self) -> None:
        Channel.objects.filter(pk=self.channel_id, claim=self.key).update(claim=None, claimed_until=None)


def claim(channel_id: int) -> Claim | None:
    """Become the one who speaks with the shop; None where somebody else is, or it is to be left in peace."""
    now, key = timezone.now(), uuid4()
    free = Channel.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now),
        Q(not_before=None) | Q(not_before__lte=now),
        pk=channel_id,
        active=True,
    )
    return Claim(channel_id, key) if free.update(claim=key, claimed_until=now + CLAIM_LASTS) else None
