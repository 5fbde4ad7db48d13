"""Letters that members of staff write by hand, in the conversation of an order or a purchase order."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from customers.domain.apologies import facts_about
from orders.models import Order, PurchaseOrder
from stocke.core.actors import Actor
from stocke.core.domain import outbox
from stocke.core.domain.history import thread_of
from stocke.core.domain.incoming import AlreadySettled, lock_incoming, reopen, settle
from stocke.core.models import IncomingMessage, IncomingStatus, Message

SIGNED_LINK = re.compile(re.escape(settings.PUBLIC_URL) + r"/(?:p|c|s)/\S+")


@dataclass(frozen=True)
class Written:
    """What somebody wrote. `key` is that of the form: the same form twice is one letter. `answers` is settled by it."""

    key: str
    subject: str
    text: str
    answers: int | None = None


@dataclass(frozen=True)
class Reader:
    """Who gets it."""

    kind: str
    address: str
    name: str
    language: str


def write_to_customer(order: Order, written: Written, *, by: Actor) -> Message:
    """Write to the customer of an order, at the address on record. Raises AlreadySettled; then nothing is written."""
    customer = order.customer
    reader = Reader("customer_letter", customer.email, customer.full_name, customer.language)
    return write(thread_of(order), reader, written, facts_about(customer), by=by)


def write_to_supplier(purchase: PurchaseOrder, written: Written, *, by: Actor, to: str = "") -> Message:
    """Write to the supplier of a purchase order, or to the colleague of his who wrote. Raises AlreadySettled."""
    supplier = purchase.supplier
    reader = Reader(
        "supplier_letter", to or supplier.email, supplier.contact_name or supplier.name, supplier.language
    )
    facts = {"supplier.name": supplier.name, "supplier.contact_name": supplier.contact_name}
    return write(thread_of(purchase), reader, written, facts, by=by)


@transaction.atomic
def write(thread: str, reader: Reader, written: Written, facts: dict[str, str], *, by: Actor) -> Message:
    key = f"{thread}:letter:{written.key}"[:120]
    if known := Message.objects.filter(dedupe_key=key).first():
        return known
    answered = settled(written.answers, thread, by=by)
    return outbox.compose(
        reader.kind,
        key=key,
        thread=thread,
        recipient=reader.address,
        recipient_name=reader.name,
        language=reader.language,
        facts={**facts, "letter.subject": written.subject, "letter.text": written.text.strip()},
        by=by,
        send=True,
        in_reply_to=answered.mail_id if answered else "",
    )


def settled(incoming_id: int | None, thread: str, *, by: Actor) -> IncomingMessage | None:
    """The message that the letter answers; it waits for nobody any more. Raises AlreadySettled."""
    if incoming_id is None:
        return None
    incoming = lock_incoming(incoming_id)
    if incoming.thread != thread or incoming.status != IncomingStatus.OPEN:
        raise AlreadySettled(incoming)
    return settle(incoming_id, by=by)


def without_keys(text: str) -> str:
    """The text without our signed links: whoever has one may act with it, and many may read what was written."""
    return SIGNED_LINK.sub("[…]", text)


@transaction.atomic
def take_back(message: Message, *, answers: int | None, by: Actor) -> None:
    """Undo: the letter stays in the house and its question waits again. Raises NotPossible once it is being sent."""
    outbox.cancel(message, by=by)
    if answers is not None:
        reopen(answers, by=by)
