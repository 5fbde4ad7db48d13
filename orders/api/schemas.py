"""The shapes that the API speaks. Money is minor units (cents) of the order's currency."""

from datetime import UTC, date, datetime

from ninja import Field, Schema

from orders.models import Order, OrderLine
from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder


class CustomerIn(Schema):
    email: str = Field(examples=["camille@customer.example"])
    first_name: str = Field(default="", max_length=80)
    last_name: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    language: str = Field(default="fr", description="`fr` or `en`: the language we write to this customer in")
    country: str = Field(default="FR", min_length=2, max_length=2)
    customer_class: str = Field(
        default="",
        max_length=40,
        description="the class by which sourcing policies may go; it fills a blank, what staff wrote stays",
        examples=["pro"],
    )


class AddressIn(Schema):
    name: str = Field(default="", max_length=200)
    company: str = Field(default="", max_length=200)
    street: str = Field(default="", max_length=200)
    street2: str = Field(default="", max_length=200)
    postal_code: str = Field(default="", max_length=20)
    city: str = Field(default="", max_length=120)
    country: str = Field(default="", max_length=2)
    phone: str = Field(default="", max_length=40)


class LineIn(Schema):
    sku: str = Field(examples=["ALB-LAI-01"])
    quantity: int = Field(description="at least 1", examples=[2])
    unit_price_cents: int = Field(description="with tax, at least 0", examples=[6900])
    name: str = ""
    line_id: str = Field(
        default="", description="the shop's own id of the line: lets us tell equal lines apart"
    )


class OrderIn(Schema):
    external_id: str = Field(
        description="the shop's number; with the token's channel it names the order for ever"
    )
    placed_at: datetime = Field(description="without an offset it is read as UTC")
    currency: str = Field(default="EUR", examples=["EUR"])
    customer: CustomerIn
    lines: list[LineIn]
    shipping_cents: int = 0
    promised_on: date | None = Field(default=None, description="the date told to the customer")
    ship_to: AddressIn = Field(default_factory=AddressIn)
    note: str = ""

    def to_value(self, channel: str) -> IncomingOrder:
        """The order as the house passes it on."""
        placed_at = self.placed_at if self.placed_at.tzinfo else self.placed_at.replace(tzinfo=UTC)
        return IncomingOrder(
            channel=channel,
            external_id=self.external_id,
            placed_at=placed_at,
            currency=self.currency,
            customer=IncomingCustomer(**self.customer.dict()),
            lines=tuple(
                IncomingLine(one.sku.strip(), one.quantity, one.unit_price_cents, one.name, one.line_id)
                for one in self.lines
            ),
            shipping_cents=self.shipping_cents,
            promised_on=self.promised_on,
            ship_to={name: value for name, value in self.ship_to.dict().items() if value},
            note=self.note,
        )


class LineOut(Schema):
    position: int
    line_id: str
    sku: str = Field(description="what was bought")
    sent_sku: str = Field(description="what will be sent: another SKU when the customer took a substitute")
    name: str
    quantity: int
    unit_price_cents: int
    status: str
    promised_on: date | None

    @classmethod
    def of(cls, line: OrderLine) -> "LineOut":
        return cls(
            position=line.position,
            line_id=line.external_id,
            sku=line.ordered_sku,
            sent_sku=line.product.sku if line.product else line.ordered_sku,
            name=line.ordered_name,
            quantity=line.quantity,
            unit_price_cents=line.unit_price_cents,
            status=line.status,
            promised_on=line.promised_on,
        )


class OrderBrief(Schema):
    number: str
    external_id: str
    status: str
    placed_at: datetime
    promised_on: date | None
    currency: str
    total_cents: int


class OrderOut(OrderBrief):
    shipping_cents: int
    lines: list[LineOut]

    @classmethod
    def of(cls, order: Order) -> "OrderOut":
        """Prefetch `lines__product`."""
        lines = sorted(order.lines.all(), key=lambda line: line.position)
        return cls(
            **OrderBrief.from_orm(order).dict(),
            shipping_cents=order.shipping_cents,
            lines=[LineOut.of(line) for line in lines],
        )


class TakenOut(Schema):
    outcome: str = Field(description="`created`, `same` or `amended`")
    number: str = Field(description="our number of the order")
    external_id: str
    status: str


class OrdersOut(Schema):
    orders: list[OrderBrief]
    next_after: int | None = Field(description="pass it as `after` for the next page; null on the last one")


class Page(Schema):
    """Where to go on, and how far."""

    after: int = Field(default=0, ge=0, le=2**62, description="`next_after` of the page before")
    limit: int = Field(default=100, ge=1, le=500)
    external_id: str = Field(default="", max_length=120, pattern="^[^\\x00]*$")
