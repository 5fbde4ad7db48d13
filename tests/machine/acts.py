"""What people do to the house: every act picks its object by number, and a refusal of the product is an answer."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from orders.domain import cancelling, choices, goodwill, outright, proposals, second_thoughts, settlements
from orders.domain.acknowledgements import SaidLine, acknowledge
from orders.domain.allocations import OfferExhausted
from orders.domain.answers import AnswerImpossible, decide_prices
from orders.domain.cancelling_lines import CannotCancel, cancel_lines, cancellables
from orders.domain.cases import CaseError
from orders.domain.confirmation import NotConfirmable, TooLate, confirm_order, unconfirm_order
from orders.domain.giving_up import give_up_line
from orders.domain.intake import take_in
from orders.domain.problems import OrderRefused
from orders.domain.proposals import LetterDraft
from orders.domain.question_answers import NothingToAnswer, QuestionAnswer, answer_questions
from orders.domain.question_clock import stop_waiting
from orders.domain.returns.deciding import ReturnMoved, approve, decline, refuse
from orders.domain.returns.money import Settled, TooMuch, note_credit, owe, prices
from orders.domain.returns.moving import note_sent, receive
from orders.domain.returns.requesting import NotReturnable, Wanted, request_return, returnable
from orders.domain.shipping import NotShippable, Parcel, announce
from orders.domain.shop_orders import cancel_all
from orders.domain.tracking import Scan, note_scans
from orders.domain.ways_out import ways_out
from orders.events import StockStated
from orders.models import (
    Answer,
    AskingWay,
    CancelAnswer,
    CaseOption,
    Condition,
    GoodwillKind,
    Order,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Question,
    Receiver,
    Refund,
    Return,
    ReturnReason,
    Said,
    Shipment,
    ShipmentState,
    StockoutCase,
)
from orders.queries.orders import orders_in_full
from orders.queries.shipments import units_to_send_by
from stocke.core.actors import Actor
from stocke.core.events import publish
from stocke.core.models import Message
from stocke.core.models.user import Role
from suppliers.domain.deciding import FeedIsBusy, apply_held, reject_held
from suppliers.domain.observing import observe
from suppliers.models import Offer, Run, Supplier
from tests.factories.incoming import incoming
from tests.factories.incoming import line as bought
from tests.machine.world import PRICE, House

SHOP, STAFF = Actor.channel("demo"), Actor.job("staff")
HIM, CUSTOMER = Actor.supplier("Nord"), Actor.customer("Camille")
REFUSALS = (
    AnswerImpossible, CannotCancel, CaseError, FeedIsBusy, NotConfirmable, NothingToAnswer, NotReturnable, NotShippable,
    OfferExhausted, OrderRefused, ReturnMoved, Settled, TooLate, TooMuch, cancelling.NotCancellable,
)  # fmt: skip


def picked[T](rows: "QuerySet[Any, T]", number: int) -> T | None:
    """One of these rows; none when there are none. The newest come first, because most happens to them."""
    found = list(rows.order_by("-pk")[:8])
    return found[number % len(found)] if found else None


def refusable(act: Callable[..., None]) -> Callable[..., None]:
    def done(*args: Any) -> None:
        with suppress(*REFUSALS):
            act(*args)

    return done


# --- Shops -------------------------------------------------------------------------------------------------
type Basket = Sequence[tuple[int, int]]
"""Product by number, and units."""


def buy(house: House, number: int, basket: Basket) -> None:
    """An order comes in; with the number of one that is there, it is amended, or comes once more."""
    lines = [bought(house.products[which].sku, units, PRICE + 333 * which) for which, units in basket]
    placed = Order.objects.filter(external_id=f"M-{number}").values_list("placed_at", flat=True).first()
    with suppress(OrderRefused):
        take_in(
            incoming(
                lines=tuple(lines),
                external_id=f"M-{number}",
                placed_at=placed or timezone.now(),
                promised_on=timezone.localdate() + timedelta(days=10),
                shipping_cents=590,
            ),
            by=SHOP,
        )


@refusable
def shop_cancels(number: int) -> None:
    if order := picked(Order.objects.all(), number):
        cancel_all(order, by=SHOP)


# --- Staff -------------------------------------------------------------------------------------------------
@refusable
def staff_cancels(number: int) -> None:
    if line := picked(OrderLine.objects.all(), number):
        order = orders_in_full().get(pk=line.order_id)
        [fate] = [one.fate for one in cancellables(order) if one.line.pk == line.pk]
        cancel_lines(order.pk, {line.pk: fate}, by=STAFF)


@refusable
def confirm(number: int) -> None:
    if order := picked(Order.objects.filter(status="to_verify"), number):
        confirm_order(order.pk, by=STAFF)


@refusable
def unconfirm(number: int) -> None:
    if order := picked(Order.objects.filter(status="confirmed"), number):
        unconfirm_order(order.pk, by=STAFF)


@refusable
def give_up(number: int) -> None:
    if line := picked(OrderLine.objects.exclude(status__in=["shipped", "delivered"]), number):
        give_up_line(line.order_id, line.pk, by=STAFF)


@refusable
def decide_price(number: int, takes: bool) -> None:
    if purchase := picked(PurchaseOrder.objects.filter(status="priced"), number):
        priced = purchase.lines.filter(answer=Answer.PRICED)
        decide_prices(purchase.pk, {line.pk: takes for line in priced}, by=STAFF)


@refusable
def ask_back(number: int) -> None:
    if purchase := picked(PurchaseOrder.objects.filter(status="answered"), number):
        cancelling.ask_to_cancel(purchase.pk, by=STAFF)


@refusable
def pay_refund(number: int) -> None:
    if refund := picked(Refund.objects.all(), number):
        settlements.mark_done(refund.pk, reference="R", method="card", bank_days=3, by=STAFF)


@refusable
def be_generous(number: int, as_money: bool) -> None:
    """Another sum for each case, so that two letters which say the same are one fact told twice."""
    if case := picked(StockoutCase.objects.all(), number):
        goodwill.give(
            case.pk,
            kind=GoodwillKind.MONEY if as_money else GoodwillKind.VOUCHER,
            amount_cents=500 + case.pk % 100,
            reason="late",
            roles=[Role.ADMINISTRATOR],
            by=STAFF,
        )


# --- Suppliers ---------------------------------------------------------------------------------------------
def state(number: int, units: int) -> None:
    """What a supplier says on his page."""
    if offer := picked(Offer.objects.all(), number):
        observe(offer, kind="exact", quantity=units, source="portal", by=HIM)
        publish(StockStated(offer.supplier_id, (offer.pk,)))


@refusable
def decide_held(number: int, lets: bool) -> None:
    """A person looks at an import that waits for him: he lets it count, or not."""
    if held := picked(Run.objects.filter(status="held"), number):
        (apply_held if lets else reject_held)(held, by=STAFF)


def answer(number: int, how: str) -> None:
    """He answers a purchase order in one of the ways of ANSWERS: also a second time, late, or for somebody else."""
    if purchase := picked(PurchaseOrder.objects.all(), number):
        acknowledged(purchase, how)


def acknowledged(purchase: PurchaseOrder, how: str) -> None:
    said = [ANSWERS[how](line) for line in purchase.lines.order_by("pk")]
    stranger = Supplier.objects.exclude(pk=purchase.supplier_id).values_list("pk", flat=True).first()
    supplier = stranger if how == "of_another" else purchase.supplier_id
    acknowledge(purchase.number, said, by=HIM, supplier_id=supplier)


def _said(line: PurchaseOrderLine, answer: Answer, **given: Any) -> SaidLine:
    return SaidLine(line.pk, answer, line=line.pk, **given)


ANSWERS: dict[str, Callable[[PurchaseOrderLine], SaidLine]] = {
    "yes": lambda line: _said(line, Answer.ACCEPTED),
    "one": lambda line: _said(line, Answer.PART, quantity=1),
    "none": lambda line: _said(line, Answer.REJECTED, reason="no_stock"),
    "no": lambda line: _said(line, Answer.REJECTED),
    "gone": lambda line: _said(line, Answer.REJECTED, reason="discontinued"),
    "later": lambda line: _said(
        line, Answer.ACCEPTED, ship_on=timezone.localdate() + timedelta(days=20)
    ),
    "back_on": lambda line: _said(
        line, Answer.REJECTED, reason="no_stock", restock_on=timezone.localdate() + timedelta(days=5)
    ),
    "dearer": lambda line: _said(line, Answer.ACCEPTED, price_cents=9000),
    "more": lambda line: _said(line, Answer.ACCEPTED, quantity=line.quantity + 1),
    "in_pounds": lambda line: _said(line, Answer.ACCEPTED, price_cents=100, currency="GBP"),
    "of_another": lambda line: _said(line, Answer.ACCEPTED),
}  # fmt: skip


@refusable
def answer_cancel(number: int, agrees: bool) -> None:
    if purchase := picked(PurchaseOrder.objects.exclude(cancel_asked_at=None), number):
        said = CancelAnswer.CANCELLED if agrees else CancelAnswer.TOO_LATE
        cancelling.answer_cancel(purchase.pk, said, by=HIM)


@refusable
def answer_question(number: int, said: Said) -> None:
    if question := picked(Question.objects.all(), number):
        day = timezone.localdate() + timedelta(days=4)
        given = {Said.PART: {"available": 1}, Said.LATER: {"restock_on": day}}.get(said, {})
        answer_questions([QuestionAnswer(question.pk, said, **given)], way=AskingWay.MAIL, by=HIM)  # type: ignore[arg-type]  # each key has its own type


@refusable
def wait_no_longer(number: int) -> None:
    if question := picked(Question.objects.all(), number):
        stop_waiting(question.pk, by=STAFF)


# --- Cases -------------------------------------------------------------------------------------------------
@refusable
def propose(number: int) -> None:
    if case := picked(StockoutCase.objects.select_related("line__order__customer", "line__product"), number):
        proposals.propose(
            case.pk, version=case.version, options=ways_out(case), letter=LetterDraft(), by=STAFF
        )


@refusable
def choose(number: int, which: int) -> None:
    """He chooses, or chooses anew, or clicks in a letter of long ago."""
    if case := picked(StockoutCase.objects.all(), number):
        option = picked(CaseOption.objects.filter(case=case), which)
        if option:
            choices.choose(case.pk, option.pk, version=option.version, by=CUSTOMER)


@refusable
def choose_original(number: int) -> None:
    if case := picked(StockoutCase.objects.all(), number):
        choices.choose_original(case.pk, version=case.version, by=CUSTOMER)


@refusable
def money_after_all(number: int) -> None:
    if case := picked(StockoutCase.objects.filter(status="settled"), number):
        second_thoughts.refund_instead(case.pk, by=CUSTOMER)


@refusable
def settle_case(number: int, how: str) -> None:
    if case := picked(StockoutCase.objects.all(), number):
        SETTLING[how](case)


SETTLING: dict[str, Callable[[StockoutCase], object]] = {
    "reinstate": lambda case: choices.reinstate(case.pk, by=STAFF),
    "outright": lambda case: outright.refund_outright(
        case.pk, version=case.version, by=STAFF, via="decision"
    ),
    "not_outright": lambda case: outright.withdraw_outright(case.pk, version=case.version, by=STAFF),
    "take_back": lambda case: proposals.take_back(case.pk, version=case.version, by=STAFF),
    "now": lambda case: choices.execute(case.pk, by=STAFF),
}


# --- Parcels and returns -----------------------------------------------------------------------------------
@refusable
def ship(number: int, units: int) -> None:
    """A supplier ships what he accepted, all or some of it."""
    if purchase := picked(PurchaseOrder.objects.filter(status="answered"), number):
        left = units_to_send_by(purchase)
        if left:
            sent = {line: min(units, most) for line, most in left.items()}
            announce(purchase.order_id, Parcel(sent), by=HIM, purchase=purchase)


@refusable
def ship_again(number: int) -> None:
    """The same parcel is announced once more, and has no number by which it would be known."""
    if shipment := picked(Shipment.objects.all(), number):
        units = dict(shipment.lines.values_list("line", "quantity"))
        announce(shipment.order_id, Parcel(units), by=HIM, purchase=shipment.purchase_order)


@refusable
def scan(number: int, state: ShipmentState) -> None:
    if shipment := picked(Shipment.objects.all(), number):
        note_scans(shipment.pk, [Scan(timezone.now(), state)], by=CUSTOMER)


@refusable
def send_back(number: int) -> None:
    if order := picked(Order.objects.filter(lines__status__in=["shipped", "delivered"]).distinct(), number):
        wanted = [Wanted(line, units, ReturnReason.LATE) for line, units in returnable(order.pk).items()]
        request_return(order.pk, wanted, by=CUSTOMER)


@refusable
def move_return(number: int, how: str) -> None:
    if returned := picked(Return.objects.all(), number):
        MOVES[how](returned)


MOVES: dict[str, Callable[[Return], object]] = {
    "approve": lambda one: approve(one.pk, address="12 rue", by=STAFF),
    "refuse": lambda one: refuse(one.pk, reason="used", by=HIM),
    "decline": lambda one: decline(one.pk, reason="used", by=STAFF),
    "sent": lambda one: note_sent(one.pk, tracking_number="", by=CUSTOMER),
    "as_new": lambda one: receive(one.pk, receiver=Receiver.SUPPLIER, condition=Condition.AS_NEW, by=STAFF),
    "used": lambda one: receive(one.pk, receiver=Receiver.US, condition=Condition.USED, by=STAFF),
    "owe": lambda one: owe(one.pk, prices(one), by=STAFF),
    "credit": lambda one: note_credit(one.pk, cents=100, reference="C", by=HIM),
}


# --- Mails -------------------------------------------------------------------------------------------------
def letters_leave(comes_back: bool) -> None:
    """Every letter that waited has arrived; or has come back."""
    now = timezone.now()
    Message.objects.filter(status="approved").update(status="bounced" if comes_back else "sent", sent_at=now)
