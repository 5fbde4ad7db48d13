"""What a changed order means for what we already have: a pure plan, the same for the dry run and for the act.

- A line nobody has been asked for yet is changed freely: its promises are released and it is verified anew.
- A line that was ordered from a supplier, shipped or delivered is never changed by the shop: the amendment is
  refused whole, with the line named. So is one in an open stockout case: the customer is being asked about it; and
  one of whose price we gave some back, because the customer took a cheaper product instead.
- A line that we ended ourselves (refunded, settled by voucher, cancelled) may be absent from what the shop sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from orders.domain.problems import Code, Problem
from orders.models import LineStatus, OrderStatus
from stocke.channels.incoming import IncomingLine, IncomingOrder

WITH_SUPPLIER = {LineStatus.ORDERED, LineStatus.ACCEPTED, LineStatus.SHIPPED, LineStatus.DELIVERED}
ENDED_BY_US = {LineStatus.REFUNDED, LineStatus.VOUCHERED, LineStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class LineState:
    """A line as we have it. `sku` was bought; `sent_sku` is what will be sent: the same, its replacement, or the same
    under another name. `gave_back`: some of its price, for a cheaper product."""

    line_id: int
    external_id: str
    sku: str
    sent_sku: str
    quantity: int
    unit_price_cents: int
    status: str
    in_case: bool
    gave_back: bool


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order as we have it; `lines` are without those that the shop has removed."""

    status: str
    currency: str
    email: str
    shipping_cents: int
    promised_on: date | None
    ship_to: Mapping[str, str]
    note: str
    lines: tuple[LineState, ...]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that stays, and what was sent for it in `row`."""

    line: LineState
    incoming: IncomingLine
    row: int

    @property
    def moves_quantity(self) -> bool:
        return self.line.quantity != self.incoming.quantity

    @property
    def moves_price(self) -> bool:
        """What stands in for a product has the price that we agreed on with the customer."""
        is_replaced = self.line.sent_sku != self.line.sku
        return not is_replaced and self.line.unit_price_cents != self.incoming.unit_price_cents


@dataclass(frozen=True)
class Amendment:
    """What will be done, or why it will not: with `problems`, nothing is."""

    added: tuple[IncomingLine, ...] = ()
    removed: tuple[LineState, ...] = ()
    changed: tuple[LineChange, ...] = ()
    header: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_earlier(self) -> bool:
        """Whether the promise was moved forward, so that every source must be judged anew."""
        before, after = self.header.get("promised_on", (None, None))
        return isinstance(after, date) and (not isinstance(before, date) or after < before)


def plan_amendment(have: OrderState, incoming: IncomingOrder) -> Amendment:
    """How to get from what we have to what was sent."""
    if have.status in {OrderStatus.DONE, OrderStatus.CANCELLED}:
        return Amendment(problems=(Problem(Code.ORDER_ENDED, "external_id", value=incoming.external_id),))
    pairs = pair_lines(have.lines, incoming.lines)
    kept = {pair.line.line_id for pair in pairs}
    paired = {pair.row for pair in pairs}
    added = tuple(line for row, line in enumerate(incoming.lines, start=1) if row not in paired)
    removed = tuple(
        line for line in have.lines if line.line_id not in kept and line.status not in ENDED_BY_US
    )
    changed = tuple(pair for pair in pairs if pair.moves_quantity or pair.moves_price)
    header = header_changes(have, incoming)
    return Amendment(added, removed, changed, header, tuple(obstacles(have, removed, changed, header)))


def pair_lines(have: Sequence[LineState], sent: Sequence[IncomingLine]) -> list[LineChange]:
    """Which sent line is which of ours: by the shop's own line id, then by SKU and quantity, then by SKU."""
    pairs = parted_pairs(have, sent)
    paired = {pair.row for pair in pairs}
    ours = [line for line in have if line not in [pair.line for pair in pairs]]
    theirs = [(row, incoming) for row, incoming in enumerate(sent, start=1) if row not in paired]
    for is_same in (_same_id, _same_sku_and_quantity, _same_sku):
        for row, incoming in list(theirs):
            match = next((line for line in ours if is_same(line, incoming)), None)
            if match is not None:
                pairs.append(LineChange(match, incoming, row))
                ours.remove(match)
                theirs.remove((row, incoming))
    return pairs


def parted_pairs(have: Sequence[LineState], sent: Sequence[IncomingLine]) -> list[LineChange]:
    """Sent lines that we parted in several, each part with its own share of what was sent: their sum is unchanged."""
    pairs: list[LineChange] = []
    for row, incoming in enumerate(sent, start=1):
        parts = [line for line in have if _same_id(line, incoming) or _same_sku(line, incoming)]
        rivals = [other for other in sent if any(_same_goods(line, other) for line in parts)]
        if len(parts) > 1 and len(rivals) == 1 and sum(line.quantity for line in parts) == incoming.quantity:
            pairs += [LineChange(line, replace(incoming, quantity=line.quantity), row) for line in parts]
    return pairs


def _same_id(line: LineState, sent: IncomingLine) -> bool:
    return bool(sent.external_id) and line.external_id == sent.external_id and _same_goods(line, sent)


def _same_sku(line: LineState, sent: IncomingLine) -> bool:
    return (not line.external_id or not sent.external_id) and _same_goods(line, sent)


def _same_sku_and_quantity(line: LineState, sent: IncomingLine) -> bool:
    return _same_sku(line, sent) and line.quantity == sent.quantity


def _same_goods(line: LineState, sent: IncomingLine) -> bool:
    return sent.sku in {line.sku, line.sent_sku}


def header_changes(have: OrderState, incoming: IncomingOrder) -> dict[str, tuple[object, object]]:
    """Fields of the order that differ, each with before and after."""
    fields: list[tuple[str, object, object]] = [
        ("currency", have.currency, incoming.currency),
        ("email", have.email, incoming.customer.email.strip().lower()),
        ("shipping_cents", have.shipping_cents, incoming.shipping_cents),
        ("promised_on", have.promised_on, incoming.promised_on),
        ("ship_to", dict(have.ship_to), dict(incoming.ship_to)),
        ("note", have.note, incoming.note),
    ]
    return {name: (before, after) for name, before, after in fields if before != after}


def obstacles(
    have: OrderState,
    removed: Sequence[LineState],
    changed: Sequence[LineChange],
    header: Mapping[str, tuple[object, object]],
) -> list[Problem]:
    """Every reason why the plan must not be carried out."""
    found = [_obstacle(one.line, "quantity", one.row) for one in changed if one.moves_quantity]
    found += [_obstacle(line, "lines", None) for line in removed]
    if "currency" in header:
        found.append(Problem(Code.CURRENCY_FIXED, "currency", value=header["currency"][1]))
    if "ship_to" in header and any(line.status in WITH_SUPPLIER for line in have.lines):
        found.append(Problem(Code.ADDRESS_SENT, "ship_to"))
    return [problem for problem in found if problem is not None]


def _obstacle(line: LineState, name: str, row: int | None) -> Problem | None:
    if line.status in WITH_SUPPLIER:
        return Problem(Code.LINE_ORDERED, name, row, line.sku)
    if line.in_case:
        return Problem(Code.LINE_IN_CASE, name, row, line.sku)
    if line.status in ENDED_BY_US or line.gave_back:
        return Problem(Code.LINE_SETTLED, name, row, line.sku)
    return None
