"""Rules of which the house has one row: changed by a person, and on the record."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from stocke.core.actors import Actor
from stocke.core.domain.history import record


@transaction.atomic
def change_rules(
    model: type[Model],
    rules: Mapping[str, Any],
    *,
    about: str,
    by: Actor,
    in_words: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. `about` is their thread in the history,
    where they stand `in_words`.
    """
    rows = model._default_manager
    rows.get_or_create(pk=1)
    kept = rows.select_for_update().get(pk=1)
    before = {name: getattr(kept, name) for name, value in rules.items() if getattr(kept, name) != value}
    if not before:
        return False
    for name in before:
        setattr(kept, name, rules[name])
    kept.save(update_fields=list(before))
    after = {name: rules[name] for name in before}
    record(about, f"{about}.changed", by=by, before=in_words(before), after=in_words(after))
    return True
