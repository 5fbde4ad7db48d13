"""Opening the public side of a channel, changing what it shows, giving it another key."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from stocke.channels.models import Channel, ShopWindow
from stocke.core.actors import Actor
from stocke.core.domain.history import record

PREFIX = "stw_"
SETTINGS = ("is_open", "origins", "shows_units", "most_units", "offers_wishes", "per_address", "per_key")


class NoOrigin(Exception):
    """What was written is not the address of a site."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


def origin_of(written: str) -> str:
    """The site as browsers name it: "https://shop.example", whatever page of it was written. Raises NoOrigin."""
    try:
        parts = urlsplit(written.strip().lower())
        port = parts.port
    except ValueError:
        raise NoOrigin(written) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise NoOrigin(written)
    try:
        name = parts.hostname.encode("ascii" if ":" in parts.hostname else "idna").decode()
    except UnicodeError:
        raise NoOrigin(written) from None
    host = f"[{name}]" if ":" in name else name
    is_usual = port in {None, 443 if parts.scheme == "https" else 80}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def new_key() -> str:
    return PREFIX + secrets.token_urlsafe(18)


@transaction.atomic
def change_window(channel: Channel, *, by: Actor, **settings: Any) -> ShopWindow:
    """Change what the window of this channel shows. What is already so writes no history."""
    window = window_of(channel)
    changed = {name: value for name, value in settings.items() if getattr(window, name) != value}
    if not changed:
        return window
    before = {name: getattr(window, name) for name in changed}
    for name, value in changed.items():
        setattr(window, name, value)
    window.save(update_fields=list(changed))
    record(channel, "window.changed", by=by, before=before, after=changed)
    return window


@transaction.atomic
def open_window(channel: Channel, *, by: Actor) -> ShopWindow:
    """The first time, for scripts of the channel's own site; it shows no units."""
    window, is_new = ShopWindow.objects.get_or_create(
        channel=channel, defaults={"key": new_key(), "origins": own_site(channel)}
    )
    if is_new:
        record(channel, "window.opened", by=by, origins=window.origins)
    return window


@transaction.atomic
def change_window_key(channel: Channel, *, by: Actor) -> ShopWindow:
    """From now on the old key opens nothing: pages that carry it show nothing."""
    window = window_of(channel)
    window.key = new_key()
    window.save(update_fields=["key"])
    record(channel, "window.key_changed", by=by)
    return window


def window_of(channel: Channel) -> ShopWindow:
    """Locked until the transaction ends. Raises ShopWindow.DoesNotExist where it was never opened."""
    return ShopWindow.objects.select_for_update(no_key=True).get(channel=channel)


def own_site(channel: Channel) -> list[str]:
    try:
        return [origin_of(channel.url)]
    except NoOrigin:
        return []
