"""Whether a return may come back: the supplier's word, and ours."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from orders.domain.returns.labels import KeptLabel
from orders.domain.returns.letters import tell_approved, tell_declined
from orders.domain.returns.requesting import note_down
from orders.models import Order, Return, ReturnStatus
from stocke.core.actors import Actor
from stocke.core.models.history import ActorKind

NO_LABEL = KeptLabel()
UNDECIDED = [ReturnStatus.REQUESTED, ReturnStatus.REFUSED]


class ReturnMoved(Exception):
    """It is no longer where it was when this was asked. Nothing was changed."""

    def __init__(self, returned: Return) -> None:
        super().__init__(f"{returned.number} is {returned.status}")
        self.returned = returned


def lock_return(return_id: int, allowed: Collection[str]) -> Return:
    """The return under its order's lock; the order as it is. Raises ReturnMoved unless it is in one of these states."""
    order_id = Return.objects.values_list("order_id", flat=True).get(pk=return_id)
    Order.objects.select_for_update(no_key=True).get(pk=order_id)
    found = Return.objects.select_related("order__customer", "purchase_order__supplier").get(pk=return_id)
    if found.status not in allowed:
        raise ReturnMoved(found)
    return found


@transaction.atomic
def approve(
    return_id: int,
    *,
    address: str,
    by: Actor,
    supplier_number: str = "",
    with_credit: bool = True,
    label: KeptLabel = NO_LABEL,
) -> Return:
    """It may come to this address; the customer is told, and gets its label. Raises ReturnMoved.

    A supplier's own no stands: after it only staff may say yes.

    With `with_credit` the supplier owes us what we paid him; not where he has refused and it comes to us anyway.
    """
    is_supplier = by.kind == ActorKind.SUPPLIER
    returned = lock_return(return_id, [ReturnStatus.REQUESTED] if is_supplier else UNDECIDED)
    if with_credit and returned.purchase_order is not None:
        costs = list(returned.lines.values_list("cost_cents", "quantity"))
        known = [cost * quantity for cost, quantity in costs if cost is not None]
        returned.credit_expected_cents = sum(known) if len(known) == len(costs) else None
        returned.credit_currency = returned.purchase_order.supplier.currency
    returned.status, returned.answered_at = ReturnStatus.APPROVED, timezone.now()
    returned.address, returned.supplier_number = address.strip(), supplier_number.strip()
    returned.label_path, returned.label_type, returned.label_link = label.path, label.type, label.link
    returned.save(
        update_fields=[
            "status", "answered_at", "address", "supplier_number", "credit_expected_cents", "credit_currency",
            "label_path", "label_type", "label_link",
        ]
    )  # fmt: skip
    note_down(returned, "return.approved", by=by, supplier_number=returned.supplier_number)
    tell_approved(returned, by=by)
    return returned


@transaction.atomic
def refuse(return_id: int, *, reason: str, by: Actor) -> Return:
    """The supplier does not take it back: a person decides now, and the customer is not told. Raises ReturnMoved."""
    returned = lock_return(return_id, [ReturnStatus.REQUESTED])
    returned.status, returned.answered_at = ReturnStatus.REFUSED, timezone.now()
    returned.refusal = reason.strip()
    returned.save(update_fields=["status", "answered_at", "refusal"])
    note_down(returned, "return.refused", by=by, why=returned.refusal)
    return returned


@transaction.atomic
def decline(return_id: int, *, reason: str, by: Actor) -> Return:
    """We do not take it back; the customer is told why. Raises ReturnMoved."""
    returned = lock_return(return_id, UNDECIDED)
    returned.status, returned.refusal = ReturnStatus.DECLINED, reason.strip()
    returned.save(update_fields=["status", "refusal"])
    note_down(returned, "return.declined", by=by, why=returned.refusal)
    tell_declined(returned, by=by)
    return returned
