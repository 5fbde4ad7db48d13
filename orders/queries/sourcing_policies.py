"""What sourcing policies need to know: which are in force, whom a line belongs to, how its suppliers stand."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet

from orders.models import Allocation, AllocationStatus, Order, SourcingPolicy, SourcingPolicyVersion
from orders.models.allocation import COUNTED
from stocke.products.models import Product
from suppliers.queries.served import Chance, Chances, chances_of

# Answers of his latest purchase orders only: what it costs must not grow with the years.
STANDINGS = """
SELECT supplier.id, supplier.country, coalesce(rules.is_own, false),
       CASE WHEN supplier.currency = %s THEN coalesce(rules.parcel_cents, 0) ELSE 0 END,
       answers.accepted, answers.asked
FROM suppliers_supplier supplier
LEFT JOIN orders_orderingrules rules ON rules.supplier_id = supplier.id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE line.answer = 'accepted') AS accepted, count(*) AS asked
    FROM (
        SELECT id FROM orders_purchaseorder WHERE supplier_id = supplier.id ORDER BY id DESC LIMIT 200
    ) latest
    JOIN orders_purchaseorderline line ON line.purchase_order_id = latest.id
    WHERE line.answer IN ('accepted', 'part', 'rejected')
) answers
WHERE supplier.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a supplier beside his offers: where he is, what a parcel costs, how he has answered."""

    country: str = ""
    is_own: bool = False
    parcel_cents: int = 0
    accepted: int = 0
    asked: int = 0
    chances: Chances = field(default_factory=dict, compare=False)

    def refusals_per_mille(self, chance: Chance | None) -> int:
        """How many of a thousand lines he may be expected to refuse: as learned of promises like this one or, where
        nothing was, by his latest answers; half of them while he was never asked."""
        if chance is not None:
            return 1000 - chance.permille
        return round(1000 * (self.asked - self.accepted + 1) / (self.asked + 2))


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom and to what a line belongs, as far as policies ask."""

    channel: str
    category_id: int | None = None
    customer_class: str = ""


def policies_in_force() -> list[SourcingPolicy]:
    return list(SourcingPolicy.objects.filter(ended_at=None).order_by("pk"))


def policies_for_list() -> QuerySet[SourcingPolicy]:
    return SourcingPolicy.objects.filter(ended_at=None).select_related("category")


def versions_of(policy: SourcingPolicy) -> QuerySet[SourcingPolicyVersion]:
    return SourcingPolicyVersion.objects.filter(policy=policy).select_related("category")


def categories_of(product_ids: Collection[int]) -> dict[int, int | None]:
    return dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "category_id"))


def classes_of(order_ids: Collection[int]) -> dict[int, str]:
    """The class of each order's customer."""
    return dict(Order.objects.filter(pk__in=order_ids).values_list("pk", "customer__customer_class"))


def suppliers_of_orders(order_ids: Collection[int], *, but: Collection[int]) -> dict[int, frozenset[int]]:
    """Who ships something of each order already, apart from these lines."""
    found: dict[int, frozenset[int]] = {}
    kept = [*COUNTED, AllocationStatus.CONTAINED]
    promised = Allocation.objects.filter(line__order__in=order_ids, status__in=kept).exclude(line__in=but)
    for order, supplier in promised.values_list("line__order_id", "offer__supplier_id"):
        found[order] = found.get(order, frozenset()) | {supplier}
    return found


def standings_of(supplier_ids: Collection[int], currency: str) -> dict[int, Standing]:
    """How each supplier stands; a charge for parcels in another currency than this one is left out."""
    chances = chances_of(supplier_ids)
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, [currency, list(supplier_ids)])
        return {
            supplier: Standing(country, is_own, parcel_cents, accepted, asked, chances)
            for supplier, country, is_own, parcel_cents, accepted, asked in cursor.fetchall()
        }
