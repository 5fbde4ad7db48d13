"""What may go wrong with a shop. `code` names it, `facts` are its figures; tables/problems.py words it."""

from stocke.core.outbound import AddressRefused, OutboundError, TooMuch, Unsure


class ShopError(Exception):
    """A call to a shop did not do what it should. `wait`: seconds after which to try again; None: when we like."""

    def __init__(self, code: str, *, wait: float | None = None, **facts: str | int) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code, self.wait, self.facts = code, wait, facts


class NotAllowed(ShopError):
    """The shop does not let us in (`credentials`), or not to this (`permission`): a person has to act."""


class Busy(ShopError):
    """The shop asks to be left in peace: `busy`."""


class Gone(ShopError):
    """What was asked for is not there (any more): `gone`."""


class Refused(ShopError):
    """The shop understood and said no: `refused`, with its own words."""


class Down(ShopError):
    """No answer, or one that is none: `down`, or `unsure` when the shop may have carried out what we asked."""

    @property
    def is_unsure(self) -> bool:
        return self.code == "unsure"


class Away(Down):
    """There was no way to the shop, or it was cut: nothing to do with what was asked."""


class NotAnOrder(Exception):
    """What a shop shows as an order is none by what we understand."""


class NotGenuine(Exception):
    """A message that pretends to come from the shop: its signature is missing or wrong, or it is too old."""


def down_by(error: OutboundError) -> ShopError:
    """An error of the way to the shop under our names."""
    if isinstance(error, AddressRefused):
        return NotAllowed("address", reason=error.code, host=str(error.facts.get("host", "")))
    if isinstance(error, Unsure):
        return Away("unsure", reason=error.code)
    if isinstance(error, TooMuch):
        return Refused("refused", said="too much")
    return Away("down", reason=error.code)
