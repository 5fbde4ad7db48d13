"""Orders as a channel tells them: `incoming(lines=[("SKU-1", 2)])`."""

from datetime import UTC, date, datetime
from typing import Any

from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder

PLACED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def incoming(*skus: str, lines: tuple[IncomingLine, ...] = (), **given: Any) -> IncomingOrder:
    """One unit of each SKU at 49,00 €, or the lines as given."""
    defaults: dict[str, Any] = {
        "channel": "demo",
        "external_id": "E-1",
        "placed_at": PLACED,
        "currency": "EUR",
        "customer": IncomingCustomer("camille@customer.example", "Camille", "Exemple"),
        "promised_on": date(2099, 12, 1),
        "ship_to": {"name": "Camille Exemple", "city": "Lille"},
    }
    return IncomingOrder(**{**defaults, "lines": (*lines, *(line(sku) for sku in skus)), **given})


def line(sku: str, quantity: int = 1, unit_price_cents: int = 4900, **given: Any) -> IncomingLine:
    return IncomingLine(sku, quantity, unit_price_cents, **given)
