"""A channel with its window, and one product that is in stock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from stocke.channels.models import Channel, ShopWindow
from stocke.products.models import Level, Product
from tests.factories.channels import ShopWindowFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

AS_OF = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@dataclass
class Scene:
    """Whoever asks is a browser on a page of the shop."""

    window: ShopWindow

    @property
    def channel(self) -> Channel:
        return self.window.channel

    def ask(self, *skus: str, origin: str = "https://shop.example", **given: Any) -> Any:
        headers = {"Origin": origin, **given.pop("headers", {})}
        asked = {"channel": self.window.key, "sku": list(skus), "lang": "fr", **given}
        return Client().get("/api/availability", asked, headers={k: v for k, v in headers.items() if v})

    def item(self, sku: str, **given: Any) -> dict[str, Any]:
        (item,) = self.ask(sku, **given).json()["items"]
        return dict(item)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(ShopWindowFactory())


def stocked(sku: str, sellable: int = 7, light: str = "in_stock", **given: Any) -> Product:
    """A product with that level, stated this morning."""
    level = {"confidence": 1, "as_of": AS_OF, **given.pop("level", {})}
    product = ProductFactory(sku=sku, **given)
    Level.objects.create(product=product, sellable=sellable, light=light, **level)
    return product


def held(
    product: Product, *, lead_days: int | None, reserved: int = 0, supplier_lead_days: int = 3, **given: Any
) -> None:
    """By one more supplier with that calendar, else the usual one: nine units, so many days away."""
    calendar = {"open_days": [0, 1, 2, 3, 4], "keeps_holidays": True, **given}
    supplier = SupplierFactory(lead_days=supplier_lead_days, **calendar)
    OfferFactory(supplier=supplier, product=product, quantity=9, reserved=reserved, lead_days=lead_days)
