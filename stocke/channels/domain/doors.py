"""The way to a shop, opened only in the memory of who goes there."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from stocke.channels.connectors import CONNECTORS, Connector
from stocke.channels.connectors.errors import NotAllowed
from stocke.channels.connectors.shape import Door
from stocke.channels.domain.claims import Claim
from stocke.channels.models import Channel
from stocke.core.domain.credentials import only, reveal
from stocke.core.sealing import NotOpened, Secrets

# The secret that signs the shop's messages to us, and the one before it, which signs for a while after a change.
HOOK, HOOK_BEFORE = "hook", "hook_before"
KEPT = frozenset({HOOK, HOOK_BEFORE})


def connector_of(channel: Channel) -> Connector:
    return CONNECTORS[channel.kind]


def door_of(channel: Channel, claim: Claim) -> Door:
    """Each word to the shop renews the claim. Raises NotAllowed where the key that opens our secrets is gone."""
    try:
        secrets = reveal(channel.credential)
    except NotOpened:
        raise NotAllowed("sealed") from None
    names = connector_of(channel).secret_names
    return Door(channel.url, Secrets(only(secrets, names)), channel.facts, claim.renew)


def hook_secrets(channel: Channel) -> list[str]:
    """The secrets that the shop may sign with, the newest first."""
    try:
        secrets = reveal(channel.credential)
    except NotOpened:
        return []
    names = (connector_of(channel).signs_with or HOOK, HOOK_BEFORE)
    return [secrets[name] for name in names if secrets.get(name)]


def signs_with_ours(channel: Channel) -> bool:
    """Whether the shop signs its messages with a secret of our making, that we can change."""
    connector = connector_of(channel)
    return connector.reads_orders and not connector.signs_with


def hook_url(channel: Channel) -> str:
    """Where the shop sends its messages."""
    return f"{settings.PUBLIC_URL}{reverse('channels:hook', args=[channel.slug])}"


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url
