"""The rules of wishes: changed by a person, and on the record."""

from typing import Any

from customers.models import WishRules
from stocke.core.actors import Actor
from stocke.core.domain.house_rules import change_rules

THREAD = "wish_rules"


def change_wish_rules(*, by: Actor, **rules: Any) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next look on."""
    return change_rules(WishRules, rules, about=THREAD, by=by)
