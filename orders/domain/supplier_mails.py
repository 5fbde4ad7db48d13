"""What a supplier sends by mail: his filled-in file is an answer like every other, whatever else waits for a person.

A file counts by itself only where the mail could come from nobody but a reader of ours (`is_proven`); else, and what is
written in free words always, a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from orders.domain.acknowledgements import Outcome, acknowledge
from orders.domain.answer_files import MOST_BYTES, NotReadable, answers_of, rows_in, word
from orders.domain.parcel_files import sent_lines, take_parcels
from orders.domain.tracking_numbers import tracking_numbers
from orders.models import PurchaseOrder, Transmission
from stocke.core.actors import Actor
from stocke.core.domain.incoming import add_facts, settle
from stocke.core.models import IncomingFile, IncomingMessage
from suppliers.models import Supplier

ENDINGS = (".csv", ".json", ".xlsx", ".txt")


@dataclass(frozen=True)
class Told:
    """What one file says, as far as it is one of ours. `trouble` is the column and row that nobody understands."""

    file: str
    rows: Sequence[Mapping[str, Any]] = ()
    trouble: str = ""
    row: int | None = None

    @property
    def answered(self) -> list[Mapping[str, Any]]:
        return [row for row in self.rows if word(row, "answer")]

    @property
    def says_something(self) -> bool:
        return bool(self.answered or any(word(row, "tracking_number") for row in self.rows))


def purchases_about(thread: str) -> list[PurchaseOrder]:
    """The purchase orders of a conversation with a supplier."""
    name, _colon, key = thread.partition(":")
    if not key.isdecimal():
        return []
    known = PurchaseOrder.objects.select_related("supplier", "order")
    if name == "purchaseorder":
        return list(known.filter(pk=key))
    return list(known.filter(transmission=int(key))[:500]) if name == "transmission" else []


def supplier_about(thread: str) -> Supplier | None:
    """With whom this conversation is; None where it is with no supplier."""
    name, _colon, key = thread.partition(":")
    if not key.isdecimal():
        return None
    if name == "supplier":
        return Supplier.objects.filter(pk=key).first()
    if name == "transmission":
        found = Transmission.objects.select_related("supplier").filter(pk=key).first()
        return found.supplier if found else None
    purchases = purchases_about(thread)
    return purchases[0].supplier if purchases else None


def may_be_ours(file: IncomingFile) -> bool:
    return bool(file.path) and file.size <= MOST_BYTES and file.name.lower().endswith(ENDINGS)


def told_by(file: IncomingFile) -> Told:
    """What the file says; an empty one for what is no form of ours."""
    try:
        with default_storage.open(file.path) as kept:
            return Told(file.name, rows_in(kept.read(MOST_BYTES + 1)))
    except OSError:
        return Told(file.name)
    except NotReadable as problem:
        is_form = problem.row is not None or problem.code == "rows"
        return Told(file.name, trouble=problem.code if is_form else "", row=problem.row)


def has_something_to_take(incoming: IncomingMessage) -> bool:
    """Whether files of ours, or what looks like a tracking number, came with it."""
    files = [told_by(file) for file in incoming.files.all() if may_be_ours(file)]
    return any(one.says_something for one in files) or bool(tracking_numbers(incoming.text))


@transaction.atomic
def read_supplier_mail(incoming: IncomingMessage, *, by: Actor) -> IncomingMessage:
    """Take what a supplier's files say, or keep it for a person to take. Changes nothing for what is no supplier's."""
    supplier = supplier_about(incoming.thread)
    if supplier is None:
        return incoming
    purchases = purchases_about(incoming.thread)
    known = [number for one in purchases for number in (one.number, one.order.number)]
    found = tracking_numbers(f"{incoming.subject}\n{incoming.text}", known=known)
    add_facts(incoming, parcels=[[one.number, list(one.carriers)] for one in found])
    files = [told_by(file) for file in incoming.files.all() if may_be_ours(file)]
    if not any(one.says_something or one.trouble for one in files):
        return incoming
    if not incoming.is_proven:
        add_facts(incoming, to_take=[one.file for one in files if one.says_something])
        return incoming
    return take_files(incoming, files, supplier, by=Actor.supplier(supplier.name))


@transaction.atomic
def take_by_hand(incoming: IncomingMessage, *, by: Actor) -> IncomingMessage:
    """A person has looked at the mail and says that its files are the supplier's answer."""
    supplier = supplier_about(incoming.thread)
    if supplier is None:
        return incoming
    files = [told_by(file) for file in incoming.files.all() if may_be_ours(file)]
    return take_files(incoming, files, supplier, by=by)


def take_files(
    incoming: IncomingMessage, files: Sequence[Told], supplier: Supplier, *, by: Actor
) -> IncomingMessage:
    """The same way as an answer that is uploaded. Settled where all of it is on the record now; else a person looks."""
    results = [result for told in files for result in take_file(told, supplier, by=by)]
    add_facts(incoming, results=results, to_take=[])
    if results and all(result["outcome"] in (Outcome.TAKEN, Outcome.SAME) for result in results):
        return settle(incoming.pk, by=by)
    return incoming


def take_file(told: Told, supplier: Supplier, *, by: Actor) -> list[dict[str, Any]]:
    """What became of each purchase order and each parcel in one file, as JSON."""
    if told.trouble:
        return [refused(told.file, told.trouble, told.row)]
    results = []
    try:
        answers = answers_of(told.answered) if told.answered else {}
        lines = sent_lines(told.rows)
    except NotReadable as problem:
        return [refused(told.file, problem.code, problem.row)]
    for number, said in answers.items():
        result = acknowledge(number, said, by=by, supplier_id=supplier.pk)
        results.append(outcome(told.file, number, result.outcome, result.code, result.row))
    for parcel in take_parcels(lines, supplier_id=supplier.pk, by=by):
        is_taken = {"new": Outcome.TAKEN, "known": Outcome.SAME}.get(parcel.code, Outcome.REFUSED)
        code = "" if is_taken != Outcome.REFUSED else parcel.code
        results.append(
            outcome(told.file, parcel.number, is_taken, code, parcel.row) | {"parcel": parcel.tracking_number}
        )
    return results


def outcome(file: str, number: str, ending: Outcome, code: str, row: int | None) -> dict[str, Any]:
    return {"file": file, "number": number, "outcome": ending.value, "code": str(code), "row": row}


def refused(file: str, column: str, row: int | None) -> dict[str, Any]:
    return outcome(file, "", Outcome.REFUSED, "", row) | {"column": column}
