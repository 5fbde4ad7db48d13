"""What a file of orders would do, and doing it: each order in its own transaction, a refused one leaves the others."""

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from orders.domain.amending import Amendment
from orders.domain.intake import Outcome, preview, products_of, take_in
from orders.domain.order_files.grouping import OrderInFile
from orders.domain.problems import OrderRefused, Problem
from orders.domain.soundness import problems_of
from stocke.core.actors import Actor


@dataclass(frozen=True)
class Verdict:
    """What taking this order in would do now. `number` is ours, when we have it."""

    order: OrderInFile
    outcome: Outcome
    number: str = ""
    amendment: Amendment | None = None
    problems: tuple[Problem, ...] = ()


def dry_run(orders: Sequence[OrderInFile]) -> list[Verdict]:
    """What `take_in_orders` would do with each, in a handful of statements and without writing anything."""
    readable = [order for order in orders if not order.problems]
    seen = iter(preview([order.incoming for order in readable]))
    known = products_of(order.incoming for order in orders if order.problems)
    return [
        unreadable(order, known)
        if order.problems
        else Verdict(order, (one := next(seen)).outcome, one.number, one.amendment, one.problems)
        for order in orders
    ]


def unreadable(order: OrderInFile, known: Container[str]) -> Verdict:
    """Refused for its cells, and in the same breath for whatever else is wrong with it."""
    named = {(problem.row, problem.field) for problem in order.problems}
    others = (one for one in problems_of(order.incoming, known) if (one.row, one.field) not in named)
    return Verdict(order, Outcome.REFUSED, problems=(*order.problems, *others))


def take_in_orders(
    orders: Sequence[OrderInFile], *, by: Actor, told: Callable[[int], None] = lambda done: None
) -> Counter[Outcome]:
    """Take every readable order in, each in its own transaction; how many were created, amended, the same, refused.

    Doing it again changes nothing. `told` hears how many are done.
    """
    outcomes: Counter[Outcome] = Counter()
    for done, order in enumerate(orders, start=1):
        outcomes[taken(order, by=by)] += 1
        told(done)
    return outcomes


def taken(order: OrderInFile, *, by: Actor) -> Outcome:
    if order.problems:
        return Outcome.REFUSED
    try:
        return take_in(order.incoming, by=by).outcome
    except OrderRefused:
        return Outcome.REFUSED
