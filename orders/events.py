"""What orders tell the rest of the house; stocke/wiring.py says who reacts."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class OrderReceived(Event):
    """An order was taken in or amended: its lines want verification."""

    order_id: int


@dataclass(frozen=True)
class OrderConfirmed(Event):
    """An order has lines that are confirmed and not yet ordered from their suppliers."""

    order_id: int


@dataclass(frozen=True)
class ShipmentSent(Event):
    """A parcel of an order is on its way: its channel and its customer want to know."""

    shipment_id: int


@dataclass(frozen=True)
class LineRefused(Event):
    """A supplier said no to a line, in part or wholly, and its offers' figures were corrected."""

    line_id: int


@dataclass(frozen=True)
class StockStated(Event):
    """A supplier has said on his page what he has of these offers: no more than one page of them."""

    supplier_id: int
    offer_ids: tuple[int, ...]


@dataclass(frozen=True)
class TransmissionReady(Event):
    """Something is to be handed over to a supplier's server."""

    transmission_id: int


@dataclass(frozen=True)
class AvailabilityRequestReady(Event):
    """A supplier's interface is to be asked what he has."""

    request_id: int


@dataclass(frozen=True)
class LinesAsked(Event):
    """There are questions that this supplier has not been asked yet."""

    supplier_id: int
