"""The money after all: a customer who chose to wait, or a voucher, may still have his refund for a while."""

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_line
from orders.domain.cases import CaseError, lock_case
from orders.domain.execution import carry_on
from orders.domain.receipts import confirm_refund
from orders.domain.settlements import INSTEAD, is_returnable, owe, refund_cents
from orders.models import CaseStatus, LineStatus, OptionKind, Refund, StockoutCase, Voucher
from stocke.core.actors import Actor
from stocke.core.domain.history import record


class NoWayBack(CaseError):
    """The product is on its way, or the time to give the voucher back is over. Nothing was changed."""


def may_still_refund(case: StockoutCase) -> bool:
    """Whether the customer may have his money instead of what he chose: he still waits, or kept his voucher."""
    if case.status != CaseStatus.SETTLED or case.choice is None:
        return False
    if case.choice.kind == OptionKind.WAIT or case.choice.until:
        return case.line.status == LineStatus.WAITING
    voucher = Voucher.objects.filter(case=case).first()
    return voucher is not None and is_returnable(voucher)


@transaction.atomic
def refund_instead(case_id: int, *, by: Actor) -> Refund:
    """Owe the money instead of the wait or the voucher, whose code is void from now on. Idempotent.

    Raises NoWayBack.
    """
    case = lock_case(case_id)
    existing = Refund.objects.filter(case=case, reason=INSTEAD).first()
    if existing is not None:
        return existing
    if not may_still_refund(case):
        raise NoWayBack(case.number)
    amount, line = refund_cents(case), case.line
    before = line.status
    Voucher.objects.filter(case=case).update(returned_at=timezone.now())
    release_line(line, reason="refunded", by=by)
    line.status = LineStatus.REFUNDED
    line.save(update_fields=["status"])
    record(
        line.order,
        "case.refund_instead",
        by=by,
        before={"line": before},
        after={"line": line.status},
        case=case.number,
    )
    refund = owe(case, amount_cents=amount, reason=INSTEAD, by=by)
    confirm_refund(case, by=by)
    carry_on(line.order, by=by)
    return refund
