"""Who is asked first: moved, switched off, attached, with everything on the record."""

import pytest

from stocke.core.actors import Actor
from stocke.core.queries import timeline
from stocke.products.models import Level, Product
from suppliers.domain.backup_list import (
    AlreadyAttached,
    NotInTheList,
    StillPromised,
    attach_offer,
    detach_offer,
    move_offer,
    reorder_offers,
    switch_offer,
)
from suppliers.models import Offer
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db

LEA = Actor.job("test")


def backup_list(*names: str) -> tuple[Product, list[Offer]]:
    product = ProductFactory()
    offers = [
        OfferFactory(product=product, rank=rank, quantity=rank, supplier=SupplierFactory(name=name))
        for rank, name in enumerate(names, start=1)
    ]
    return product, offers


def order_of(product: Product) -> list[tuple[int, str]]:
    return list(Offer.objects.filter(product=product).order_by("rank").values_list("rank", "supplier__name"))


def story_of(product: Product) -> list[tuple[str, object, object]]:
    return [(entry.kind, entry.before, entry.after) for entry in timeline(f"product:{product.pk}")]


@pytest.mark.parametrize(
    ("to_rank", "expected"), [(1, "CAB"), (2, "ACB"), (3, "ABC"), (0, "CAB"), (99, "ABC")]
)
def test_an_offer_moves_to_any_rank(to_rank: int, expected: str) -> None:
    product, offers = backup_list("A", "B", "C")

    move_offer(offers[2], to_rank=to_rank, by=LEA)

    assert order_of(product) == list(enumerate(expected, start=1))


def test_a_move_is_on_the_record_and_in_the_steps() -> None:
    product, offers = backup_list("A", "B")

    assert move_offer(offers[1], to_rank=1, by=LEA)

    assert story_of(product) == [("backup_list.reordered", {"order": "A, B"}, {"order": "B, A"})]
    assert [step["supplier"] for step in Level.objects.get(product=product).steps] == ["B", "A"]


def test_a_move_to_where_it_stands_changes_nothing() -> None:
    product, offers = backup_list("A", "B")

    assert not move_offer(offers[0], to_rank=1, by=LEA)

    assert (order_of(product), story_of(product)) == ([(1, "A"), (2, "B")], [])


def test_a_dragged_list_is_taken_as_a_whole() -> None:
    product, offers = backup_list("A", "B", "C")

    reorder_offers(product, order=[offers[2].pk, offers[0].pk, offers[1].pk], by=LEA)

    assert order_of(product) == [(1, "C"), (2, "A"), (3, "B")]


def test_an_order_that_forgets_an_offer_is_refused() -> None:
    product, offers = backup_list("A", "B", "C")

    with pytest.raises(NotInTheList):
        reorder_offers(product, order=[offers[1].pk, offers[0].pk], by=LEA)

    assert (order_of(product), story_of(product)) == ([(1, "A"), (2, "B"), (3, "C")], [])


def test_an_offer_without_a_product_has_no_rank_to_move_to() -> None:
    with pytest.raises(NotInTheList):
        move_offer(OfferFactory(product=None), to_rank=1, by=LEA)


def test_an_offer_switched_off_no_longer_counts_until_switched_on() -> None:
    product, offers = backup_list("A", "B")

    assert switch_offer(offers[1], active=False, by=LEA)
    off = Level.objects.get(product=product).sellable
    assert not switch_offer(offers[1], active=False, by=LEA)
    assert switch_offer(offers[1], active=True, by=LEA)

    assert (off, Level.objects.get(product=product).sellable) == (1, 3)
    assert [kind for kind, _, _ in story_of(product)] == ["offer.switched_on", "offer.switched_off"]


def test_an_attached_offer_joins_the_end_and_counts() -> None:
    product, _ = backup_list("A")
    stray = OfferFactory(product=None, quantity=5, supplier=SupplierFactory(name="B"))

    attach_offer(stray, product=product, by=LEA)

    assert order_of(product) == [(1, "A"), (2, "B")]
    assert Level.objects.get(product=product).sellable == 6
    assert timeline(f"product:{product.pk}")[0].data["supplier_sku"] == stray.supplier_sku


def test_an_offer_has_one_product() -> None:
    product, offers = backup_list("A")

    with pytest.raises(AlreadyAttached):
        attach_offer(offers[0], product=ProductFactory(), by=LEA)

    assert (order_of(product), story_of(product)) == ([(1, "A")], [])


def test_a_wrong_match_is_undone() -> None:
    product, offers = backup_list("A", "B")

    detach_offer(offers[1], by=LEA)

    assert order_of(product) == [(1, "A")]
    assert Level.objects.get(product=product).sellable == 1


def test_a_match_with_promises_on_it_stands() -> None:
    offer = OfferFactory(reserved=1)
    product = Product.objects.get()

    with pytest.raises(StillPromised):
        detach_offer(offer, by=LEA)

    assert len(order_of(product)) == 1
    assert story_of(product) == []
