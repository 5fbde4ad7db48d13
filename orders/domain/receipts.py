"""The letter that confirms a choice: what will be done now, and by when."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.case_letters import choice_link
from orders.domain.causes import cause_sentence
from orders.domain.settlements import INSTEAD
from orders.models import CaseOption, OptionKind, Refund, StockoutCase, Voucher
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.models import Message
from stocke.core.web.formats import long_day, money


def confirm_choice(case: StockoutCase, choice: CaseOption, *, by: Actor) -> Message | None:
    """Tell the customer that his choice was carried out, once per case. A voucher has a letter of its own."""
    if choice.kind == OptionKind.VOUCHER:
        return None
    if case.is_decided_by_us:
        return _tell_decided(case, by=by)
    with override(case.line.order.customer.language):
        return _tell(case, choice_sentence(case, choice), key=f"case:{case.pk}:executed", by=by)


def _tell_decided(case: StockoutCase, *, by: Actor) -> Message:
    """We give the money back without having asked: the cause, the apology, the amount."""
    customer, order = case.line.order.customer, case.line.order
    with override(customer.language):
        facts = {
            "order.number": order.number,
            "order.date": long_day(order.placed_at),
            "line.product": case.line.ordered_name,
            "cause_sentence": cause_sentence(case.cause, case.facts, language=customer.language),
            "refund_sentence": refund_sentence(case),
        }
    key, about = f"case:{case.pk}:executed", thread_of(order)
    return apologise(
        customer, kind="refund_decided", about=about, key=key, facts=facts, by=by, delay_seconds=0
    )


def confirm_refund(case: StockoutCase, *, by: Actor) -> Message:
    """Tell the customer that he gets his money instead of what he chose first, once per case."""
    with override(case.line.order.customer.language):
        return _tell(case, refund_sentence(case), key=f"case:{case.pk}:refund_instead", by=by)


def _tell(case: StockoutCase, sentence: str, *, key: str, by: Actor) -> Message:
    order = case.line.order
    facts = {
        "order.number": order.number,
        "line.product": case.line.ordered_name,
        "choice_sentence": sentence,
        "choice_link": choice_link(case, case.version),
    }
    return apologise(
        order.customer,
        kind="choice_received",
        about=thread_of(order),
        key=key,
        facts=facts,
        by=by,
        delay_seconds=0,
    )


def choice_sentence(case: StockoutCase, choice: CaseOption) -> str:
    """What happens now, in the language of the moment."""
    if choice.kind == OptionKind.REFUND or Refund.objects.filter(case=case, reason=INSTEAD).exists():
        return refund_sentence(case)
    if choice.kind == OptionKind.VOUCHER:
        return voucher_sentence(case)
    if choice.kind == OptionKind.WAIT and choice.until:
        return _(
            "We keep your order and expect the product on %(date)s. You can still change your mind before it ships."
        ) % {"date": long_day(choice.until)}
    if choice.kind == OptionKind.PARTIAL:
        return _partial_sentence(case, choice)
    sentences = [_sending_sentence(case, choice), refund_sentence(case)]
    return " ".join(sentence for sentence in sentences if sentence)


def _partial_sentence(case: StockoutCase, choice: CaseOption) -> str:
    said = {"units": choice.units, "product": case.line.ordered_name, "rest": case.quantity}
    now = _("We are sending you %(units)s × %(product)s.") % said
    if choice.until is None:
        return f"{now} {refund_sentence(case)}"
    later = _("We expect the other %(rest)s on %(date)s; you can still change your mind about them.") % {
        **said, "date": long_day(choice.until)
    }  # fmt: skip
    return f"{now} {later}"


def _sending_sentence(case: StockoutCase, choice: CaseOption) -> str:
    product = {"product": choice.product.name if choice.product else case.line.ordered_name}
    if case.line.promised_on is None:
        return _("We are sending you %(product)s.") % product
    day = {"date": long_day(case.line.promised_on)}
    return _("We are sending you %(product)s, expected on %(date)s.") % {**product, **day}


def voucher_sentence(case: StockoutCase) -> str:
    """The voucher with its code; empty before it is issued."""
    voucher = Voucher.objects.filter(case=case).first()
    if voucher is None:
        return ""
    return _("Your voucher for %(amount)s: %(code)s, valid until %(date)s.") % {
        "amount": money(voucher.amount_cents, voucher.currency),
        "code": voucher.code,
        "date": long_day(voucher.expires_on),
    }


def refund_sentence(case: StockoutCase) -> str:
    """The money that we owe for this case, and by when; empty when there is none."""
    refund = Refund.objects.filter(case=case).first()
    if refund is None:
        return ""
    return _("We are refunding you %(amount)s, by %(date)s at the latest.") % {
        "amount": money(refund.amount_cents, refund.currency),
        "date": long_day(refund.due_on),
    }
