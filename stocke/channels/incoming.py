"""The value by which any channel hands over an order. Channels never create orders themselves."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class IncomingLine:
    """One bought line. `unit_price_cents` is minor units of the order's currency, tax included."""

    sku: str
    quantity: int
    unit_price_cents: int
    name: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class IncomingCustomer:
    """Who bought. `customer_class` is what the merchant calls customers whom he serves by rules of their own."""

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    language: str = "fr"
    country: str = "FR"
    customer_class: str = ""


@dataclass(frozen=True)
class IncomingOrder:
    """An order as its channel tells it. (`channel`, `external_id`) names it for ever."""

    channel: str
    external_id: str
    placed_at: datetime
    currency: str
    customer: IncomingCustomer
    lines: tuple[IncomingLine, ...]
    shipping_cents: int = 0
    promised_on: date | None = None
    ship_to: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, by which an order is known again. A class that nobody gave is left out: orders
        taken in before there were classes stay the same."""
        told = asdict(self)
        if not self.customer.customer_class:
            del told["customer"]["customer_class"]
        return told
