"""The merchant's rules for verification, sourcing and settlement, changed by a person."""

from orders.models import VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.domain.house_rules import change_rules

THREAD = "verification_policy"


def change_policy(*, by: Actor, **rules: int | bool) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next order on."""
    return change_rules(VerificationPolicy, rules, about=THREAD, by=by)
