"""API tokens: issued once, shown once, revoked for good."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import ApiToken

PREFIX = "ste_"
# What a token may open; the API refuses what its scopes do not hold.
SCOPES: Mapping[str, Promise] = MappingProxyType(
    {
        "orders.read": _("read orders"),
        "orders.write": _("hand over orders"),
        "shipments.write": _("announce parcels"),
        "stock.read": _("read what may be promised"),
        "wishes.write": _("ask to be told when products are back"),
    }
)
# Rights that belong to one thing of another context, which issues such tokens itself.
NARROW_SCOPES: Mapping[str, Promise] = MappingProxyType(
    {
        "stock.push": _("send stock levels of one feed"),
        "purchases.answer": _("answer the purchase orders of one supplier"),
    }
)


def scope_label(scope: str) -> str:
    """The scope in words; its bare name for one that is no longer known."""
    return str({**SCOPES, **NARROW_SCOPES}.get(scope, scope))


@transaction.atomic
def issue(*, name: str, channel: str, scopes: list[str], by: Actor) -> tuple[ApiToken, str]:
    """A new token and the secret itself, which is kept nowhere: only its hash is."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name,
        channel=channel,
        scopes=sorted(set(scopes)),
        digest=ApiToken.digest_of(secret),
        created_by_id=by.user_id,
    )
    record(token, "token.issued", by=by, name=name, channel=channel, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke(token: ApiToken, *, by: Actor) -> bool:
    """End a token's rights at once; False if they had ended before. It cannot be undone."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        record(token, "token.revoked", by=by, name=token.name)
    token.refresh_from_db()
    return bool(ended)


def recognise(secret: str) -> ApiToken | None:
    """The living token behind this secret, noted as used today; None for a revoked or unknown one."""
    token = ApiToken.objects.filter(digest=ApiToken.digest_of(secret), revoked_at=None).first()
    today = timezone.localdate()
    if token is not None and token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token
