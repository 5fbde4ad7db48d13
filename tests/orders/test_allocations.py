"""Ledger and counter move together."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from orders.domain.allocations import (
    Difference,
    OfferExhausted,
    Promise,
    accept,
    allocate,
    allocate_many,
    prove_counters,
    release_line,
)
from orders.models import Allocation, OrderLine
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.models import Offer, OfferStock
from tests.factories.orders import AllocationFactory, OrderFactory, OrderLineFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def line_of(offer: Offer, **given: Any) -> OrderLine:
    """A line that this offer can serve."""
    return OrderLineFactory(product=offer.product, **given)


def ledger() -> list[tuple[int, int, str]]:
    return list(Allocation.objects.order_by("pk").values_list("offer_id", "quantity", "status"))


def reserved(offer: Offer) -> int:
    return OfferStock.objects.get(offer=offer).reserved


def test_a_promise_is_counted_and_on_the_record() -> None:
    offer = OfferFactory(quantity=5)
    line = line_of(offer, quantity=2)

    allocate(line, offer_id=offer.pk, quantity=2, by=BY)

    assert ledger() == [(offer.pk, 2, "held")]
    assert reserved(offer) == 2
    entry = HistoryEntry.objects.get()
    assert (entry.thread, entry.kind, entry.actor_label) == (f"order:{line.order_id}", "line.sourced", "test")
    assert entry.data == {
        "line": line.pk,
        "sku": line.ordered_sku,
        "offer": offer.pk,
        "supplier": offer.supplier.name,
        "quantity": 2,
    }


def test_a_promise_beyond_the_offer_is_refused_and_changes_nothing() -> None:
    line, offer = OrderLineFactory(quantity=3), OfferFactory(quantity=2)

    with pytest.raises(OfferExhausted) as refused:
        allocate(line, offer_id=offer.pk, quantity=3, by=BY)

    assert refused.value.offer_ids == {offer.pk}
    assert (ledger(), reserved(offer), HistoryEntry.objects.count()) == ([], 0, 0)


def test_a_second_promise_from_the_same_offer_grows_the_first() -> None:
    offer = OfferFactory(quantity=5)
    line = line_of(offer, quantity=3)

    allocate(line, offer_id=offer.pk, quantity=2, by=BY)
    allocate(line, offer_id=offer.pk, quantity=1, by=BY)

    assert (ledger(), reserved(offer)) == ([(offer.pk, 3, "held")], 3)


def test_many_promises_are_made_together_or_not_at_all() -> None:
    plenty = OfferFactory(quantity=5)
    scarce = OfferFactory(quantity=1, product=plenty.product)
    first, second = line_of(plenty), line_of(plenty)
    promises = [
        Promise(first.pk, plenty.pk, 1),
        Promise(first.pk, scarce.pk, 1),
        Promise(second.pk, scarce.pk, 1),
    ]

    with pytest.raises(OfferExhausted) as refused, transaction.atomic():
        allocate_many(promises)

    assert refused.value.offer_ids == {scarce.pk}
    assert (ledger(), reserved(plenty), reserved(scarce)) == ([], 0, 0)

    allocate_many(promises[:2])

    assert ledger() == [(plenty.pk, 1, "held"), (scarce.pk, 1, "held")]
    assert (reserved(plenty), reserved(scarce)) == (1, 1)


@pytest.mark.parametrize("product", [None, "another"])
def test_an_offer_that_was_matched_anew_serves_its_former_product_no_more(product: str | None) -> None:
    offer = OfferFactory(quantity=5)
    line = line_of(offer)
    Offer.objects.filter(pk=offer.pk).update(product=ProductFactory() if product else None)

    with pytest.raises(OfferExhausted) as one:
        allocate(line, offer_id=offer.pk, quantity=1, by=BY)
    with pytest.raises(OfferExhausted) as many, transaction.atomic():
        allocate_many([Promise(line.pk, offer.pk, 1)])

    assert one.value.offer_ids == many.value.offer_ids == {offer.pk}
    assert (ledger(), reserved(offer), HistoryEntry.objects.count()) == ([], 0, 0)


def test_a_release_gives_back_what_still_counts_and_only_once() -> None:
    line = OrderLineFactory(quantity=4)
    held, accepted, contained = OfferFactory(), OfferFactory(), OfferFactory()
    AllocationFactory(line=line, offer=held, quantity=2)
    AllocationFactory(line=line, offer=accepted, quantity=1, status="accepted")
    AllocationFactory(line=line, offer=contained, quantity=1, status="contained")

    freed = [release_line(line, reason="amended", by=BY), release_line(line, reason="amended", by=BY)]

    assert freed == [3, 0]
    assert ledger() == [
        (held.pk, 2, "released"),
        (accepted.pk, 1, "released"),
        (contained.pk, 1, "contained"),
    ]
    assert (reserved(held), reserved(accepted), reserved(contained)) == (0, 0, 0)
    assert (
        list(HistoryEntry.objects.values_list("kind", "data__reason")) == [("line.released", "amended")] * 2
    )


def test_an_acceptance_in_part_keeps_counting_what_was_accepted() -> None:
    line, offer = OrderLineFactory(quantity=4), OfferFactory(quantity=9)
    allocation = AllocationFactory(line=line, offer=offer)

    accept(allocation, quantity=3)

    assert (ledger(), reserved(offer)) == ([(offer.pk, 3, "accepted")], 3)


def test_counter_and_ledger_agree_after_every_operation() -> None:
    order, offer = OrderFactory(), OfferFactory(quantity=20)
    lines = [line_of(offer, order=order, quantity=2) for _ in range(3)]

    for line in lines:
        allocate(line, offer_id=offer.pk, quantity=2, by=BY)
    release_line(lines[0], reason="cancelled", by=BY)
    accept(Allocation.objects.get(line=lines[1]), quantity=1)

    assert prove_counters() == []


def test_a_counter_that_was_tampered_with_is_found() -> None:
    line, offer, innocent = OrderLineFactory(), OfferFactory(), OfferFactory()
    AllocationFactory(line=line, offer=offer)
    AllocationFactory(line=line, offer=innocent)
    OfferStock.objects.filter(offer=offer).update(reserved=F("reserved") + 4)

    assert prove_counters() == [Difference(offer.pk, counter=5, ledger=1)]
