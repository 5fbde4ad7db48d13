"""Taking and giving back units of offers: the only code that changes `reserved`.

Every function locks the offers' rows in ascending order and marks their products' levels as out of date. Call
them inside the transaction that writes the allocation: counter and ledger move together or not at all.
"""

from collections.abc import Mapping

from django.db import connection, transaction

from stocke.products.domain.levels import mark_dirty

# The lock comes first and in order, so that two transactions over the same offers wait instead of deadlocking.
# The condition stands in the UPDATE all the same: it is judged on the row as it is once the lock is held.
MOVE = """
WITH wanted AS (
    SELECT * FROM unnest(%(offers)s::bigint[], %(quantities)s::int[]) AS w (offer_id, quantity)
), locked AS MATERIALIZED (
    SELECT stock.offer_id FROM suppliers_offerstock stock JOIN wanted USING (offer_id)
    ORDER BY stock.offer_id FOR NO KEY UPDATE OF stock
)
UPDATE suppliers_offerstock stock SET reserved = stock.reserved {sign} wanted.quantity
FROM locked JOIN wanted USING (offer_id) JOIN suppliers_offer offer ON offer.id = locked.offer_id
WHERE stock.offer_id = locked.offer_id {condition}
RETURNING stock.offer_id, offer.product_id
"""
RESERVE = MOVE.format(sign="+", condition="AND stock.promisable >= stock.reserved + wanted.quantity")
RETAKE = MOVE.format(sign="+", condition="")
RELEASE = MOVE.format(sign="-", condition="")


def reserve(offer_id: int, quantity: int) -> bool:
    """Take `quantity` units if the offer still has them; False, and nothing changed, if it has not."""
    return reserve_many({offer_id: quantity}) == {offer_id}


def release(offer_id: int, quantity: int) -> None:
    """Give back `quantity` units. Raises IntegrityError when more would be given back than was ever taken."""
    release_many({offer_id: quantity})


@transaction.atomic(savepoint=False)
def reserve_many(wanted: Mapping[int, int]) -> set[int]:
    """Take units of many offers in one statement. Returns the offers that had enough; the others are unchanged."""
    return _move(RESERVE, wanted, cause="reserved")


@transaction.atomic(savepoint=False)
def release_many(returned: Mapping[int, int]) -> None:
    """Give back units of many offers in one statement. Raises IntegrityError as `release`."""
    _move(RELEASE, returned, cause="released")


@transaction.atomic(savepoint=False)
def retake_many(wanted: Mapping[int, int]) -> None:
    """Count units again that a supplier's figures no longer contain: sold they are, whether he has them or not."""
    _move(RETAKE, wanted, cause="reserved")


def lock_offers(offer_ids: set[int]) -> None:
    """Hold these offers' counters until the transaction ends, so that several of the calls above become one act."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM suppliers_offerstock WHERE offer_id = ANY(%s) ORDER BY offer_id FOR NO KEY UPDATE",
            [sorted(offer_ids)],
        )


def _move(statement: str, quantities: Mapping[int, int], *, cause: str) -> set[int]:
    if not quantities:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"offers": list(quantities), "quantities": list(quantities.values())})
        moved = cursor.fetchall()
    mark_dirty(sorted({product for _, product in moved if product is not None}), cause=cause)
    return {offer for offer, _ in moved}
