"""What customers said to a stand-in when it was offered to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q

from orders.models import CaseOption, OptionKind
from orders.models.case import OPEN_CASES


@dataclass(frozen=True)
class Answers:
    """How often it was offered in a case that is over, and how often it was the choice."""

    offered: int = 0
    accepted: int = 0


def answers_to(product_ids: Iterable[int], *, instead_of: str) -> Mapping[int, Answers]:
    """By product, for customers who had ordered the SKU `instead_of`. One statement; nobody asked, no entry."""
    offered = CaseOption.objects.filter(
        kind=OptionKind.SUBSTITUTE,
        product__in=list(product_ids),
        version=F("case__version"),
        case__line__ordered_sku=instead_of,
        case__executed_at__isnull=False,
    ).exclude(case__status__in=OPEN_CASES)
    counted = offered.values("product").annotate(
        n=Count("id"), yes=Count("id", filter=Q(case__choice=F("id")))
    )
    return {row["product"]: Answers(row["n"], row["yes"]) for row in counted.order_by()}
