"""The counters of wishes per product: moved in the transaction that moves the wishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

# In key order, so that two transactions never wait for each other in turn.
SHIFT = """
INSERT INTO customers_demand (product_id, asked, waiting, telling, told, ended, units)
SELECT product_id, asked, waiting, telling, told, ended, units
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
    AS moved (product_id, asked, waiting, telling, told, ended, units)
ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE SET
    asked = customers_demand.asked + EXCLUDED.asked, waiting = customers_demand.waiting + EXCLUDED.waiting,
    telling = customers_demand.telling + EXCLUDED.telling, told = customers_demand.told + EXCLUDED.told,
    ended = customers_demand.ended + EXCLUDED.ended, units = customers_demand.units + EXCLUDED.units
"""
# What a statement that moves wishes ends with: what moved, by product and by where it came from.
MOVED = "SELECT product_id, before, count(*)::int, sum(quantity)::int FROM moved GROUP BY product_id, before"
STATES = ("asked", "waiting", "telling", "told", "ended")


@dataclass(frozen=True)
class Moved:
    """So many wishes of one product, wanting so many units, left the state `before`; "" for new ones."""

    product_id: int
    before: str
    wishes: int
    units: int


def shift(moves: Iterable[Moved], *, to: str) -> None:
    """Count these wishes in their new state."""
    totals: dict[int, dict[str, int]] = {}
    for move in moves:
        counts = totals.setdefault(move.product_id, dict.fromkeys((*STATES, "units"), 0))
        counts[to] += move.wishes
        counts["units"] += move.units if to == "waiting" else 0
        if move.before:
            counts[move.before] -= move.wishes
            counts["units"] -= move.units if move.before == "waiting" else 0
    if totals:
        columns = [[counts[name] for counts in totals.values()] for name in (*STATES, "units")]
        with connection.cursor() as cursor:
            cursor.execute(SHIFT, [list(totals), *columns])


def move(statement: str, parameters: dict[str, Any], *, to: str) -> list[Moved]:
    """Run a statement that moves wishes to one state and ends with MOVED; what it moved, counted already."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        moves = [Moved(*row) for row in cursor.fetchall()]
    shift(moves, to=to)
    return moves
