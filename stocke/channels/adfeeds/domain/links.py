"""The signed address of a feed: the same for as long as its version counts, because a platform keeps it for years."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from stocke.channels.adfeeds.models import AdFeed

SIGNER = Signer(salt="stocke.link.adfeed", sep=".")


class LinkWrong(Exception):
    """No address of ours, or changed on the way."""


class LinkRevoked(Exception):
    """It was ours, and no longer opens anything."""


def token_of(feed: AdFeed) -> str:
    return SIGNER.sign(f"{feed.pk}-{feed.link_version}")


def address_of(feed: AdFeed) -> str:
    """Where the platform fetches the feed."""
    name = f"{feed.target}.{ENDINGS[feed.format]}"
    return f"{settings.PUBLIC_URL}{reverse('adfeeds:file', args=[token_of(feed), name])}"


ENDINGS = {"tsv": "tsv", "rss": "xml"}


def feed_of(token: str) -> AdFeed:
    """The feed that this address opens. Raises LinkWrong or LinkRevoked."""
    try:
        key, _dash, version = SIGNER.unsign(token).partition("-")
    except BadSignature:
        raise LinkWrong from None
    feed = AdFeed.objects.filter(pk=key).first()
    if feed is None or not feed.active or not counts(feed, int(version)):
        raise LinkRevoked
    return feed


def counts(feed: AdFeed, version: int) -> bool:
    if version == feed.link_version:
        return True
    until = feed.old_link_until
    return version == feed.link_version - 1 and until is not None and timezone.now() < until
