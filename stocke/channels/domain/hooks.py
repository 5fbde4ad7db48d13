"""The hooks of a shop that lead to us: looked at regularly, mended where they were switched off or taken away."""

from collections.abc import Sequence
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
    if not (channel.takes_orders and secrets and connector_of(channel).reads_orders):
        Channel.objects.filter(pk=channel.pk).update(hooks_tended_at=timezone.now())
        return
    known = channel.facts.get("hooks", {})
    tended = Tended(hooks=known)
    try:
        tended = connector_of(channel).tend_hooks(
            door_of(channel, claim), hook_url(channel), secrets[0], known
        )
    except NotAllowed as error:
        if error.code != "permission":
            raise
    note_tended(channel, secrets, tended)


@transaction.atomic
def note_tended(channel: Channel, secrets: Sequence[str], tended: Tended) -> None:
    """The row as it is by now keeps what others wrote while the shop was spoken with.

    Where the secret was changed meanwhile nothing is noted: the hooks have the old one, and are looked at again.
    """
    row = Channel.objects.select_for_update(no_key=True, of=("self",)).get(pk=channel.pk)
    if hook_secrets(row) != secrets:
        return
    was_made = bool(row.facts.get("hooks"))
    missing = [name for name in row.facts.get("missing", ()) if name != PERMISSION]
    missing += [] if tended.hooks else [PERMISSION]
    row.facts = channel.facts = {**row.facts, **tended.facts, "hooks": tended.hooks, "missing": missing}
    row.hooks_tended_at = timezone.now()
    row.save(update_fields=["facts", "hooks_tended_at"])
    by = Actor.channel(channel.slug)
    if tended.made:
        record(channel, "hooks.remade" if was_made else "hooks.made", by=by, topics=list(tended.made))
    if tended.mended:
        record(channel, "hooks.mended", by=by, topics=list(tended.mended))
