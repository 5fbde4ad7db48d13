"""Feeds in the shapes in which programs of wholesalers and shops write them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from suppliers.readers import Reading, read
from tests.suppliers.readers.files import rows_of, written

STATED = ("key", "quantity_kind", "quantity", "price")


def reading_of(folder: Path, content: str) -> Reading:
    return read(written(folder, content))


def repeated(line: str, count: int = 6) -> str:
    """The line so many times, with the numbers from 1 on for "#", and three times that for "%"."""
    return "\n".join(
        line.replace("#", str(number)).replace("%", str(3 * number)) for number in range(1, count + 1)
    )


def doubted(reading: Reading, code: str) -> list[dict[str, Any]]:
    return [dict(doubt.facts) for doubt in reading.doubts if doubt.code == code]


SIZES = (
    "<product id='10#'><price gross='9#.00' net='7#.50'/><sizes>"
    "<size id='0' name='S' code='10#-S'><stock id='1' quantity='#'/><stock id='M2' quantity='2'/></size>"
    "<size id='1' name='M' code='10#-M'><stock id='1' quantity='0'/><stock id='M2' quantity='0'/></size>"
    "</sizes></product>"
)


def test_a_size_with_a_code_is_an_article_and_its_places_are_added_up(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, f"<offer><products>{repeated(SIZES)}</products></offer>")

    assert rows_of(reading, *STATED)[:3] == [
        ("101-S", "exact", 3, Decimal("71.5")),
        ("101-M", "exact", 0, Decimal("71.5")),
        ("102-S", "exact", 4, Decimal("72.5")),
    ]
    assert [doubt["field"] for doubt in doubted(reading, "column")] == ["key", "price"]
    assert (reading.totals.several_stores, reading.rows.height) == (12, 12)


ARTICLE = "<article><sku>A-#</sku><name>Lamp #</name><price>%.50</price><stock>#</stock></article>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<shop><articles currency='PLN'>", "</articles></shop>"),
        ("<shop version='2' currency='pln'><articles>", "</articles></shop>"),
        ("<shop><head><CURRENCY>PLN</CURRENCY></head><articles>", "</articles></shop>"),
    ],
)
def test_a_currency_that_is_said_once_holds_for_all_items(tmp_path: Path, before: str, after: str) -> None:
    around = reading_of(tmp_path, f"{before}{repeated(ARTICLE)}{after}")
    priced = ARTICLE.replace("<price>", "<price currency='EUR'>")
    own = reading_of(tmp_path, f"{before}{repeated(priced)}{after}")

    assert rows_of(around, *STATED, "currency")[1] == ("A-2", "exact", 2, Decimal("6.5"), "PLN")
    assert (set(around.rows["currency"]), set(own.rows["currency"])) == ({"PLN"}, {"EUR"})
    assert [name.lower() for name in around.facts.columns[:2]] == ["currency", "sku"]


def test_an_option_without_a_code_of_its_own_is_told_apart_by_its_number(tmp_path: Path) -> None:
    option = "<option id='9#0' name='S' stock='%'/><option id='9#1' name='M' stock='0'/>"
    items = repeated(
        f"<product id='5#' name='Dress #'><prices>{'<price>1#.00</price>'}</prices>{option}</product>"
    )

    reading = reading_of(tmp_path, f"<products>{items}</products>")

    assert rows_of(reading, *STATED)[:2] == [
        ("910", "exact", 3, Decimal(11)),
        ("911", "exact", 0, Decimal(11)),
    ]
    assert reading.rows.height == 12


def test_variants_whose_stock_lies_in_a_list_are_articles_and_parts_of_a_total_are_not_added(
    tmp_path: Path,
) -> None:
    def variant(number: int, sign: str) -> dict[str, Any]:
        places = [
            {"countryCode": "CN", "totalInventory": number * 10, "ownInventory": number},
            {"countryCode": "US", "totalInventory": number + 1, "ownInventory": 0},
        ]
        return {"variantSku": f"C{number}{sign}", "variantSellPrice": number + 0.5, "inventories": places}

    items = [
        {
            "pid": f"P{number}",
            "productNameEn": f"Lamp {number}",
            "variants": [variant(number, sign) for sign in "AB"],
        }
        for number in range(1, 7)
    ]

    reading = reading_of(tmp_path, json.dumps({"code": 200, "data": {"list": items}}))

    assert rows_of(reading, *STATED)[:2] == [
        ("C1A", "exact", 10, Decimal("1.5")),
        ("C1B", "exact", 10, Decimal("1.5")),
    ]
    several = {"column": "inventories/totalInventory", "count": 12, "first": "10", "other": "2"}
    assert several in doubted(reading, "several")


NOT_STOCK = [
    "packingQuantity;quantityInterval",
    "SHOP_DEPOTS;EXTRA_MESSAGE",
    "Mindestbestand;Meldebestand",
    "stock_qualifier;stock_nil",
    "is_qty_decimal;manage_stock",
    "links_purchased_separately;is_free",
]


@pytest.mark.parametrize("names", NOT_STOCK)
def test_what_only_sounds_like_a_stock_is_none(tmp_path: Path, names: str) -> None:
    lines = "\n".join(f"A{number};Chair {number};{number}.50;{number % 2};1" for number in range(1, 30))

    reading = reading_of(tmp_path, f"sku;name;price;{names}\n{lines}\n")

    assert "quantity" not in reading.mapping.fields
    assert reading.totals.quantities == {"exact": 0, "at_least": 0, "flag": 0, "unknown": 29}


def test_numbers_among_the_words_of_an_availability_are_quantities(tmp_path: Path) -> None:
    said = ["Disponibile", "Esaurito", "12", "Su ordinazione", "3"]
    lines = "".join(f"IT{number};Sedia {number};{said[number % 5]}\n" for number in range(10))

    reading = reading_of(tmp_path, f"Codice articolo;Descrizione;Disponibilità\n{lines}")

    assert rows_of(reading, "quantity_kind", "quantity", "availability")[:5] == [
        ("flag", None, "in_stock"),
        ("exact", 0, "out_of_stock"),
        ("exact", 12, "in_stock"),
        ("unknown", None, "backorder"),
        ("exact", 3, "in_stock"),
    ]


def test_numbers_of_a_delivery_are_no_days_and_what_they_leave_is_the_stock(tmp_path: Path) -> None:
    names = "Material;Texto breve de material;Almacén;Libre utilización;Cantidad en Entregas;Disponible"
    lines = repeated("M1#;Piso #;12;%8.2;1.35;%6.85", 12)

    reading = reading_of(tmp_path, f"{names}\n{lines}\n")

    assert {"lead", "availability"} & reading.mapping.fields.keys() == set()
    assert doubted(reading, "column") == [
        {"field": "quantity", "column": "Disponible", "others": "“Libre utilización”"}
    ]


def test_lines_of_one_variant_in_several_places_are_added_up(tmp_path: Path) -> None:
    names = "Handle,Title,Option1 Name,Option1 Value,SKU,Location,Committed (not editable),Available (not editable)"
    lines = repeated("shirt-#,Shirt #,Size,M,SH-#,Paris,1,%\nshirt-#,Shirt #,Size,M,SH-#,Lyon,0,2")

    reading = reading_of(tmp_path, f"{names}\n{lines}\n")

    assert rows_of(reading, "key", "quantity", "quantity_raw")[:2] == [
        ("SH-1", 5, "3 + 2"),
        ("SH-2", 8, "6 + 2"),
    ]


def test_what_customers_of_a_catalogue_pay_comes_before_what_is_recommended(tmp_path: Path) -> None:
    price = "<PRICE kind='{0}'><PRICE_AMOUNT>{1}#.00</PRICE_AMOUNT></PRICE>".replace("kind", "price_type")
    prices = price.format("nrp", 2) + price.format("net_customer", 1)
    items = repeated(f"<ARTICLE><SUPPLIER_AID>B#</SUPPLIER_AID><STOCK>%</STOCK>{prices}</ARTICLE>")

    reading = reading_of(tmp_path, f"<BMECAT>{items}</BMECAT>")

    assert rows_of(reading, *STATED)[:2] == [("B1", "exact", 3, Decimal(11)), ("B2", "exact", 6, Decimal(12))]


def test_further_stocks_of_an_item_that_nothing_tells_apart_are_said(tmp_path: Path) -> None:
    stock = "<infostock><available>{}</available><stock>{}</stock></infostock>"
    stocks = stock.format("immediately", "#00") + stock.format("2026-12-20", "500")
    items = repeated(f"<product><ref>20#</ref><infostocks>{stocks}</infostocks></product>")

    reading = reading_of(tmp_path, f"<stocks>{items}</stocks>")

    assert rows_of(reading, "key", "quantity")[:2] == [("201", 100), ("202", 200)]
    several = {"column": "infostock/stock", "count": 5, "first": "100", "other": "500"}
    assert several in doubted(reading, "several")


def test_lines_of_an_interchange_without_their_numbers_name_their_codes_all_the_same(tmp_path: Path) -> None:
    head = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*RETAILER       *260215*1200*U*00401*000000001*0*P*>~"
    lines = repeated("LIN*VP*AB-#*IN*B#~QTY*33*%*EA~QTY*02*40*EA~", 3)

    reading = reading_of(
        tmp_path, f"{head}GS*IB*A*B*20260215*1200*1*X*004010~ST*846*1~{lines}SE*11*1~GE*1*1~IEA*1*1~"
    )

    assert rows_of(reading, "key", "quantity") == [("AB-1", 3), ("AB-2", 6), ("AB-3", 9)]
    assert reading.rejected_lines == 0


def test_the_columns_of_a_tree_stand_in_the_order_of_the_file_whichever_process_reads_it(
    tmp_path: Path,
) -> None:
    kinds = ("net", "gross", "srp", "old", "cost", "club")
    prices = "".join(f"<{kind}>1.50</{kind}>" for kind in kinds)
    single = f"<product><sku>A0</sku>{prices}</product>"
    sizes = "".join(f"<size><code>#-{size}</code><stock>1</stock>{prices}</size>" for size in "SM")
    parted = f"<product><sku>A#</sku>{sizes}</product>"

    reading = reading_of(tmp_path, f"<products>{single}{repeated(parted)}</products>")

    assert [name for name in reading.facts.columns if name.startswith("size/")] == [
        "size/code",
        *(f"size/{kind}" for kind in kinds),
        "size/stock",
    ]
