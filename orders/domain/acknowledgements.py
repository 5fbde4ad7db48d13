"""Answers as rows, from a file or a supplier's program: each purchase order is taken whole or not at all.

The same answer once more is the same answer. One that contradicts what is recorded changes nothing and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction

from orders.domain.answers import AnswerImpossible, LineAnswer, answer_purchase, lock_purchase
from orders.domain.cancelling import note_late_yes
from orders.models import Answer, PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus, RefusalReason
from stocke.core.actors import Actor

REASONS = (RefusalReason.NO_STOCK, RefusalReason.DISCONTINUED, RefusalReason.PRICE, RefusalReason.OTHER)


class Outcome(StrEnum):
    """`late`: a yes after we had stopped waiting; it is noted, and he must not ship."""

    TAKEN = "taken"
    SAME = "same"
    LATE = "late"
    REFUSED = "refused"


class Code(StrEnum):
    """Why an answer is refused; nothing was changed."""

    UNKNOWN = "unknown_purchase_order"
    LINE = "unknown_line"
    TWICE = "line_twice"
    INCOMPLETE = "incomplete"
    QUANTITY = "quantity"
    CURRENCY = "currency"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    NOT_ASKED = "not_asked_yet"


@dataclass(frozen=True)
class SaidLine:
    """One row of an answer. It names its line by our key or, where only one line has it, by his SKU."""

    row: int
    answer: Answer
    line: int | None = None
    sku: str = ""
    quantity: int | None = None
    reason: str = ""
    note: str = ""
    restock_on: date | None = None
    ship_on: date | None = None
    price_cents: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Result:
    """What became of the answer to one purchase order. `row` is the row that is wrong, if one is."""

    number: str
    outcome: Outcome
    code: str = ""
    row: int | None = None


class Wrong(Exception):
    def __init__(self, code: Code, row: int | None = None) -> None:
        super().__init__(code)
        self.code, self.row = code, row


def acknowledge(
    number: str, said: Sequence[SaidLine], *, by: Actor, supplier_id: int | None = None
) -> Result:
    """Take the answer to one purchase order, of this supplier if one is named. Idempotent."""
    try:
        with transaction.atomic():
            return Result(number, take(found(number, supplier_id), said, by=by))
    except Wrong as wrong:
        return Result(number, Outcome.REFUSED, wrong.code, wrong.row)
    except AnswerImpossible as impossible:
        return Result(number, Outcome.REFUSED, Code(impossible.code))


def found(number: str, supplier_id: int | None) -> PurchaseOrder:
    """The purchase order, held. One of another supplier is as unknown as one that never was."""
    known = PurchaseOrder.objects.filter(number=number)
    if supplier_id is not None:
        known = known.filter(supplier=supplier_id)
    pk = known.values_list("pk", flat=True).first()
    if pk is None:
        raise Wrong(Code.UNKNOWN)
    return lock_purchase(pk)


def take(purchase: PurchaseOrder, said: Sequence[SaidLine], *, by: Actor) -> Outcome:
    lines = list(
        purchase.lines.exclude(answer=Answer.WITHDRAWN).select_related("allocation__offer").order_by("pk")
    )
    if purchase.status == PurchaseOrderStatus.CANCELLED:
        raise Wrong(Code.CANCELLED)
    if purchase.status == PurchaseOrderStatus.PREPARED:
        raise Wrong(Code.NOT_ASKED)
    by_line = matched(lines, said)
    if purchase.status == PurchaseOrderStatus.WAITING:
        answer_purchase(purchase.pk, [answer_of(line, by_line[line.pk]) for line in lines], by=by)
        return Outcome.TAKEN
    if all(is_recorded(line, by_line[line.pk]) for line in lines):
        return Outcome.SAME
    says_yes = all(one.answer == Answer.ACCEPTED for one in by_line.values())
    if says_yes and (purchase.late_yes_at or note_late_yes(purchase.pk, by=by)):
        return Outcome.LATE
    raise Wrong(Code.ANSWERED)


def matched(lines: Sequence[PurchaseOrderLine], said: Sequence[SaidLine]) -> Mapping[int, SaidLine]:
    """Each row with its line, and every line with one. Raises Wrong."""
    by_line: dict[int, SaidLine] = {}
    for one in said:
        fitting = meant_by(lines, one.line, one.sku)
        if len(fitting) != 1:
            raise Wrong(Code.LINE, one.row)
        [line] = fitting
        if line.pk in by_line:
            raise Wrong(Code.TWICE, one.row)
        if one.quantity is not None and not 0 <= one.quantity <= line.quantity:
            raise Wrong(Code.QUANTITY, one.row)
        if one.currency not in ("", line.allocation.offer.currency):
            raise Wrong(Code.CURRENCY, one.row)
        by_line[line.pk] = one
    if len(by_line) != len(lines):
        raise Wrong(Code.INCOMPLETE)
    return by_line


def meant_by(lines: Sequence[PurchaseOrderLine], key: int | None, sku: str) -> list[PurchaseOrderLine]:
    """The lines that a row names by our key, else by his SKU. Pure.

    Spreadsheets write an apostrophe before what they are to leave alone: it is dropped only where no line has it.
    """
    if key is not None:
        return [line for line in lines if line.pk == key]
    by_name = {name: [line for line in lines if line.allocation.offer.supplier_sku == name]
               for name in (sku, sku.removeprefix("'")) if name}  # fmt: skip
    return next((found for found in by_name.values() if found), [])


def answer_of(line: PurchaseOrderLine, said: SaidLine) -> LineAnswer:
    """A yes to fewer than were asked is a part; a part that is all, or nothing, is a yes or a no."""
    quantity = line.quantity if said.quantity is None else said.quantity
    answer = said.answer
    if answer != Answer.REJECTED:
        if said.quantity is None and answer == Answer.PART:
            raise Wrong(Code.QUANTITY, said.row)
        answer = (
            Answer.ACCEPTED if quantity == line.quantity else Answer.PART if quantity else Answer.REJECTED
        )
    return LineAnswer(
        line.pk,
        answer,
        quantity if answer == Answer.PART else None,
        said.reason,
        said.note,
        said.restock_on,
        said.ship_on,
        said.price_cents,
        said.currency,
    )


def is_recorded(line: PurchaseOrderLine, said: SaidLine) -> bool:
    """Whether this is what he has said before."""
    answer = answer_of(line, said)
    units = line.quantity if answer.answer == Answer.ACCEPTED else answer.quantity or 0
    if line.answer == Answer.PRICED:
        return (line.offered_quantity, line.offered_cents) == (units, answer.price_cents)
    return (line.answer, line.accepted_quantity) == (answer.answer, units)
