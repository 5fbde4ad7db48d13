"""Connecting a shop: knocked at first, then kept; and giving it other keys without a gap."""

import secrets as randomness
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from stocke.channels.connectors import CONNECTORS
from stocke.channels.connectors.shape import Door, Found
from stocke.channels.domain.doors import HOOK, HOOK_BEFORE, KEPT, host_of
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.core.domain.credentials import keep_secrets, only, stored
from stocke.core.domain.history import record
from stocke.core.outbound import OutboundError, check_url
from stocke.core.sealing import Secrets

RULES = ("share_percent", "buffer", "cap")
SETTINGS = ("name", "takes_orders", "tells_stock", "completes_orders", "unknown", *RULES)


class NameTaken(Exception):
    """Another channel has this short name. Nothing was kept."""


class Unfit(Exception):
    """The address is none that we may go to. Nothing was kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tidy(url: str) -> str:
    """The address as it is kept. Raises Unfit."""
    typed = url.strip().rstrip("/")
    try:
        check_url(typed)
    except OutboundError as error:
        raise Unfit(error.code) from error
    return typed.removesuffix("/wp-json/wc/v3").removesuffix("/wp-json")


def knock(kind: str, url: str, given: Mapping[str, str]) -> Found:
    """What is there, and what our key may do. Nothing is kept. Raises Unfit or a ShopError."""
    return CONNECTORS[kind].probe(Door(tidy(url), Secrets(given)))


def connect(
    kind: str, url: str, given: Mapping[str, str], found: Found, *, by: Actor, **settings: Any
) -> Channel:
    """Keep a shop that was knocked at. The same address again changes its keys. Raises NameTaken."""
    address = tidy(url)
    known = Channel.objects.filter(kind=kind, url=address).first()
    if known:
        return change_keys(known, given, found, by=by)
    name = settings.pop("name", "") or str(found.facts.get("name", "")) or host_of(address)
    slug = settings.pop("slug", "") or free_slug(host_of(address))
    try:
        return create(kind, address, given, found, by=by, slug=slug, name=name, **settings)
    except IntegrityError as error:
        if "slug" not in str(error):
            raise
        raise NameTaken(slug) from error


@transaction.atomic
def create(
    kind: str, url: str, given: Mapping[str, str], found: Found, *, by: Actor, **settings: Any
) -> Channel:
    secrets = {**given, HOOK: randomness.token_urlsafe(32)}
    settings.setdefault("connected_at", shop_time(found))
    channel = Channel.objects.create(
        kind=kind,
        url=url,
        facts={**found.facts, "missing": list(found.missing)},
        credential=keep_secrets(None, secrets),
        orders_cursor=settings["connected_at"],
        **settings,
    )
    record(channel, "channel.connected", by=by, shop=kind, url=url, missing=list(found.missing))
    return channel


def shop_time(found: Found) -> datetime:
    """Now, by the clock of the shop: its orders are dated by it."""
    try:
        return parsedate_to_datetime(str(found.facts.get("clock", "")))
    except (TypeError, ValueError):
        return timezone.now()


def keys_of(channel: Channel) -> dict[str, str]:
    """The keys that the shop gave us; none where what sealed them is gone."""
    return only(stored(channel.credential), CONNECTORS[channel.kind].secret_names)


@transaction.atomic
def change_keys(channel: Channel, given: Mapping[str, str], found: Found, *, by: Actor) -> Channel:
    """Other keys for the same shop, from the next call on; the secret of its messages stays valid, and so do keys that
    are not given anew."""
    channel = Channel.objects.select_for_update(no_key=True, of=("self",)).get(pk=channel.pk)
    before, connector = stored(channel.credential), CONNECTORS[channel.kind]
    signing, keys = connector.signs_with, {*connector.secret_names, *KEPT}
    if signing in given and before.get(signing, "") not in ("", given[signing]):
        # The shop may sign with the old one for a while.
        given = {**given, HOOK_BEFORE: before[signing]}
    facts = {**channel.facts, **found.facts, "missing": list(found.missing)}
    if HOOK not in before:
        # What sealed the old ones is gone: each hook is given another secret at the next look.
        given, facts = {**given, HOOK: randomness.token_urlsafe(32)}, {**facts, "hooks": {}}
    channel.credential = keep_secrets(channel.credential, given, kept=keys - given.keys())
    channel.facts = facts
    channel.active, channel.not_before, channel.hooks_tended_at = True, None, None
    channel.save(update_fields=["credential", "facts", "active", "not_before", "hooks_tended_at"])
    record(channel, "channel.keys_changed", by=by, missing=list(found.missing))
    return channel


@transaction.atomic
def change_hook_secret(channel: Channel, *, by: Actor) -> None:
    """A new secret for the shop's messages. Until it signs with the new one, the old one counts too."""
    channel = Channel.objects.select_for_update(no_key=True, of=("self",)).get(pk=channel.pk)
    before = stored(channel.credential)
    names = CONNECTORS[channel.kind].secret_names
    given = {HOOK: randomness.token_urlsafe(32), HOOK_BEFORE: before.get(HOOK, "")}
    channel.credential = keep_secrets(channel.credential, given, kept=names)
    # Forgotten, so that each hook is given the new secret at the next look.
    channel.facts = {**channel.facts, "hooks": {}}
    channel.hooks_tended_at = None
    channel.save(update_fields=["credential", "facts", "hooks_tended_at"])
    record(channel, "channel.secret_changed", by=by)


@transaction.atomic
def change_channel(channel: Channel, *, by: Actor, **settings: Any) -> bool:
    """Change its name or its rules; whether anything differs. What it is told follows at once."""
    channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    changed = {name: value for name, value in settings.items() if getattr(channel, name) != value}
    if not changed:
        return False
    before = {name: getattr(channel, name) for name in changed}
    Channel.objects.filter(pk=channel.pk).update(**changed, compared_at=None)
    record(channel, "channel.changed", by=by, before=before, after=changed)
    return True


@transaction.atomic
def switch(channel: Channel, *, on: bool, by: Actor) -> None:
    """Off, nothing is said to the shop nor asked of it, and its messages are still stored."""
    changed = Channel.objects.filter(pk=channel.pk, active=not on).update(
        active=on, not_before=None, compared_at=None, claim=None, claimed_until=None
    )
    if changed:
        record(channel, "channel.switched_on" if on else "channel.switched_off", by=by)


def free_slug(host: str) -> str:
    """A short name from the shop's host that no channel has."""
    wish = slugify(host.removeprefix("www.").replace(".", "-"))[:36] or "shop"
    taken = set(Channel.objects.filter(slug__startswith=wish).values_list("slug", flat=True))
    tries = (wish if number == 1 else f"{wish}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)
