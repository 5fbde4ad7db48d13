import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.reading import compared_header
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, OfferStock, Run
from suppliers.readers import ColumnMap
from suppliers.readers.following import columns_of_stock_since
from suppliers.tables.headers import HeaderPair, changed_header, pairs_of
from tests.factories.feeds import FeedFactory, RunFactory, csv
from tests.factories.people import client_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", "5"), ("C", "6")]
CONFIRMED = ColumnMap(fields={"key": 0, "quantity": 1}, header=("sku", "qty"))


def hand_in(feed: Feed, content: bytes) -> Run:
    run = receive_file(feed, ContentFile(content, "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def lines(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


@pytest.fixture
def feed() -> Feed:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    return feed


def page(client: Client, view: str, pk: int) -> str:
    answer = client.get(reverse(f"suppliers:{view}", args=[pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def follow(run: Run, role: str = "operations") -> Any:
    return client_as(role).post(reverse("suppliers:run_follow", args=[run.pk]))


def quantities() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


def test_columns_are_joined_by_name_and_by_what_they_are() -> None:
    pairs = pairs_of(
        ["sku", "name", "qty", "old"], ["name", "sku", "stock", "extra"], {2: 2}, {0: "key", 2: "quantity"}
    )

    told = [(pair.kind, pair.before_letter, pair.before, pair.now_letter, pair.now) for pair in pairs]
    assert told == [
        ("moved", "A", "sku", "B", "sku"),
        ("moved", "B", "name", "A", "name"),
        ("renamed", "C", "qty", "C", "stock"),
        ("missing", "D", "old", "", ""),
        ("new", "", "", "D", "extra"),
    ]


def test_a_column_in_its_place_matters_only_where_it_is_read() -> None:
    assert HeaderPair("same", "x", "A", "x", "A").matters is False
    assert HeaderPair("same", "x", "A", "x", "A", "quantity").matters is True


def test_moved_columns_are_followed_by_one_click(feed: Feed) -> None:
    run = hand_in(
        feed, lines("qty;sku;name;price", "7;A;Article A;9,90", "8;B;Article B;9,90", "9;C;Article C;9,90")
    )
    seen = page(client_as(), "run", run.pk)

    answer = follow(run)
    again = Run.objects.latest("pk")
    run_feed(again.pk)

    again.refresh_from_db()
    assert run.status == "held"
    assert seen.count("Moved") >= 3
    assert "Follow these columns" in seen
    assert seen.count("se-primary") == 1
    assert (answer.status_code, again.status) == (303, "applied")
    assert quantities() == {"A": 7, "B": 8, "C": 9}
    fields = FeedMapping.objects.latest("pk").column_map["fields"]
    assert fields == {"key": 1, "name": 2, "quantity": 0, "price": 3}


def test_the_unit_of_prices_is_decided_anew_for_a_renamed_column(feed: Feed) -> None:
    run = hand_in(feed, lines("sku;name;qty;price_cents", "A;Chair;4;1250", "B;Lamp;5;300", "C;Table;6;9900"))

    assert run.facts["proposed"]["price_divisor"] == 100


def test_a_renamed_column_is_found_by_what_it_holds(feed: Feed) -> None:
    run = hand_in(
        feed, lines("sku;name;stock;price", "A;Article A;7;9,90", "B;Article B;8;9,90", "C;Article C;9;9,90")
    )
    seen = page(client_as(), "run", run.pk)

    follow(run)
    run_feed(Run.objects.latest("pk").pk)

    assert run.status == "held"
    assert "Probably renamed" in seen
    assert quantities() == {"A": 7, "B": 8, "C": 9}


@pytest.mark.parametrize("name", ["Warehouse", "availability", "stock_paris"])
def test_a_new_column_that_tells_of_stock_holds_the_import_until_a_person_has_seen_it(
    feed: Feed, name: str
) -> None:
    more = lines(f"sku;name;qty;price;{name}", *(f"{code};Article {code};9;9,90;1" for code in "ABC"))

    run = hand_in(feed, more)
    seen = page(client_as(), "run", run.pk)

    assert (run.status, run.verdict["checks"][1]) == (
        "held",
        {**run.verdict["checks"][1], "check": "columns", "value": "of_stock", "outcome": "hold"},
    )
    assert quantities() == {"A": 4, "B": 5, "C": 6}
    assert "A new column of the file tells of stock" in seen
    assert name in seen

    follow(run)
    run_feed(Run.objects.latest("pk").pk)

    assert hand_in(feed, more.replace(b";9;", b";8;")).status == "applied"
    assert quantities() == {"A": 8, "B": 8, "C": 8}


def test_a_new_column_named_after_a_place_that_tells_something_else_holds_nothing(feed: Feed) -> None:
    names = ("Plant height", "Store URL", "Store category", "Store price", "Max qty", "Min stock")
    more = lines(
        ";".join(["sku;name;qty;price", *names]),
        *(f"{code};Article {code};9;9,90;30;https://lumo.example;Garden;19,90;5;1" for code in "ABC"),
    )

    assert (hand_in(feed, more).status, quantities()) == ("applied", {"A": 9, "B": 9, "C": 9})


def test_a_tree_is_not_held_because_its_first_article_lacks_what_others_have() -> None:
    feed = FeedFactory(mapped=False)
    column_map = ColumnMap(fields={"key": 0, "gtin": 1, "quantity": 2}, header=("sku", "ean", "quantity"))
    feed.mapping = FeedMapping.objects.create(feed=feed, version=1, column_map=column_map.to_json())
    feed.save(update_fields=["mapping"])

    runs = [hand_in(feed, tree(without=code, stock=stock)) for code, stock in [("", 4), ("A", 5), ("", 6)]]

    assert [run.status for run in runs] == ["applied"] * 3
    assert [run.facts["columns"] for run in runs] == [
        ["sku", "ean", "quantity"],
        ["sku", "quantity", "ean"],
        ["sku", "ean", "quantity"],
    ]
    assert quantities() == {"A": 6, "B": 6, "C": 6}


def test_a_tree_is_held_for_what_none_of_its_articles_has_only_where_stock_or_price_hang_on_it() -> None:
    read_as = {"key": 0, "gtin": 1, "quantity": 2, "price": 3}
    column_map = ColumnMap(fields=read_as, header=("sku", "ean", "quantity", "price"))
    names = [("sku", "quantity", "price"), ("sku", "ean", "quantity")]

    told = [missing_of(column_map, header) for header in names]
    told += [missing_of(replace(column_map, header_row=1), header) for header in names]

    assert told == [(), ("price",), ("ean",), ("price",)]


def missing_of(column_map: ColumnMap, names: tuple[str, ...]) -> tuple[str, ...]:
    return compared_header(column_map, names)[0].missing


def tree(*, without: str, stock: int) -> bytes:
    """A feed in which one article has no barcode."""
    codes = {"A": "4006381333931", "B": "4006381333948", "C": "4006381333955"}
    items = [
        f"<item><sku>{code}</sku>{'' if code == without else f'<ean>{gtin}</ean>'}<quantity>{stock}</quantity></item>"
        for code, gtin in codes.items()
    ]
    return f"<items>{''.join(items)}</items>".encode()


def test_what_comes_and_goes_in_a_tree_is_no_new_column_unless_it_is_a_place() -> None:
    names = ("sku", "qty", "Warehouse", "colour", "stock_paris", "pack quantity")

    assert columns_of_stock_since(replace(CONFIRMED, header_row=1), names) == ("Warehouse", "stock_paris")
    assert columns_of_stock_since(CONFIRMED, names) == ("Warehouse",)


def test_a_column_that_is_gone_is_named_before_one_does_without_it(feed: Feed) -> None:
    run = hand_in(feed, lines("sku;name;qty", "A;Article A;7", "B;Article B;8", "C;Article C;9"))

    seen = page(client_as(), "run", run.pk)

    assert "Missing" in seen
    assert "the import does without:" in seen


def test_a_renamed_article_code_holds_the_import_and_can_be_followed(feed: Feed) -> None:
    run = hand_in(
        feed,
        lines("reference;name;qty;price", "A;Article A;7;9,90", "B;Article B;8;9,90", "C;Article C;9;9,90"),
    )
    seen = page(client_as(), "run", run.pk)

    follow(run)
    run_feed(Run.objects.latest("pk").pk)

    assert run.status == "held"
    assert "The column with the supplier SKU is gone" in seen
    assert "Probably renamed" in seen
    assert quantities() == {"A": 7, "B": 8, "C": 9}


def test_where_no_column_is_the_code_a_person_chooses(feed: Feed) -> None:
    run = hand_in(feed, lines("colour;size", "red;1", "red;1", "blue;2", "blue;2"))

    seen = page(client_as(), "run", run.pk)
    answer = follow(run)

    assert run.status == "held"
    assert "Follow these columns" not in seen
    assert "Choose the columns" in seen
    assert seen.count("se-primary") == 1
    assert answer["Location"] == reverse("suppliers:feed_columns", args=[feed.pk])
    assert FeedMapping.objects.count() == 1


def test_the_page_of_the_columns_opens_with_the_columns_followed(feed: Feed) -> None:
    hand_in(feed, lines("stock;sku;name;price", "7;A;Article A;9,90", "8;B;Article B;9,90"))

    seen = page(client_as(), "feed_columns", feed.pk)

    assert "The columns are no longer those that were confirmed" in seen
    assert '<option value="1" selected>B · sku</option>' in seen
    assert '<option value="0" selected>A · stock</option>' in seen


def test_nothing_is_followed_while_another_import_is_at_work(feed: Feed) -> None:
    run = hand_in(feed, lines("qty;sku;name;price", "7;A;Article A;9,90"))
    RunFactory(feed)

    answer = follow(run)

    assert answer["Location"] == reverse("suppliers:run", args=[run.pk])
    assert FeedMapping.objects.count() == 1


def test_a_viewer_follows_nothing(feed: Feed) -> None:
    run = hand_in(feed, lines("qty;sku;name;price", "7;A;Article A;9,90"))

    assert follow(run, "viewer").status_code == 403
    assert "Follow these columns" not in page(client_as("viewer"), "run", run.pk)
    assert FeedMapping.objects.count() == 1


def test_of_hundreds_of_columns_from_which_nothing_is_read_the_first_are_shown() -> None:
    facts = {
        "columns_before": ["sku", "qty"],
        "columns": ["qty", "sku", *(f"attribute {n}" for n in range(470))],
    }

    changed = changed_header(facts, {"key": 0, "quantity": 1})

    assert changed is not None
    assert [pair.kind for pair in changed.pairs] == ["moved", "moved", *["new"] * 12]
    assert (changed.further, changed.unchanged) == (458, 0)


def test_lines_of_one_sku_are_added_up_where_a_new_column_says_in_which_warehouse_each_is(feed: Feed) -> None:
    rows = ("Paris;A;Article A;7;9,90", "Paris;B;Article B;8;9,90", "Lyon;A;Article A;2;9,90")
    run = hand_in(feed, lines("warehouse;sku;name;qty;price", *rows))
    only_moved = hand_in(feed, lines("name;sku;qty;price", "Article A;A;7;9,90", "Article A;A;2;9,90"))

    assert [found.facts["proposed"]["repeated"] for found in (run, only_moved)] == ["sum", "last"]


def test_places_that_come_to_a_json_file_of_one_are_added_up() -> None:
    feed = FeedFactory()
    read_as = ColumnMap(fields={"key": 0, "quantity": 1}, header=("sku", "quantity"))
    FeedMapping.objects.filter(feed=feed).update(column_map=read_as.to_json())
    one = {"A1": "5", "A2": "7", "A3": "1"}
    assert hand_in(feed, json.dumps({"stock": {"paris": one}}).encode()).status == "applied"

    places = {"warehouses": {"paris": one, "lyon": {"A1": "3", "A2": "0", "A3": "4"}}}
    run = hand_in(feed, json.dumps(places).encode())
    assert run.status == "held"
    follow(run)
    again = Run.objects.latest("pk")
    Run.objects.filter(pk=again.pk).update(facts={**again.facts, "decision": "apply"})
    run_feed(again.pk)

    assert quantities() == {"A1": 8, "A2": 7, "A3": 5}
