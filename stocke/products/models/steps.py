"""The steps of a fold as they are stored: short, because a feed may write two million of them at once.

An offer is `[effect, offer, supplier, kind, quantity, reserved, as of, why]`, every other step begins with its name:
`["buffer", effect, buffer, whose]`. What was learned names the offers that it rests on, each as
`[offer, units, served, answered, permille]`. The running total is not stored, because it is the sum of the effects so
far.
Level and Publication show steps as dictionaries, and so does the pure fold of `stocke.products.domain.levels`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

type Stored = list[Any]

OFFER = ("effect", "offer", "supplier", "kind", "quantity", "reserved", "as_of", "why")
OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no_offer": ("effect",),
        "reserved": ("effect", "reserved"),
        "learned": ("effect", "doubted", "of"),
        "buffer": ("effect", "buffer", "why"),
        "cap": ("effect", "cap", "why"),
        "stopped": ("effect",),
    }
)


def told(stored: Iterable[Stored | dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps as dictionaries with their running totals; those that are dictionaries already stay as they are."""
    running, steps = 0, []
    for step in stored:
        facts = step if isinstance(step, dict) else facts_of(step)
        running += facts["effect"]
        name, effect = facts.pop("step"), facts.pop("effect")
        steps.append({"step": name, "effect": effect, "running": running, **facts})
    return steps


def facts_of(step: Stored) -> dict[str, Any]:
    if not isinstance(step[0], str):
        facts = dict(zip(OFFER, step, strict=True))
        return {"step": "offer", **facts, "as_of": moment(facts["as_of"])}
    return {"step": step[0], **dict(zip(OTHERS[step[0]], step[1:], strict=True))}


def moment(text: str | None) -> str | None:
    """As PostgreSQL writes a time of UTC, in ISO's way."""
    return text and f"{text.replace(' ', 'T')}Z"
