"""When a wished product counts as back: seen, said again, for long enough. All of it by set.

Every time a product falls below what counts, be it between two looks, what was counted so far counts no more: the
publications say so. `restock_reasons` tells the same rules in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from customers.models import WishRules
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all

# One at a time: what two looked at together would be counted twice.
LOOK_LOCK = 0x570C_CE09

ENDED = """
UPDATE customers_restock restock SET ended_at = %(now)s
FROM products_level level
WHERE restock.ended_at IS NULL AND level.product_id = restock.product_id AND (
    NOT EXISTS (SELECT FROM customers_wish wish
                WHERE wish.product_id = restock.product_id AND wish.state IN ('waiting', 'telling'))
    OR level.sellable < CASE WHEN restock.opened_at IS NULL THEN %(minimum)s ELSE 1 END
    OR EXISTS (SELECT FROM products_publication told
               WHERE told.product_id = restock.product_id AND told.channel = 'catalogue'
                 AND told.at > COALESCE(restock.opened_at, restock.began_at)
                 AND told.sellable < CASE WHEN restock.opened_at IS NULL THEN %(minimum)s ELSE 1 END))
RETURNING restock.product_id, restock.opened_at IS NOT NULL
"""
SAID_AGAIN = """
UPDATE customers_restock restock SET stated_at = said.stated_at,
    statements = CASE WHEN said.person_at >= restock.began_at THEN GREATEST(restock.statements, %(statements)s)
                      ELSE restock.statements + 1 END
FROM ({sayings}) said
WHERE restock.ended_at IS NULL AND restock.opened_at IS NULL AND said.product_id = restock.product_id
  AND (said.stated_at > restock.stated_at OR restock.stated_at IS NULL)
"""
# A person's word counts from when the product was last too few: what he keyed before that did not bring it back.
BEGUN = """
WITH back AS MATERIALIZED (
    SELECT demand.product_id FROM customers_demand demand
    JOIN products_level level ON level.product_id = demand.product_id
    WHERE demand.waiting > 0 AND level.sellable >= %(minimum)s
      AND NOT EXISTS (SELECT FROM customers_restock restock
                      WHERE restock.product_id = demand.product_id AND restock.ended_at IS NULL)
)
INSERT INTO customers_restock (product_id, began_at, statements, stated_at, waves)
SELECT back.product_id, %(now)s, CASE WHEN said.person_at >= COALESCE(
           (SELECT max(told.at) FROM products_publication told
            WHERE told.product_id = back.product_id AND told.channel = 'catalogue' AND told.sellable < %(minimum)s),
           '-infinity') THEN %(statements)s ELSE 1 END, said.stated_at, 0
FROM back LEFT JOIN ({sayings}) said ON said.product_id = back.product_id
ON CONFLICT DO NOTHING
"""
BELIEVED = """
UPDATE customers_restock restock SET opened_at = %(now)s, next_wave_at = %(now)s
FROM products_level level
WHERE restock.ended_at IS NULL AND restock.opened_at IS NULL AND level.product_id = restock.product_id
  AND restock.statements >= %(statements)s AND restock.began_at <= %(now)s - %(time)s
  AND level.sellable >= %(minimum)s
RETURNING restock.product_id, level.sellable
"""
WATCHED = "SELECT product_id FROM customers_restock WHERE ended_at IS NULL AND opened_at IS NULL"
NEW = "SELECT product_id FROM back"


@dataclass(frozen=True)
class Looked:
    """What one look found: products whose restock is believed from now on, and those whose restock is over."""

    opened: Sequence[int]
    ended: Sequence[int]


@transaction.atomic
def look(sayings: str, *, by: Actor, now: datetime | None = None) -> Looked:
    """See which wished products are back. May run at any time and any number of times.

    `sayings` is a query of product_id, stated_at and person_at about the products of the query `{products}` in it:
    the context that knows the suppliers has it.
    """
    rules = WishRules.current()
    values = {
        "now": now or timezone.now(),
        "minimum": max(rules.minimum, 1),
        "statements": rules.statements,
        "time": rules.time,
    }
    if not _alone():
        return Looked([], [])
    ended = [product for product, was_open in _run(ENDED, values) if was_open]
    _run(SAID_AGAIN.format(sayings=sayings.format(products=WATCHED)), values)
    _run(BEGUN.format(sayings=sayings.format(products=NEW)), values)
    opened = dict(_run(BELIEVED, values))
    _record(opened, ended, by=by)
    return Looked(list(opened), ended)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOOK_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _run(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _record(opened: dict[int, int], ended: Sequence[int], *, by: Actor) -> None:
    """On the record of the product. What was only seen and not believed is noise."""
    facts = [
        Fact(f"product:{product}", "restock.believed", data={"units": units})
        for product, units in opened.items()
    ]
    record_all([*facts, *(Fact(f"product:{product}", "restock.over") for product in ended)], by=by)
