"""The value by which any channel hands over an order. Channels never create orders themselves."""

from dataclasses import dataclass, field
from datetime import date, datetime


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
    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    language: str = "fr"
    country: str = "FR"


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
