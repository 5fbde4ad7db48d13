"""What a supplier is asked, as plain values: kept with its transmission, and drawn in whatever form he wants."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

from stocke.core.web.formats import decimals_of


@dataclass(frozen=True)
class AskedLine:
    """One line of ours: `line` is its key, by which an answer names it."""

    line: int
    sku: str
    gtin: str
    name: str
    quantity: int
    cost_cents: int | None
    currency: str

    @property
    def price(self) -> Decimal | None:
        """With as many decimals as its currency has: 39.20 EUR, 1500 JPY, 1.500 KWD."""
        if self.cost_cents is None:
            return None
        coin = Decimal(1).scaleb(-decimals_of(self.currency, self.cost_cents))
        return Decimal(self.cost_cents).scaleb(-2).quantize(coin)


@dataclass(frozen=True)
class AskedParcel:
    """What goes to one customer. `ship_by` is a day as ISO text."""

    number: str
    reference: str
    ship_to: Mapping[str, str]
    ship_by: str
    lines: tuple[AskedLine, ...]

    def part(self, name: str) -> str:
        return str(self.ship_to.get(name) or "")


@dataclass(frozen=True)
class Document:
    """One transmission in full. `answer_by` and `written_on` are ISO text; `blind`: nothing of the supplier shows."""

    number: str
    written_on: str
    answer_by: str
    answer_link: str
    language: str
    supplier: str
    contact: str
    shop: str
    shop_contact: str
    blind: bool
    packing_note: str
    parcels: tuple[AskedParcel, ...]

    def lines(self) -> Iterator[tuple[AskedParcel, AskedLine]]:
        for parcel in self.parcels:
            for line in parcel.lines:
                yield parcel, line

    @property
    def units(self) -> int:
        return sum(line.quantity for _parcel, line in self.lines())

    @property
    def value_cents(self) -> int:
        """What it costs us as far as prices are known."""
        return sum(line.quantity * (line.cost_cents or 0) for _parcel, line in self.lines())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        parcels = tuple(
            AskedParcel(**{**parcel, "lines": tuple(AskedLine(**line) for line in parcel["lines"])})
            for parcel in kept["parcels"]
        )
        return cls(**{**kept, "parcels": parcels})
