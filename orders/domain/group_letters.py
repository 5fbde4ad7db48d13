"""Letters about everything that one cut-off collected: one mail, one link, however many customers it is for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from orders.domain.documents.content import AskedLine, AskedParcel, Document
from orders.domain.packing import packing_sentence
from orders.domain.purchase_messages import address_in_words, group_key, remind_supplier
from orders.models import PurchaseOrder, PurchaseOrderStatus, Transmission
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.outbox import compose
from stocke.core.models import Message
from stocke.core.web.formats import clock, long_day, money


def write_group(
    transmission: Transmission,
    document: Document,
    *,
    by: Actor,
    attachments: Sequence[Mapping[str, str]] = (),
    reminder: str = "",
) -> Message | None:
    """Ask the supplier for all of it, once; or remind him, once for each `reminder`. None without an address."""
    supplier = transmission.supplier
    if not supplier.email:
        return None
    key = group_key(transmission.pk)
    with override(supplier.language):
        return compose(
            "purchase_reminder" if reminder else "purchase_order",
            key=f"{key}:reminder:{reminder}" if reminder else key,
            thread=thread_of(transmission),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts=document_facts(document, is_group=True),
            by=by,
            send=True,
            attachments=attachments,
            delay_seconds=0,
        )


def remind(purchase: PurchaseOrder, *, by: Actor, step: str = "") -> Message | None:
    """Ask once more: once for each step of his time, or once per day; one mail for all that one cut-off collected."""
    transmission = purchase.transmission
    if transmission is None or not transmission.is_group:
        return remind_supplier(purchase, step=step, by=by)
    waiting = set(
        transmission.purchases.filter(status=PurchaseOrderStatus.WAITING).values_list("number", flat=True)
    )
    document = Document.from_json(transmission.content)
    left = tuple(parcel for parcel in document.parcels if parcel.number in waiting)
    reminder = step or timezone.localdate().isoformat()
    return write_group(transmission, replace(document, parcels=left), by=by, reminder=reminder)


def document_facts(document: Document, *, is_group: bool) -> dict[str, str]:
    """What a letter may say of it, in the language of the moment."""
    due, first = datetime.fromisoformat(document.answer_by), document.parcels[0]
    lines = "\n".join(f"– {asked_in_words(line)}" for line in first.lines)
    return {
        "supplier.name": document.supplier,
        "supplier.contact_name": document.contact,
        "po.number": document.number,
        "po.date": long_day(date.fromisoformat(document.written_on)),
        "po.lines": "\n\n".join(map(parcel_in_words, document.parcels)) if is_group else lines,
        "po.ship_by": long_day(date.fromisoformat(min(one.ship_by for one in document.parcels))),
        "packing_sentence": packing_sentence(blind=document.blind, note=document.packing_note),
        "ship_to": _("The address stands above, with each parcel.")
        if is_group
        else address_in_words(dict(first.ship_to)),
        "deadline": _("%(day)s at %(time)s") % {"day": long_day(due), "time": clock(due)},
        "answer_link": document.answer_link,
    }


def parcel_in_words(parcel: AskedParcel) -> str:
    address = address_in_words(dict(parcel.ship_to)).replace("\n", ", ")
    head = _("Parcel %(number)s, to %(address)s") % {"number": parcel.number, "address": address or "–"}
    return "\n".join([head, *(f"– {asked_in_words(line)}" for line in parcel.lines)])


def asked_in_words(line: AskedLine) -> str:
    facts = {
        "quantity": line.quantity,
        "sku": line.sku,
        "name": line.name,
        "price": money(line.cost_cents, line.currency),
    }
    if line.cost_cents is None:
        return _("%(quantity)s × %(name)s, your SKU %(sku)s") % facts
    return _("%(quantity)s × %(name)s, your SKU %(sku)s, %(price)s each") % facts
