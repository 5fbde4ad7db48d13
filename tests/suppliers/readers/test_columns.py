"""Which column is which, and why."""

from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, Reading
from tests.suppliers.readers.files import columns_of, read_text, rows_of

GTINS = ("4006381333931", "8720602828605", "5056635609861")


def feed(folder: Path, header: str, *rows: str) -> Reading:
    return read_text(folder, "\n".join([header, *rows]))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Supplier SKU;Description;Qty on hand;Cost price;RRP",
            ("Supplier SKU", "Qty on hand", "Cost price"),
        ),
        (
            "Artikelnummer;Bezeichnung;Lagerbestand;EK netto;UVP",
            ("Artikelnummer", "Lagerbestand", "EK netto"),
        ),
        ("Référence;Désignation;Stock dispo;Prix HT;Prix public", ("Référence", "Stock dispo", "Prix HT")),
        ("Réf. fournisseur;Libellé;Qté;PA HT;PV TTC", ("Réf. fournisseur", "Qté", "PA HT")),
        ("Código;Descripción;Existencias;Precio coste;PVP", ("Código", "Existencias", "Precio coste")),
        ("Cod. Art.;Descrizione;Giacenza;Prezzo netto;Listino", ("Cod. Art.", "Giacenza", "Prezzo netto")),
        ("Referência;Designação;Quantidade;Preço custo;PVP", ("Referência", "Quantidade", "Preço custo")),
        (
            "Artikelcode;Omschrijving;Voorraad;Inkoopprijs;Adviesprijs",
            ("Artikelcode", "Voorraad", "Inkoopprijs"),
        ),
        (
            "Indeks;Nazwa;Stan magazynowy;Cena netto;Cena detaliczna",
            ("Indeks", "Stan magazynowy", "Cena netto"),
        ),
        ("Kód zboží;Název;Množství;Nákupní cena;MOC", ("Kód zboží", "Množství", "Nákupní cena")),
        ("Kód tovaru;Názov;Množstvo;VO cena;MOC", ("Kód tovaru", "Množstvo", "VO cena")),
        ("Cikkszám;Megnevezés;Készlet;Nettó ár;Bruttó ár", ("Cikkszám", "Készlet", "Nettó ár")),
        ("Cod produs;Denumire;Stoc;Preț fără TVA;Preț listă", ("Cod produs", "Stoc", "Preț fără TVA")),
        ("Артикул;Номенклатура;Остаток;Оптовая цена;РРЦ", ("Артикул", "Остаток", "Оптовая цена")),
        ("Код товару;Назва;Кількість;Ціна опт;Ціна роздрібна", ("Код товару", "Кількість", "Ціна опт")),
        ("Κωδικός;Περιγραφή;Απόθεμα;Τιμή χονδρικής;Λιανική", ("Κωδικός", "Απόθεμα", "Τιμή χονδρικής")),
        ("Artikelnr;Benämning;Lagersaldo;Inköpspris;Rek. pris", ("Artikelnr", "Lagersaldo", "Inköpspris")),
        ("Varenr.;Varenavn;Lagerbeholdning;Kostpris;Vejl. pris", ("Varenr.", "Lagerbeholdning", "Kostpris")),
        ("Tuotenumero;Tuotenimi;Varastosaldo;Ostohinta;OVH", ("Tuotenumero", "Varastosaldo", "Ostohinta")),
        ("Šifra;Naziv;Zaliha;Nabavna cijena;MPC", ("Šifra", "Zaliha", "Nabavna cijena")),
        (
            "Prekės kodas;Pavadinimas;Kiekis;Pirkimo kaina;Mažmeninė kaina",
            ("Prekės kodas", "Kiekis", "Pirkimo kaina"),
        ),
        (
            "stockCode;productName;stockAmount;dealerPrice;listPrice",
            ("stockCode", "stockAmount", "dealerPrice"),
        ),
    ],
)
def test_columns_are_known_by_name_in_the_languages_of_europe(
    tmp_path: Path, header: str, expected: tuple[str, str, str]
) -> None:
    rows = [
        f"X-{number};A fine thing number {number};{number % 7};{number}.50;{2 * number}.90"
        for number in range(1, 40)
    ]
    found = columns_of(feed(tmp_path, header, *rows))

    assert (found["key"], found["quantity"], found["price"]) == expected


def test_columns_without_a_header_are_known_by_their_cells(tmp_path: Path) -> None:
    rows = [
        f"ACME;X{number}AB;{number * 37}.50;{number % 5};A fine red thing {number}" for number in range(1, 60)
    ]
    reading = read_text(tmp_path, "\n".join(rows))

    assert reading.facts.header_row is None
    assert columns_of(reading) == {"key": "B", "name": "E", "quantity": "D", "price": "C"}


def test_barcodes_are_known_by_their_check_digits(tmp_path: Path) -> None:
    reading = feed(tmp_path, "foo;sku;qty", *(f"{gtin};A{place};5" for place, gtin in enumerate(GTINS)))

    assert columns_of(reading)["gtin"] == "foo"


def test_without_a_code_the_barcode_tells_goods_apart(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "\n".join(f"{gtin};5;12,50" for gtin in GTINS))

    assert rows_of(reading, "key", "gtin", "quantity") == [(gtin, gtin, 5) for gtin in GTINS]


def test_a_quantity_column_may_be_called_after_the_shop(tmp_path: Path) -> None:
    rows = [f"AL-{number};{number % 9}" for number in range(50)]

    assert columns_of(feed(tmp_path, "Codigo;FONTENLA", *rows))["quantity"] == "FONTENLA"


@pytest.mark.parametrize(
    "name",
    [
        *("Weight", "Min. order", "Image position", "Poids", "VPE", "Reserved", "Year", "HS code"),
        *("Puff count", "Кол-во штук в коробке", "Ilość w kartonie", "Koli adedi", "Numar comanda"),
        *("Dias estoque", "Stok gün sayısı", "Толщина", "Debljina", "Load index"),
    ],
)
def test_other_whole_numbers_are_not_taken_for_a_stock(tmp_path: Path, name: str) -> None:
    reading = feed(
        tmp_path, f"sku;price;{name}", *(f"A{number};{number}.50;{number % 7}" for number in range(1, 40))
    )

    assert "quantity" not in columns_of(reading)
    assert rows_of(reading, "quantity_kind", "quantity")[0] == ("unknown", None)
    assert [doubt.code for doubt in reading.doubts] == ["no_quantity"]


def test_a_column_of_words_is_the_availability_and_one_of_numbers_the_quantity(tmp_path: Path) -> None:
    words = feed(tmp_path, "sku;Disponibilità", "A1;disponibile", "A2;esaurito", "A3;disponibile")
    numbers = feed(tmp_path, "sku;Disponibilità", "A1;5", "A2;0", "A3;12")

    assert columns_of(words) == {"key": "sku", "availability": "Disponibilità"}
    assert columns_of(numbers) == {"key": "sku", "quantity": "Disponibilità"}


def test_what_comes_later_is_no_stock_of_today(tmp_path: Path) -> None:
    reading = feed(tmp_path, "sku;Incoming;Available;On hand", "A1;100;5;7", "A2;0;2;2")

    assert columns_of(reading)["quantity"] == "Available"


def test_a_purchase_price_that_is_mostly_empty_is_not_preferred(tmp_path: Path) -> None:
    rows = [f"A{number};{number};{'9.00' if number == 1 else ''};{number}.50" for number in range(1, 30)]

    assert columns_of(feed(tmp_path, "sku;qty;Purchase price;Price", *rows))["price"] == "Price"


def test_every_guess_says_why_and_which_columns_were_close(tmp_path: Path) -> None:
    reading = feed(
        tmp_path,
        "sku;qty;Prix;Tarif",
        *(f"A{number};{number % 3};1{number}.5;2{number}.5" for number in range(1, 30)),
    )
    price = next(guess for guess in reading.guesses if guess.field == "price")

    assert price.column == "Prix"
    assert [candidate.column for candidate in price.candidates] == ["Tarif"]
    assert "100" in str(price.reason)
    assert ("column", {"field": "price", "column": "Prix", "others": "“Tarif”"}) in [
        (doubt.code, doubt.facts) for doubt in reading.doubts
    ]


def test_the_currency_may_stand_in_the_name_of_the_price(tmp_path: Path) -> None:
    reading = feed(tmp_path, "sku;qty;Cena netto (PLN)", "A1;5;12,50", "A2;6;13,50")

    assert rows_of(reading, "price", "currency") == [(Decimal("12.5"), "PLN"), (Decimal("13.5"), "PLN")]


def test_banners_above_and_headings_between_are_no_items(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "Price list of ACME;;;\nValid from 2026-01-01;;;\n;;;\nCode;Description;Stock;Price EUR\n"
        "Chairs;;;\nA1;Red chair;5;12,50\nA2;Blue chair;;13,50\nLamps;;;\nA3;Green lamp;0;call\nTotal;;5;\n",
    )

    assert reading.facts.header_row == 4
    assert rows_of(reading, "line", "key", "quantity_kind", "quantity", "price", "currency") == [
        (6, "A1", "exact", 5, Decimal("12.5"), "EUR"),
        (7, "A2", "unknown", None, Decimal("13.5"), "EUR"),
        (9, "A3", "exact", 0, None, "EUR"),
    ]
    assert reading.skipped.headings == 2
    assert reading.rejects.rows() == [(10, "", "Total | 5", "total_line")]


def test_files_glued_together_repeat_their_header(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku,qty\nA1,5\nsku,qty\nA2,6\n")

    assert rows_of(reading, "key") == [("A1",), ("A2",)]
    assert reading.skipped.repeated_headers == 1


def test_goods_without_a_code_are_told_apart_by_their_names_and_it_is_said(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, "Номенклатура;Цена;Остаток\nТелефоны;;\nТелефон А;3650;1\nТелефон Б;4690;2\nИтого;;3\n"
    )

    assert rows_of(reading, "key", "name", "quantity") == [
        ("Телефон А", "Телефон А", 1),
        ("Телефон Б", "Телефон Б", 2),
    ]
    assert "key_by_name" in [doubt.code for doubt in reading.doubts]
    assert (reading.skipped.headings, reading.rejects["reason"].to_list()) == (1, ["total_line"])


def test_a_column_called_product_that_holds_codes_is_the_code(tmp_path: Path) -> None:
    rows = "".join(f"P{number:03};Fehér póló {number};3200;{number}\n" for number in range(30))

    assert columns_of(read_text(tmp_path, f"termek;Leiras;ar;mennyiseg\n{rows}")) == {
        "key": "termek",
        "name": "Leiras",
        "price": "ar",
        "quantity": "mennyiseg",
    }


def test_several_columns_of_counts_are_asked_about_and_none_is_taken_for_the_stock(tmp_path: Path) -> None:
    rows = "".join(f"A{number};{number % 5};{number % 7};{number}.5\n" for number in range(40))
    reading = read_text(tmp_path, f"sku;foo;bar;price\n{rows}")

    assert "quantity" not in columns_of(reading)
    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [
        ("which_quantity", {"columns": "“foo”, “bar”"}),
        ("no_quantity", {}),
    ]


def test_a_stock_told_by_its_cells_alone_is_said(tmp_path: Path) -> None:
    rows = "".join(f"A{number};{number % 5}\n" for number in range(40))
    reading = read_text(tmp_path, f"sku;foo\n{rows}")

    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [
        ("by_cells", {"field": "quantity", "column": "foo"})
    ]


def test_codes_of_warehouses_are_no_stock(tmp_path: Path) -> None:
    rows = "".join(f"17{number:04};0012;{number % 9}\n" for number in range(40))
    reading = read_text(tmp_path, f"Material;Almacén;Libre utilización\n{rows}")

    assert columns_of(reading)["quantity"] == "Libre utilización"


def test_a_header_may_go_on_in_a_second_row(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "Price list;;;;\nКод;Наименование;Остаток;;Цена\n;;Склад 1;Склад 2;Опт\n"
        "A1;Стол;5;2;12,50\nA2;Стул;1;0;13,50\nA3;Лампа;0;0;9,00\n",
    )

    assert (reading.facts.header_row, reading.facts.columns) == (
        2,
        ("Код", "Наименование", "Остаток Склад 1", "Остаток Склад 2", "Цена Опт"),
    )
    assert rows_of(reading, "line", "key", "quantity") == [(4, "A1", 7), (5, "A2", 1), (6, "A3", 0)]


def test_a_wide_header_may_repeat_its_names(tmp_path: Path) -> None:
    names = ["Код товара", "Название", "Цена", "Остаток", "Производитель"]
    header = ";".join([*names, *["Атрибут", "Значение"] * 30])
    rows = "".join(
        ";".join([f"A{number}", f"Вещь {number}", "5,50", "3", "ACME", *["x", "y"] * 30]) + "\n"
        for number in range(9)
    )
    reading = read_text(tmp_path, f"{header}\n{rows}")

    assert (reading.facts.header_row, reading.rows.height) == (1, 9)


def test_headings_and_subtotals_written_into_every_column_are_no_goods(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "Код;Найменування;Ціна;Залишок\nГрунти / А;Грунти / А;Грунти / А;Грунти / А\n12;Грунт;73,0;10\n"
        "Всього по Грунти:;Всього по Грунти:;Всього:;10\n7;Total oil;5,0;1\n",
    )

    assert rows_of(reading, "key", "quantity") == [("12", 10), ("7", 1)]
    assert (reading.skipped.headings, reading.rejects["reason"].to_list()) == (1, ["total_line"])


def test_goods_of_one_name_are_told_apart_by_what_stands_beside_it(tmp_path: Path) -> None:
    rows = "".join(
        f"Eau de parfum {number // 3};{brand};{number};5,50\n"
        for number in range(30)
        for brand in [("Lancôme", "Givenchy", "Dior")[number % 3]]
    )
    reading = read_text(tmp_path, f"producto;marca;stock_actual;precio\n{rows}")

    assert rows_of(reading, "key", "quantity")[:2] == [
        ("Eau de parfum 0/Lancôme", 0),
        ("Eau de parfum 0/Givenchy", 1),
    ]
    assert ("apart", {"columns": "“marca”"}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]
    assert reading.rows.height == 30


def test_names_that_tell_nothing_apart_are_no_codes(tmp_path: Path) -> None:
    with pytest.raises(NotAFeed) as refused:
        read_text(tmp_path, "name;qty\n" + "Thing;5\n" * 30)

    assert refused.value.code == "no_key"


def test_barcodes_that_a_spreadsheet_rounded_are_no_codes(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, f"EAN;qty\n{GTINS[0]};5\n{GTINS[1]};6\n{GTINS[2]};7\n4,03E+12;8\n4,03E+12;9\n"
    )

    assert rows_of(reading, "key", "quantity") == [(GTINS[0], 5), (GTINS[1], 6), (GTINS[2], 7)]
    assert reading.rejects["reason"].to_list() == ["code_rounded", "code_rounded"]


def test_a_name_with_letters_of_another_alphabet_is_read_as_it_looks(tmp_path: Path) -> None:
    assert columns_of(feed(tmp_path, "sku;qtу;рrice", "A1;5;3.50", "A2;6;4.50"))["quantity"] == "qtу"


def test_the_row_above_says_of_which_warehouse_a_stock_is(tmp_path: Path) -> None:
    rows = "".join(f"Чайник {n};;{n % 4 + n % 3};{n % 4 or ''};{n % 3 or ''}\n" for n in range(1, 40))
    reading = read_text(
        tmp_path,
        "Залишки товарів;;;;\nТовар;Резерв;На всіх складах;Київ;Львів\n;;Залишок;Залишок;Залишок\nПосуд;;;;\n"
        + rows,
    )

    assert reading.facts.columns == (
        *("Товар", "Резерв", "На всіх складах Залишок", "Київ Залишок", "Львів Залишок"),
    )
    assert columns_of(reading)["quantity"] == "На всіх складах Залишок"
    assert (reading.rows.height, reading.skipped.headings) == (39, 1)


def test_a_row_that_numbers_the_columns_belongs_to_the_header(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "Код;Название;Цена без НДС;Цена с НДС\n1;2;3;4\nA1;Стол;100,50;120,60\n")

    assert reading.facts.header_row == 1
    assert columns_of(reading)["price"] == "Цена без НДС"
    assert rows_of(reading, "line", "key", "price") == [(3, "A1", Decimal("100.5"))]


def test_sizes_of_packs_are_no_stock(tmp_path: Path) -> None:
    rows = "".join(f"A{n}X;Peanut butter number {n};{n}.50;{(250, 500, 1000)[n % 3]}\n" for n in range(1, 60))

    assert "quantity" not in columns_of(read_text(tmp_path, rows))


def test_the_dearest_goods_keep_their_price(tmp_path: Path) -> None:
    reading = feed(tmp_path, "sku;qty;precio", "A1;5;51751700,00", "A2;6;12,50")

    assert rows_of(reading, "price", "price_minor") == [(Decimal(51751700), None), (Decimal("12.5"), 1250)]


def test_a_barcode_that_is_not_read_as_written_keeps_its_text(tmp_path: Path) -> None:
    codes = [*GTINS * 5, "'4006381333931", "36000291452", "123"]
    reading = feed(tmp_path, "sku;EAN;qty", *(f"A{place};{code};5" for place, code in enumerate(codes)))

    assert rows_of(reading, "gtin", "gtin_raw")[-4:] == [
        (GTINS[2], None),
        ("4006381333931", "'4006381333931"),
        ("036000291452", "36000291452"),
        (None, "123"),
    ]


def test_a_smallest_or_largest_order_at_a_place_is_no_stock(tmp_path: Path) -> None:
    header = "sku;price;RequiredItemLocationQuantity/MinimumQuantity;Warehouse maximum"

    reading = feed(tmp_path, header, *(f"A{n};{n}.50;{n};10" for n in range(1, 9)))

    assert "quantity" not in columns_of(reading)


def test_the_stock_of_two_warehouses_is_added_whether_it_is_called_stock_or_availability(
    tmp_path: Path,
) -> None:
    header = "Наименование товара;Цена, руб;Наличие на складе 1, шт;Наличие на складе 2, шт"

    reading = feed(tmp_path, header, *(f"Товар номер {n};{n}00;{n};1{n}" for n in range(1, 9)))

    assert rows_of(reading, "quantity")[:2] == [(12,), (14,)]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Запаси", "quantity"),
        ("Stk", "quantity"),
        ("Q.tà", "quantity"),
        ("På lager", "quantity"),
        ("P.V.P.", "price"),
        ("UGS", "key"),
    ],
)
def test_short_and_local_names(tmp_path: Path, header: str, field: str) -> None:
    names = {"key": "kod", "quantity": "qty", "price": "price"} | {field: header}

    reading = feed(tmp_path, ";".join(names.values()), *(f"A{n};{n % 4};{n}.90" for n in range(1, 9)))

    assert columns_of(reading)[field] == header


def test_a_column_of_days_is_no_stock_and_no_code_whatever_it_is_called(tmp_path: Path) -> None:
    reading = feed(tmp_path, "sku;Stan na;price", *(f"A{n};2026-01-0{n};{n}.90" for n in range(1, 9)))

    assert columns_of(reading) == {"key": "sku", "price": "price"}


def test_one_number_on_every_line_proves_nothing_where_no_column_is_named(tmp_path: Path) -> None:
    rows = [f"AB-{n:03};0.000000000;5;{(n * 37) % 91}.000000000;{n}.{n}5" for n in range(1, 60)]

    reading = read_text(tmp_path, "\n".join(rows))

    assert columns_of(reading)["key"] == "A"
    assert columns_of(reading).get("quantity") not in {"B", "C"}


def test_the_stock_of_complaints_and_returns_is_none_of_ours(tmp_path: Path) -> None:
    header = "Artikelnummer;Lagerbestand Lager [Haupt];Lagerbestand Lager [Reklamation]"

    reading = feed(tmp_path, header, *(f"A-{n};{n % 5};{n % 3}" for n in range(1, 30)))

    assert columns_of(reading) == {"key": "Artikelnummer", "quantity": "Lagerbestand Lager [Haupt]"}
    assert reading.mapping.added == ()


def test_a_column_named_with_the_sign_of_a_currency_is_no_stock(tmp_path: Path) -> None:
    reading = feed(
        tmp_path, "ID;ARTICULO;COSTO;$ VENTA1", *(f"5{n};Cable {n} mm;{n}.50;{n % 4}" for n in range(1, 30))
    )

    assert "quantity" not in columns_of(reading)


def test_the_cost_of_sending_is_no_price_and_the_width_of_a_thing_neither(tmp_path: Path) -> None:
    rows = [f"A{n};{n}.5;0.{n};{n % 7}" for n in range(10, 50)]

    assert "price" not in columns_of(feed(tmp_path, "Cod produs;Cost transport;Širina;Stoc", *rows))


def test_a_product_of_a_shop_goes_by_its_handle_even_if_its_titles_differ(tmp_path: Path) -> None:
    lines = [
        f"h{n},{title},{size},,{n % 4},9.5"
        for n in range(20)
        for title, size in ((f"Lamp {n}", "S"), ("", "M"))
    ]
    header = "Handle,Title,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price\n"
    reading = read_text(tmp_path, header + "\n".join(lines))

    assert (columns_of(reading)["key"], rows_of(reading, "key", "name")[1]) == ("Handle", ("h0/M", "Lamp 0"))


@pytest.mark.parametrize("header", ["NRF;Navn;Antall", "арт;название;остаток", "Chassi;Modelo;Estoque"])
def test_codes_of_one_country_or_trade(tmp_path: Path, header: str) -> None:
    rows = [f"{2258400 + n};A fine thing number {n};{n % 5}" for n in range(40)]

    assert columns_of(feed(tmp_path, header, *rows))["key"] == header.split(";")[0]


def test_a_price_says_in_what_it_is(tmp_path: Path) -> None:
    reading = feed(tmp_path, "МОДЕЛЬ;РРЦ, в руб.", *(f"K{n}X;{n}00" for n in range(1, 30)), "K0X;по запросу")

    assert rows_of(reading, "price", "currency")[0] == (Decimal(100), "RUB")


def test_a_stock_that_is_named_and_empty_comes_before_numbers_that_nobody_named(tmp_path: Path) -> None:
    reading = feed(tmp_path, "sku;price;count;", *(f"A{n};{n}.5;;{36 + 4 * (n % 3)}" for n in range(1, 40)))

    assert columns_of(reading)["quantity"] == "count"
    assert [doubt.code for doubt in reading.doubts] == ["empty_quantity"]


def test_another_code_is_asked_about_where_lines_have_none_in_the_first(tmp_path: Path) -> None:
    rows = [f"{7000 + n};R{n};{f'V-{n}' if n % 9 else ''};{n % 5};cotton" for n in range(60)]
    reading = feed(tmp_path, "id;retailer_sku;vendor_sku;qty;material", *rows)

    assert [doubt.facts for doubt in reading.doubts if doubt.facts.get("field") == "key"] == [
        {"field": "key", "column": "vendor_sku", "others": "“id”, “retailer_sku”"}
    ]


def test_among_columns_without_names_prices_are_those_with_cents(tmp_path: Path) -> None:
    rows = [
        f"K-{n};Tent peg number {n};{300000 + 7 * n};{7 * n % 50}{'.35' if n % 5 else ''};{n % 7}"
        for n in range(60)
    ]

    assert columns_of(read_text(tmp_path, "\n".join(rows)))["price"] == "D"


@pytest.mark.parametrize("name", ["Prix livraison incluse", "Price incl. freight", "Suma netto"])
def test_a_price_that_includes_the_sending_is_a_price(tmp_path: Path, name: str) -> None:
    rows = [f"A{n};Thing {n};{n % 5};{n},90 €" for n in range(1, 40)]

    assert columns_of(feed(tmp_path, f"sku;name;stock;{name}", *rows))["price"] == name
