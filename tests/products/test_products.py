"""Products and their substitutes: what people decide, on the record."""

import pytest

from stocke.core.actors import Actor
from stocke.core.queries import timeline
from stocke.products.domain.products import SkuTaken, change_product, create_product
from stocke.products.domain.substitute_links import (
    NotASubstitute,
    link_substitute,
    move_substitute,
    unlink_substitute,
)
from stocke.products.models import DirtyLevel, Product, SubstituteLink
from tests.factories.products import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

LEA = Actor.job("test")


def story_of(product: Product) -> list[tuple[str, object, object]]:
    return [(entry.kind, entry.before, entry.after) for entry in timeline(f"product:{product.pk}")]


def dirty() -> list[int]:
    return list(DirtyLevel.objects.values_list("product_id", flat=True))


def test_a_new_product_asks_for_its_level() -> None:
    product = create_product(by=LEA, sku="OND-BOU-17", name="Bouilloire Onde 1,7 L", price_cents=4990)

    assert dirty() == [product.pk]
    assert story_of(product) == [
        ("product.created", {}, {"sku": "OND-BOU-17", "name": "Bouilloire Onde 1,7 L", "price_cents": 4990})
    ]


def test_a_sku_is_taken_once() -> None:
    ProductFactory(sku="A-1")

    with pytest.raises(SkuTaken):
        create_product(by=LEA, sku="A-1", name="Another", price_cents=1)

    assert (Product.objects.count(), dirty()) == (1, [])


def test_only_what_differs_is_changed_and_recorded() -> None:
    product = ProductFactory(name="Kettle", price_cents=4900)

    changed = change_product(product, by=LEA, name="Kettle", price_cents=5200)

    assert changed == ["price_cents"]
    assert story_of(product) == [("product.changed", {"price_cents": 4900}, {"price_cents": 5200})]
    assert dirty() == []


def test_a_buffer_asks_for_the_level() -> None:
    product = ProductFactory()

    change_product(product, by=LEA, buffer=2)

    assert dirty() == [product.pk]


def test_a_category_is_recorded_by_its_name() -> None:
    product = ProductFactory(category=CategoryFactory(name="Lamps"))

    change_product(product, by=LEA, category=CategoryFactory(name="Kettles"))

    assert story_of(product) == [("product.changed", {"category": "Lamps"}, {"category": "Kettles"})]


def test_nothing_differs_nothing_happens() -> None:
    product = ProductFactory(buffer=1)

    assert change_product(product, by=LEA, buffer=1) == []

    assert (story_of(product), dirty()) == ([], [])


def test_a_taken_sku_changes_nothing() -> None:
    ProductFactory(sku="A-1")
    product = ProductFactory(sku="A-2", name="Kettle")

    with pytest.raises(SkuTaken):
        change_product(product, by=LEA, sku="A-1", name="Other")

    product.refresh_from_db()
    assert (product.sku, product.name, story_of(product)) == ("A-2", "Kettle", [])


def ranks_of(product: Product) -> list[tuple[int, str]]:
    return list(product.substitute_links.values_list("rank", "substitute__sku"))


def linked(product: Product, *skus: str) -> list[SubstituteLink]:
    return [link_substitute(product, substitute=ProductFactory(sku=sku), by=LEA) for sku in skus]


def test_substitutes_are_offered_in_the_order_of_their_links() -> None:
    product = ProductFactory()
    _, second, third = linked(product, "A", "B", "C")

    move_substitute(third, to_rank=1, by=LEA)
    unlink_substitute(second, by=LEA)

    assert ranks_of(product) == [(1, "C"), (2, "A")]
    assert [kind for kind, _, _ in story_of(product)] == [
        "substitute.unlinked",
        "substitute.moved",
        *["substitute.linked"] * 3,
    ]


def test_a_product_does_not_stand_in_for_itself_or_twice() -> None:
    product = ProductFactory()
    (link,) = linked(product, "A")
    before = story_of(product)

    for substitute in (product, link.substitute):
        with pytest.raises(NotASubstitute):
            link_substitute(product, substitute=substitute, by=LEA)

    assert (ranks_of(product), story_of(product)) == ([(1, "A")], before)
