"""Speaking with shops. The clock asks for it, a message of a shop hurries it along; the rows say what is to be done."""

import logging

from django.db.models import Q
from django.utils import timezone

from stocke.channels.domain.tending import is_due, tend
from stocke.channels.models import Channel
from stocke.core.jobs import enqueue

logger = logging.getLogger(__name__)


def tend_due() -> int:
    """Ask for every channel with something to be said or asked; how many."""
    now = timezone.now()
    free = Channel.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now),
        Q(not_before=None) | Q(not_before__lte=now),
        active=True,
    )
    due = [channel.pk for channel in free.order_by("pk") if asks_for_a_word(channel)]
    for channel_id in due:
        enqueue("channels", tend_channel, channel_id)
    return len(due)


def asks_for_a_word(channel: Channel) -> bool:
    """Where even that cannot be told, its own job shall fail, and not the look at all the others."""
    try:
        return is_due(channel)
    except Exception:
        logger.exception("what channel %s wants cannot be told", channel.slug)
        return True


def tend_channel(channel_id: int) -> None:
    """Speak with one shop. Harmless when nothing is due any more."""
    channel = Channel.objects.filter(pk=channel_id, active=True).first()
    if channel is not None and is_due(channel):
        tend(channel_id)
