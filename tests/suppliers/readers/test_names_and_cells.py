"""Columns whose names say one thing and whose cells another, as suppliers' files have them."""

from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import Reading
from tests.suppliers.readers.files import columns_of, read_text, rows_of

LINES = 30


def table(header: str, line: str, count: int = LINES) -> str:
    """The header, and the line so often, with the line's number for "#" and 0 to 3 in turn for "%"."""
    lines = [line.replace("#", str(number)).replace("%", str(number % 4)) for number in range(1, count + 1)]
    return "\n".join([header, *lines])


def doubted(reading: Reading) -> list[str]:
    return [doubt.code for doubt in reading.doubts]


@pytest.mark.parametrize(
    "asked",
    [
        "Наявність валідної картинки",
        "¿Permitirás ventas sin stock?",
        "available for order",
        "Stock gestionado",
        "Verfügbarkeit im Shop prüfen",
    ],
)
def test_answers_to_another_question_than_the_stock_are_none(tmp_path: Path, asked: str) -> None:
    text = table(f"sku;name;{asked};price", "A-#;Lamp #;no;5.50") + "\nB-1;Shade;yes;3.00"

    assert columns_of(read_text(tmp_path, text)).keys() & {"quantity", "availability"} == set()


@pytest.mark.parametrize("asked", ["in stock", "Availability", "В наличии", "stock"])
def test_answers_to_the_question_for_the_stock_are_one(tmp_path: Path, asked: str) -> None:
    text = table(f"sku;name;{asked};price", "A-#;Lamp #;no;5.50") + "\nB-1;Shade;yes;3.00"

    assert rows_of(read_text(tmp_path, text), "quantity_kind", "quantity")[-2:] == [
        ("exact", 0),
        ("flag", None),
    ]


@pytest.mark.parametrize(
    "pages", ["Кол. стр.", "Quantité pages", "Stock mínimo", "Ilość stron", "minquantity", "maxstock"]
)
def test_pages_and_least_stocks_are_no_stock(tmp_path: Path, pages: str) -> None:
    reading = read_text(tmp_path, table(f"sku;name;{pages};Цены", "A-#;Book #;1%8;1%.50"))

    assert columns_of(reading) == {"key": "sku", "name": "name", "price": "Цены"}
    assert doubted(reading) == ["no_quantity"]


@pytest.mark.parametrize("pages", ["reorderquantity", "boxquantity", "reservedstock"])
def test_what_spoils_a_name_spoils_it_also_in_one_word(tmp_path: Path, pages: str) -> None:
    reading = read_text(tmp_path, table(f"sku;name;{pages};price", "A-#;Lamp #;1%;1%.50"))

    assert columns_of(reading) == {"key": "sku", "name": "name", "price": "price"}


def test_a_share_of_material_is_no_code_beside_the_number_of_a_position(tmp_path: Path) -> None:
    lines = "\n".join(f"AB00{number};Wall {number};{number}.50;{7 * number}" for number in range(1, 9))
    reading = read_text(tmp_path, f"positionsnummer;kurztext;einzelpreis;materialanteil_prozent\n{lines}")

    assert columns_of(reading) == {"key": "positionsnummer", "name": "kurztext", "price": "einzelpreis"}


def test_data_around_values_is_no_day(tmp_path: Path) -> None:
    article = (
        "<product><main><sku>A-#</sku></main><data><price>1#.50</price><stock>#</stock></data></product>"
    )
    articles = "".join(article.replace("#", str(number)) for number in range(1, 4))

    reading = read_text(tmp_path, f"<products>{articles}</products>")

    assert columns_of(reading) == {"key": "main/sku", "quantity": "data/stock", "price": "data/price"}


def test_a_least_stock_is_not_added_to_the_stock(tmp_path: Path) -> None:
    reading = read_text(tmp_path, table("art_codigo;art_stock_inicial;art_stock_minimo", "A-#;#;2"))

    assert reading.mapping.added == ()
    assert reading.rows["quantity"].sum() == sum(range(1, LINES + 1))


@pytest.mark.parametrize("code", ["Iva Prodotto;0.22", "Material;A4", "Model;%"])
def test_what_comes_again_and_again_is_no_code_where_names_tell_apart(tmp_path: Path, code: str) -> None:
    name, cell = code.split(";")
    reading = read_text(tmp_path, table(f"{name};Prodotto;qty", f"{cell};Corso numero #;#"))

    assert reading.rows["key"].to_list()[:2] == ["Corso numero 1", "Corso numero 2"]
    assert doubted(reading)[-1] == "key_by_name"


@pytest.mark.parametrize("name", ["S No", "Sr.No", "Nr. crt.", "Red. br."])
def test_the_number_of_a_line_is_no_code(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, table(f"{name};Parts;Stock", "#;Brake switch no. #;1%"))

    assert reading.rows["key"][0] == "Brake switch no. 1"


def test_a_code_that_most_lines_leave_empty_gives_way_to_one_that_all_have(tmp_path: Path) -> None:
    sometimes = table("Ид;Артикул;Наименование;Количество", "9f-#;;Чайник #;#")
    reading = read_text(tmp_path, f"{sometimes}\n9f-99;K-7;Кружка;4")

    assert (columns_of(reading)["key"], reading.rows.height, reading.rejected_lines) == ("Ид", LINES + 1, 0)
    assert doubted(reading) == ["column"]


def test_articles_of_a_format_without_headings_are_never_taken_for_some(tmp_path: Path) -> None:
    named = "".join(f"<item><sku>A{n}</sku><name>Lamp {n}</name><qty>{n}</qty></item>" for n in range(5))
    reading = read_text(tmp_path, f"<items>{named}<item><name>Shade</name></item></items>")

    assert (reading.totals.items, reading.skipped.headings) == (5, 0)
    assert reading.rejects["reason"].to_list() == ["no_code"]


def test_a_price_of_nothing_but_zeros_gives_way_and_brings_its_own_currency(tmp_path: Path) -> None:
    header = "UrunId;StokAdi;Envanter;AlisFiyati;AlisFiyatiParaBirimi;SatisFiyati1;SatisFiyati1ParaBirimi"
    reading = read_text(tmp_path, table(header, "2#;Kaporta #;#;-10,0000;TL;1%,0000;EURO"))

    assert rows_of(reading, "key", "quantity", "price", "currency")[0] == ("21", 1, Decimal(11), "EUR")


def test_the_currency_of_another_price_is_none_of_this_one(tmp_path: Path) -> None:
    header = "SKU;Name;Stock;Price;PriceListCurrency;Currency"
    reading = read_text(tmp_path, table(header, "A-#;Lamp #;#;1%.90;USD;EUR"))

    assert columns_of(reading)["currency"] == "Currency"


def test_a_day_written_as_a_number_is_no_barcode(tmp_path: Path) -> None:
    reading = read_text(tmp_path, table("codigo;descripcion;stock;fecha", "A-#;Pulsera #;#;20200824"))

    assert "gtin" not in columns_of(reading)


def test_a_price_of_reference_is_not_the_one_that_is_paid(tmp_path: Path) -> None:
    reading = read_text(tmp_path, table("Codice;PrezzoRiferimento;PrezzoVendita", "A-#;2%.90;1%.90"))

    assert columns_of(reading)["price"] == "PrezzoVendita"
