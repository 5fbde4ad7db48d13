"""Orders by JSON: hand one over, ask for one, walk through them. Docs: docs/api.md and the page at /api/docs."""

import json
from http import HTTPStatus

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from orders.api.schemas import OrderBrief, OrderIn, OrderOut, OrdersOut, Page, TakenOut
from orders.domain.intake import Outcome, products_named, take_in
from orders.domain.problems import AmendmentRefused, Code, OrderRefused, Problem
from orders.models import Order
from orders.queries.orders import order_of_channel, orders_of_channel
from stocke.core.actors import Actor
from stocke.core.texts import is_storable
from stocke.core.web.api import ApiRequest, ErrorOut, ErrorsOut, TokenAuth

router = Router(tags=["orders"])
REFUSALS = {401: ErrorsOut, 403: ErrorsOut}


@router.post(
    "",
    auth=TokenAuth("orders.write"),
    response={200: TakenOut, 201: TakenOut, 409: ErrorsOut, 413: ErrorsOut, 422: ErrorsOut, **REFUSALS},
    summary="Hand over an order",
)
def hand_over(request: ApiRequest, payload: OrderIn) -> Status[ErrorsOut | TakenOut]:
    """The same order twice is one order (200 `same`); a changed one amends what we have (200 `amended`).

    An order with anything wrong is refused whole (422), and so is an amendment that contradicts what was already
    done (409): every problem is named by row and field, and nothing is changed.
    """
    token = request.auth
    try:
        taken = take_in(payload.to_value(token.channel), by=Actor.channel(token.channel))
    except OrderRefused as refused:
        conflict = isinstance(refused, AmendmentRefused)
        status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
        return Status(status, ErrorsOut(errors=[said(problem) for problem in refused.problems]))
    order, is_new = taken.order, taken.outcome == Outcome.CREATED
    return Status(
        HTTPStatus.CREATED if is_new else HTTPStatus.OK,
        TakenOut(
            outcome=taken.outcome, number=order.number, external_id=order.external_id, status=order.status
        ),
    )


@router.get(
    "",
    auth=TokenAuth("orders.read"),
    response={200: OrdersOut, **REFUSALS},
    summary="Walk through your orders",
)
def walk(request: ApiRequest, page: Query[Page]) -> OrdersOut:
    """Oldest first. Each page costs the same however far you are."""
    orders = orders_of_channel(request.auth.channel, after=page.after, external_id=page.external_id)
    found = list(orders[: page.limit + 1])
    shown = found[: page.limit]
    return OrdersOut(
        orders=[OrderBrief.from_orm(order) for order in shown],
        next_after=shown[-1].pk if len(found) > page.limit else None,
    )


@router.get(
    "/{number}",
    auth=TokenAuth("orders.read"),
    response={200: OrderOut, 404: ErrorsOut, **REFUSALS},
    summary="One order with its lines",
)
def show(request: ApiRequest, number: str) -> OrderOut:
    """By our number. An order of another channel is not found."""
    if not is_storable(number):
        raise Http404
    try:
        return OrderOut.of(order_of_channel(request.auth.channel, number))
    except Order.DoesNotExist:
        raise Http404 from None


def said(problem: Problem) -> ErrorOut:
    value = None if problem.value is None else str(problem.value)[:200]
    return ErrorOut(
        code=problem.code.value, message=problem.message, field=problem.field, row=problem.row, value=value
    )


def unknown_skus(request: HttpRequest) -> list[ErrorOut]:
    """Of an order that does not even fit the shape: the rows whose SKU nobody sells, so that one answer names all."""
    try:
        rows = json.loads(request.body)["lines"]
        skus = {row: line["sku"] for row, line in enumerate(rows, start=1) if isinstance(line["sku"], str)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    known = products_named(skus.values())
    return [
        said(Problem(Code.UNKNOWN_SKU, "sku", row, sku))
        for row, sku in skus.items()
        if sku.strip() not in known
    ]
