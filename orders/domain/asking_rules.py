"""When suppliers are asked before a line is confirmed: changed by a person, and on the record."""

from typing import Any

from django.db import transaction

from orders.models import AskingRules
from stocke.core.actors import Actor
from stocke.core.domain.history import record

THREAD = "asking_rules"


@transaction.atomic
def change_asking(*, by: Actor, **rules: Any) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next order on."""
    AskingRules.objects.get_or_create(pk=1)
    kept = AskingRules.objects.select_for_update().get(pk=1)
    before = {name: getattr(kept, name) for name, value in rules.items() if getattr(kept, name) != value}
    if not before:
        return False
    for name in before:
        setattr(kept, name, rules[name])
    kept.save(update_fields=list(before))
    after = {name: rules[name] for name in before}
    record(THREAD, "asking_rules.changed", by=by, before=in_words(before), after=in_words(after))
    return True


def in_words(rules: dict[str, Any]) -> dict[str, Any]:
    """A time of its own for each channel, as one line."""
    if "windows" not in rules:
        return rules
    own = ", ".join(f"{name} {hours} h" for name, hours in sorted(rules["windows"].items()))
    return {**rules, "windows": own}
