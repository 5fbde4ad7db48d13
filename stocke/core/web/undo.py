"""Undo instead of "are you sure?": one offer at a time, kept in the session until it ends."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

SESSION_KEY = "undo"
# Kept beside the offer, because an act answers with a redirect and the next request draws the bar.
CHANGED_KEY = "undo-changed"


@dataclass(frozen=True)
class UndoOffer:
    """What was done (a past participle), and the address that takes it back by POST."""

    label: str
    url: str
    until: str

    @property
    def seconds_left(self) -> int:
        return max(0, int((datetime.fromisoformat(self.until) - timezone.now()).total_seconds()))


def offer_undo(request: HttpRequest, label: str, url: str, *, seconds: int | None = None) -> None:
    """Show the undo bar on this answer and the next ones, for 30 s or as long as the effect stays in the house.

    `url` takes a POST. The timeline keeps its own way back: the bar is never the only place.
    """
    ends = timezone.now() + timedelta(seconds=seconds or settings.UNDO_SECONDS)
    request.session[SESSION_KEY] = asdict(UndoOffer(str(label), url, ends.isoformat()))
    request.session[CHANGED_KEY] = True


def undo_offer(request: HttpRequest) -> UndoOffer | None:
    """The offer that still stands, if any. An ended one is forgotten."""
    session = getattr(request, "session", None)
    kept = session.get(SESSION_KEY) if session is not None else None
    if session is None or kept is None:
        return None
    offer = UndoOffer(**kept)
    if offer.seconds_left:
        return offer
    del session[SESSION_KEY]
    return None


def withdraw_undo(request: HttpRequest) -> None:
    """What was done can no longer be taken back: drop the bar."""
    request.session.pop(SESSION_KEY, None)
    request.session[CHANGED_KEY] = True


def forget_used_undo(request: HttpRequest) -> None:
    """Drop the bar once its button was pressed, whatever the page behind it answered."""
    if request.method != "POST":
        return
    kept = request.session.get(SESSION_KEY)
    if kept is not None and kept["url"] in (request.path, request.get_full_path()):
        withdraw_undo(request)


def undo_changed(request: HttpRequest) -> bool:
    """Whether the bar must be drawn anew; asked once, by the answer that draws it."""
    session = getattr(request, "session", None)
    return bool(session.pop(CHANGED_KEY, False)) if session is not None else False
