"""Purchase orders by JSON, for a supplier's program: read one, answer it."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Literal

from django.http import Http404
from ninja import Field, Router, Schema, Status

from orders.domain.acknowledgements import Code, Outcome, SaidLine, acknowledge
from orders.domain.answer_keys import SCOPE, supplier_of
from orders.models import Answer, PurchaseOrder, PurchaseOrderStatus
from orders.queries.purchases import purchase_with_lines
from stocke.core.actors import Actor
from stocke.core.texts import is_storable
from stocke.core.web.api import ApiRequest, ErrorOut, ErrorsOut, TokenAuth
from suppliers.models import Supplier

router = Router(tags=["purchases"])
REFUSALS = {401: ErrorsOut, 403: ErrorsOut, 404: ErrorsOut}
MESSAGES = {
    Code.LINE: "the purchase order has no such line, or more than one of this SKU: name its id",
    Code.TWICE: "this line is named twice",
    Code.INCOMPLETE: "every line needs an answer",
    Code.QUANTITY: "a quantity is at most what was ordered",
    Code.CURRENCY: "the price is in another currency than the purchase order",
    Code.ANSWERED: "another answer is recorded already",
    Code.CANCELLED: "this purchase order was taken back: do not ship",
    Code.NOT_ASKED: "this purchase order has not been handed over yet",
}
CONFLICTS = {Code.ANSWERED, Code.CANCELLED, Code.NOT_ASKED}


class LineAnswerIn(Schema):
    id: int | None = Field(default=None, description="the key of the line, as the purchase order names it")
    sku: str = Field(default="", max_length=120, description="your SKU, where only one line has it")
    answer: Literal["accepted", "part", "rejected"]
    quantity: int | None = Field(default=None, ge=0, description="how many you ship; needed for a part")
    reason: Literal["", "no_stock", "discontinued", "price", "other"] = ""
    ship_on: date | None = Field(default=None, description="when you ship, if later than asked")
    restock_on: date | None = Field(default=None, description="when you expect what is missing")
    price: Decimal | None = Field(
        default=None, gt=0, max_digits=9, decimal_places=2, description="new price for each"
    )
    currency: str = Field(default="", max_length=3)
    note: str = Field(default="", max_length=250)


class AnswerIn(Schema):
    lines: list[LineAnswerIn] = Field(min_length=1, max_length=500)


class AnswerOut(Schema):
    number: str
    outcome: str = Field(
        description="`taken`; `same` for what was answered before; `late` for a yes that comes too late: do not ship"
    )
    status: str


class PurchaseLineOut(Schema):
    id: int
    sku: str
    name: str
    quantity: int
    price_cents: int | None
    currency: str
    answer: str


class PurchaseOut(Schema):
    number: str
    status: str
    answer_by: str
    ship_to: dict[str, str]
    lines: list[PurchaseLineOut]


@router.get(
    "/{number}",
    auth=TokenAuth(SCOPE),
    response={200: PurchaseOut, **REFUSALS},
    summary="Read one of your purchase orders",
)
def read_purchase(request: ApiRequest, number: str) -> PurchaseOut:
    """Yours only: another supplier's is not found."""
    purchase = purchase_or_404(number, supplier_or_404(request))
    lines = [line for line in purchase.lines.all() if line.answer != Answer.WITHDRAWN]
    return PurchaseOut(
        number=purchase.number,
        status=purchase.status,
        answer_by=purchase.answer_due_at.isoformat(),
        ship_to={name: str(value) for name, value in purchase.order.ship_to.items()},
        lines=[
            PurchaseLineOut(
                id=line.pk,
                sku=line.allocation.offer.supplier_sku,
                name=line.allocation.offer.name or line.allocation.line.ordered_name,
                quantity=line.quantity,
                price_cents=line.cost_cents,
                currency=line.allocation.offer.currency,
                answer=line.answer,
            )
            for line in lines
        ],
    )


@router.post(
    "/{number}/answer",
    auth=TokenAuth(SCOPE),
    response={200: AnswerOut, 409: ErrorsOut, 422: ErrorsOut, **REFUSALS},
    summary="Answer a purchase order",
)
def answer_purchase_order(
    request: ApiRequest, number: str, payload: AnswerIn
) -> Status[ErrorsOut | AnswerOut]:
    """Every line at once. The same answer again is the same answer (200 `same`); another one is refused (409).

    Anything wrong refuses the whole answer (422), and nothing is changed.
    """
    supplier = supplier_or_404(request)
    purchase_or_404(number, supplier)
    said = [said_by(row, one) for row, one in enumerate(payload.lines, start=1)]
    result = acknowledge(number, said, by=Actor.supplier(supplier.name), supplier_id=supplier.pk)
    if result.outcome == Outcome.REFUSED:
        code = Code(result.code)
        status = HTTPStatus.CONFLICT if code in CONFLICTS else HTTPStatus.UNPROCESSABLE_ENTITY
        told = ErrorOut(code=code, message=MESSAGES.get(code, ""), field="lines", row=result.row)
        return Status(status, ErrorsOut(errors=[told]))
    status_now = PurchaseOrder.objects.values_list("status", flat=True).get(number=number)
    return Status(HTTPStatus.OK, AnswerOut(number=number, outcome=result.outcome, status=status_now))


def said_by(row: int, one: LineAnswerIn) -> SaidLine:
    return SaidLine(
        row,
        Answer(one.answer),
        line=one.id,
        sku=one.sku,
        quantity=one.quantity,
        reason=one.reason,
        note=one.note,
        restock_on=one.restock_on,
        ship_on=one.ship_on,
        price_cents=None if one.price is None else int(one.price * 100),
        currency=one.currency.upper(),
    )


def supplier_or_404(request: ApiRequest) -> Supplier:
    supplier = supplier_of(request.auth)
    if supplier is None:
        raise Http404
    return supplier


def purchase_or_404(number: str, supplier: Supplier) -> PurchaseOrder:
    """What he was asked; what is still in the house he does not know of."""
    found = purchase_with_lines(number=number, supplier=supplier) if is_storable(number) else None
    if found is None or found.status == PurchaseOrderStatus.PREPARED:
        raise Http404
    return found
