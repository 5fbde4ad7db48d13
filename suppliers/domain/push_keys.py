"""Keys by which a supplier's program sends levels: each opens one feed and nothing else."""

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain import tokens
from stocke.core.domain.history import record
from stocke.core.models import ApiToken
from suppliers.models import Feed, PushKey

SCOPE = "stock.push"


@transaction.atomic
def issue_key(feed: Feed, *, name: str, by: Actor) -> tuple[PushKey, str]:
    """A new key of the feed and the secret itself, which is kept nowhere."""
    token, secret = tokens.issue(name=name, channel="", scopes=[SCOPE], by=by)
    record(feed, "feed.key_issued", by=by, name=name)
    return PushKey.objects.create(feed=feed, token=token), secret


@transaction.atomic
def revoke_key(key: PushKey, *, by: Actor) -> bool:
    """End a key's rights at once; False if they had ended before."""
    ended = tokens.revoke(key.token, by=by)
    if ended:
        record(key.feed, "feed.key_revoked", by=by, name=key.token.name)
    return ended


def feed_of(token: ApiToken) -> Feed | None:
    """The feed whose levels this token may send."""
    key = PushKey.objects.select_related("feed__supplier").filter(token=token).first()
    return key.feed if key else None
