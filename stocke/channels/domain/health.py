"""What is wrong with a channel, since when, and what was done about it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stocke.channels.connectors.errors import ShopError
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.core.domain.history import record

# How long a shop that does not answer is left in peace, the longer the oftener it failed.
PAUSES = (5, 15, 60, 120, 300, 600)


def pause_after(failures: int) -> float:
    return PAUSES[min(failures, len(PAUSES)) - 1]


@transaction.atomic
def note_problem(channel_id: int, error: ShopError) -> None:
    """On the channel's page from now on, and in its history when it is a new one."""
    channel = Channel.objects.select_for_update(no_key=True).get(pk=channel_id)
    failures = channel.failures + 1
    wait = pause_after(failures) if error.wait is None else error.wait
    is_new = channel.problem != error.code
    Channel.objects.filter(pk=channel_id).update(
        problem=error.code,
        problem_facts=error.facts,
        problem_since=timezone.now() if is_new else channel.problem_since,
        failures=failures,
        not_before=timezone.now() + timedelta(seconds=wait),
    )
    if is_new:
        record(channel, "channel.ailing", by=by_channel(channel), problem=error.code, facts=error.facts)


@transaction.atomic
def note_well(channel_id: int) -> None:
    """It answered as it should. Says so in its history when it had not."""
    ailing = Channel.objects.filter(pk=channel_id).exclude(problem="", failures=0)
    channel = ailing.select_for_update(no_key=True).first()
    if channel is None:
        return
    if channel.problem:
        record(channel, "channel.well", by=by_channel(channel), problem=channel.problem)
    Channel.objects.filter(pk=channel_id).update(
        problem="", problem_facts={}, problem_since=None, failures=0, not_before=None
    )


def by_channel(channel: Channel) -> Actor:
    return Actor.channel(channel.slug)
