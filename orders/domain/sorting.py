"""What a received message is about: told by the mail of ours that it answers, else by its sender and a number in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from orders.domain.supplier_mails import has_something_to_take, read_supplier_mail
from orders.models import Order, PurchaseOrder
from stocke.core.actors import Actor
from stocke.core.domain.coming_back import answered_message, mark_returned
from stocke.core.domain.history import thread_of
from stocke.core.domain.incoming import AlreadySettled, leave_unmatched, lock_incoming, put_to, settle
from stocke.core.models import IncomingKind, IncomingMessage, IncomingStatus, MatchedBy, Message

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]{1,39}")
MOST_NUMBERS = 200
PURCHASE_KEY = re.compile(r"purchase:(\d+)(?::|$)")


@dataclass(frozen=True)
class Match:
    """The thing that a message is about, and how that is known."""

    thread: str
    how: MatchedBy
    answers: Message | None = None


@transaction.atomic
def sort_message(incoming_id: int, *, by: Actor) -> IncomingMessage:
    """Put a new message where it belongs. Does nothing for one that was sorted before."""
    incoming = lock_incoming(incoming_id)
    if incoming.status != IncomingStatus.NEW:
        return incoming
    match = match_of(incoming)
    if incoming.kind == IncomingKind.BOUNCE:
        return sort_bounce(incoming, match, by=by)
    if incoming.kind == IncomingKind.AUTOMATIC and not (match and is_for_us(incoming, match)):
        return note_only(incoming, match, by=by)
    if match is None:
        return leave_unmatched(incoming.pk, by=by)
    put = put_to(incoming.pk, match.thread, matched_by=match.how, by=by, answers=match.answers)
    return read_supplier_mail(put, by=by)


def is_for_us(incoming: IncomingMessage, match: Match) -> bool:
    """A supplier's machine may well send what we asked for; a note that he is away is none."""
    is_supplier = match.thread.startswith(("purchaseorder:", "transmission:"))
    return is_supplier and not incoming.facts.get("is_away") and has_something_to_take(incoming)


def note_only(incoming: IncomingMessage, match: Match | None, *, by: Actor) -> IncomingMessage:
    """It belongs there and asks nothing of anybody."""
    if match is not None:
        incoming.thread, incoming.matched_by, incoming.answers = match.thread, match.how, match.answers
        incoming.save(update_fields=["thread", "matched_by", "answers"])
    return settle(incoming.pk, by=by, status=IncomingStatus.NOTED)


def sort_bounce(incoming: IncomingMessage, match: Match | None, *, by: Actor) -> IncomingMessage:
    """The mail that came back says so itself. A report that fits none of ours waits for a person."""
    failed: Sequence[Sequence[str]] = incoming.facts.get("failed", ())
    if not failed:
        return note_only(incoming, match, by=by)
    if match is None or match.answers is None:
        return leave_unmatched(incoming.pk, by=by)
    if mark_returned(match.answers, failed):
        return note_only(incoming, match, by=by)
    return put_to(incoming.pk, match.thread, matched_by=match.how, by=by, answers=match.answers)


def match_of(incoming: IncomingMessage) -> Match | None:
    message, how = answered_message(incoming)
    if message is not None:
        return Match(thread_for(message), how, message)
    thread = thread_by_number(incoming)
    return Match(thread, MatchedBy.NUMBER) if thread else None


def thread_for(message: Message) -> str:
    """The thing whose conversation holds answers to this letter: a letter to a supplier is kept with the order."""
    found = PURCHASE_KEY.match(message.dedupe_key)
    return f"purchaseorder:{found[1]}" if found else message.thread


def thread_by_number(incoming: IncomingMessage) -> str:
    """Where exactly one order or purchase order of this sender is named; else empty."""
    named = numbers_in(incoming)
    orders = Order.objects.filter(number__in=named, customer__email=incoming.sender)
    purchases = PurchaseOrder.objects.filter(number__in=named, supplier__email__iexact=incoming.sender)
    found: list[Order | PurchaseOrder] = [*orders[:2], *purchases[:2]]
    return thread_of(found[0]) if len(found) == 1 else ""


def numbers_in(incoming: IncomingMessage) -> list[str]:
    """What may be a number of ours, in the subject and in what he wrote himself."""
    return list(dict.fromkeys(candidates(f"{incoming.subject}\n{incoming.text[:5000]}")))[:MOST_NUMBERS]


def candidates(text: str) -> Iterator[str]:
    for found in NUMBER.finditer(text):
        word = found.group().rstrip("._-/")
        if any(sign.isdecimal() for sign in word):
            yield word
            if word != word.upper():
                yield word.upper()


@transaction.atomic
def assign(incoming_id: int, number: str, *, by: Actor) -> IncomingMessage | None:
    """A person says which order or purchase order it is about; None where none has this number.

    Raises AlreadySettled.
    """
    number = number.strip().lstrip("#").upper()
    found = PurchaseOrder.objects.filter(number=number).first() or Order.objects.filter(number=number).first()
    if found is None:
        return None
    put = put_to(incoming_id, thread_of(found), matched_by=MatchedBy.PERSON, by=by)
    return read_supplier_mail(put, by=by)


__all__ = ["AlreadySettled", "assign", "match_of", "sort_message", "thread_for"]
