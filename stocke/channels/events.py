"""What channels tell the rest of the house; stocke/wiring.py says who reacts."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class ShopOrdersRead(Event):
    """Orders of this channel were read, and wait to be taken in."""

    channel_id: int
