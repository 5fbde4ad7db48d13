"""The rules of wishes: changed by a person, and on the record."""

from typing import Any

from django.db import transaction

from customers.models import WishRules
from stocke.core.actors import Actor
from stocke.core.domain.history import record

THREAD = "wish_rules"


@transaction.atomic
def change_wish_rules(*, by: Actor, **rules: Any) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next look on."""
    WishRules.objects.get_or_create(pk=1)
    kept = WishRules.objects.select_for_update().get(pk=1)
    before = {name: getattr(kept, name) for name, value in rules.items() if getattr(kept, name) != value}
    if not before:
        return False
    for name in before:
        setattr(kept, name, rules[name])
    kept.save(update_fields=list(before))
    after = {name: rules[name] for name in before}
    record(THREAD, "wish_rules.changed", by=by, before=before, after=after)
    return True
