"""Sourcing policies, kept by people: saved as a new version, taken back to an earlier one, ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.models import SourcingPolicy, SourcingPolicyVersion
from orders.models.sourcing_policy import PolicyScope
from stocke.core.actors import Actor
from stocke.core.domain.history import record

THREAD = "sourcing_policies"


class ScopeTaken(Exception):
    """Another policy in force is for exactly these lines. Nothing was changed."""


class PolicyChanged(Exception):
    """Somebody else has saved or ended the policy meanwhile. Nothing was changed."""


@dataclass(frozen=True)
class Draft:
    """What a policy is to say. `version` is the one that its author has seen; 0 for a new policy."""

    name: str
    channel: str = ""
    category_id: int | None = None
    customer_class: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0

    @classmethod
    def of(cls, kept: PolicyScope, *, version: int) -> "Draft":
        return cls(kept.name, kept.channel, kept.category_id, kept.customer_class, kept.rules, version)

    def values(self) -> dict[str, Any]:
        scope = {
            "channel": self.channel,
            "category_id": self.category_id,
            "customer_class": self.customer_class,
        }
        return {"name": self.name, **scope, "rules": dict(self.rules)}


@transaction.atomic
def save_policy(policy_id: int | None, draft: Draft, *, by: Actor) -> SourcingPolicy:
    """Make it a new policy, or the next version of an old one; saving what it says already writes nothing.

    It holds from the next verification on. Raises ScopeTaken or PolicyChanged.
    """
    policy = _open(policy_id, draft.version)
    before = Draft.of(policy, version=policy.version).values() if policy_id else {}
    after = draft.values()
    if after == before:
        return policy
    for name, value in after.items():
        setattr(policy, name, value)
    policy.version = draft.version + 1
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError:
        raise ScopeTaken(draft.name) from None
    SourcingPolicyVersion.objects.create(policy=policy, version=policy.version, saved_by=by.label, **after)
    old, new = _difference(before, after)
    record(
        THREAD,
        "sourcing_policy.saved",
        by=by,
        before=old,
        after=new,
        policy=policy.pk,
        name=policy.name,
        version=policy.version,
    )
    return policy


@transaction.atomic
def restore_version(policy_id: int, version: int, *, seen: int, by: Actor) -> SourcingPolicy:
    """Let an earlier version hold again, as the newest. Raises as `save_policy`."""
    kept = SourcingPolicyVersion.objects.get(policy=policy_id, version=version)
    return save_policy(policy_id, Draft.of(kept, version=seen), by=by)


@transaction.atomic
def end_policy(policy_id: int, *, seen: int, by: Actor) -> SourcingPolicy:
    """Its lines are under the next less specific policy from now on. Raises PolicyChanged."""
    policy = _open(policy_id, seen)
    policy.ended_at = timezone.now()
    policy.save(update_fields=["ended_at"])
    record(THREAD, "sourcing_policy.ended", by=by, policy=policy.pk, name=policy.name)
    return policy


def _open(policy_id: int | None, seen: int) -> SourcingPolicy:
    if policy_id is None:
        return SourcingPolicy(version=0)
    policy = SourcingPolicy.objects.select_for_update().get(pk=policy_id)
    if policy.ended_at is not None or policy.version != seen:
        raise PolicyChanged(policy.name)
    return policy


def _difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What differs, each rule by its own name; of a new policy only what it says."""
    old, new = (_flat(one) for one in (before, after))
    changed = [name for name in new if old.get(name, "") != new[name]]
    return {name: old[name] for name in changed if name in old}, {name: new[name] for name in changed}


def _flat(said: Mapping[str, Any]) -> dict[str, object]:
    flat = {**said, **said.get("rules", {})}
    flat.pop("rules", None)
    words = {name: ", ".join(one) if isinstance(one, list) else one for name, one in flat.items()}
    return {name: "" if one is None else one for name, one in words.items()}
