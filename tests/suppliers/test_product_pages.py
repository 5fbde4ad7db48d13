"""The pages of products: found, explained, put in order, matched."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.models.user import Role
from stocke.products.models import Category, Level, Product, SubstituteLink
from suppliers.domain.backup_list import move_offer
from suppliers.domain.levels import recompute_all
from suppliers.domain.served import Count, write_rates
from suppliers.models import Offer
from suppliers.queries.products import backup_order
from tests.core.listpage_checks import assert_same_queries, queries_of
from tests.factories.people import client_as
from tests.factories.products import CategoryFactory, ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return client_as(Role.OPERATIONS)


@pytest.fixture
def viewer() -> Client:
    return client_as(Role.VIEWER)


def page_of(client: Client, product: Product) -> str:
    answer = client.get(reverse("suppliers:product", args=[product.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, **query: str | int) -> list[str]:
    answer = client.get(reverse("suppliers:product_list"), {**query, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [row[0] for row in csv.reader(text.splitlines(), delimiter=text[text.index("SKU") - 1])][1:]


def observed(offer: Offer, raw: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppliers_observation (offer_id, kind, quantity, raw) VALUES (%s, 'exact', 14, %s)",
            [offer.pk, raw],
        )


@pytest.mark.parametrize(
    "words", ["OND-BOU", "ond-bou-17", "bouilloire", "BOUIL 1,7", "onde", "3250000000012", "on"]
)
def test_a_product_is_found_by_sku_name_brand_or_barcode(operator: Client, words: str) -> None:
    ProductFactory(sku="OND-BOU-17", name="Bouilloire Onde 1,7 L", brand="Onde", gtin="3250000000012")
    ProductFactory(sku="ALB-LAM-02", name="Lampe Alba", brand="Alba")

    assert listed(operator, q=words) == ["Bouilloire Onde 1,7 L"]


def test_the_list_is_filtered_by_light_category_supplier_and_fulfilment(operator: Client) -> None:
    north, lamps = SupplierFactory(), CategoryFactory(name="Lamps")
    OfferFactory(quantity=1, product=ProductFactory(name="Low lamp", category=lamps))
    OfferFactory(quantity=9, supplier=north, product=ProductFactory(name="Green", fulfilment="hybrid"))
    ProductFactory(name="Stopped", active=False)
    recompute_all()

    assert listed(operator, light="low") == ["Low lamp"]
    assert listed(operator, category=lamps.pk) == ["Low lamp"]
    assert listed(operator, supplier=north.pk) == ["Green"]
    assert listed(operator, fulfilment="hybrid") == ["Green"]
    assert listed(operator, active="no") == ["Stopped"]


def test_the_list_asks_as_much_for_three_products_as_for_one(operator: Client) -> None:
    assert_same_queries(operator, reverse("suppliers:product_list"), OfferFactory)


def test_the_page_asks_as_much_for_three_offers_as_for_one(operator: Client) -> None:
    product = OfferFactory().product
    assert product is not None
    SubstituteLink.objects.create(product=product, substitute=ProductFactory())
    recompute_all()
    url = reverse("suppliers:product", args=[product.pk])
    page_of(operator, product)
    once = queries_of(operator, url)

    for rank in (2, 3):
        OfferFactory(product=product, rank=rank)
        SubstituteLink.objects.create(product=product, substitute=ProductFactory(), rank=rank)
    recompute_all()

    assert len(queries_of(operator, url)) == len(once)


def test_the_page_says_why_with_the_suppliers_own_words(operator: Client) -> None:
    product = ProductFactory(buffer=2)
    offer = OfferFactory(product=product, quantity=14, reserved=3, supplier=SupplierFactory(name="Grossiste"))
    OfferFactory(product=product, kind="unknown", rank=2, supplier=SupplierFactory(name="Import Fictif"))
    observed(offer, "14 pcs")
    recompute_all()

    page = page_of(operator, product)

    assert "9 sellable now." in page
    assert "1 supplier states 14 that we count." in page
    assert "3 are promised already." in page
    assert "2 are kept as a buffer." in page
    assert '<span class="se-raw">14 pcs</span>' in page
    assert "unknown is not zero" in page


def test_a_product_nobody_has_computed_yet_has_a_page(operator: Client) -> None:
    page = page_of(operator, ProductFactory())

    assert "No supplier offers this product." in page


def test_an_offer_moves_up_and_back_by_undo(operator: Client) -> None:
    product = ProductFactory()
    first, second = (OfferFactory(product=product, rank=rank) for rank in (1, 2))

    answer = operator.post(reverse("suppliers:offer_move", args=[second.pk, 1]), follow=True)
    moved = backup_order(product)
    operator.post(operator.session["undo"]["url"])

    assert "now stands at rank 1" in answer.content.decode()
    assert (moved, backup_order(product)) == ([second.pk, first.pk], [first.pk, second.pk])


def test_a_dragged_list_is_saved(operator: Client) -> None:
    product = ProductFactory()
    keys = [OfferFactory(product=product, rank=rank).pk for rank in (1, 2, 3)]

    operator.post(reverse("suppliers:offers_reorder", args=[product.pk]), {"order": keys[::-1]})

    assert backup_order(product) == keys[::-1]


def test_a_list_that_has_changed_meanwhile_is_not_moved(operator: Client) -> None:
    product = ProductFactory()
    keys = [OfferFactory(product=product, rank=rank).pk for rank in (1, 2)]

    answer = operator.post(
        reverse("suppliers:offers_reorder", args=[product.pk]), {"order": keys[:1]}, follow=True
    )

    assert "Nothing was moved" in answer.content.decode()
    assert backup_order(product) == keys


def test_htmx_gets_only_the_numbers_after_a_move(operator: Client) -> None:
    product = ProductFactory()
    _first, second = (OfferFactory(product=product, rank=rank) for rank in (1, 2))

    answer = operator.post(
        reverse("suppliers:offer_move", args=[second.pk, 1]), headers={"HX-Request": "true"}, follow=True
    )

    page = answer.content.decode()
    assert 'id="numbers"' in page
    assert "<html" not in page


def test_an_offer_is_switched_off_and_on(operator: Client) -> None:
    offer = OfferFactory(quantity=9)

    operator.post(reverse("suppliers:offer_switch", args=[offer.pk, "off"]))
    off = Level.objects.get().sellable
    operator.post(operator.session["undo"]["url"])

    assert (off, Level.objects.get().sellable) == (0, 9)


def test_a_wrong_match_is_taken_off_and_undone(operator: Client) -> None:
    offer = OfferFactory()

    operator.post(reverse("suppliers:offer_detach", args=[offer.pk]))
    detached = Offer.objects.get().product_id
    operator.post(operator.session["undo"]["url"])

    assert (detached, Offer.objects.get().product_id) == (None, offer.product_id)


def test_a_promised_offer_keeps_its_match(operator: Client) -> None:
    offer = OfferFactory(reserved=1)

    answer = operator.post(reverse("suppliers:offer_detach", args=[offer.pk]), follow=True)

    assert "Nothing was changed" in answer.content.decode()
    assert Offer.objects.get().product_id == offer.product_id


def product_fields(**given: object) -> dict[str, object]:
    return {
        "name": "Kettle",
        "sku": "KET-1",
        "price": "49.90",
        "fulfilment": "dropship",
        "active": "on",
        "category": "Kettles",
        **given,
    }


def test_a_product_is_added_with_a_new_category(operator: Client) -> None:
    answer = operator.post(reverse("suppliers:product_new"), product_fields())

    product = Product.objects.get()
    assert answer.status_code == 303
    assert (product.sku, product.price_cents, str(product.category)) == ("KET-1", 4990, "Kettles")
    assert Level.objects.get().light == "unknown"


def test_a_product_is_made_from_an_offer(operator: Client) -> None:
    offer = OfferFactory(product=None, name="Bouilloire", supplier_sku="BOU-9", quantity=6)
    url = f"{reverse('suppliers:product_new')}?offer={offer.pk}"

    form = operator.get(url).content.decode()
    operator.post(url, product_fields(sku="BOU-9"))

    assert 'value="BOU-9"' in form
    assert Offer.objects.get().product == Product.objects.get()
    assert Level.objects.get().sellable == 6


def test_a_taken_sku_is_refused_at_its_field(operator: Client) -> None:
    ProductFactory(sku="KET-1")

    answer = operator.post(reverse("suppliers:product_new"), product_fields())

    assert answer.status_code == 422
    assert "Another product has this SKU" in answer.content.decode()
    assert (Product.objects.count(), Category.objects.filter(name="Kettles").count()) == (1, 0)


def test_a_number_that_is_no_barcode_is_refused(operator: Client) -> None:
    answer = operator.post(reverse("suppliers:product_new"), product_fields(gtin="12x"))

    assert answer.status_code == 422
    assert "12x is no barcode" in answer.content.decode()
    assert Product.objects.count() == 0


def test_an_edited_buffer_shows_in_the_number_at_once(operator: Client) -> None:
    offer = OfferFactory(quantity=9, product=ProductFactory(sku="KET-1"))
    product = Product.objects.get()
    recompute_all()

    operator.post(reverse("suppliers:product_edit", args=[product.pk]), product_fields(buffer=4))

    assert Level.objects.get().sellable == 5
    assert "Selling price changed from €49.00 to €49.90" in page_of(operator, product)
    assert offer.product_id == product.pk


def test_a_substitute_is_added_moved_and_removed(operator: Client) -> None:
    product = ProductFactory()
    add = reverse("suppliers:substitute_add", args=[product.pk])
    for sku in ("SUB-1", "SUB-2"):
        ProductFactory(sku=sku)
        operator.post(add, {"sku": sku, "note": "Black instead of white"})
    links = list(product.substitute_links.all())

    operator.post(reverse("suppliers:substitute_move", args=[links[1].pk, 1]))
    operator.post(reverse("suppliers:substitute_remove", args=[links[0].pk]))

    assert [(link.substitute.sku, link.rank) for link in product.substitute_links.all()] == [("SUB-2", 1)]
    assert "Black instead of white" in page_of(operator, product)


@pytest.mark.parametrize("sku", ["NOBODY", "SELF"])
def test_what_is_no_substitute_is_refused(operator: Client, sku: str) -> None:
    product = ProductFactory(sku="SELF")

    answer = operator.post(reverse("suppliers:substitute_add", args=[product.pk]), {"sku": sku})

    assert answer.status_code == 422
    assert not product.substitute_links.exists()


def test_an_unmatched_offer_is_listed_and_proposed_products_by_barcode_and_name(operator: Client) -> None:
    same_code = ProductFactory(name="Something else", gtin="3250000000012")
    alike = ProductFactory(name="Bouilloire Onde 1,7 litre")
    ProductFactory(name="Lampe Alba")
    offer = OfferFactory(product=None, name="Bouilloire Onde 1,7 L", gtin="3250000000012", supplier_sku="X-1")

    rows = operator.get(reverse("suppliers:unmatched_list"), {"q": "X-"}).content.decode()
    page = operator.get(reverse("suppliers:match", args=[offer.pk])).content.decode()

    assert "X-1" in rows
    assert page.index(same_code.name) < page.index(alike.name)
    assert "Lampe Alba" not in page


def test_an_offer_is_matched_and_the_match_undone(operator: Client) -> None:
    product, offer = ProductFactory(), OfferFactory(product=None)

    operator.post(reverse("suppliers:match", args=[offer.pk]), {"product": product.pk})
    matched = Offer.objects.get().product_id
    operator.post(operator.session["undo"]["url"])

    assert (matched, Offer.objects.get().product_id) == (product.pk, None)


def test_the_history_shows_both_numbers_and_leaves_the_unknown_blank(operator: Client) -> None:
    offer = OfferFactory(quantity=14)
    observed(offer, "14")
    recompute_all()

    page = page_of(operator, Product.objects.get())

    assert 'data-n="14"' in page
    assert "data-plot" in page


ACTS: list[Callable[[Offer], str]] = [
    lambda offer: reverse("suppliers:offer_move", args=[offer.pk, 1]),
    lambda offer: reverse("suppliers:offers_reorder", args=[offer.product_id]),
    lambda offer: reverse("suppliers:offer_switch", args=[offer.pk, "off"]),
    lambda offer: reverse("suppliers:offer_detach", args=[offer.pk]),
    lambda offer: reverse("suppliers:product_edit", args=[offer.product_id]),
]


@pytest.mark.parametrize("url", ACTS)
def test_a_viewer_changes_nothing(viewer: Client, url: Callable[[Offer], str]) -> None:
    offer = OfferFactory()

    answer = viewer.post(url(offer), {"order": [offer.pk]})

    assert answer.status_code == 403
    assert Offer.objects.filter(active=True, product=offer.product).count() == 1


def test_a_viewer_sees_no_acts(viewer: Client) -> None:
    product = OfferFactory().product
    assert product is not None

    assert "data-reorder" not in page_of(viewer, product)


def test_the_timeline_tells_who_moved_what(operator: Client) -> None:
    product = ProductFactory()
    names = ("North", "South")
    offers = [
        OfferFactory(product=product, rank=rank, supplier=SupplierFactory(name=name))
        for rank, name in enumerate(names, start=1)
    ]
    move_offer(offers[1], to_rank=1, by=Actor.job("test"))

    page = page_of(operator, product)

    assert "Backup list reordered" in page
    assert "South, North" in page


def test_a_number_says_how_often_its_supplier_served(operator: Client) -> None:
    liar = SupplierFactory(name="North")
    OfferFactory(supplier=liar, quantity=2)
    write_rates([Count(liar.pk, ("few", "fresh"), 10, 44)])
    recompute_all()

    page = page_of(operator, Product.objects.get())

    assert "North served 10 of 44 times when he stated 1 or 2: 23%" in page
    assert "2 are not counted on: so often their suppliers have not served." in page


def test_what_seldom_holds_is_amber_and_says_why(operator: Client) -> None:
    liar = SupplierFactory()
    OfferFactory(supplier=liar, quantity=60)
    write_rates([Count(liar.pk, ("plenty", "fresh"), 10, 44)])
    recompute_all()

    assert "suppliers who serve less than 50% of what they state" in page_of(operator, Product.objects.get())


def test_a_level_older_than_trusted_is_amber(operator: Client) -> None:
    OfferFactory(as_of=timezone.now() - timedelta(hours=60))
    recompute_all()

    page = page_of(operator, Product.objects.get())

    assert "older than we trust" in page
    assert "The newest statement is older than 48 h" in page
