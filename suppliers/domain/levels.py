"""Recomputing levels from offers, always by set.

Every function takes one advisory lock until its transaction ends. Call them last in a transaction, after all
changes of stock; where many small changes happen, `mark_dirty` instead.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.level_sets import Statements, lock_levels, rewrite_levels, write_levels
from stocke.products.domain.levels import mark_dirty
from stocke.products.models import LevelPolicy, Product
from suppliers.queries.freshness import CONFIRMED_AT, JOIN_FEED
from suppliers.queries.served import JOIN_LEARNED

SAID = """
SELECT wanted.product_id, offer.id AS offer_id, offer.rank, to_json(supplier.name)::text AS supplier,
       offer.active AND supplier.active AS active, stock.kind, stock.quantity, stock.reserved,
       {promisable} AS promisable, {confirmed_at} AS as_of,
       COALESCE(offer.lead_days, supplier.lead_days) AS lead_days,
       learned.served, learned.answered, learned.permille
FROM wanted
JOIN suppliers_offer offer ON offer.product_id = wanted.product_id
JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
{join_feed}
{join_learned}
"""
CHOSEN = "SELECT DISTINCT unnest(%(products)s::bigint[]) AS product_id, %(cause)s AS cause"
TAKEN = "SELECT * FROM unnest(%(products)s::bigint[], %(causes)s::varchar[]) AS taken (product_id, cause)"
FOUND = "SELECT product_id, %(cause)s AS cause FROM level_wanted"
KEEP_FOUND = "CREATE TEMPORARY TABLE level_wanted (product_id) ON COMMIT DROP AS {found}"
OF_RUN = """
SELECT DISTINCT offer.product_id FROM suppliers_observation observation
JOIN suppliers_offer offer ON offer.id = observation.offer_id
WHERE observation.run_id = %s AND offer.product_id IS NOT NULL
"""
# Of a run's staged rows, whose moving numbers are locked by now: what they say is what is in the tables. Only what
# others may have changed meanwhile is looked up.
STATED = """
SELECT product_id, offer_id, present, kind, quantity, promisable, reserved, lead_days FROM feed_delta
WHERE says_new AND offer_id IS NOT NULL
UNION ALL
SELECT product_id, offer_id, true, kind, quantity, promisable, 0, lead_days FROM feed_added
"""
# Products that have another offer, or none any more because somebody has just detached it.
STATED_WITH_OTHERS = f"""
SELECT DISTINCT product_id FROM ({STATED}) stated
LEFT JOIN suppliers_offer other USING (product_id)
WHERE product_id IS NOT NULL AND other.id IS DISTINCT FROM stated.offer_id
"""
# Products of offers that somebody has attached since they were compared: they had no product then, or were detached
# from one that is wanted for that reason.
STATED_ELSEWHERE = f"""
INSERT INTO level_wanted
SELECT offer.product_id FROM ({STATED}) stated
LEFT JOIN level_wanted wanted ON wanted.product_id = stated.product_id
JOIN suppliers_offer offer ON offer.id = stated.offer_id
WHERE (stated.product_id IS NULL OR wanted.product_id IS NOT NULL)
  AND offer.product_id IS DISTINCT FROM stated.product_id AND offer.product_id IS NOT NULL
EXCEPT SELECT product_id FROM level_wanted
"""
STATED_WANTED = f"SELECT product_id FROM ({STATED}) stated WHERE product_id IS NOT NULL {{but_shared}}"
# Of a million offers few are switched off, so only those are joined.
STATED_ALONE = f"""
SELECT stated.product_id, stated.offer_id, 1 AS rank, ours.supplier, offer.id IS NULL AND ours.active AS active,
       stated.kind, stated.quantity, stated.reserved, stated.promisable,
       CASE WHEN stated.present THEN ours.confirmed_at ELSE ours.taken_at END AS as_of,
       COALESCE(stated.lead_days, ours.lead_days) AS lead_days,
       learned.served, learned.answered, learned.permille
FROM ({STATED}) stated
LEFT JOIN suppliers_offer offer ON offer.id = stated.offer_id AND NOT offer.active
CROSS JOIN (
    SELECT supplier.id, to_json(supplier.name)::text AS supplier, supplier.active, supplier.lead_days,
           COALESCE(run.taken_at, run.created_at) AS taken_at,
           greatest(COALESCE(run.taken_at, run.created_at), feed.last_good_at) AS confirmed_at
    FROM suppliers_run run JOIN suppliers_feed feed ON feed.id = run.feed_id
    JOIN suppliers_supplier supplier ON supplier.id = feed.supplier_id WHERE run.id = %(run)s OFFSET 0
) ours
{JOIN_LEARNED.format(supplier="ours.id", kind="stated.kind", quantity="stated.quantity")}
WHERE stated.product_id IS NOT NULL {{but_shared}}
"""
BUT_SHARED = "AND NOT EXISTS (SELECT FROM level_wanted shared WHERE shared.product_id = stated.product_id)"
STATES_NEW_OFFERS = "SELECT EXISTS (SELECT FROM feed_added)"
# Materialized: a plan may run a subquery behind IN once per outer row; each run skips what is gone and takes more.
TAKE_DIRTY = """
WITH taken AS MATERIALIZED (SELECT id FROM products_dirtylevel ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
DELETE FROM products_dirtylevel dirty USING taken WHERE dirty.id = taken.id
RETURNING dirty.product_id, dirty.cause
"""
GROWN_STALE = """
INSERT INTO products_dirtylevel (product_id, since, cause)
SELECT product_id, now(), 'stale' FROM products_level WHERE light = 'in_stock' AND as_of < %s
"""
# What no foreign key holds, because it would be asked for each of a million rows.
COUNT_ORPHANS = """
SELECT (SELECT count(*) FROM suppliers_offer offer WHERE NOT EXISTS (
            SELECT FROM suppliers_supplier supplier WHERE supplier.id = offer.supplier_id))
     + (SELECT count(*) FROM suppliers_offerstock stock WHERE NOT EXISTS (
            SELECT FROM suppliers_offer offer WHERE offer.id = stock.offer_id))
     + (SELECT count(*) FROM products_level level WHERE NOT EXISTS (
            SELECT FROM products_product product WHERE product.id = level.product_id))
"""
FULL_BATCH = 20_000


@transaction.atomic
def recompute(product_ids: Iterable[int], *, cause: str) -> int:
    """Bring these products' levels up to date; how many numbers or lights changed."""
    lock_levels()
    return _write(CHOSEN, {"products": list(product_ids), "cause": cause})


@transaction.atomic
def refresh(product_ids: Iterable[int], *, cause: str) -> None:
    """For acts of people: recompute now, unless somebody else is at it; then the next beat of the clock does."""
    products = list(product_ids)
    if lock_levels(wait=False):
        _write(CHOSEN, {"products": products, "cause": cause})
    else:
        mark_dirty(products, cause=cause)


def recompute_of_run(run_id: int) -> int:
    """Bring the levels of all products that this run said something new about up to date."""
    return recompute_found(OF_RUN, [run_id], cause=f"run:{run_id}")


@transaction.atomic
def recompute_staged(run_id: int) -> int:
    """The same for what its staged rows say, while they are there (suppliers.domain.staging): that is quicker."""
    cause = f"run:{run_id}"
    lock_levels()
    shared = keep_wanted(STATED_WITH_OTHERS) + want_elsewhere()
    changed = _write_alone({"run": run_id, "cause": cause}, but_shared=BUT_SHARED if shared else "")
    return changed + (_write(FOUND, {"cause": cause}) if shared else 0)


@transaction.atomic
def recompute_found(query: str, parameters: Sequence[int] = (), *, cause: str) -> int:
    """Bring the levels of the products that a query of the caller's finds up to date. It gives each product once."""
    lock_levels()
    keep_wanted(query, parameters)
    return _write(FOUND, {"cause": cause})


def want_elsewhere() -> int:
    """Want what somebody has attached offers to since they were compared; how many products."""
    with connection.cursor() as cursor:
        cursor.execute(STATED_ELSEWHERE)
        return int(cursor.rowcount)


def keep_wanted(query: str, parameters: Sequence[int] = ()) -> int:
    """Keep the products that a query finds in level_wanted; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS level_wanted")
        cursor.execute(KEEP_FOUND.format(found=query), parameters)
        found = int(cursor.rowcount)
        # Without it the planner takes the table for a small one, and a million levels for a loop.
        cursor.execute("ANALYZE level_wanted")
    return found


@transaction.atomic
def recompute_dirty(limit: int = 5_000) -> int:
    """Take up to `limit` requests, oldest first, and fulfil them; how many were taken. Zero: nothing is dirty.

    A request written while this runs is not lost: it is a row of its own, seen by the next call.
    """
    lock_levels()
    with connection.cursor() as cursor:
        cursor.execute(TAKE_DIRTY, [limit])
        requests = cursor.fetchall()
    causes = dict(requests)
    if causes:
        _write(TAKEN, {"products": list(causes), "causes": list(causes.values())})
    return len(requests)


def heal(*, by: Actor) -> int:
    """Recompute every level; how many numbers or lights nobody had asked for, put on the record if any.

    Levels are projections: such a difference means that a request was lost somewhere, or that a statement aged. Rows
    that a removed one has left behind are put on the record too.
    """
    while recompute_dirty():
        pass
    healed = recompute_all()
    if healed:
        record("levels", "levels.healed", by=by, after={"levels": healed})
    if orphans := count_orphans():
        record("levels", "levels.orphaned", by=by, after={"rows": orphans})
    return healed


def count_orphans() -> int:
    """Offers without supplier, numbers without offer, levels without product: none, if we are right."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ORPHANS)
        return int(cursor.fetchone()[0])


def recompute_all() -> int:
    """Recompute every level, in batches of their own transactions; how many numbers or lights changed."""
    changed, after = 0, 0
    while products := _products_after(after):
        changed += recompute(products, cause="nightly")
        after = products[-1]
    return changed


def request_stale(*, now: datetime) -> None:
    """Ask for the levels whose freshest statement has just grown too old to be trusted."""
    trusted = timedelta(hours=LevelPolicy.current().trusted_hours)
    with connection.cursor() as cursor:
        cursor.execute(GROWN_STALE, [now - trusted])


def said(promisable: str = "stock.promisable") -> str:
    """What all offers of the wanted products say, as the fold wants it; `promisable` may be tried otherwise."""
    learned = JOIN_LEARNED.format(supplier="supplier.id", kind="stock.kind", quantity="stock.quantity")
    return SAID.format(
        promisable=promisable, confirmed_at=CONFIRMED_AT, join_feed=JOIN_FEED, join_learned=learned
    )


def _products_after(product_id: int) -> list[int]:
    ids = Product.objects.filter(pk__gt=product_id).order_by("pk").values_list("pk", flat=True)
    return list(ids[:FULL_BATCH])


def _write_alone(parameters: dict[str, object], *, but_shared: str) -> int:
    """Levels of products of which the staged offer is the only one. New offers mostly have none yet."""
    wanted = STATED_WANTED.format(but_shared=but_shared)
    said = STATED_ALONE.format(but_shared=but_shared)
    with connection.cursor() as cursor:
        cursor.execute(STATES_NEW_OFFERS)
        (is_new,) = cursor.fetchone()
    statements = Statements(wanted, said, parameters, alone=True)
    write = write_levels if is_new else rewrite_levels
    return write(statements, LevelPolicy.current(), now=timezone.now())


def _write(wanted: str, parameters: dict[str, object]) -> int:
    statements = Statements(wanted, said(), parameters)
    return write_levels(statements, LevelPolicy.current(), now=timezone.now())
