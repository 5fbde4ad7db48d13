"""When suppliers are asked before a line is confirmed: changed by a person, and on the record."""

from typing import Any

from orders.models import AskingRules
from stocke.core.actors import Actor
from stocke.core.domain.house_rules import change_rules

THREAD = "asking_rules"


def change_asking(*, by: Actor, **rules: Any) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next order on."""
    return change_rules(AskingRules, rules, about=THREAD, by=by, in_words=in_words)


def in_words(rules: dict[str, Any]) -> dict[str, Any]:
    """A time of its own for each channel, as one line."""
    if "windows" not in rules:
        return rules
    own = ", ".join(f"{name} {hours} h" for name, hours in sorted(rules["windows"].items()))
    return {**rules, "windows": own}
