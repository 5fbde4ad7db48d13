"""Money owed back and vouchers given: each at most once per case."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.case_letters import choice_link
from orders.domain.cases import CaseError
from orders.domain.legal.refunding import refund_by
from orders.domain.ways_out import stake_of
from orders.models import (
    CaseOption,
    OptionKind,
    Order,
    OrderLine,
    Refund,
    StockoutCase,
    VerificationPolicy,
    Voucher,
)
from orders.queries.cases import GIVEN_BACK, line_statuses
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.web.formats import long_day, money

VOUCHER_RETURN_DAYS = 14
# Why a refund is owed: what was paid for the line of a case, a cheaper substitute, the money after another choice,
# a line that staff has cancelled, what was sent back, or goodwill on top of all that.
LINE, DIFFERENCE, INSTEAD, CANCELLED, RETURNED = "line", "difference", "instead", "cancelled", "returned"
GOODWILL = "goodwill"
# Without letters and figures that sound or look alike on the phone: 31 of them, twelve signs, 59 bits.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class RefundDone(CaseError):
    """The refund was already marked as done."""


def refund_due_on(case: StockoutCase, *, ended_at: datetime) -> date:
    """The last day on which the money must be back, by the law of the customer's country (the earlier reading)."""
    country = case.line.order.customer.country
    return refund_by(country, timezone.localtime(ended_at).date()).on


def owe(case: StockoutCase, *, amount_cents: int, reason: str, by: Actor) -> Refund:
    """Put money that we owe on the record, once per case: a second call returns the first row unchanged.

    `reason` is LINE, DIFFERENCE or INSTEAD. The caller holds the case.
    """
    line = case.line
    refund, is_new = Refund.objects.get_or_create(
        case=case,
        defaults={
            "line": line,
            "amount_cents": amount_cents,
            "currency": line.order.currency,
            "reason": reason,
            "due_on": refund_due_on(case, ended_at=timezone.now()),
        },
    )
    if is_new:
        record(
            line.order,
            "refund.due",
            by=by,
            case=case.number,
            amount_cents=amount_cents,
            currency=refund.currency,
            reason=reason,
            due_on=refund.due_on.isoformat(),
        )
    return refund


def owe_cancelled(order: Order, lines: Sequence[OrderLine], *, by: Actor) -> list[Refund]:
    """Put on the record what was paid for lines that were cancelled just now, and the shipping charge with the last
    one when nothing of the order will be delivered. The caller holds the order."""
    due_on = refund_by(order.customer.country, timezone.localdate()).on
    paid = {line.pk: line.total_cents for line in lines}
    if line_statuses(order.pk) <= GIVEN_BACK:
        paid[lines[-1].pk] += order.shipping_cents
    return [
        _owe_line(line, order, amount_cents=paid[line.pk], due_on=due_on, by=by)
        for line in lines
        if paid[line.pk]
    ]


def _owe_line(line: OrderLine, order: Order, *, amount_cents: int, due_on: date, by: Actor) -> Refund:
    refund = Refund.objects.create(
        line=line, amount_cents=amount_cents, currency=order.currency, reason=CANCELLED, due_on=due_on
    )
    record(
        order,
        "refund.due",
        by=by,
        case="",
        amount_cents=amount_cents,
        currency=order.currency,
        reason=CANCELLED,
        due_on=due_on.isoformat(),
    )
    return refund


@transaction.atomic
def mark_done(refund_id: int, *, reference: str, method: str, bank_days: int, by: Actor) -> Refund:
    """The bank accepted the refund: on the record, and the customer is told, once. Raises RefundDone."""
    due = Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE)
    changed = due.update(status=Refund.Status.DONE, done_at=timezone.now(), reference=reference)
    refund = Refund.objects.select_related("line__order__customer", "case").get(pk=refund_id)
    if not changed:
        raise RefundDone(refund.pk)
    order = refund.line.order
    record(
        order,
        "refund.done",
        by=by,
        case=refund.case.number if refund.case else "",
        amount_cents=refund.amount_cents,
        currency=refund.currency,
        reference=reference,
    )
    _tell_refunded(refund, method=method, bank_days=bank_days, by=by)
    return refund


def _tell_refunded(refund: Refund, *, method: str, bank_days: int, by: Actor) -> Message:
    order = refund.line.order
    with override(order.customer.language):
        facts = {
            "order.number": order.number,
            "line.product": refund.line.ordered_name,
            "refund.amount": money(refund.amount_cents, refund.currency),
            "refund.date": long_day(refund.done_at or timezone.now()),
            "refund.method": method,
            "refund.detail": detail_of(refund),
            "refund.bank_days": str(bank_days),
        }
    return apologise(
        order.customer,
        kind="refund_done",
        about=thread_of(order),
        key=f"refund:{refund.pk}:done",
        facts=facts,
        by=by,
    )


def detail_of(refund: Refund) -> str:
    """What the amount includes, in the language of the moment."""
    if refund.reason == DIFFERENCE:
        return _("the price difference with the product that you accepted")
    if refund.reason == RETURNED:
        return _("the products that you sent back")
    if refund.reason == GOODWILL:
        return _("a gesture from us, on top of what was owed")
    shipping = refund.amount_cents - _goods_cents(refund)
    if shipping > 0:
        return _("%(goods)s for the product and %(shipping)s for shipping") % {
            "goods": money(_goods_cents(refund), refund.currency),
            "shipping": money(shipping, refund.currency),
        }
    return _("the price of the product")


def _goods_cents(refund: Refund) -> int:
    quantity = refund.case.quantity if refund.case else refund.line.quantity
    return refund.line.unit_price_cents * quantity


def new_code() -> str:
    """A voucher's code that nobody can guess and everybody can read aloud."""
    signs = [secrets.choice(CODE_SIGNS) for _sign in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def issue_voucher(case: StockoutCase, *, amount_cents: int, by: Actor) -> Voucher:
    """Give the customer his voucher and send him its code, once per case. The caller holds the case."""
    order, today = case.line.order, timezone.localdate()
    voucher, is_new = Voucher.objects.get_or_create(
        case=case,
        defaults={
            "code": new_code(),
            "customer": order.customer,
            "amount_cents": amount_cents,
            "currency": order.currency,
            "expires_on": today + timedelta(days=VerificationPolicy.current().voucher_days),
            "returnable_until": today + timedelta(days=VOUCHER_RETURN_DAYS),
        },
    )
    if is_new:
        record(
            order,
            "voucher.issued",
            by=by,
            case=case.number,
            amount_cents=amount_cents,
            currency=voucher.currency,
            expires_on=voucher.expires_on.isoformat(),
        )
        _tell_voucher(case, voucher, by=by)
    return voucher


def _tell_voucher(case: StockoutCase, voucher: Voucher, *, by: Actor) -> Message:
    order = case.line.order
    with override(order.customer.language):
        facts = {
            "order.number": order.number,
            "line.product": case.line.ordered_name,
            "voucher.code": voucher.code,
            "voucher.amount": money(voucher.amount_cents, voucher.currency),
            "voucher.expiry": long_day(voucher.expires_on),
            "voucher.reason": _("You chose it instead of a refund."),
            "deadline": long_day(voucher.returnable_until or voucher.expires_on),
            "choice_link": choice_link(case, case.version),
        }
    return apologise(
        order.customer,
        kind="voucher_issued",
        about=thread_of(order),
        key=f"voucher:{voucher.pk}:issued",
        facts=facts,
        by=by,
        delay_seconds=0,
    )


def is_returnable(voucher: Voucher) -> bool:
    """Whether the customer may still have the money instead."""
    until = voucher.returnable_until
    return voucher.returned_at is None and until is not None and timezone.localdate() <= until


def told_cents(case: StockoutCase) -> int:
    """The refund that the newest proposal told; nothing before the first."""
    told = CaseOption.objects.filter(case=case, version=case.version, kind=OptionKind.REFUND).first()
    return told.amount_cents or 0 if told else 0


def refund_cents(case: StockoutCase) -> int:
    """What a refund of this case comes to: all that was paid for it, and never less than what was told.

    When a part was sent, the case is about the rest, and what was told of the whole counts no more.
    """
    if case.choice is not None and case.choice.kind == OptionKind.PARTIAL and case.executed_at is not None:
        return stake_of(case).refund_cents
    return max(stake_of(case).refund_cents, told_cents(case))


def voucher_cents(case: StockoutCase, choice: CaseOption) -> int:
    """What was told, and what a refund has grown by since: the shipping charge, when nothing else is delivered."""
    return (choice.amount_cents or 0) + refund_cents(case) - told_cents(case)
