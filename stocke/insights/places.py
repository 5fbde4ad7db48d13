"""Where cases and refunds are, for timelines, messages and Today."""

from collections.abc import Collection, Mapping

from django.urls import reverse

from orders.models import Refund, StockoutCase
from stocke.core.web.formats import money
from stocke.core.web.places import Place


def case_places(keys: Collection[int]) -> Mapping[int, Place]:
    """A case is worked on at the desk, opened on it."""
    found = StockoutCase.objects.filter(pk__in=keys).only("number")
    return {case.pk: Place(case.number, reverse("orders:stockout", args=[case.number])) for case in found}


def refund_places(keys: Collection[int]) -> Mapping[int, Place]:
    """A refund is found in the list of refunds, which everybody may read, by its order."""
    found = Refund.objects.filter(pk__in=keys).select_related("line__order")
    return {
        refund.pk: Place(
            money(refund.amount_cents, refund.currency),
            reverse("orders:refunds", query={"q": refund.line.order.number}),
        )
        for refund in found
    }
