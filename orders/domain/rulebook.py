"""Which policy rules a line: the most specific one in force."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orders.domain.rules import Priority, Rules
from orders.models import OrderLine, Parcels, SourcingPolicy, VerificationPolicy
from orders.queries.sourcing_policies import (
    Scope,
    Standing,
    categories_of,
    classes_of,
    policies_in_force,
    standings_of,
    suppliers_of_orders,
)


@dataclass(frozen=True)
class Rulebook:
    """The rules in force at one moment, for lines of any scope."""

    base: VerificationPolicy
    policies: Sequence[SourcingPolicy] = ()
    known: dict[Scope, Rules] = field(default_factory=dict, compare=False)

    @classmethod
    def current(cls, base: VerificationPolicy | None = None) -> "Rulebook":
        """The rules in force now; `base` where its caller has read it already."""
        return cls(base or VerificationPolicy.current(), policies_in_force())

    def rules_for(self, scope: Scope) -> Rules:
        if scope not in self.known:
            self.known[scope] = Rules.of(self.base, most_specific(self.policies, scope))
        return self.known[scope]

    def scopes(self, lines: Collection[OrderLine], channels: Mapping[int, str]) -> dict[int, Scope]:
        """The scope of each line, by its key; what no policy asks about is not looked up."""
        if not self.policies:
            return dict.fromkeys((line.pk for line in lines), Scope(""))
        products = {line.product_id for line in lines if line.product_id is not None}
        categories = categories_of(products) if any(one.category_id for one in self.policies) else {}
        classes = classes_of(channels) if any(one.customer_class for one in self.policies) else {}
        return {
            line.pk: Scope(
                channels[line.order_id],
                categories.get(line.product_id or 0),
                folded(classes.get(line.order_id, "")),
            )
            for line in lines
        }

    @property
    def counts_parcels(self) -> bool:
        """Whether some policy asks who ships another line of the order anyway."""
        return any(
            one.rules.get("parcels", Parcels.ANY) != Parcels.ANY
            or Priority.COST in one.rules.get("priorities", ())
            for one in self.policies
        )

    def standings(self, supplier_ids: Collection[int], currency: str) -> Mapping[int, Standing]:
        """How these suppliers stand; nothing, and no query, while no policy asks."""
        if not self.policies or not supplier_ids:
            return {}
        return standings_of(supplier_ids, currency)

    def shipping_already(
        self, order_ids: Collection[int], lines: Collection[int]
    ) -> dict[int, frozenset[int]]:
        """Who ships another line of each order anyway; only where some policy counts parcels."""
        return suppliers_of_orders(order_ids, but=lines) if self.counts_parcels and order_ids else {}


def folded(text: str) -> str:
    return text.strip().casefold()


def most_specific(policies: Iterable[SourcingPolicy], scope: Scope) -> SourcingPolicy | None:
    """Of those that fit, the one that names most; a category says more than a class, and a class than a channel."""
    fitting = [one for one in policies if fits(one, scope)]
    return max(fitting, key=specificity, default=None)


def fits(policy: SourcingPolicy, scope: Scope) -> bool:
    return (
        folded(policy.channel) in ("", folded(scope.channel))
        and policy.category_id in (None, scope.category_id)
        and folded(policy.customer_class) in ("", scope.customer_class)
    )


def specificity(policy: SourcingPolicy) -> tuple[int, bool, bool]:
    named = (policy.category_id is not None, bool(policy.customer_class), bool(policy.channel))
    return (sum(named), named[0], named[1])
