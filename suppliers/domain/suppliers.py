"""Suppliers: written down, corrected, no longer counted on."""

from datetime import time
from typing import Any

from django.db import IntegrityError, connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.models import Supplier

EDITABLE = (
    "code",
    "name",
    "contact_name",
    "email",
    "phone",
    "language",
    "country",
    "currency",
    "lead_days",
    "ack_hours",
    "time_zone",
    "open_days",
    "cut_off",
    "keeps_holidays",
    "closures",
    "notes",
    "active",
)
# His address and his words are personal data: the record, which cannot be erased, says only that they changed.
PERSONAL = frozenset({"contact_name", "email", "phone", "notes"})
# Lists say little on the record: only that they changed.
LISTS = frozenset({"open_days", "closures"})
# These enter the levels of everything he offers.
NUMBERS = frozenset({"name", "lead_days", "active"})
HIS_PRODUCTS_DIRTY = """
INSERT INTO products_dirtylevel (product_id, since, cause)
SELECT DISTINCT product_id, now(), 'supplier' FROM suppliers_offer
WHERE supplier_id = %s AND product_id IS NOT NULL
"""


class CodeTaken(Exception):
    """Another supplier has this code. Nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the code {code} is taken")
        self.code = code


def create_supplier(*, by: Actor, **facts: Any) -> Supplier:
    """A new supplier. Raises CodeTaken."""
    supplier = Supplier(**facts)
    with transaction.atomic():
        _save(supplier, force_insert=True)
        record(supplier, "supplier.created", by=by, after=_public(facts))
    return supplier


def change_supplier(supplier: Supplier, *, by: Actor, **changes: Any) -> list[str]:
    """Correct what differs; the names of the corrected fields. Raises CodeTaken. Idempotent."""
    with transaction.atomic():
        kept = Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
        changed = {name: value for name, value in changes.items() if getattr(kept, name) != value}
        if not changed:
            return []
        before = {name: getattr(kept, name) for name in changed}
        for name, value in changed.items():
            setattr(kept, name, value)
        _save(kept, update_fields=list(changed))
        record(
            kept,
            "supplier.changed",
            by=by,
            before=_public(before),
            after=_public(changed),
            fields=list(changed),
        )
        if NUMBERS & changed.keys():
            with connection.cursor() as cursor:
                cursor.execute(HIS_PRODUCTS_DIRTY, [kept.pk])
    return list(changed)


def _save(supplier: Supplier, **how: Any) -> None:
    try:
        with transaction.atomic():
            supplier.save(**how)
    except IntegrityError as error:
        if "suppliers_supplier_code" in str(error):
            raise CodeTaken(supplier.code) from error
        raise


def _public(facts: dict[str, Any]) -> dict[str, object]:
    told = {name: value for name, value in facts.items() if name not in PERSONAL | LISTS}
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in told.items()}
