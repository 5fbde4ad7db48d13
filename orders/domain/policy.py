"""The merchant's rules for verification, sourcing and settlement, changed by a person."""

from django.db import transaction

from orders.models import VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.domain.history import record

THREAD = "verification_policy"


@transaction.atomic
def change_policy(*, by: Actor, **rules: int | bool) -> bool:
    """Set these rules; False, and nothing is written, when they are the same. They hold from the next order on."""
    VerificationPolicy.objects.get_or_create(pk=1)
    policy = VerificationPolicy.objects.select_for_update().get(pk=1)
    before = {name: getattr(policy, name) for name, value in rules.items() if getattr(policy, name) != value}
    if not before:
        return False
    for name in before:
        setattr(policy, name, rules[name])
    policy.save(update_fields=list(before))
    after = {name: rules[name] for name in before}
    record(THREAD, "verification_policy.changed", by=by, before=before, after=after)
    return True
