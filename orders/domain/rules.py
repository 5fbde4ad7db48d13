"""What sourcing goes by, as values: the rules of verification, and what a sourcing policy says beyond them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from orders.models import Parcels, SourcingPolicy, VerificationPolicy


class Priority(StrEnum):
    """What one source is preferred to another for. OWN: our own stock before any supplier's."""

    COST = "cost"
    LEAD = "lead"
    RELIABILITY = "reliability"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class PolicyName:
    """The sourcing policy that rules a line, as the record names it."""

    pk: int
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The merchant's limits and wishes. Without priorities, points and the backup list decide.

    `fewest_parcels` is a wish, `most_parcels` a limit: beyond it a person decides.
    """

    fresh_hours: int = 24
    margin_percent: int = 5
    thin_below: int = 1
    may_split: bool = False
    priorities: tuple[Priority, ...] = ()
    most_lead_days: int | None = None
    countries: tuple[str, ...] = ()
    fewest_parcels: bool = False
    most_parcels: int | None = None
    policy: PolicyName | None = None

    @classmethod
    def of(cls, policy: VerificationPolicy, sourcing: SourcingPolicy | None = None) -> "Rules":
        base = (policy.fresh_hours, policy.margin_percent, policy.thin_below, policy.may_split)
        if sourcing is None:
            return cls(*base)
        name = PolicyName(sourcing.pk or 0, sourcing.name, sourcing.version)
        return cls(
            policy.fresh_hours, thin_below=policy.thin_below, policy=name, **said(sourcing.rules, policy)
        )

    @property
    def counts_parcels(self) -> bool:
        return self.fewest_parcels or self.most_parcels is not None


def said(kept: Mapping[str, Any], policy: VerificationPolicy) -> dict[str, Any]:
    """What a policy's row says, with the rules of verification where it leaves the word to them."""
    margin, split, parcels = (
        kept.get("margin_percent"),
        kept.get("may_split"),
        kept.get("parcels", Parcels.ANY),
    )
    most = {Parcels.REQUIRED: 1, Parcels.LIMITED: kept.get("most_parcels")}
    return {
        "margin_percent": policy.margin_percent if margin is None else margin,
        "may_split": policy.may_split if split is None else split,
        "priorities": tuple(Priority(one) for one in kept.get("priorities", ())),
        "most_lead_days": kept.get("most_lead_days"),
        "countries": tuple(kept.get("countries", ())),
        "fewest_parcels": parcels == Parcels.PREFERRED,
        "most_parcels": most.get(Parcels(parcels)),
    }
