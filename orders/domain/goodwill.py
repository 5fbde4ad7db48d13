"""Goodwill: something on top of what is owed, once per case, with a reason and within the giver's limit."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.cases import CaseError, lock_case
from orders.domain.legal.refunding import refund_by
from orders.domain.settlements import GOODWILL, new_code
from orders.models import (
    CaseStatus,
    Goodwill,
    GoodwillKind,
    Playbook,
    Refund,
    StockoutCase,
    VerificationPolicy,
    Voucher,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.models.user import Role
from stocke.core.web.formats import long_day, money


class AboveLimit(CaseError):
    """More than this role may give. Nothing was changed."""

    def __init__(self, limit_cents: int) -> None:
        super().__init__(str(limit_cents))
        self.limit_cents = limit_cents


class AlreadyGiven(CaseError):
    """This case has had its goodwill. Nothing was changed."""


def limit_of(roles: Collection[Role], playbook: Playbook) -> int | None:
    """The most that somebody in these roles may give, in cents; None is no limit. Nobody else gives anything."""
    if Role.ADMINISTRATOR in roles:
        return None
    limits = {
        Role.OPERATIONS: playbook.goodwill_operations_cents,
        Role.CUSTOMER_SERVICE: playbook.goodwill_service_cents,
    }
    return max((limits.get(role, 0) for role in roles), default=0)


@transaction.atomic
def give(
    case_id: int,
    *,
    kind: GoodwillKind,
    amount_cents: int,
    reason: str,
    roles: Collection[Role],
    by: Actor,
) -> Goodwill:
    """Give the customer a sum or a voucher on top, and tell him, once. Raises AboveLimit, AlreadyGiven, CaseClosed.

    A sum becomes a refund that is due like any other; a voucher has its code at once.
    """
    case = lock_case(case_id)
    limit = limit_of(roles, Playbook.current())
    if limit is not None and amount_cents > limit:
        raise AboveLimit(limit)
    if case.status == CaseStatus.CANCELLED or Goodwill.objects.filter(case=case).exists():
        raise AlreadyGiven(case.number)
    given = Goodwill.objects.create(
        case=case,
        kind=kind,
        amount_cents=amount_cents,
        currency=case.line.order.currency,
        reason=reason,
        given_by_id=by.user_id,
        refund=_owe(case, amount_cents) if kind == GoodwillKind.MONEY else None,
        voucher=_voucher(case, amount_cents) if kind == GoodwillKind.VOUCHER else None,
    )
    record(
        case.line.order,
        "goodwill.given",
        by=by,
        why=reason,
        case=case.number,
        as_what=kind,
        amount_cents=amount_cents,
        currency=given.currency,
    )
    _tell(case, given, by=by)
    return given


def _owe(case: StockoutCase, amount_cents: int) -> Refund:
    order = case.line.order
    return Refund.objects.create(
        line=case.line,
        amount_cents=amount_cents,
        currency=order.currency,
        reason=GOODWILL,
        due_on=refund_by(order.customer.country, timezone.localdate()).on,
    )


def _voucher(case: StockoutCase, amount_cents: int) -> Voucher:
    """A gift: nothing was given up for it, so nothing comes back instead of it."""
    order = case.line.order
    return Voucher.objects.create(
        code=new_code(),
        customer=order.customer,
        amount_cents=amount_cents,
        currency=order.currency,
        expires_on=timezone.localdate() + timedelta(days=VerificationPolicy.current().voucher_days),
    )


def _tell(case: StockoutCase, given: Goodwill, *, by: Actor) -> Message:
    order = case.line.order
    with override(order.customer.language):
        facts = {
            "order.number": order.number,
            "line.product": case.line.ordered_name,
            "goodwill_sentence": sentence_of(given),
        }
    return apologise(
        order.customer,
        kind="goodwill",
        about=thread_of(order),
        key=f"case:{case.pk}:goodwill",
        facts=facts,
        by=by,
    )


def sentence_of(given: Goodwill) -> str:
    """What he gets, in the language of the moment."""
    amount = {"amount": money(given.amount_cents, given.currency)}
    if given.voucher is not None:
        more = {"code": given.voucher.code, "date": long_day(given.voucher.expires_on)}
        return _("Here is a voucher for %(amount)s: %(code)s, valid until %(date)s.") % {**amount, **more}
    day = long_day(given.refund.due_on) if given.refund else ""
    return _("We are paying you %(amount)s, by %(date)s at the latest.") % {**amount, "date": day}
