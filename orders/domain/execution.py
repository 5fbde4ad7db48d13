"""Carrying out a choice: the line, its promises and the money, in one transaction under the case's lock."""

from collections.abc import Callable, Mapping
from functools import partial

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_line
from orders.domain.case_costs import margin_lost
from orders.domain.cases import CaseError
from orders.domain.kept_choices import as_chosen
from orders.domain.resourcing import hold_offers, source_again
from orders.domain.settlements import DIFFERENCE, LINE, issue_voucher, owe, refund_cents, voucher_cents
from orders.domain.sourcing import Verdict
from orders.domain.splitting import missing_part, part_off
from orders.domain.verification import verify_order
from orders.domain.ways_out import stake_of
from orders.events import OrderConfirmed
from orders.models import CaseOption, CaseStatus, LineStatus, OptionKind, Order, OrderStatus, StockoutCase
from orders.models.order import ENDED
from orders.queries.cases import GIVEN_BACK, line_statuses
from orders.queries.desk import DECIDABLE
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish


class SoldOut(CaseError):
    """The chosen product was sold meanwhile. Nothing was changed."""


@transaction.atomic
def carry_out(
    case: StockoutCase,
    choice: CaseOption,
    *,
    by: Actor,
    told_as: str = "case.settled",
    offer_id: int | None = None,
) -> None:
    """Do what was chosen and close the case, with one entry on the record. The caller holds the case.

    `offer_id` is the source that a person chose for a product to be sent.

    Raises SoldOut; then nothing is changed, but `case` itself must be read anew.
    """
    case.line = missing_part(case, by=by)
    before, stake = case.line.status, stake_of(case)
    act = partial(_send_instead, offer_id=offer_id) if offer_id else ACTS[OptionKind(choice.kind)]
    case.cost_cents = act(case, choice, by)
    case.margin_lost_cents = margin_lost(case, choice, stake)
    now = timezone.now()
    case.status, case.executed_at, case.closed_at = CaseStatus.SETTLED, now, now
    case.save(
        update_fields=[
            "line", "quantity", "choice", "chosen_at", "cost_cents", "margin_lost_cents", "status",
            "executed_at", "closed_at",
        ]
    )  # fmt: skip
    record(
        case.line.order,
        told_as,
        by=by,
        before={"line": before},
        after={"line": case.line.status},
        case=case.number,
        option=choice.kind,
        ordered=case.line.ordered_name,
        product=choice.product.name if choice.product else "",
    )


def _send_instead(case: StockoutCase, choice: CaseOption, by: Actor, *, offer_id: int | None = None) -> int:
    """Another product, or the ordered one that came back. `ordered_*` stays what was bought; a lower price counts."""
    line = case.line
    hold_offers(line, product_id=choice.product_id)
    release_line(line, reason="replaced", by=by)
    chosen = as_chosen(line, choice, quantity=line.quantity)
    line.product, line.unit_price_cents = chosen.product, chosen.unit_price_cents
    line.save(update_fields=["product", "unit_price_cents"])
    verdict = source_again(
        line, by=by, accept_doubts=True, ignores_date=True, restocked=True, offer_id=offer_id
    )
    if verdict == Verdict.SHORT:
        raise SoldOut(case.number)
    if given_back := max(0, -choice.price_difference_cents):
        owe(case, amount_cents=given_back, reason=DIFFERENCE, by=by)
    return max(0, choice.price_difference_cents)


def _send_part(case: StockoutCase, choice: CaseOption, by: Actor) -> int:
    """The units that are there now; from here on the case is about the others, which wait or are given back."""
    line = case.line
    hold_offers(line)
    release_line(line, reason="replaced", by=by)
    rest = part_off(line, case.quantity - (choice.units or 0), by=by)
    line.status = LineStatus.SHORT
    if source_again(line, by=by, accept_doubts=True, ignores_date=True, restocked=True) == Verdict.SHORT:
        raise SoldOut(case.number)
    case.line, case.quantity = rest, rest.quantity
    if choice.until:
        return _wait(case, choice, by)
    owe(case, amount_cents=choice.amount_cents or 0, reason=LINE, by=by)
    _end_line(case, LineStatus.REFUNDED)
    return 0


def _wait(case: StockoutCase, choice: CaseOption, by: Actor) -> int:
    """The line waits for its product until the day the customer agreed to."""
    release_line(case.line, reason="waiting", by=by)
    case.line.promised_on = choice.until
    _end_line(case, LineStatus.WAITING)
    return 0


def _give_back(case: StockoutCase, choice: CaseOption, by: Actor) -> int:
    amount = refund_cents(case)
    release_line(case.line, reason="refunded", by=by)
    owe(case, amount_cents=amount, reason=LINE, by=by)
    _end_line(case, LineStatus.REFUNDED)
    return amount - case.line.unit_price_cents * case.quantity


def _give_voucher(case: StockoutCase, choice: CaseOption, by: Actor) -> int:
    amount = voucher_cents(case, choice)
    release_line(case.line, reason="vouchered", by=by)
    issue_voucher(case, amount_cents=amount, by=by)
    _end_line(case, LineStatus.VOUCHERED)
    return amount - case.line.unit_price_cents * case.quantity


def _end_line(case: StockoutCase, status: LineStatus) -> None:
    case.line.status = status
    case.line.save(update_fields=["status", "promised_on"])


ACTS: Mapping[OptionKind, Callable[[StockoutCase, CaseOption, Actor], int]] = {
    OptionKind.SUBSTITUTE: _send_instead,
    OptionKind.WAIT: _wait,
    OptionKind.REFUND: _give_back,
    OptionKind.VOUCHER: _give_voucher,
    OptionKind.PARTIAL: _send_part,
}


def carry_on(order: Order, *, by: Actor) -> None:
    """Let the rest of the order go on after a case. The caller holds the order.

    An order of which nothing will be delivered any more is cancelled, and one that was delivered as far as it
    will be is done. An unconfirmed one is verified again and confirms itself if it may; when all that is left of
    it waits with the customer's consent, that consent confirms it. A confirmed one has its lines ordered,
    and leaves the verification desk when nothing in it is to be decided any more.
    """
    statuses = line_statuses(order.pk)
    if statuses <= GIVEN_BACK:
        _end(order, OrderStatus.CANCELLED, "order.cancelled", by=by)
    elif statuses <= set(ENDED):
        _end(order, OrderStatus.DONE, "order.done", by=by)
    elif order.confirmed_at is not None:
        if statuses.isdisjoint({*DECIDABLE, LineStatus.ASKED}):
            _end(order, OrderStatus.CONFIRMED, "order.confirmed", by=by)
        publish(OrderConfirmed(order.pk))
    elif statuses <= {*ENDED, LineStatus.WAITING}:
        Order.objects.filter(pk=order.pk).update(confirmed_at=timezone.now())
        _end(order, OrderStatus.CONFIRMED, "order.confirmed", by=by)
    else:
        verify_order(order.pk, by=by)


def _end(order: Order, status: OrderStatus, kind: str, *, by: Actor) -> None:
    """Give the order this status and put it on the record; nothing when it has it already."""
    if Order.objects.filter(pk=order.pk).exclude(status=status).update(status=status):
        record(order, kind, by=by, before={"status": order.status}, after={"status": status.value})
