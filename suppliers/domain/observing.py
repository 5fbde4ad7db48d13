"""Single statements that no file made: a supplier's answer, a member of staff on the phone."""

from django.db import connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.levels import mark_dirty
from stocke.products.models import LevelPolicy
from suppliers.domain.snapshots import distrust_offers
from suppliers.models import Offer, OfferStock, QuantityKind

STATE = """
UPDATE suppliers_offerstock SET kind = %(kind)s, quantity = %(quantity)s, promisable = %(promisable)s,
       as_of = statement_timestamp(), run_id = NULL
WHERE offer_id = %(offer)s
"""
NOTE = """
INSERT INTO suppliers_observation (at, offer_id, source, raw, kind, quantity)
VALUES (statement_timestamp(), %(offer)s, %(source)s, %(raw)s, %(kind)s, %(quantity)s)
"""


@transaction.atomic
def observe(
    offer: Offer, *, kind: str, quantity: int | None = None, raw: str = "", source: str = "person", by: Actor
) -> None:
    """Put one statement in the ledger and let it count until the next file says something else.

    A file that is byte for byte the last one says nothing new and does not count against it. `source` is "person"
    or "answer". Raises ValueError for a number where the kind has none, or none where it needs one.
    """
    if (quantity is not None) != (kind in {QuantityKind.EXACT, QuantityKind.AT_LEAST}):
        raise ValueError(f"{kind} does not go with {quantity}")
    before = OfferStock.objects.select_for_update().get(offer=offer)
    statement: dict[str, str | int | None] = {
        "offer": offer.pk,
        "kind": kind,
        "quantity": quantity,
        "promisable": promisable(kind, quantity),
        "source": source,
        "raw": raw[:120],
    }
    with connection.cursor() as cursor:
        cursor.execute(STATE, statement)
        cursor.execute(NOTE, statement)
    distrust_offers([offer.pk])
    if offer.product_id is not None:
        mark_dirty([offer.product_id], cause="observed")
    was, now = {"kind": before.kind, "quantity": before.quantity}, {"kind": kind, "quantity": quantity}
    record(offer, "offer.observed", by=by, before=was, after=now, why=raw)


def promisable(kind: str, quantity: int | None) -> int:
    """How many units a statement lets us promise. Unknown is nothing, and yet no zero."""
    if kind == QuantityKind.FLAG:
        return LevelPolicy.current().flag_counts_as
    return max(quantity or 0, 0) if kind != QuantityKind.UNKNOWN else 0
