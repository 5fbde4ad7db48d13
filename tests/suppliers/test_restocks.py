"""When a product is back: the earliest day ahead that an empty offer announces by an unusual delay."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stocke.core.models.user import Role
from suppliers.queries.restocks import Restock, announced_restock
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def test_the_earliest_day_ahead_counts_with_who_said_it_and_when() -> None:
    lamp, today, now = ProductFactory(), timezone.localdate(), timezone.now()
    nord, sud = SupplierFactory(name="Nord", lead_days=3), SupplierFactory(name="Sud", lead_days=3)
    OfferFactory(product=lamp, supplier=nord, quantity=0, lead_days=30, as_of=now)
    OfferFactory(product=lamp, supplier=sud, quantity=0, lead_days=12, as_of=now, rank=2)

    assert announced_restock(lamp.pk, today) == Restock(today + timedelta(days=12), "Sud", now)


@pytest.mark.parametrize(
    "given",
    [
        {"quantity": 0, "lead_days": 3},
        {"quantity": 0, "lead_days": None},
        {"quantity": 2, "lead_days": 30},
        {"kind": "unknown", "quantity": None, "lead_days": 30},
        {"quantity": 0, "lead_days": 30, "active": False},
        {"quantity": 0, "lead_days": 30, "as_of": None},
        {"quantity": 0, "lead_days": 30, "as_of": timezone.now() - timedelta(days=40)},
    ],
)
def test_what_announces_nothing(given: dict[str, Any]) -> None:
    offer = OfferFactory(supplier=SupplierFactory(lead_days=3), **given)
    assert offer.product_id is not None

    assert announced_restock(offer.product_id, timezone.localdate()) is None


def test_the_page_of_a_product_tells_it() -> None:
    viewer: Client = client_as(Role.VIEWER)
    nord = SupplierFactory(name="Nord Essai", lead_days=3)
    lamp = ProductFactory()
    url = reverse("suppliers:product", args=[lamp.pk])
    without = viewer.get(url).content.decode()
    OfferFactory(product=lamp, supplier=nord, quantity=0, lead_days=30)

    assert "Restock announced" not in without
    assert "<dt>Restock announced</dt>" in viewer.get(url).content.decode()
