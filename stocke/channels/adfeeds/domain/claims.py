"""One worker at a time builds a feed's file. The claim is a row; a dead worker's claim runs out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from stocke.channels.adfeeds.models import AdFeed

# Longer than any batch takes: it is renewed with each.
CLAIM_LASTS = timedelta(minutes=5)


class ClaimLost(Exception):
    """Somebody else builds this feed by now, or it was switched off."""


@dataclass(frozen=True)
class BuildClaim:
    feed_id: int
    key: UUID

    def renew(self, done_rows: int) -> None:
        """Call with each batch. Raises ClaimLost."""
        held = AdFeed.objects.filter(pk=self.feed_id, claim=self.key, active=True)
        if not held.update(claimed_until=timezone.now() + CLAIM_LASTS, done_rows=done_rows):
            raise ClaimLost(self.feed_id)

    def release(self) -> None:
        AdFeed.objects.filter(pk=self.feed_id, claim=self.key).update(claim=None, claimed_until=None)


def claim_build(feed_id: int) -> BuildClaim | None:
    """Become the one who builds this feed; None where somebody else is, or it is switched off."""
    now, key = timezone.now(), uuid4()
    free = AdFeed.objects.filter(Q(claim=None) | Q(claimed_until__lt=now), pk=feed_id, active=True)
    taken = free.update(claim=key, claimed_until=now + CLAIM_LASTS, done_rows=0)
    return BuildClaim(feed_id, key) if taken else None
