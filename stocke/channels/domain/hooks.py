"""The hooks of a shop that lead to us: looked at regularly, mended where they were switched off or taken away."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stocke.channels.connectors.errors import NotAllowed
from stocke.channels.connectors.shape import Tended
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.doors import connector_of, door_of, hook_secrets, hook_url
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.core.domain.history import record

PERMISSION = "write_webhooks"
LOOKED_AT_EVERY = timedelta(minutes=10)


def is_tending_due(channel: Channel) -> bool:
    last = channel.hooks_tended_at
    return last is None or last < timezone.now() - LOOKED_AT_EVERY


def tend(channel: Channel, claim: Claim) -> None:
    """Raises a ShopError. What was found switched off or missing is in the channel's history.

    A key that may not touch hooks keeps nobody from reading orders: it is noted as a permission that is missing.
    """
    secrets = hook_secrets(channel)
    if channel.takes_orders and secrets:
        claim.renew()
        known = channel.facts.get("hooks", {})
        try:
            tended = connector_of(channel).tend_hooks(door_of(channel), hook_url(channel), secrets[0], known)
            note_tended(channel, tended)
        except NotAllowed as error:
            if error.code != "permission":
                raise
        note_permission(channel, is_held=channel.facts.get("hooks", {}) != {})
    Channel.objects.filter(pk=channel.pk).update(hooks_tended_at=timezone.now())


def note_permission(channel: Channel, *, is_held: bool) -> None:
    missing = [name for name in channel.facts.get("missing", ()) if name != PERMISSION]
    channel.facts = {**channel.facts, "missing": missing if is_held else [*missing, PERMISSION]}
    channel.save(update_fields=["facts"])


@transaction.atomic
def note_tended(channel: Channel, tended: Tended) -> None:
    was_made = bool(channel.facts.get("hooks"))
    channel.facts = {**channel.facts, "hooks": tended.hooks}
    channel.save(update_fields=["facts"])
    by = Actor.channel(channel.slug)
    if tended.made:
        record(channel, "hooks.remade" if was_made else "hooks.made", by=by, topics=list(tended.made))
    if tended.mended:
        record(channel, "hooks.mended", by=by, topics=list(tended.mended))
