"""A customer wants to send something back: one return for each supplier who sent some of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from orders.domain.confirmation import lock_order
from orders.domain.returns.letters import ask_supplier, tell_requested
from orders.models import Order, OrderLine, PurchaseOrderLine, Return, ReturnLine, ReturnReason
from orders.queries.returns import units_coming_back, units_out
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.domain.numbers import next_numbers


class NotReturnable(Exception):
    """It cannot come back as it was said; nothing was changed. `code` is a word for the page: "empty", "line" for a
    line of another order, "quantity" for more than was sent and is not on its way back already."""

    def __init__(self, code: str, line_id: int | None = None) -> None:
        super().__init__(code)
        self.code, self.line_id = code, line_id


@dataclass(frozen=True)
class Wanted:
    """Units of one line, and why they come back."""

    line_id: int
    quantity: int
    reason: ReturnReason


def returnable(order_id: int) -> dict[int, int]:
    """Units of each line that were sent and are not coming back already; lines without any are left out."""
    left: dict[int, int] = defaultdict(int)
    for (line, _purchase), units in open_units(order_id).items():
        left[line] += units
    return dict(left)


def open_units(order_id: int) -> dict[tuple[int, int | None], int]:
    """The same by who sent them, the oldest purchase order first."""
    back = units_coming_back(order_id)
    rest = {key: units - back[key] for key, units in units_out(order_id).items()}
    return {key: rest[key] for key in sorted(rest, key=lambda key: (key[0], key[1] or 0)) if rest[key] > 0}


@transaction.atomic
def request_return(order_id: int, wanted: Sequence[Wanted], *, by: Actor, note: str = "") -> list[Return]:
    """Take the request down, ask each supplier who is concerned, and tell the customer that it has come in.

    Raises NotReturnable.
    """
    order = lock_order(order_id)
    lines = {line.pk: line for line in order.lines.select_related("product")}
    parts = parted(wanted, open_units(order_id), lines)
    made = [
        _open(order, purchase, mine, lines, note=note, by=by)
        for purchase, mine in sorted(parts.items(), key=lambda part: part[0] or 0)
    ]
    tell_requested(order, made, by=by)
    return made


def parted(
    wanted: Iterable[Wanted], open_units: Mapping[tuple[int, int | None], int], known: Iterable[int]
) -> dict[int | None, list[Wanted]]:
    """What each supplier gets back, by purchase order. Pure. Raises NotReturnable."""
    parts: dict[int | None, list[Wanted]] = defaultdict(list)
    known, seen = set(known), set()
    for one in wanted:
        if one.line_id not in known or one.line_id in seen:
            raise NotReturnable("line", one.line_id)
        seen.add(one.line_id)
        left = one.quantity
        for (line, purchase), units in open_units.items():
            if line == one.line_id and (taken := min(units, left)):
                parts[purchase].append(Wanted(line, taken, one.reason))
                left -= taken
        if left or one.quantity < 1:
            raise NotReturnable("quantity", one.line_id)
    if not parts:
        raise NotReturnable("empty")
    return parts


def _open(
    order: Order,
    purchase_id: int | None,
    wanted: Sequence[Wanted],
    lines: Mapping[int, OrderLine],
    *,
    note: str,
    by: Actor,
) -> Return:
    returned = Return.objects.create(
        number=f"RT-{next_numbers('return_number')[0]}",
        order=order,
        purchase_order_id=purchase_id,
        note=note,
    )
    costs = _costs(purchase_id)
    ReturnLine.objects.bulk_create(
        [
            ReturnLine(
                returned=returned,
                line_id=one.line_id,
                quantity=one.quantity,
                reason=one.reason,
                cost_cents=costs.get(one.line_id),
            )
            for one in wanted
        ]
    )
    note_down(
        returned,
        "return.requested",
        by=by,
        lines=[[lines[one.line_id].ordered_sku, one.quantity, one.reason] for one in wanted],
        is_asked=ask_supplier(returned, by=by) is not None,
    )
    return returned


def _costs(purchase_id: int | None) -> dict[int, int | None]:
    """What one unit of each line cost us there."""
    if purchase_id is None:
        return {}
    asked = PurchaseOrderLine.objects.filter(purchase_order=purchase_id)
    return dict(asked.values_list("allocation__line", "cost_cents"))


def note_down(returned: Return, kind: str, *, by: Actor, why: str = "", **data: object) -> None:
    """One fact, on the record of the return and of its order."""
    facts = {"return": returned.number, **data}
    record_all([Fact(one, kind, why=why, data=facts) for one in (returned.order, returned)], by=by)
