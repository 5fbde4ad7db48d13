"""Single statements that no file made: a supplier's answer, his portal, a member of staff on the phone."""

from collections.abc import Sequence
from dataclasses import dataclass

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

    A file that is byte for byte the last one says nothing new and does not count against it. `source` is "person",
    "answer" or "portal". Raises ValueError for a number where the kind has none, or none where it needs one.
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


@dataclass(frozen=True)
class Stated:
    """What an offer is said to have."""

    kind: str
    quantity: int | None = None


@dataclass(frozen=True)
class Wish:
    """What somebody states of an offer, and what he saw there when he began to write.

    Where both are alike he has changed nothing; with `confirms` he says that it is still so.
    """

    offer_id: int
    seen: Stated
    wanted: Stated
    raw: str = ""
    confirms: bool = False


@dataclass(frozen=True)
class Outcome:
    """Offers that now state what was wanted, and those about which somebody else has said something meanwhile."""

    stated: tuple[int, ...] = ()
    conflicts: tuple[int, ...] = ()


@transaction.atomic
def observe_many(supplier_id: int, wishes: Sequence[Wish], *, source: str, by: Actor) -> Outcome:
    """Put what changed in the ledger; what another has changed meanwhile stays as it is and is named.

    Offers of other suppliers are passed over. Meant for what a person types: each statement is on the record.
    """
    wanted = {wish.offer_id: wish for wish in wishes if wish.confirms or wish.wanted != wish.seen}
    offers = Offer.objects.filter(pk__in=wanted, supplier=supplier_id, active=True).select_related("product")
    known = {offer.pk: offer for offer in offers}
    locked = OfferStock.objects.select_for_update(no_key=True).filter(pk__in=known).order_by("pk")
    now = {stock.pk: Stated(stock.kind, stock.quantity) for stock in locked}
    stated, conflicts = [], []
    for pk, is_now in now.items():
        wish = wanted[pk]
        if is_now not in (wish.seen, wish.wanted):
            conflicts.append(pk)
        elif is_now != wish.wanted or wish.confirms:
            said = wish.wanted
            observe(known[pk], kind=said.kind, quantity=said.quantity, raw=wish.raw, source=source, by=by)
            stated.append(pk)
    return Outcome(tuple(stated), tuple(conflicts))


def promisable(kind: str, quantity: int | None) -> int:
    """How many units a statement lets us promise. Unknown is nothing, and yet no zero."""
    if kind == QuantityKind.FLAG:
        return LevelPolicy.current().flag_counts_as
    return max(quantity or 0, 0) if kind != QuantityKind.UNKNOWN else 0
