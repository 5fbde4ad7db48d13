"""Suppliers corrected, on the record and without their addresses in it."""

import pytest

from stocke.core.actors import Actor
from stocke.core.queries import timeline
from stocke.products.models import DirtyLevel
from suppliers.domain.suppliers import CodeTaken, change_supplier, create_supplier
from suppliers.models import Supplier
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db

LEA = Actor.job("test")


def test_a_supplier_switched_off_asks_for_the_levels_of_his_products() -> None:
    offer = OfferFactory()
    OfferFactory()
    OfferFactory(supplier=offer.supplier, product=None)

    changed = change_supplier(offer.supplier, by=LEA, active=False, country="FR")

    assert changed == ["active"]
    assert list(DirtyLevel.objects.values_list("product_id", "cause")) == [(offer.product_id, "supplier")]


def test_his_address_is_changed_but_not_put_on_the_record() -> None:
    supplier = SupplierFactory(email="old@supplier.example", ack_hours=24)

    change_supplier(supplier, by=LEA, email="new@supplier.example", ack_hours=8)

    (entry,) = timeline(f"supplier:{supplier.pk}")
    assert Supplier.objects.get().email == "new@supplier.example"
    assert (entry.before, entry.after) == ({"ack_hours": 24}, {"ack_hours": 8})
    assert entry.data == {"fields": ["email", "ack_hours"]}


def test_a_code_is_taken_once() -> None:
    SupplierFactory(code="north")

    with pytest.raises(CodeTaken):
        create_supplier(by=LEA, code="north", name="Another")

    assert Supplier.objects.count() == 1
