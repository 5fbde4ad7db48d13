"""What stands in trees, sounds like a stock and is none."""

import json
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, read
from tests.suppliers.readers.files import rows_of, written
from tests.suppliers.readers.test_shapes import doubted, reading_of, repeated

COFFEE = (
    "<item><sku>C#</sku><name>Coffee #</name><price>%.50</price><Count>24</Count><Instock>{}</Instock></item>"
)


def test_a_count_of_what_is_said_to_be_gone_is_no_stock(tmp_path: Path) -> None:
    items = repeated(COFFEE.format("No")) + repeated(COFFEE.format("Yes").replace("C#", "D#"))

    reading = reading_of(tmp_path, f"<catalog>{items}</catalog>")

    kinds = rows_of(reading, "key", "quantity_kind", "quantity")
    assert (kinds[0], kinds[6]) == (("C1", "exact", 0), ("D1", "flag", None))


def test_a_stock_is_one_though_some_of_what_is_gone_has_a_number(tmp_path: Path) -> None:
    gone = repeated(COFFEE.format("No")).replace("<Count>24<", "<Stock>24<").replace("/Count", "/Stock")

    reading = reading_of(tmp_path, f"<catalog>{gone}</catalog>")

    assert doubted(reading, "contradictions") == [{"count": 6}]
    assert set(reading.rows["quantity"]) == {24}


def test_a_stock_number_is_a_code_and_counts_nothing(tmp_path: Path) -> None:
    car = "<listing><vin>W#VIN</vin><title>Car #</title><price>%000</price><stock_number>{}</stock_number></listing>"

    reading = reading_of(tmp_path, f"<listings>{repeated(car.format('7556#'))}</listings>")

    assert set(rows_of(reading, "quantity_kind", "quantity")) == {("unknown", None)}
    assert len(doubted(reading, "no_quantity")) == 1


def test_the_sockets_of_few_articles_are_no_places_where_goods_lie(tmp_path: Path) -> None:
    devices = [{"sku": f"D{number}", "product": {"name": f"Device {number}"}} for number in range(30)]
    strips = [
        {"sku": f"S{number}", "product": {"name": f"Strip {number}"}, "outlets": {"usb": [7], "standard": 6}}
        for number in range(2)
    ]

    reading = read(written(tmp_path, json.dumps({"devices": devices + strips}), "feed.json"))

    assert set(rows_of(reading, "quantity_kind", "quantity")) == {("unknown", None)}


BUNDLE = (
    "<product product-id='P9'><display-name>Set</display-name><bundled-products>"
    "<bundled-product product-id='P1'><quantity>10</quantity></bundled-product>"
    "<bundled-product product-id='P2'><quantity>20</quantity></bundled-product></bundled-products></product>"
)


def test_what_a_bundle_is_made_of_is_neither_an_article_nor_a_stock(tmp_path: Path) -> None:
    single = repeated(
        "<product product-id='P#'><display-name>Part #</display-name><price>%</price></product>"
    )
    parts = [{"sku": "P1", "quantity": 10}, {"sku": "P2", "quantity": 20}]
    items = [{"sku": "P9", "name": "Set", "price": 9, "bundled_items": parts}]
    items += [{"sku": f"P{number}", "name": f"Part {number}", "price": number} for number in (1, 2)]

    in_xml = reading_of(tmp_path, f"<catalog>{single}{BUNDLE}</catalog>")
    in_json = read(written(tmp_path, json.dumps(items), "feed.json"))

    assert rows_of(in_xml, "key", "quantity")[-2:] == [("P6", None), ("P9", None)]
    assert rows_of(in_json, "key", "quantity") == [("P9", None), ("P1", None), ("P2", None)]


@pytest.mark.parametrize("name", ["components", "alternatives", "similar_products"])
def test_other_articles_that_an_article_names_do_not_take_its_place(tmp_path: Path, name: str) -> None:
    others = [{"sku": "C1", "quantity": 2, "price": 1}]
    items = [{"sku": f"A{n}", "name": f"Thing {n}", "stock": n, name: others} for n in range(1, 4)]

    reading = read(written(tmp_path, json.dumps(items), "feed.json"))

    assert rows_of(reading, "key", "quantity") == [("A1", 1), ("A2", 2), ("A3", 3)]


def test_a_file_of_one_article_with_several_authors_is_this_article(tmp_path: Path) -> None:
    author = "<Contributor><SequenceNumber>#</SequenceNumber><PersonName>Author #</PersonName></Contributor>"
    book = (
        f"<Product><RecordReference>B1</RecordReference><Title><TitleText>Book</TitleText></Title>{repeated(author)}"
        "<SupplyDetail><OnHand>5</OnHand><Price><PriceAmount>9.90</PriceAmount></Price></SupplyDetail></Product>"
    )

    reading = reading_of(tmp_path, book)

    assert rows_of(reading, "key", "quantity") == [("B1", 5)]


def test_the_only_article_of_a_catalogue_is_found_beside_its_tree_of_categories(tmp_path: Path) -> None:
    node = "<CATALOG_STRUCTURE><GROUP_ID>#</GROUP_ID><GROUP_NAME>Group #</GROUP_NAME></CATALOG_STRUCTURE>"
    article = (
        "<ARTICLE><SUPPLIER_AID>A1</SUPPLIER_AID><DESCRIPTION_SHORT>Set</DESCRIPTION_SHORT>"
        "<PRICE_AMOUNT>9.90</PRICE_AMOUNT>"
        "<ARTICLE_REFERENCE type='consists_of' quantity='1'><ART_ID_TO>A2</ART_ID_TO></ARTICLE_REFERENCE>"
        "<ARTICLE_REFERENCE type='consists_of' quantity='2'><ART_ID_TO>A3</ART_ID_TO></ARTICLE_REFERENCE></ARTICLE>"
    )
    groups = f"<CATALOG_GROUP_SYSTEM>{repeated(node)}</CATALOG_GROUP_SYSTEM>"

    reading = reading_of(tmp_path, f"<BMECAT><T_NEW_CATALOG>{groups}{article}</T_NEW_CATALOG></BMECAT>")

    assert rows_of(reading, "key", "price_minor", "quantity") == [("A1", 990, None)]


def test_what_says_how_a_tree_is_read_says_nothing_of_a_stock(tmp_path: Path) -> None:
    product = (
        "<product><reference>R#</reference><price>%</price><associations>"
        "<stock_availables nodeType='stock_available'><stock_available><id>#</id></stock_available></stock_availables>"
        "</associations></product>"
    )

    reading = reading_of(tmp_path, f"<products>{repeated(product)}</products>")

    assert set(reading.rows["availability"]) == {"unknown"}


@pytest.mark.parametrize(
    "first",
    [
        "V;050;A;20260101;EUR;Catalogue;;;;;;;;;",
        f"V 010126{'Catalogue of lamps':<118}04EUR",
    ],
)
def test_a_datanorm_catalogue_is_refused_by_its_name(tmp_path: Path, first: str) -> None:
    lines = "".join(f"A;N;L{number};00;Lamp;E27;1;0;PCE;{number}99;R1;;\r\n" for number in range(1, 9))

    with pytest.raises(NotAFeed) as refused:
        read(written(tmp_path, f"{first}\r\n{lines}", "DATANORM.001"))

    assert (refused.value.code, "Datanorm" in str(refused.value)) == ("not_read_yet", True)
