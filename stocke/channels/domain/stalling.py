"""Whether anybody speaks with a shop at all: a queue without a worker is silent, and nothing else shows it."""

from datetime import datetime, timedelta

from stocke.channels.models import Channel

QUEUE = "channels"
# Every shop is read or compared once a minute.
LONGEST_SILENCE = timedelta(minutes=5)
# While workers are started anew nobody needs to hear of it.
RESTART = timedelta(minutes=2)


def minutes_stalled(channel: Channel, *, now: datetime, workers: int | None) -> int:
    """For how many minutes it waits for somebody to speak with it; 0 where it does not. Pure.

    `workers` are those of its queue, None where that is not known.
    """
    is_waiting = channel.active and (channel.takes_orders or channel.tells_stock)
    is_spoken_with = channel.claimed_until is not None and channel.claimed_until > now
    if not is_waiting or is_spoken_with:
        return 0
    since = waits_since(channel)
    if since is None:
        return 0
    silence = now - since
    patience = RESTART if workers == 0 else LONGEST_SILENCE
    return int(silence.total_seconds()) // 60 if silence > patience else 0


def waits_since(channel: Channel) -> datetime | None:
    """When it was spoken with last, or was to be left in peace until; None where that is being asked for anew."""
    last = [at for at in (channel.orders_read_at, channel.compared_at) if at]
    if not last and channel.listings_read_at is None:
        last = [channel.connected_at]
    return max([*last, channel.not_before or last[0]]) if last else None
