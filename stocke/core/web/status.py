"""The status language: one table of kinds, each with a shape, a colour and a word.

The shape alone tells the state in black and white, so that colour is never the only sign. Exports and
mails use the word. A page that needs its own word keeps the kind: `Status("partly", _("Partly shipped"))`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocke.core.web.drawings import SHAPES, Shape

type Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """One state of anything: what is drawn and what is said."""

    shape: str
    tone: str
    word: Words


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "safe": Kind("disc", "green", _("Safe")),
        "in_stock": Kind("disc", "green", _("In stock")),
        "low": Kind("triangle", "amber", _("Low stock")),
        "verify": Kind("triangle", "amber", _("To verify")),
        "out": Kind("square", "red", _("Out of stock")),
        "unknown": Kind("dashed-ring", "grey", _("Unknown")),
        "held": Kind("bars", "violet", _("Held")),
        "running": Kind("arc", "blue", _("Running")),
        "waiting": Kind("clock", "blue", _("Waiting")),
        "late": Kind("hourglass", "amber", _("Late")),
        "partly": Kind("half-disc", "amber", _("Partly")),
        "propose": Kind("ring-plus", "blue", _("To propose")),
        "done": Kind("tick", "green", _("Done")),
        "published": Kind("tick", "green", _("Published")),
        "refused": Kind("cross", "red", _("Refused")),
        "failed": Kind("cross", "red", _("Failed")),
        "unsure": Kind("diamond", "amber", _("Unsure")),
        "undone": Kind("return-arrow", "grey", _("Undone")),
        "stopped": Kind("struck-ring", "grey", _("Stopped")),
        "discontinued": Kind("struck-ring", "grey", _("No longer sellable")),
    }
)


@dataclass(frozen=True)
class Status:
    """A state of one thing, ready to be shown: its kind, and its own word when the kind's does not do."""

    kind: str
    own_word: Words = ""

    @property
    def word(self) -> str:
        return str(self.own_word or KINDS[self.kind].word)

    @property
    def tone(self) -> str:
        return KINDS[self.kind].tone

    @property
    def shape(self) -> Shape:
        return SHAPES[KINDS[self.kind].shape]

    def __str__(self) -> str:
        return self.word


def status_of(value: "Status | str | tuple[str, Words | None]", word: Words | None = None) -> Status:
    """Whatever a record calls its state, as a Status. Raises KeyError for a kind that is not in the table."""
    if isinstance(value, Status):
        return value
    kind, own_word = (value, word) if isinstance(value, str) else value
    if kind not in KINDS:
        raise KeyError(f"{kind!r} is not a kind of status")
    return Status(kind, own_word or "")
