"""What customers and suppliers are written about a return: once for each fact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.returns.labels import attached
from orders.models import Order, Return, ReturnLine
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.links import sign
from stocke.core.domain.outbox import compose
from stocke.core.models import Message
from stocke.core.web.formats import clock, long_day, money

CUSTOMER_PURPOSE, SUPPLIER_PURPOSE = "return", "return_answer"
LINK_DAYS = 180


def return_link(order: Order) -> str:
    """The customer's page of everything that he may send back of this order."""
    return settings.PUBLIC_URL + reverse("orders:return_ask", args=[sign(CUSTOMER_PURPOSE, order.pk)])


def approval_link(returned: Return) -> str:
    """The supplier's page of one return."""
    return settings.PUBLIC_URL + reverse("orders:return_answer", args=[sign(SUPPLIER_PURPOSE, returned.pk)])


def tell_requested(order: Order, returns: Sequence[Return], *, by: Actor) -> Message:
    """His request has come in, with the day and the hour: what the law calls a durable medium."""
    lines = ReturnLine.objects.filter(returned__in=returns).select_related("line__product").order_by("pk")
    asked_at = returns[0].requested_at
    with override(order.customer.language):
        at = _("%(day)s at %(time)s") % {"day": long_day(asked_at), "time": clock(asked_at)}
        return _write(
            order, "return_requested", returns[0], {"return.lines": in_words(lines), "return.at": at}, by=by
        )


def tell_approved(returned: Return, *, by: Actor) -> Message:
    """Where to send it, and what to write on it."""
    with override(returned.order.customer.language):
        facts = {
            "return.lines": in_words(_lines(returned)),
            "return.address": returned.address,
            "return.number": _numbers(returned),
            "return.label_sentence": label_sentence(returned),
        }
        return _write(returned.order, "return_approved", returned, facts, by=by, files=attached(returned))


def _numbers(returned: Return) -> str:
    return " / ".join(filter(None, (returned.number, returned.supplier_number)))


def label_sentence(returned: Return) -> str:
    """How the parcel is marked: by the label that came with it, by the one to be printed, or by hand."""
    if returned.label_path:
        return _("Your return label is attached to this e-mail: print it and stick it on the parcel.")
    if returned.label_link:
        return _("Print your return label from the page of your return, and stick it on the parcel.")
    return _("Please write the number %(number)s on the parcel.") % {"number": _numbers(returned)}


def tell_received(returned: Return, *, amount_cents: int | None, due_on: date | None, by: Actor) -> Message:
    """It is here, and what is paid back until when; or that a person looks at it first."""
    order = returned.order
    with override(order.customer.language):
        sentence = _("We look at it and write to you about the refund.")
        if amount_cents is not None and due_on is not None:
            said = {"amount": money(amount_cents, order.currency), "day": long_day(due_on)}
            sentence = _("We refund you %(amount)s, by %(day)s at the latest.") % said
        facts = {"return.lines": in_words(_lines(returned)), "refund_sentence": sentence}
        return _write(order, "return_received", returned, facts, by=by)


def tell_declined(returned: Return, *, by: Actor) -> Message:
    with override(returned.order.customer.language):
        facts = {"return.lines": in_words(_lines(returned)), "return.reason": returned.refusal}
        return _write(returned.order, "return_declined", returned, facts, by=by)


def _write(
    order: Order,
    kind: str,
    returned: Return,
    facts: dict[str, str],
    *,
    by: Actor,
    files: Sequence[Mapping[str, str]] = (),
) -> Message:
    """To the customer, once for each return and fact."""
    return apologise(
        order.customer,
        kind=kind,
        about=thread_of(order),
        key=f"return:{returned.pk}:{kind}",
        facts={"order.number": order.number, "return_link": return_link(order), **facts},
        by=by,
        attachments=files,
    )


def ask_supplier(returned: Return, *, by: Actor) -> Message | None:
    """Ask him to take it back, once. None when nobody sent it but we, or he has no address: then a person decides."""
    purchase = returned.purchase_order
    if purchase is None or not purchase.supplier.email:
        return None
    supplier = purchase.supplier
    with override(supplier.language):
        facts = {
            "supplier.name": supplier.name,
            "supplier.contact_name": supplier.contact_name,
            "po.number": purchase.number,
            "return.number": returned.number,
            "return.lines": in_words(_lines(returned), with_reason=True),
            "answer_link": approval_link(returned),
        }
        return compose(
            "return_request",
            key=f"return:{returned.pk}:asked",
            thread=thread_of(returned.order),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts=facts,
            by=by,
            send=True,
        )


def in_words(lines: Iterable[ReturnLine], *, with_reason: bool = False) -> str:
    said = []
    for one in lines:
        name = one.line.product.name if one.line.product else one.line.ordered_name
        facts = {"quantity": one.quantity, "name": name, "reason": one.get_reason_display()}
        words = _("%(quantity)s × %(name)s, %(reason)s") if with_reason else _("%(quantity)s × %(name)s")
        said.append("– " + words % facts)
    return "\n".join(said)


def _lines(returned: Return) -> Sequence[ReturnLine]:
    return list(returned.lines.select_related("line__product").order_by("pk"))
