"""What is handed over to a supplier in one go: gathered, held for a person, let go, taken back.

Lock order: the orders, then transmissions by supplier and key, then purchase orders. Whoever changes what stands in a
transmission holds it, so that nothing is taken back while it is being handed over.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.domain.documents.composing import document_of
from orders.domain.documents.content import Document
from orders.domain.documents.files import TYPES, file_name, file_of
from orders.domain.group_letters import write_group
from orders.domain.minimums import Shortfall, shortfall_of, terms_of
from orders.domain.numbering import next_number
from orders.domain.ordering import is_complete, rules_of
from orders.domain.purchase_messages import undo_seconds_left, write_to_supplier
from orders.events import TransmissionReady
from orders.models import (
    Grouping,
    OrderingRules,
    PurchaseOrder,
    PurchaseOrderStatus,
    Transmission,
    TransmissionStatus,
    Way,
)
from orders.queries.transmissions import purchases_in
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.events import publish
from suppliers.domain.calendars import NeverOpen, answer_due_at, calendar_of
from suppliers.models import Supplier

IN_THE_HOUSE = (
    TransmissionStatus.COLLECTING,
    TransmissionStatus.HELD,
    TransmissionStatus.READY,
    TransmissionStatus.FAILED,
)


def place_for(supplier: Supplier, now: datetime) -> Transmission:
    """Where his next purchase order goes: one of its own, or what his next cut-off collects; held to the end.

    A supplier without a cut-off, or who never opens, is asked order by order whatever the rules say.
    """
    rules = rules_of(supplier)
    at = cut_off(supplier, now) if rules.grouping == Grouping.CUT_OFF else None
    if at is None:
        return new_transmission(rules, now, status=TransmissionStatus.READY)
    return collection(rules, at) or begin_collection(rules, at, now)


def cut_off(supplier: Supplier, now: datetime) -> datetime | None:
    try:
        return calendar_of(supplier).next_cut_off(now)
    except NeverOpen:
        return None


def collection(rules: OrderingRules, at: datetime) -> Transmission | None:
    found = Transmission.objects.select_for_update(no_key=True).filter(
        supplier=rules.supplier_id, cut_off_at=at, status=TransmissionStatus.COLLECTING
    )
    return found.first()


def begin_collection(rules: OrderingRules, at: datetime, now: datetime) -> Transmission:
    """The first of this cut-off begins it; who comes at the same moment finds it."""
    try:
        with transaction.atomic():
            return new_transmission(
                rules, now, status=TransmissionStatus.COLLECTING, is_group=True, cut_off_at=at, not_before=at
            )
    except IntegrityError:
        found = collection(rules, at)
        if found is None:
            raise
        return found


def new_transmission(rules: OrderingRules, now: datetime, **facts: object) -> Transmission:
    number = next_number(rules, timezone.localdate(now))
    return Transmission.objects.create(supplier_id=rules.supplier_id, number=number, way=rules.way, **facts)


def number_in(transmission: Transmission) -> str:
    """The number of the next purchase order in it. The caller holds it."""
    if not transmission.is_group:
        return transmission.number
    return f"{transmission.number}-{transmission.purchases.count() + 1}"


def hand_over(
    transmission: Transmission, *, by: Actor, at: datetime | None = None, anyway: bool = False
) -> TransmissionStatus:
    """Let it go, or hold it for a person; cancelled when nothing is left in it. The caller holds it.

    `at` is when it is handed over, where that is later than it was written. `anyway`: a person has looked at it.
    """
    purchases = purchases_in(transmission)
    if not purchases:
        return put(transmission, TransmissionStatus.CANCELLED)
    rules = rules_of(transmission.supplier)
    if at is not None:
        renew_deadlines(transmission.supplier, purchases, at)
    document = document_of(transmission, purchases, rules, at or timezone.now())
    transmission.way, transmission.content = Way(rules.way), document.to_json()
    if hold := reason_to_hold(rules, document, anyway=anyway):
        tell(purchases, "purchase.held", by=by, reason=hold.code, **hold.facts)
        return put(transmission, TransmissionStatus.HELD, hold=hold.code, hold_facts=dict(hold.facts))
    if rules.way == Way.MAIL:
        return by_mail(transmission, purchases, document, rules, by=by, at=at)
    wait = timedelta(seconds=0 if transmission.is_group else undo_seconds_left(purchases[0].order))
    status = put(transmission, TransmissionStatus.READY, hold="", not_before=timezone.now() + wait)
    if not wait:
        publish(TransmissionReady(transmission.pk))
    return status


def renew_deadlines(supplier: Supplier, purchases: Iterable[PurchaseOrder], at: datetime) -> None:
    """His time runs from the moment at which he is asked."""
    due = answer_due_at(supplier, at)
    for purchase in purchases:
        purchase.answer_due_at = due


def reason_to_hold(rules: OrderingRules, document: Document, *, anyway: bool) -> Shortfall | None:
    """Why a person must look at it before it leaves; `anyway` he has looked, and lets a minimum pass."""
    if not anyway:
        terms = terms_of(rules.supplier_id, {line.sku for _parcel, line in document.lines()})
        if short := shortfall_of(document, rules, terms):
            return short
    if rules.way == Way.HELD:
        return Shortfall("person")
    return None if is_complete(rules) else Shortfall("no_server")


def by_mail(
    transmission: Transmission,
    purchases: Sequence[PurchaseOrder],
    document: Document,
    rules: OrderingRules,
    *,
    by: Actor,
    at: datetime | None,
) -> TransmissionStatus:
    """Into the outbox, where the mail has a life of its own. Without an address a person must call."""
    attached = attachments_of(transmission, rules)
    if transmission.is_group:
        message = write_group(transmission, document, by=by, attachments=attached)
    else:
        [purchase] = purchases
        message = write_to_supplier(purchase, list(purchase.lines.all()), by=by, attachments=attached)
    mark_asked(transmission, at=at)
    if message is None:
        return put(transmission, TransmissionStatus.HELD, hold="no_address")
    return put(transmission, TransmissionStatus.SENT, hold="", message=message, sent_at=timezone.now())


def attachments_of(transmission: Transmission, rules: OrderingRules) -> list[dict[str, str]]:
    """Made when the mail leaves, from what the transmission keeps: no file lies about, and none is made in vain."""
    return [
        {
            "name": f"{transmission.number}.{form}",
            "type": TYPES[form],
            "made_by": "orders.domain.transmissions.attachment",
            "transmission": str(transmission.pk),
            "form": form,
        }
        for form in rules.formats
        if form in TYPES
    ]


def attachment(item: dict[str, str]) -> bytes:
    """The bytes of one such attachment."""
    return file_of(kept_document(Transmission.objects.get(pk=int(item["transmission"]))), item["form"])


def kept_document(transmission: Transmission) -> Document:
    return Document.from_json(transmission.content)


def file_for(transmission: Transmission, form: str) -> tuple[str, bytes]:
    """The file of what was, or will be, handed over, and its name."""
    document = kept_document(transmission)
    return file_name(document, form), file_of(document, form)


def put(transmission: Transmission, status: TransmissionStatus, **changes: object) -> TransmissionStatus:
    """Write the state down. The caller holds the row."""
    transmission.status = status
    for name, value in changes.items():
        setattr(transmission, name, value)
    transmission.save(update_fields=["status", "way", "content", *changes])
    return status


def mark_asked(transmission: Transmission, *, at: datetime | None) -> None:
    """From now on the supplier has the word. `at` where he was asked later than it was written."""
    prepared = transmission.purchases.filter(status=PurchaseOrderStatus.PREPARED)
    if at is None:
        prepared.update(status=PurchaseOrderStatus.WAITING)
    else:
        due = answer_due_at(transmission.supplier, at)
        prepared.update(status=PurchaseOrderStatus.WAITING, asked_at=at, answer_due_at=due)


def tell(purchases: Iterable[PurchaseOrder], kind: str, *, by: Actor, why: str = "", **data: object) -> None:
    """On the record of each purchase order and of its order."""
    record_all(
        [
            Fact(
                subject,
                kind,
                why=why,
                data={"purchase": one.number, "supplier": one.supplier.name, **data},
            )
            for one in purchases
            for subject in (one.order, one)
        ],
        by=by,
    )


def lock_transmissions(purchase_ids: Collection[int]) -> list[Transmission]:
    """Hold what these purchase orders stand in, in the order in which everybody does."""
    found = Transmission.objects.filter(purchases__in=purchase_ids).values("pk")
    held = Transmission.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=found)
    return list(held.select_related("supplier").order_by("supplier_id", "pk"))


def drop_empty(transmissions: Iterable[Transmission]) -> None:
    """Keep in the house what has nothing left in it. The caller holds them."""
    for one in transmissions:
        if one.status in IN_THE_HOUSE and not purchases_in(one):
            put(one, TransmissionStatus.CANCELLED)


def has_left(transmission: Transmission) -> bool:
    """Whether the supplier may have it, apart from mails: those can be taken back while they are in the outbox."""
    out = (TransmissionStatus.SENDING, TransmissionStatus.SENT, TransmissionStatus.UNSURE)
    return transmission.status in out and (transmission.is_group or transmission.message_id is None)
