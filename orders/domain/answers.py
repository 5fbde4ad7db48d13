"""A supplier's answer to a purchase order, line by line, from his page or keyed by staff from a call.

Yes: the promise is accepted. No, or not all: the units come free, what he said about his stock becomes a statement,
the next source is tried, and else a stockout case opens. All in one transaction under the order's lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import accept, release_allocations
from orders.domain.failover import serve_missing
from orders.domain.ordering import rules_of
from orders.domain.price_letters import tell_prices
from orders.domain.reservations import end_accepted
from orders.domain.withdrawals import close_answered
from orders.events import LineRefused
from orders.models import (
    Answer,
    Order,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    RefusalReason,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.events import publish
from suppliers.domain.observing import observe
from suppliers.domain.reserving import lock_offers
from suppliers.queries.sources import sources_of

ABOUT_STOCK = {RefusalReason.NO_STOCK, RefusalReason.DISCONTINUED}
# Without a reason, "only so many" is a statement about his stock; a bare "no" is none.
UNSAID = {Answer.PART: RefusalReason.NO_STOCK, Answer.REJECTED: RefusalReason.OTHER}


class AnswerImpossible(Exception):
    """The answer cannot be taken; nothing was changed. `code` says why.

    "answered", "cancelled": too late. "incomplete": a line has no answer, or one that is not asked. "quantity": a
    part must be at least 1 and less than was asked. "currency": a price in another currency than we buy in.
    """

    def __init__(self, code: str, line_id: int | None = None) -> None:
        super().__init__(code)
        self.code, self.line_id = code, line_id


@dataclass(frozen=True)
class LineAnswer:
    """What the supplier says of one purchase line. `quantity` is needed for a part only.

    `ship_on` is when he ships, where he names a day; `price_cents` what each unit costs, where that is new.
    """

    line_id: int
    answer: Answer
    quantity: int | None = None
    reason: str = ""
    note: str = ""
    restock_on: date | None = None
    ship_on: date | None = None
    price_cents: int | None = None
    currency: str = ""


@transaction.atomic
def answer_purchase(purchase_id: int, answers: Sequence[LineAnswer], *, by: Actor) -> PurchaseOrder:
    """Take the answer to every open line, and do what follows. Raises AnswerImpossible and changes nothing.

    A second answer is refused, also when it races with the first.
    """
    purchase = lock_purchase(purchase_id)
    lines = open_lines(purchase)
    said = checked(purchase, lines, answers)
    tolerance = rules_of(purchase.supplier).tolerance_percent
    priced = [line for line in lines if is_too_dear(line, said[line.pk], tolerance)]
    for line in priced:
        keep_price(line, said[line.pk])
    carry_out(purchase, [line for line in lines if line not in priced], said, by=by)
    if priced:
        write_prices(purchase, priced, by=by)
    purchase.refresh_from_db()
    return purchase


def carry_out(
    purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], said: Mapping[int, LineAnswer], *, by: Actor
) -> None:
    """Do what follows from these answers. The caller holds the order."""
    hold_everything(lines)
    started = timezone.now()
    for line in lines:
        take(line, said[line.pk], by=by)
    close_answered([purchase.pk])
    if not lines:
        return
    state_stock(lines, by=by, before=started)
    write_down(purchase, lines, by=by)
    for line in lines:
        if line.answer in (Answer.PART, Answer.REJECTED):
            publish(LineRefused(line.allocation.line_id))
    serve_missing(purchase.order, [line.allocation.line_id for line in lines], by=by)


@transaction.atomic
def decide_prices(purchase_id: int, accepted: Mapping[int, bool], *, by: Actor) -> PurchaseOrder:
    """A person takes the new price of each line, or turns to the next source; the supplier is told by mail.

    Raises AnswerImpossible.
    """
    purchase = lock_purchase(purchase_id)
    lines = open_lines(purchase, answer=Answer.PRICED)
    if not lines:
        raise AnswerImpossible("answered")
    if accepted.keys() != {line.pk for line in lines}:
        raise AnswerImpossible("incomplete")
    carry_out(purchase, lines, {line.pk: decision(line, is_taken=accepted[line.pk]) for line in lines}, by=by)
    tell_prices(purchase, lines, accepted, by=by)
    purchase.refresh_from_db()
    return purchase


def decision(line: PurchaseOrderLine, *, is_taken: bool) -> LineAnswer:
    """What the supplier's answer has become by our decision."""
    if not is_taken:
        return LineAnswer(line.pk, Answer.REJECTED, reason=RefusalReason.PRICE, note=line.note)
    offered = line.offered_quantity or line.quantity
    return LineAnswer(
        line.pk,
        Answer.ACCEPTED if offered == line.quantity else Answer.PART,
        offered,
        note=line.note,
        restock_on=line.restock_on,
        ship_on=line.ship_on,
        price_cents=line.offered_cents,
        currency=line.allocation.offer.currency,
    )


def is_too_dear(line: PurchaseOrderLine, said: LineAnswer, tolerance_percent: int) -> bool:
    """Whether he wants more than we may take by ourselves; where no price was asked, any price is new. Pure."""
    if said.answer not in (Answer.ACCEPTED, Answer.PART) or said.price_cents is None:
        return False
    return line.cost_cents is None or said.price_cents * 100 > line.cost_cents * (100 + tolerance_percent)


def keep_price(line: PurchaseOrderLine, said: LineAnswer) -> None:
    """His offer waits for a person; the promise stands as it is, unanswered."""
    line.answer, line.note, line.ship_on = Answer.PRICED, said.note[:250], said.ship_on
    line.offered_quantity = line.quantity if said.answer == Answer.ACCEPTED else said.quantity
    line.offered_cents, line.restock_on = said.price_cents, said.restock_on
    line.save(update_fields=["answer", "note", "ship_on", "offered_quantity", "offered_cents", "restock_on"])


def lock_purchase(purchase_id: int) -> PurchaseOrder:
    """The order first, as everywhere; its purchase orders change only under its lock."""
    order_id = PurchaseOrder.objects.values_list("order_id", flat=True).get(pk=purchase_id)
    Order.objects.select_for_update(no_key=True).get(pk=order_id)
    return PurchaseOrder.objects.select_related("order", "supplier").get(pk=purchase_id)


def open_lines(purchase: PurchaseOrder, *, answer: Answer = Answer.NONE) -> list[PurchaseOrderLine]:
    lines = PurchaseOrderLine.objects.filter(purchase_order=purchase, answer=answer).order_by("pk")
    return list(lines.select_related("allocation__offer", "allocation__line__order"))


def checked(
    purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], answers: Sequence[LineAnswer]
) -> Mapping[int, LineAnswer]:
    """One sound answer for each open line, and for no other."""
    if purchase.status != PurchaseOrderStatus.WAITING:
        was_cancelled = purchase.status == PurchaseOrderStatus.CANCELLED
        raise AnswerImpossible("cancelled" if was_cancelled else "answered")
    said = {answer.line_id: answer for answer in answers}
    for line in lines:
        answer = said.get(line.pk)
        if answer is None or answer.answer not in (Answer.ACCEPTED, Answer.PART, Answer.REJECTED):
            raise AnswerImpossible("incomplete", line.pk)
        if answer.answer == Answer.PART and not 0 < (answer.quantity or 0) < line.quantity:
            raise AnswerImpossible("quantity", line.pk)
        if answer.price_cents is not None and answer.currency not in ("", line.allocation.offer.currency):
            raise AnswerImpossible("currency", line.pk)
    if len(said) != len(lines):
        raise AnswerImpossible("incomplete")
    return said


def hold_everything(lines: Sequence[PurchaseOrderLine]) -> None:
    """Lock the asked offers and every offer that may step in, in one go and in order."""
    products = {line.allocation.line.product_id for line in lines}
    sources = sources_of([product for product in products if product is not None])
    stand_ins = {one.offer_id for offers in sources.values() for one in offers}
    lock_offers({line.allocation.offer_id for line in lines} | stand_ins)


def take(line: PurchaseOrderLine, said: LineAnswer, *, by: Actor) -> None:
    """Write the answer down and move the promise with it."""
    line.answer, line.note, line.restock_on = said.answer, said.note[:250], said.restock_on
    line.ship_on = said.ship_on
    if said.price_cents is not None and said.answer != Answer.REJECTED:
        line.cost_cents = said.price_cents
    line.accepted_quantity = {
        Answer.ACCEPTED: line.quantity,
        Answer.PART: said.quantity or 0,
        Answer.REJECTED: 0,
    }[said.answer]
    if said.answer != Answer.ACCEPTED:
        line.reason = said.reason if said.reason in RefusalReason.values else UNSAID[said.answer]
    line.save(
        update_fields=[
            "answer",
            "accepted_quantity",
            "reason",
            "note",
            "restock_on",
            "ship_on",
            "cost_cents",
        ]
    )
    if line.accepted_quantity:
        accept(line.allocation, quantity=line.accepted_quantity)
    else:
        release_allocations([line.allocation], reason="refused", by=by)


def state_stock(lines: Sequence[PurchaseOrderLine], *, by: Actor, before: datetime) -> None:
    """What the answer says of the supplier's stock: after a "no" or a part, there is nothing beyond what he accepted.

    Only when his reason is about stock: a refused price is no zero. His earlier acceptances are in that figure.
    Who does not answer has stated nothing: until his next statement his stock is unknown, which promises nothing.
    """
    for line in lines:
        offer, raw = line.allocation.offer, f"{line.purchase_order.number}: {line.answer}"
        if line.reason == RefusalReason.NO_ANSWER and line.answer == Answer.REJECTED:
            observe(offer, kind="unknown", raw=raw, source="answer", by=by)
        elif line.answer != Answer.ACCEPTED and line.reason in ABOUT_STOCK:
            end_accepted(offer.pk, before=before, by=by)
            stated = line.accepted_quantity
            observe(offer, kind="exact", quantity=stated, raw=raw, source="answer", by=by)


def write_down(purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: Actor) -> None:
    told = {
        "purchase": purchase.number,
        "supplier": purchase.supplier.name,
        "lines": [
            {
                "sku": line.allocation.line.ordered_sku,
                "asked": line.quantity,
                "accepted": line.accepted_quantity,
                "reason": line.reason,
                "restock_on": line.restock_on.isoformat() if line.restock_on else None,
                "ship_on": line.ship_on.isoformat() if line.ship_on else None,
            }
            for line in lines
        ],
    }
    record_all(
        [Fact(subject, "purchase.answered", data=told) for subject in (purchase.order, purchase)], by=by
    )


def write_prices(purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: Actor) -> None:
    told = {
        "purchase": purchase.number,
        "supplier": purchase.supplier.name,
        "lines": [
            {"sku": line.allocation.line.ordered_sku, "asked": line.cost_cents, "wanted": line.offered_cents}
            for line in lines
        ],
    }
    record_all([Fact(subject, "purchase.priced", data=told) for subject in (purchase.order, purchase)], by=by)
