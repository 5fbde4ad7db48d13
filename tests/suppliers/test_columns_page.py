import json
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.trials import receive_sample
from suppliers.forms.column_fields import TypedColumn
from suppliers.forms.columns import letter
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


@pytest.mark.parametrize(
    ("title", "needed"), [("availability", ["Supplier SKU"]), ("colour", ["Supplier SKU", "Quantity"])]
)
def test_no_quantity_is_required_of_a_file_that_tells_its_stock_in_words(
    title: str, needed: list[str]
) -> None:
    feed = FeedFactory(mapped=False)
    hand_in(feed, f"sku;name;{title}\nA;Chair;in stock\nB;Lamp;out of stock\nC;Table;in stock\n".encode())

    seen = client_as().get(reverse("suppliers:feed_columns", args=[feed.pk])).content.decode()

    assert re.findall(r">([^<]*)<small>required</small>", seen) == needed


def test_confirmed_columns_are_saved_and_the_file_is_imported(unmapped: Run) -> None:
    answer = post(client_as(), "feed_columns", unmapped.feed_id, act="save", **columns())

    run = Run.objects.latest("pk")
    assert answer["Location"] == reverse("suppliers:run", args=[run.pk])
    run_feed(run.pk)
    mapping = FeedMapping.objects.get()
    assert mapping.column_map["fields"] == {"key": 0, "name": 1, "quantity": 2, "price": 3}
    assert (mapping.version, Offer.objects.count()) == (1, 6)


def test_the_unit_of_prices_stays_as_confirmed_until_prices_are_those_of_another_column() -> None:
    head = "sku;name;qty;price_cents;retail_cents\n"
    feed = FeedFactory(mapped=False)
    hand_in(feed, f"{head}A;Chair;5;1999;2999\nB;Lamp;3;2500;3500\n".encode())
    post(client_as(), "feed_columns", feed.pk, act="save", **columns())
    run_feed(Run.objects.latest("pk").pk)
    hand_in(feed, f"{head}A;Chair;5;1999.5;2999.5\nB;Lamp;3;2500;3500\n".encode())

    post(client_as(), "feed_columns", feed.pk, act="save", **columns(repeated="first"))
    run_feed(Run.objects.latest("pk").pk)
    post(client_as(), "feed_columns", feed.pk, act="save", **columns(column_price="4"))

    saved = FeedMapping.objects.order_by("version")
    assert [mapping.column_map["price_divisor"] for mapping in saved] == [100, 100, 1]


def test_the_unit_of_prices_can_be_said_by_hand_and_then_stays() -> None:
    feed = FeedFactory(mapped=False)
    for text in ("A;Chair;5;1999\nB;Lamp;3;2500\n", "A;Chair;4;1999\nB;Lamp;3;2500\n"):
        hand_in(feed, f"sku;name;qty;price\n{text}".encode())
        post(client_as(), "feed_columns", feed.pk, act="save", **columns(price_unit="100", repeated="first"))
        run_feed(Run.objects.latest("pk").pk)
    post(client_as(), "feed_columns", feed.pk, act="save", **columns(repeated="last", decimal=","))

    saved = FeedMapping.objects.order_by("version")
    assert {mapping.column_map["price_divisor"] for mapping in saved} == {100}
    assert dict(Offer.objects.values_list("supplier_sku", "cost_cents")) == {"A": 1999, "B": 2500}


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


TWO_PRICES = b"sku;name;stock;price;purchase price\n" + b"".join(
    f"A-{n};Article {n};{n};{n}9,90;{n}4,90\n".encode() for n in range(1, 9)
)


def opened(content: bytes, name: str = "stock.csv") -> tuple[str, str]:
    """The page of the columns of a feed's first file, and its address."""
    feed = FeedFactory(mapped=False)
    trial = receive_sample(feed, ContentFile(content, name), by=CLOCK)
    url = reverse("suppliers:feed_columns", args=[feed.pk]) + f"?trial={trial.pk}"
    return words(client_as(), url), url


def posted(url: str, **given: Any) -> str:
    answer = client_as().post(url, columns(**given))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_columns_that_could_be_the_price_are_asked_about_with_their_cells() -> None:
    seen, url = opened(TWO_PRICES)

    answered = posted(url, column_price="4", currency="EUR", choose="column_price:3")

    assert "2 questions are open" in seen
    assert "D · price" in seen
    assert "19,90" in seen
    assert "question is open" not in answered
    assert 'name="settled" value="column_price"' in answered
    assert '<option value="3" selected>' in answered


def test_a_price_of_a_comparison_beside_the_price_is_asked_about() -> None:
    line = (
        "<Line><ID>{0}</ID><Comparison><PriceAmount>9.00</PriceAmount></Comparison><Item><Name>Paper {0}</Name></Item>"
        "<RequiredItem><Price><PriceAmount>{0}0.00</PriceAmount></Price></RequiredItem></Line>"
    )
    lines = "".join(line.format(number) for number in range(1, 9))
    seen, _url = opened(f"<Catalogue>{lines}</Catalogue>".encode(), "catalogue.xml")

    asked = re.findall(r'value="column_price:[0-9]+".*?<b>([^<]+)</b>.*?<span[^>]*>([^<]+)</span>', seen)
    assert asked == [
        ("D · Price/PriceAmount", "10.00 · 20.00 · 30.00"),
        ("B · Comparison/PriceAmount", "9.00"),
    ]


def test_articles_without_a_price_are_said_where_others_have_one() -> None:
    seen, _url = opened(b"sku;name;qty;price\nA;Article A;3;1.50\nB;Article B;4;\nC;Article C;5;2.50\n")

    assert "1 article has no price, though others have one: its stock counts" in seen


def test_a_decimal_sign_that_nobody_can_tell_is_asked_with_what_it_would_give() -> None:
    seen, url = opened(b"sku;name;qty\nA;Article A;1.250\nB;Article B;2.500\n")

    thousands = posted(url, column_price="", choose="decimal:,")

    assert "shows which sign stands before the decimals" in seen
    assert "1.250 → 1,250" in thousands
    assert "1.250 → 1.250" in thousands
    assert 'name="settled" value="decimal"' in thousands


def test_lines_of_one_sku_are_asked_about_with_what_each_rule_gives() -> None:
    seen, url = opened(b"sku;name;qty\nA;Article A;3\nA;Article A;4\nB;Article B;1\n")

    added = posted(url, column_price="", choose="repeated:sum")

    assert "One SKU stands in several lines" in seen
    assert "A : 3 + 4 → 7" in seen
    assert 'aria-pressed="true"> <b>Add the quantities up</b>' in added


def test_prices_without_a_currency_are_asked_about_once() -> None:
    seen, url = opened(csv(USUAL))

    told = posted(url, choose="currency:USD")

    assert "No currency is written beside the prices" in seen
    assert 'value="USD"' in told
    assert "No currency is written beside the prices" not in told


def test_what_was_saved_is_not_asked_again() -> None:
    feed = FeedFactory()
    hand_in(feed, csv([("A", "3"), ("A", "4")]))

    seen = words(client_as(), reverse("suppliers:feed_columns", args=[feed.pk]))

    assert "One SKU stands in several lines" not in seen
    assert "open: the file does not answer" not in seen


def test_every_doubtful_reading_is_listed_with_its_text_its_lines_and_why(unmapped: Run) -> None:
    content = csv([("A", "4"), ("B", "chez nous"), ("C", "chez nous"), ("D", "en stock"), ("E", ">20")])

    seen, _url = opened(content + b"F;Article F;3;sur appel\n")

    assert "chez nous" in seen
    assert "line 3, 4" in seen
    assert "no number, and in none of our tables; never read as zero" in seen
    assert "counts as 1 unit, as the prudence says" in seen
    assert "the last known price stays" in seen
    assert "1 word about the stock that we understood" in seen
    assert "At least 20" in seen


def test_lines_of_one_sku_are_kept_apart_by_several_columns_at_once() -> None:
    lines = ["sku;Warehouse;Size;stock", "A;Nord;M;4", "A;Nord;L;3", "A;Süd;M;2", "B;Nord;M;1"]
    _seen, url = opened("\n".join(lines).encode())
    given = {"column_name": "", "column_price": "", "column_quantity": "3"}

    once = posted(url, choose="apart:1", **given)
    twice = posted(url, choose="apart:2", apart=["1"], **given)
    back = posted(url, choose="apart:1", apart=["1", "2"], **given)

    keys = [re.findall(r'<th scope="row">([^<]+)</th>', seen)[-4:] for seen in (once, twice, back)]
    assert keys[0][-2:] == ["A/Süd", "B/Nord"]
    assert keys[1] == ["A/Nord/M", "A/Nord/L", "A/Süd/M", "B/Nord/M"]
    assert keys[2][-2:] == ["A/M", "B/M"]


def test_stock_in_several_columns_is_added_up_or_kept_apart() -> None:
    rows = "".join(f"A{n};{n % 4};{n % 3}\n" for n in range(12))
    seen, url = opened(f"sku;Stock Nord;Stock Süd\n{rows}".encode())
    given = {"column_name": "", "column_price": "", "column_quantity": "1", "added": ["2"]}

    apart = posted(url, choose="stocks_apart:on", **given)

    assert "What do the stocks of several columns mean together?" in seen
    assert "A0/Stock Nord · A0/Stock Süd" in seen
    assert ("A1/Stock Nord" in seen, "A1/Stock Nord" in apart) == (False, True)


def test_each_reading_stands_beside_what_was_written() -> None:
    rows = "".join(f"A{n};{n % 4};powyżej 20;{n},50 zł;3 tygodnie;40{n:010d}\n" for n in range(12))
    seen, _url = opened(f"Kod;Mag. Nord;Mag. Süd;Cena;Czas dostawy;EAN\n{rows}".encode())

    first = seen[seen.index("The first lines, as we shall read them") :]
    row = re.sub(r"<[^>]+>|\s+", " ", first[first.index("A1</th>") : first.index("A2</th>")])
    told = "A1 – at least 21 1 + powyżej 20 PLN 1.50 1,50 zł 21 3 tygodnie – 400000000001"
    assert " ".join(row.split()) == told
    assert "Further stock" in seen
    assert seen.count(">powyżej 20</span>") == 1


def test_a_word_explained_on_the_page_is_read_so_at_once() -> None:
    _seen, url = opened(csv([("A", "4"), ("B", "chez nous")]))

    told = posted(url, word=["chez nous"], meaning=["at_least"], units=["5"])

    assert "At least 5 units" in told
    assert "explained here" in told
    assert not LearnedWord.objects.exists()


def test_figures_of_the_file_prove_each_field(unmapped: Run) -> None:
    seen = words(client_as(), reverse("suppliers:feed_columns", args=[unmapped.feed_id]))

    assert "6 SKUs" in seen
    assert "3 numbers, 3 words" in seen
    assert "6 prices" in seen


def test_another_sheet_of_a_workbook_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "stock.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, first in (("Jan", "A"), ("Feb", "B")):
            rows = [["sku", "name", "qty"], *([f"{first}-{n}", f"Article {n}", n] for n in range(1, 9))]
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    seen, url = opened(path.read_bytes(), "stock.xlsx")

    other = posted(url, column_price="", sheet="Feb")

    assert "A-1" in seen
    assert "Feb" in seen
    assert "B-1" in other


def test_a_file_larger_than_a_page_reads_is_shown_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suppliers.domain.trying.LOOKED_AT", 60)

    seen, _url = opened(csv([("A", "4"), ("B", "5"), ("C", "6"), ("D", "7")]))

    assert "Article A" in seen
    assert "Article D" not in seen
    assert "in the first" in seen


WAREHOUSES = b"sku;name;qty;warehouse\nA;Article A;3;LIL\nA;Article A;4;LYO\nB;Article B;1;LIL\n"


def saved_map(url: str, **given: Any) -> dict[str, Any]:
    answer = client_as().post(url, {**columns(column_price=""), "act": "save", **given})
    assert answer.status_code == 303
    column_map: dict[str, Any] = FeedMapping.objects.get().column_map
    return column_map


def test_lines_over_several_warehouses_can_be_kept_apart() -> None:
    seen, url = opened(WAREHOUSES)

    apart = posted(url, column_price="", choose="apart:3")
    added = posted(url, column_price="", apart="3", choose="repeated:sum")
    kept = saved_map(url, apart="3")

    assert "Keep them apart by “warehouse”" in seen
    assert "A/LIL · A/LYO" in seen
    assert "3 SKUs" in apart
    assert "2 SKUs" in added
    assert (kept["apart"], kept["repeated"]) == ([3], "last")


def test_columns_of_stock_are_added_up_as_ticked() -> None:
    lines = "".join(f"A-{n};Article {n};{n};{n + 1}\n" for n in range(1, 12))
    _seen, url = opened(f"sku;name;stock lille;stock lyon\n{lines}".encode())

    both = posted(url, column_price="", added=["3"])
    kept = saved_map(url, added=["3"])

    cells = [cell.strip() for cell in re.split("<[^>]+>", both[both.index("A-1</th>") :]) if cell.strip()]
    assert cells[:3] == ["A-1", "Article 1", "3"]
    assert kept["added"] == [3]


def test_columns_that_could_each_be_the_stock_are_added_up_by_one_click_and_told_apart_by_another() -> None:
    left = ["12", "auf Anfrage", "3", "> 20", "0", "7"]
    lines = "".join(f"A-{n};Article {n};{left[n % 6]};{n % 5}\n" for n in range(1, 13))
    seen, url = opened(f"Art.-Nr.;Bezeichnung;Bestand Lager Nord;Bestand Lager West\n{lines}".encode())
    given = {"column_quantity": "3", "column_price": ""}

    both = posted(url, choose="added:2", **given)
    back = posted(url, choose="added:2", added=["2"], **given)
    alone = posted(url, choose="column_quantity:2", added=["2"], **given)

    pressed = re.compile(r'aria-pressed="true"> <b>(All of them, added up|. · Bestand[^<]*)</b>')
    assert "Several columns could be it. Which one?" in seen
    assert [pressed.findall(page) for page in (both, back, alone)] == [
        ["All of them, added up"],
        ["D · Bestand Lager West"],
        ["C · Bestand Lager Nord"],
    ]
    ticked = re.compile(r'name="added" value="2"[^>]* checked')
    assert [bool(ticked.search(page)) for page in (both, back, alone)] == [True, False, False]
    assert saved_map(url, added=["2"], column_quantity="3")["added"] == [2]


def test_only_the_lines_of_one_warehouse_are_read_by_choice() -> None:
    _seen, url = opened(WAREHOUSES)

    lille = posted(url, column_price="", only_column="3", only="LIL, ROU")
    kept = saved_map(url, only_column="3", only="LIL, ROU")

    assert "2 SKUs" in lille
    assert (kept["only_column"], kept["only"]) == (3, ["LIL", "ROU"])


def test_the_same_number_on_every_line_is_asked_about() -> None:
    lines = "".join(f"A-{n};Article {n};100\n" for n in range(30))
    seen, url = opened(f"sku;name;qty\n{lines}".encode())

    counted = posted(url, column_price="", choose="constant_counts:on")
    kept = saved_map(url, constant_counts="on")

    assert "Every line that has any states the same quantity. Is it a number?" in seen
    assert 'name="settled" value="constant_counts"' in counted
    assert kept["constant_counts"] is True


@pytest.fixture
def wide() -> Run:
    """A file of 480 columns, as shops export them."""
    titles = ["SKU", "Title", "Qty", "Price", *(f"Attribute {number}" for number in range(476))]
    lines = [f"A-{number};Lamp {number};{number};9.50{';x' * 476}" for number in range(9)]
    return hand_in(FeedFactory(mapped=False), "\n".join([";".join(titles), *lines]).encode())


def test_the_columns_of_a_wide_file_stand_once_on_the_page_and_are_typed(wide: Run) -> None:
    answer = client_as("operations").get(reverse("suppliers:feed_columns", args=[wide.feed_id]))

    page = answer.content.decode()
    assert page.count("Attribute 7<") + page.count('Attribute 7"') == 2
    assert 'value="C · Qty"' in page
    assert len(answer.content) < 250_000


@pytest.mark.parametrize("typed", ["D · Price", "d", "price", "3"])
def test_a_typed_column_is_known_by_its_letter_its_title_or_both(wide: Run, typed: str) -> None:
    chosen = columns(column_price=typed, column_name="Title", act="check")
    answer = post(client_as("operations"), "feed_columns", wide.feed_id, **chosen)

    assert answer.context["form"].cleaned_data["column_price"] == "3"
    assert 'value="D · Price"' in answer.content.decode()


def test_a_title_that_looks_like_the_letter_or_the_index_of_another_column_is_a_title() -> None:
    titles = ["ID", "3", *(f"Attribute {number}" for number in range(478))]
    choices = [("", "–"), *((str(at), f"{letter(at)} · {title}") for at, title in enumerate(titles))]
    field = TypedColumn(choices=choices)

    assert [field.clean(typed) for typed in ("ID", "3", "2", "Attribute 5", "C")] == ["0", "1", "2", "7", "2"]


def test_a_typed_column_that_is_none_is_sent_back(wide: Run) -> None:
    chosen = columns(column_price="Prix", act="save")
    answer = post(client_as("operations"), "feed_columns", wide.feed_id, **chosen)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"column_price"}
    assert not FeedMapping.objects.exists()


IN_STORES = b"""[
 {"sku": "A1", "name": "Article 1", "stocks": [{"warehouse": "Lille", "qty": 5}, {"warehouse": "Lyon", "qty": 3}]},
 {"sku": "A2", "name": "Article 2", "stocks": [{"warehouse": "Lyon", "qty": 4}]}
]"""
IN_SECTIONS = b"""{
 "lyon": [{"sku": "A1", "name": "Article 1", "qty": 3}],
 "lille": [{"sku": "A1", "name": "Article 1", "qty": 5}, {"sku": "A2", "name": "Article 2", "qty": 4}]
}"""


SAID_OF_LINES = 'name="settled" value="repeated"'


def of_tree(content: bytes, **given: Any) -> tuple[str, str, dict[str, Any]]:
    """The page of a feed whose file is a tree, its address, and what its form says as guessed."""
    run = hand_in(FeedFactory(mapped=False), content)
    url = reverse("suppliers:feed_columns", args=[run.feed_id])
    names = json.loads(content)
    first = names[0] if isinstance(names, list) else names["lille"][0]
    assert list(first)[:2] == ["sku", "name"]
    return words(client_as(), url), url, {"column_price": "", "header_row": "", **given}


def test_the_stores_of_one_article_are_kept_apart_or_read_alone_by_choice() -> None:
    seen, url, given = of_tree(IN_STORES, column_quantity="3")

    apart = posted(url, choose="places:apart:2", **given)
    alone = posted(url, choose="places:only:2:Lyon", **given)
    added = posted(url, choose="places:added", apart="2", **given)
    kept = saved_map(url, choose="places:only:2:Lyon", apart="2", **given)

    assert "The stock is told for several places. What do they mean together?" in seen
    assert [label in seen for label in ("Lille + Lyon", "A1/Lille · A1/Lyon", "Only “Lyon”")] == [True] * 3
    assert ("3 SKUs" in apart, "2 SKUs" in alone, "2 SKUs" in added) == (True, True, True)
    assert [SAID_OF_LINES in page for page in (apart, alone, added)] == [True, False, False]
    assert (kept["apart"], kept["only_column"], kept["only"]) == ([], 2, ["Lyon"])


def test_sections_are_added_up_kept_apart_or_read_alone_by_choice() -> None:
    seen, url, given = of_tree(IN_SECTIONS, column_quantity="2", only_column="3", only="lille")

    apart = posted(url, choose="places:apart:3", **given)
    alone = posted(url, choose="places:only:3:lyon", **given)
    added = posted(url, choose="places:summed", **given)
    kept = saved_map(url, choose="places:summed", **given)

    assert "The stock is told for several places. What do they mean together?" in seen
    assert [label in seen for label in ("lille + lyon", "A1/lille · A1/lyon", "Only “lyon”")] == [True] * 3
    assert ("3 SKUs" in apart, "1 SKU" in alone, "2 SKUs" in added) == (True, True, True)
    assert [SAID_OF_LINES in page for page in (apart, alone, added)] == [True, False, True]
    assert (kept["apart"], kept["only_column"], kept["repeated"]) == ([], None, "sum")


@pytest.mark.parametrize(
    ("content", "given", "stocks"),
    [
        (IN_STORES, {"column_quantity": "3"}, {"A1": 8, "A2": 4}),
        (IN_STORES, {"column_quantity": "3", "apart": "2"}, {"A1/Lille": 5, "A1/Lyon": 3, "A2/Lyon": 4}),
        (IN_STORES, {"column_quantity": "3", "only_column": "2", "only": "Lyon"}, {"A1": 3, "A2": 4}),
        (IN_SECTIONS, {"column_quantity": "2", "only_column": "3", "only": "lille"}, {"A1": 5, "A2": 4}),
        (IN_SECTIONS, {"column_quantity": "2", "repeated": "sum"}, {"A1": 8, "A2": 4}),
        (IN_SECTIONS, {"column_quantity": "2", "apart": "3"}, {"A1/lille": 5, "A2/lille": 4, "A1/lyon": 3}),
    ],
)
def test_places_of_trees_are_imported_as_they_were_confirmed(
    content: bytes, given: dict[str, str], stocks: dict[str, int]
) -> None:
    _seen, url, filled = of_tree(content, **given)

    saved_map(url, **filled)
    run_feed(Run.objects.latest("pk").pk)

    assert dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity")) == stocks
