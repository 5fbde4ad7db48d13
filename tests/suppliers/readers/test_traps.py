"""Names and marks of suppliers' files that look like ours and mean something else."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import read
from suppliers.readers.currencies import currency_in
from tests.suppliers.readers.files import columns_of, read_text, rows_of, workbook, written


def numbered(header: str, line: str, count: int = 30) -> str:
    """The header, and lines with their number for "#", and 0 to 6 in turn for "%"."""
    lines = [line.replace("#", str(number)).replace("%", str(number % 7)) for number in range(1, count + 1)]
    return "\n".join([header, *lines])


@pytest.mark.parametrize(
    "name", ["Kleinmenge", "Füllmenge", "Bestelhoeveelheid", "Pakkausmäärä", "MwSt", "Posizione"]
)
def test_an_amount_of_something_else_is_no_stock(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, numbered(f"sku;name;{name};price", "A-#;Lamp #;%;5.50"))

    assert "quantity" not in columns_of(reading)


@pytest.mark.parametrize(
    "name",
    ["Menge", "Lagermenge", "Restmenge", "Lageranzahl", "Verfügbare Menge", "Aantal", "VerfuegbareMenge"],
)
def test_an_amount_of_what_lies_there_is_a_stock(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, numbered(f"sku;name;{name};price", "A-#;Lamp #;%;5.50"))

    assert columns_of(reading)["quantity"] == name


@pytest.mark.parametrize(
    "name", ["usage/2024/total", "sales 2024 qty", "Stock Verbrauch", "qty/forecast/total"]
)
def test_what_was_used_or_sold_or_is_foreseen_is_no_stock(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, numbered(f"sku;name;{name}", "A-#;Lamp #;#"))

    assert columns_of(reading) == {"key": "sku", "name": "name"}


@pytest.mark.parametrize(
    "name", ["Qty available for sales", "Sales stock", "Stock ventas", "Stock pour ventes en ligne"]
)
def test_what_is_there_to_be_sold_is_a_stock(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, numbered(f"sku;name;{name}", "A-#;Lamp #;%"))

    assert columns_of(reading) == {"key": "sku", "name": "name", "quantity": name}


@pytest.mark.parametrize(
    ("header", "stock"),
    [
        ("Solde;Disponible", "Disponible"),
        ("Closing balance;Available", "Available"),
        ("Endbestand;Verfügbar", "Verfügbar"),
        ("Stock initial;Solde", "Solde"),
        ("Endbestand;Ort", "Endbestand"),
    ],
)
def test_what_is_left_at_the_end_counts_before_what_there_was_and_after_what_is_available(
    tmp_path: Path, header: str, stock: str
) -> None:
    reading = read_text(tmp_path, numbered(f"sku;name;{header}", "A-#;Lamp #;#;%"))

    assert columns_of(reading)["quantity"] == stock


def test_an_amount_with_cents_is_no_stock(tmp_path: Path) -> None:
    reading = read_text(tmp_path, numbered("sku;name;Total amount", "A-#;Lamp #;#.50"))

    assert columns_of(reading) == {"key": "sku", "name": "name"}


def test_totals_below_what_was_used_are_no_stock(tmp_path: Path) -> None:
    years = {"2024": {"black": 1, "total": 1}, "2025": {"black": 4, "brass": 2, "total": 6}}
    parts = [{"part_number": f"P{n}", "name": f"Canopy {n}", "usage": years} for n in range(9)]

    reading = read(written(tmp_path, json.dumps({"count": 9, "parts": parts})))

    assert columns_of(reading) == {"key": "part_number", "name": "name"}


@pytest.mark.parametrize(
    ("header", "price"),
    [("sku;stock;AR", None), ("sku;készlet;AR", "AR"), ("sku;stock;Ár", "Ár"), ("cikkszam;db;ar", "ar")],
)
def test_a_short_word_is_of_its_language_with_its_accent_or_among_others_of_it(
    tmp_path: Path, header: str, price: str | None
) -> None:
    reading = read_text(tmp_path, numbered(header, "A-#;#;#"))

    assert columns_of(reading).get("price") == price


def test_a_short_word_above_amounts_with_cents_is_a_price_in_any_language(tmp_path: Path) -> None:
    reading = read_text(tmp_path, numbered("sku;qty;ar", "A-#;#;#.50"))

    assert columns_of(reading)["price"] == "ar"


def test_a_word_that_only_begins_like_a_price_needs_amounts(tmp_path: Path) -> None:
    reading = read_text(tmp_path, numbered("sku;name;Einkaufstagung;UVPE;Bestand", "A-#;Lamp #;LE;%9,90;%"))

    assert columns_of(reading)["price"] == "UVPE"


def test_two_counts_of_one_stock_are_not_added_where_a_column_holds_their_difference(tmp_path: Path) -> None:
    lines = [f"A-{n};{n % 5 + 3};{n % 3};{n % 5 + 3 - n % 3}" for n in range(40)]

    reading = read_text(tmp_path, "\n".join(["sku;Stock shop;Stock ERP;Difference", *lines]))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("Stock shop", ())
    assert [doubt.code for doubt in reading.doubts] == ["column"]


def test_a_total_of_warehouses_whose_names_we_do_not_know_is_the_stock(tmp_path: Path) -> None:
    lines = [f"A-{n};Bolt {n};{n % 4};{n % 3};{n % 5};7;{n % 4 + n % 3 + n % 5}" for n in range(40)]

    reading = read_text(
        tmp_path, "\n".join(["sku;name;Tangerang;Glodok;Karawang;kept back;Total for sale", *lines])
    )

    assert columns_of(reading)["quantity"] == "Total for sale"
    assert rows_of(reading, "key", "quantity")[7] == ("A-7", 3 + 1 + 2)


def test_lines_of_one_code_at_several_places_are_added_up_whatever_the_column_is_called(
    tmp_path: Path,
) -> None:
    lines = [f"A-{n};{where}/Stock;{n % 6}" for n in range(20) for where in ("PPGM", "PPGV")]

    reading = read_text(tmp_path, "\n".join(["sku;coded;quantity", *lines]))

    assert (reading.mapping.repeated, rows_of(reading, "key", "quantity")[5]) == ("sum", ("A-5", 10))


def test_a_stock_that_is_empty_today_is_not_taken_from_the_column_beside_it(tmp_path: Path) -> None:
    text = "SKU;Name;Stock;;Price\n" + "".join(f"AB-{n};Lamp {n};;{n % 6 + 3};{n},50\n" for n in range(30))

    reading = read_text(tmp_path, text)
    again = read(written(tmp_path, text), column_map=reading.mapping)

    assert columns_of(reading)["quantity"] == "Stock"
    assert reading.totals.quantities["unknown"] == again.totals.quantities["unknown"] == 30


def test_of_two_sheets_alike_the_one_called_a_stock_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Artikelnummer", "Antal", "Pris"],
        *[[f"A{n}", n, n + 0.5] for n in range(9)],
    ]

    reading = read(workbook(tmp_path, {"Returer": rows, "Lager": rows}))

    assert (reading.facts.sheet, [doubt.code for doubt in reading.doubts]) == ("Lager", ["sheets"])


def test_amounts_with_the_sign_of_a_currency_stand_below_a_header(tmp_path: Path) -> None:
    text = "Prodotto;Prezzo Min;Prezzo Max\n" + "".join(
        f"Olio numero {n};{n},50€;{n + 2}€\n" for n in range(20)
    )

    assert rows_of(read_text(tmp_path, text), "key", "price", "currency")[:2] == [
        ("Olio numero 0", Decimal("0.5"), "EUR"),
        ("Olio numero 1", Decimal("1.5"), "EUR"),
    ]


def test_moments_are_nobodys_names(tmp_path: Path) -> None:
    text = numbered("part;qty;by;when", "50065#;%;admin;2026-04-13 11:55:#0", 9)

    assert "name" not in columns_of(read_text(tmp_path, text))


def test_a_container_named_after_the_price_is_no_other_date_or_cost(tmp_path: Path) -> None:
    item = '{{"sku": "D-{0}", "title": "Dress {0}", "delivery_price": 150, "price_data": {{"price": {{"eur": {1}}}}}}}'
    items = ",".join(item.format(number, 1900 + number) for number in range(12))

    reading = read(written(tmp_path, f"[{items}]", "feed.json"))

    assert columns_of(reading)["price"] == "price_data/price/eur"
    assert rows_of(reading, "key", "price", "currency")[1] == ("D-1", Decimal(1901), "EUR")


@pytest.mark.parametrize("name", ["priceuah", "PriceUAH", "cenauah", "price_uah"])
def test_a_currency_may_be_written_on_to_the_word_for_a_price(name: str) -> None:
    assert currency_in(name) == "UAH"


@pytest.mark.parametrize("name", ["pricing", "price", "pricelist"])
def test_the_rest_of_a_word_is_no_currency(name: str) -> None:
    assert currency_in(name) == ""


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("sku;name;Stock (packs);Stock (units);price", "A-#;Lamp #;%;%0;5.50", "Stock (packs)"),
        (
            "Seller SKU Id;Title;Your Stock Count;System Stock count;MRP",
            "A-#;Lamp #;%;%;550",
            "Your Stock Count",
        ),
        ("code;name;availabilityInStock;stock;price", "A-#;Lamp #;Skladom;%;5.50", "stock"),
    ],
)
def test_one_stock_said_twice_is_not_added(tmp_path: Path, header: str, line: str, expected: str) -> None:
    reading = read_text(tmp_path, numbered(header, line))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == (expected, ())
    assert "availability" not in columns_of(reading)


def test_a_stock_among_those_of_stores_that_is_their_sum_is_the_whole(tmp_path: Path) -> None:
    lines = [f"A-{n};{n % 4};{n % 3};{n % 4 + n % 3}" for n in range(40)]

    reading = read_text(
        tmp_path, "\n".join(["sku;Voorraad Utrecht;Voorraad Breda;Technische voorraad", *lines])
    )

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("Technische voorraad", ())


def test_what_nobody_has_reserved_is_read_in_croatian(tmp_path: Path) -> None:
    lines = [f"H-{n};Vijak {n};{n % 6 + n % 3};{n % 6};{n % 3};{n},00" for n in range(40)]

    reading = read_text(tmp_path, "\n".join(["Šifra;Naziv;Stanje;Raspoloživo;Rezervirano;VPC", *lines]))

    assert columns_of(reading)["quantity"] == "Raspoloživo"


def test_the_first_group_of_goods_is_no_second_row_of_the_header(tmp_path: Path) -> None:
    text = "№;Код;Номенклатура;Остаток;Цена\n;;Группа насосы;;\n" + "".join(
        f"{n};00-{n};Насос {n};{n % 5};{n}00\n" for n in range(1, 20)
    )
    reading = read_text(tmp_path, text)

    assert (columns_of(reading)["name"], reading.totals.items) == ("Номенклатура", 19)


def test_variants_state_their_own_stock_beside_that_of_their_article(tmp_path: Path) -> None:
    sizes = "".join(
        f"<variation><variationid>{{0}}-{size}</variationid><size>{size}</size>"
        f"<quantity>{{{size - 40}}}</quantity></variation>"
        for size in (41, 42)
    )
    goods = "".join(
        "<product><id>{0}</id><name>Shoe {0}</name><price_with_vat>{0}.9</price_with_vat><quantity>7</quantity>"
        f"<variations>{sizes}</variations></product>".format(n, n % 4, 7 - n % 4)
        for n in range(1, 20)
    )
    reading = read(written(tmp_path, f"<mywebstore><products>{goods}</products></mywebstore>", "feed.xml"))

    assert columns_of(reading)["quantity"] == "variation/quantity"
    assert rows_of(reading, "key", "quantity")[:2] == [("1-41", 1), ("1-42", 6)]


@pytest.mark.parametrize(
    ("header", "price", "quantity"),
    [
        ("UGS,Nom,En stock ?,Stock,Tarif promo,Tarif régulier", "Tarif régulier", "Stock"),
        ("SKU,Nombre,¿Existencias?,Inventario,Precio rebajado,Precio normal", "Precio normal", "Inventario"),
        ("Artikelnummer,Name,Vorrätig?,Bestand,Angebotspreis,Regulärer Preis", "Regulärer Preis", "Bestand"),
        (
            "COD,Nome,In stock?,Magazzino,Prezzo in offerta,Prezzo di listino",
            "Prezzo in offerta",
            "Magazzino",
        ),
        ("SKU,Naam,Op voorraad?,Voorraad,Actieprijs,Reguliere prijs", "Reguliere prijs", "Voorraad"),
        ("SKU,Nome,Em stock?,Stock,Preço promocional,Preço normal", "Preço normal", "Stock"),
        (
            "SKU,Nazwa,Na stanie?,Stan magazynowy,Cena promocyjna,Cena regularna",
            "Cena regularna",
            "Stan magazynowy",
        ),
        ("Артикул,Имя,В наличии?,Запасы,Цена распродажи,Базовая цена", "Базовая цена", "Запасы"),
    ],
)
def test_shops_exports_in_the_language_of_their_staff(
    tmp_path: Path, header: str, price: str, quantity: str
) -> None:
    reading = read_text(tmp_path, numbered(header, "W-#,Chair #,1,%,#.50,#.90"))

    assert (columns_of(reading)["price"], columns_of(reading)["quantity"]) == (price, quantity)


@pytest.mark.parametrize(
    "header",
    [
        "Артикул;Атауы;Қалдық;Бағасы, тг",
        "Məhsul kodu;Məhsulun adı;Miqdar;Qiymət",
        "Kode barang;Nama barang;Stok akhir;Harga",
    ],
)
def test_neighbours_of_europe_name_columns_too(tmp_path: Path, header: str) -> None:
    reading = read_text(tmp_path, numbered(header, "K-#;Tea of the house #;%;#00"))

    assert columns_of(reading) == dict(
        zip(("key", "name", "quantity", "price"), header.split(";"), strict=True)
    )


MIXED = """<catalog><products>
<product><reference>P1</reference><name>Mug with a bird</name><price>10</price><quantity>4</quantity></product>
<product><reference>P2</reference><name>Shirt with a fox</name><price>20</price><quantity>9</quantity><variations>
<variation><reference>P2-S</reference><size>S</size><quantity>2</quantity><price>21</price></variation>
<variation><reference>P2-M</reference><size>M</size><quantity>7</quantity></variation></variations></product>
<product><reference>P3</reference><name>Cup with a cat</name><price>12</price><quantity>0</quantity></product>
</products></catalog>"""


def test_articles_without_variants_stand_beside_the_variants_of_others(tmp_path: Path) -> None:
    reading = read(written(tmp_path, MIXED, "feed.xml"))

    assert rows_of(reading, "key", "name", "quantity", "price") == [
        ("P1", "Mug with a bird", 4, Decimal(10)),
        ("P2-S", "Shirt with a fox", 2, Decimal(21)),
        ("P2-M", "Shirt with a fox", 7, Decimal(20)),
        ("P3", "Cup with a cat", 0, Decimal(12)),
    ]


def test_two_stores_of_which_one_always_has_twice_as_much_are_two(tmp_path: Path) -> None:
    lines = [f"A-{n};{n % 5 + 1};{2 * (n % 5 + 1)}" for n in range(40)]

    reading = read_text(tmp_path, "\n".join(["sku;Stock North;Stock South", *lines]))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("Stock North", (2,))


def test_a_name_in_the_row_below_another_one_belongs_to_the_header(tmp_path: Path) -> None:
    text = "Артикул;Номенклатура;Залишок;РР\n;;;Ціна\n" + "".join(
        f"41-{n};Духовка {n};{n % 5};{n}00\n" for n in range(1, 20)
    )
    reading = read_text(tmp_path, text)

    assert (columns_of(reading)["price"], reading.totals.prices) == ("РР Ціна", 19)
