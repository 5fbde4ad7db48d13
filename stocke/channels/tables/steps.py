"""The chain from level to told number, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WHOSE: Mapping[str, Any] = MappingProxyType(
    {
        "listing": gettext_lazy("of this listing"),
        "category": gettext_lazy("of the category on this channel"),
        "channel": gettext_lazy("of the channel"),
    }
)
CHANNEL_STEPS = frozenset(
    {"level", "sold_there", "share", "channel_buffer", "channel_cap", "moved_meanwhile"}
)


@dataclass(frozen=True)
class ToldStep:
    """One line of the chain."""

    words: str
    effect: int
    running: int


def channel_steps(steps: Sequence[Mapping[str, Any]]) -> list[ToldStep]:
    """The part of a chain that belongs to the channel; what came before is the level's own."""
    return [
        ToldStep(words_of(step), step["effect"], step["running"])
        for step in steps
        if step["step"] in CHANNEL_STEPS
    ]


def words_of(step: Mapping[str, Any]) -> str:
    whose = str(WHOSE.get(str(step.get("why", "")), ""))
    match step["step"]:
        case "level":
            return _("What we may promise")
        case "sold_there":
            return _("Sold in a shop and not reserved yet")
        case "share":
            return _("Share %(whose)s: %(share)s %%") % {"whose": whose, "share": step["share"]}
        case "channel_buffer":
            return _("Buffer %(whose)s: %(units)s") % {"whose": whose, "units": step["buffer"]}
        case "channel_cap":
            return _("Cap %(whose)s: %(units)s") % {"whose": whose, "units": step["cap"]}
    return _("The level moved at that moment")
