"""Forgetting a customer at his wish: what names him goes, what accounts and suppliers' figures need stays.

Quantities, prices, dates and decisions are kept; name, addresses, notes, letters, questions and pictures are not.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from customers.domain.customers import erase
from customers.domain.wish_erasing import erase_wishes, lock_wishes
from customers.models import Customer
from orders.models import Order, Return, Transmission
from orders.queries.erasing import Owed, numbers_of, owed_to, threads_of, transmissions_of
from stocke.core.actors import Actor
from stocke.core.domain.erasing import drop_files, erase_letters, erase_received
from stocke.core.domain.history import record


class StillOwed(Exception):
    """Something is still owed to him: goods, an answer, money. Nothing was changed."""

    def __init__(self, owed: Owed) -> None:
        super().__init__(str(owed))
        self.owed = owed


@transaction.atomic
def erase_customer(customer_id: int, *, by: Actor) -> Customer:
    """Erase everything that names this customer; it cannot be undone, and a second call finds nothing left.

    Raises StillOwed; then nothing is changed. Letters that have not left yet count as owed.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    wishes = lock_wishes(customer.email)
    owed = owed_to(customer)
    if owed.anything:
        raise StillOwed(owed)
    numbers, address = numbers_of(customer), customer.email
    threads = [*threads_of(customer), *(f"wish:{key}" for key in wishes)]
    letters, received = erase_letters(address, threads), erase_received(address, threads)
    _erase_returns(customer)
    _erase_addresses(transmissions_of(customer), numbers)
    Order.objects.filter(customer=customer).update(ship_to={}, note="")
    alerts = erase_wishes(wishes)
    erase(customer)
    counts: dict[str, Any] = {"orders": len(numbers), "letters": letters, "received": received}
    record(customer, "customer.erased", by=by, **counts, wishes=alerts)
    return customer


def _erase_returns(customer: Customer) -> None:
    """His words, and the labels with his address on them."""
    his = Return.objects.filter(order__customer=customer)
    drop_files([path for path in his.values_list("label_path", flat=True) if path])
    his.update(note="", label_path="", label_link="")


def _erase_addresses(transmissions: QuerySet[Transmission], numbers: Collection[str]) -> None:
    """Out of what suppliers were handed over: his parcels stay, without where they went."""
    for transmission in transmissions.select_for_update():
        kept = transmission.content
        parcels = [
            {**parcel, "ship_to": {}} if parcel["reference"] in numbers else parcel
            for parcel in kept.get("parcels", [])
        ]
        transmission.content = {**kept, "parcels": parcels} if kept else kept
        transmission.save(update_fields=["content"])
