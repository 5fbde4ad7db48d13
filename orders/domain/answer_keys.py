"""Keys by which a supplier's program reads his purchase orders and answers them: his own, and nothing else."""

from django.db import transaction

from orders.models import AnswerKey
from stocke.core.actors import Actor
from stocke.core.domain import tokens
from stocke.core.domain.history import record
from stocke.core.models import ApiToken
from suppliers.models import Supplier

SCOPE = "purchases.answer"


@transaction.atomic
def issue_answer_key(supplier: Supplier, *, by: Actor) -> tuple[AnswerKey, str]:
    """A new key of this supplier and the secret itself, which is kept nowhere."""
    name = supplier.name[:80]
    token, secret = tokens.issue(name=name, channel="", scopes=[SCOPE], by=by)
    record(supplier, "ordering.key_issued", by=by)
    return AnswerKey.objects.create(supplier=supplier, token=token), secret


@transaction.atomic
def revoke_answer_key(key: AnswerKey, *, by: Actor) -> bool:
    """End a key's rights at once; False if they had ended before."""
    ended = tokens.revoke(key.token, by=by)
    if ended:
        record(key.supplier, "ordering.key_revoked", by=by)
    return ended


def supplier_of(token: ApiToken) -> Supplier | None:
    """Whose purchase orders this token may answer."""
    key = AnswerKey.objects.select_related("supplier").filter(token=token).first()
    return key.supplier if key else None
