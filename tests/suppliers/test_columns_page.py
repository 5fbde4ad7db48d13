from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, LearnedWord, Offer, OfferStock, Run
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import client_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0"), ("E", "7")]


def hand_in(feed: Feed, content: bytes) -> Run:
    run = receive_file(feed, ContentFile(content, "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def words(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, view: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=args), data)


@pytest.fixture
def unmapped() -> Run:
    """The first file of a feed whose columns nobody has confirmed."""
    return hand_in(FeedFactory(mapped=False), csv([*USUAL, ("F", "sur demande")]))


def columns(**given: Any) -> dict[str, Any]:
    facts = {
        "column_key": "0",
        "column_name": "1",
        "column_quantity": "2",
        "column_price": "3",
        "repeated": "last",
        "decimal": "",
        "currency": "",
        "header_row": "1",
        "by": ["sku", "gtin"],
        "any_case": "on",
    }
    return {**facts, **given}


def test_the_columns_are_shown_as_guessed_with_reasons_and_doubts(unmapped: Run) -> None:
    seen = words(client_as(), reverse("suppliers:feed_columns", args=[unmapped.feed_id]))

    assert "A · sku" in seen
    assert "sur demande" in seen
    assert "Nothing is saved yet." in seen
    assert not FeedMapping.objects.exists()


def test_confirmed_columns_are_saved_and_the_file_is_imported(unmapped: Run) -> None:
    answer = post(client_as(), "feed_columns", unmapped.feed_id, act="save", **columns())

    run = Run.objects.latest("pk")
    assert answer["Location"] == reverse("suppliers:run", args=[run.pk])
    run_feed(run.pk)
    mapping = FeedMapping.objects.get()
    assert mapping.column_map["fields"] == {"key": 0, "name": 1, "quantity": 2, "price": 3}
    assert (mapping.version, Offer.objects.count()) == (1, 6)


def test_a_persons_word_counts_for_the_next_files(unmapped: Run) -> None:
    explained = {"word": ["sur demande"], "meaning": ["out_of_stock"]}

    post(client_as(), "feed_columns", unmapped.feed_id, act="save", **columns(), **explained)
    run_feed(Run.objects.latest("pk").pk)

    stock = OfferStock.objects.get(offer__supplier_sku="F")
    learned = LearnedWord.objects.get()
    assert (stock.kind, stock.quantity) == ("exact", 0)
    assert (learned.text, learned.meaning, learned.supplier) == (
        "sur demande",
        "out_of_stock",
        unmapped.feed.supplier,
    )
    assert FeedMapping.objects.get().column_map["words"] == {}


def test_a_word_can_be_explained_for_all_suppliers_at_once(unmapped: Run) -> None:
    explained = {"word": ["sur demande"], "meaning": ["unknown"], "words_for": "all"}

    post(client_as(), "feed_columns", unmapped.feed_id, act="save", **columns(), **explained)

    learned = LearnedWord.objects.get()
    assert (learned.meaning, learned.supplier) == ("unknown", None)


def test_how_products_are_found_is_saved_with_the_columns(unmapped: Run) -> None:
    chosen = columns(by=["gtin"], any_blanks="on")
    del chosen["any_case"]

    post(client_as(), "feed_columns", unmapped.feed_id, act="save", **chosen)

    assert FeedMapping.objects.get().matching == {"by": ["gtin"], "any_case": False, "any_blanks": True}


def test_a_corrected_column_is_read_so(unmapped: Run) -> None:
    answer = post(client_as(), "feed_columns", unmapped.feed_id, act="check", **columns(column_quantity="3"))

    assert answer.status_code == 200
    assert "chosen by a person" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"column_key": ""}, "Choose the column with the supplier SKU"),
        ({"column_quantity": ""}, "Choose the column with the quantity"),
        ({"column_quantity": "77"}, "77"),
        ({"currency": "€"}, "currency"),
    ],
)
def test_columns_that_make_no_feed_are_not_saved(unmapped: Run, wrong: dict[str, str], sentence: str) -> None:
    answer = post(client_as(), "feed_columns", unmapped.feed_id, act="save", **columns(**wrong))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (FeedMapping.objects.count(), Run.objects.count()) == (0, 1)


def test_a_feed_without_a_file_asks_for_one() -> None:
    feed = FeedFactory(mapped=False)

    answer = client_as().get(reverse("suppliers:feed_columns", args=[feed.pk]))

    assert answer["Location"] == reverse("suppliers:feed_upload", args=[feed.pk])


def test_what_is_no_table_is_said_on_the_columns_page() -> None:
    feed = FeedFactory()
    hand_in(feed, b"<!DOCTYPE html><html><body>503</body></html>")

    assert "web page" in words(client_as(), reverse("suppliers:feed_columns", args=[feed.pk]))
