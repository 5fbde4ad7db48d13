"""Reading a file of orders: its columns, its cells, and everything that is wrong with it. No database."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from orders.domain.order_files import COLUMNS, FileRefused, OrderFile, reading
from orders.domain.order_files.cells import cents, country, day, language, moment, units
from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder
from suppliers.readers.folding import folded_name
from tests.orders.order_files.files import LINE, csv_of, read

PARIS = ZoneInfo("Europe/Paris")


def wrong(file: OrderFile) -> list[tuple[int, str, str]]:
    """(line of the file, column, code) of every problem of its cells."""
    return [
        (order.number_of(problem), file.header.name_of(problem.field), problem.code)
        for order in file.orders
        for problem in order.problems
    ]


def test_a_whole_order_is_read(tmp_path: Path) -> None:
    content = csv_of(
        {
            "first name": "Camille", "last name": "Exemple", "phone": "01 23 45 67 89", "language": "en",
            "class": "pro",
            "street": "12 rue de la Démo", "postal code": "59000", "city": "Lille", "country": "France",
            "promised on": "2026-12-01", "shipping": "4.90", "currency": "eur", "note": "Sonnez; deux fois",
            "product": "Lampe", "line id": "L1",
        },
        {"sku": "B-2", "quantity": "1", "unit price": "5"},
    )  # fmt: skip

    [order] = read(tmp_path, content).orders

    assert order.problems == ()
    assert order.incoming == IncomingOrder(
        channel="csv",
        external_id="E-1",
        placed_at=datetime(2026, 11, 20, 9, 30, tzinfo=PARIS),
        currency="EUR",
        customer=IncomingCustomer(
            "camille@customer.example", "Camille", "Exemple", "01 23 45 67 89", "en", "FR", "pro"
        ),
        lines=(IncomingLine("A-1", 2, 4900, "Lampe", "L1"), IncomingLine("B-2", 1, 500)),
        shipping_cents=490,
        promised_on=date(2026, 12, 1),
        ship_to={
            "name": "Camille Exemple", "street": "12 rue de la Démo", "postal_code": "59000",
            "city": "Lille", "country": "FR",
        },
        note="Sonnez; deux fois",
    )  # fmt: skip


def test_french_names_and_figures_of_a_spreadsheet_are_understood(tmp_path: Path) -> None:
    content = (
        "N° commande;Date de commande;Adresse e-mail;Référence;Qté;Prix unitaire TTC (€);Prénom;Couleur\r\n"
        '10482;20/11/2026 09:30;jean@client.example;="00123";2,00;1 204,50 €;Jérôme;bleu\r\n'
    )

    file = read(tmp_path, content.encode("cp1252"))

    [order] = file.orders
    assert order.problems == ()
    assert (file.encoding, file.delimiter, file.header.unused) == ("cp1252", ";", ("Couleur",))
    assert order.incoming.external_id == "10482"
    assert order.incoming.placed_at == datetime(2026, 11, 20, 9, 30, tzinfo=PARIS)
    assert order.incoming.customer.first_name == "Jérôme"
    assert order.incoming.lines == (IncomingLine("00123", 2, 120450),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_separator_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = csv_of({"first name": "Zoé"}, {"order": "E-2", "first name": "Léa"}, delimiter=delimiter)

    file = read(tmp_path, content.encode(encoding))

    assert file.delimiter == delimiter
    assert [order.incoming.customer.first_name for order in file.orders] == ["Zoé", "Léa"]


def test_lines_of_one_order_may_stand_apart(tmp_path: Path) -> None:
    file = read(tmp_path, csv_of({}, {"order": "E-2"}, {"sku": "B-2"}))

    assert [[line.number for line in order.lines] for order in file.orders] == [[2, 4], [3]]


def test_later_lines_may_leave_out_what_the_first_says(tmp_path: Path) -> None:
    empty = {"placed at": "", "email": "", "city": "", "sku": "B-2"}

    [order] = read(tmp_path, csv_of({"city": "Lille"}, empty)).orders

    assert order.problems == ()
    assert order.incoming.ship_to["city"] == "Lille"


def test_a_line_that_contradicts_its_order_is_named(tmp_path: Path) -> None:
    file = read(tmp_path, csv_of({"city": "Lille"}, {"city": "Lyon", "sku": "B-2"}))

    assert wrong(file) == [(3, "city", "contradicts")]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ({"quantity": "deux"}, ("quantity", "not_positive")),
        ({"quantity": "1.5"}, ("quantity", "not_positive")),
        ({"quantity": ""}, ("quantity", "missing")),
        ({"unit price": "sur appel"}, ("unit price", "malformed")),
        ({"unit price": "1.005"}, ("unit price", "malformed")),
        ({"unit price": ""}, ("unit price", "missing")),
        ({"placed at": "31/02/2026"}, ("placed at", "malformed")),
        ({"placed at": ""}, ("placed at", "missing")),
        ({"promised on": "bientôt"}, ("promised on", "malformed")),
        ({"shipping": "offert"}, ("shipping", "malformed")),
        ({"country": "Atlantis"}, ("country", "malformed")),
        ({"first name": "A" * 81}, ("first name", "too_long")),
        ({"last name": "Lef�vre"}, ("last name", "malformed")),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    tmp_path: Path, cell: dict[str, str], problem: tuple[str, str]
) -> None:
    file = read(tmp_path, csv_of({"order": "E-0", "unit price": "10.50"}, cell))

    assert wrong(file) == [(3, *problem)]


def test_a_column_is_named_as_the_file_names_it(tmp_path: Path) -> None:
    content = csv_of({"quantity": "x"}).replace("quantity", "QTÉ commandée").replace("QTÉ commandée", "Qté")

    assert wrong(read(tmp_path, content)) == [(2, "Qté", "not_positive")]


def test_lines_without_a_number_are_not_one_order(tmp_path: Path) -> None:
    file = read(tmp_path, csv_of({"order": ""}, {"order": ""}))

    assert [order.incoming.external_id for order in file.orders] == ["", ""]


def test_the_line_is_counted_as_an_editor_counts(tmp_path: Path) -> None:
    content = csv_of({"note": "une\r\nlongue\r\nremarque"}, {"order": "E-2", "quantity": "?"})

    assert wrong(read(tmp_path, "sep=;\r\n" + content)) == [(6, "quantity", "not_positive")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (csv_of(), "no_orders"),
        (csv_of() + "\r\n;;;;;\r\n", "no_orders"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_csv"),
        (bytes(range(256)) * 20, "not_csv"),
        (b"<!doctype html><html><body>404</body></html>", "not_csv"),
        (b'{"orders": []}', "not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "workbook"),
        ("bonjour\nmerci\n", "no_table"),
        ("order;sku\nE-1;A-1\n", "columns_missing"),
        (csv_of({"commande": "E-1"}), "columns_twice"),
        (csv_of({"note": "ok"}) + 'E-2;2026-11-20;a@b.example;A-1;1;4;"never closed\r\n', "quotes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, content: str | bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content)

    assert refused.value.code == code


def test_the_refusal_names_columns_and_lines(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as missing, override("fr"):
        read(tmp_path, "order;sku\nE-1;A-1\n")
    with pytest.raises(FileRefused) as quotes:
        read(tmp_path, csv_of({"note": "ok"}) + 'E-2;2026-11-20;a@b.example;A-1;1;4;"never closed\r\n')

    with override("en"):
        assert "date, e-mail, quantité, prix unitaire" in str(missing.value.message)
        assert str(quotes.value.message).startswith("Line 3:")


def test_more_lines_than_taken_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINES", 2)

    assert len(read(tmp_path, csv_of({}, {})).orders) == 1
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, csv_of({}, {}, {}))
    assert refused.value.code == "too_many_rows"


def test_a_file_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 100)

    with pytest.raises(FileRefused) as refused:
        read(tmp_path, csv_of({}))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 09:30", "2026-11-20T09:30:00", "2026-11-20T09:30:00+01:00", "2026-11-20T08:30:00Z",
        "2026-11-20 09:30:00 +0100", "20/11/2026 09:30", "20.11.2026 09:30", "20-11-2026 09:30",
        "20/11/2026 à 09:30", "20/11/26 09:30", "20/11/2026 09h30",
    ],
)  # fmt: skip
def test_moments_are_read_with_the_day_first(text: str) -> None:
    assert moment(text) == datetime(2026, 11, 20, 9, 30, tzinfo=PARIS)


def test_a_day_without_an_hour_begins_at_midnight_here() -> None:
    assert moment("20/11/2026") == datetime(2026, 11, 20, tzinfo=PARIS)
    assert day("2026-11-20T23:30:00Z") == date(2026, 11, 21)
    assert moment("hier") is None


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("69", ".", 6900), ("69.5", ".", 6950), ("69,90 €", ",", 6990), ("€69.90", ".", 6990),
        ("1 204,50", ",", 120450), ("1.204,50", ",", 120450), ("1,204.50", ".", 120450), ("-5", ".", -500),
        ("1,999", ".", 199900), ("1,999", ",", None), ("gratuit", ".", None), ("1e400", ".", None),
    ],
)  # fmt: skip
def test_amounts_are_read_to_the_cent(text: str, decimal: str, value: int | None) -> None:
    assert cents(text, decimal=decimal) == value


def test_units_languages_and_countries() -> None:
    assert [units(text, decimal=",") for text in ("2", "2,00", "-3", "2,5", "x")] == [2, 2, -3, None, None]
    assert [language(text) for text in ("", "fr-FR", "Français", "en", "de")] == [
        "fr",
        "fr",
        "fr",
        "en",
        "en",
    ]
    assert [country(text) for text in ("be", "Belgique", "Germany", "ÉTATS-UNIS", "x1")] == [
        "BE", "BE", "DE", "US", None
    ]  # fmt: skip


def test_no_name_means_two_columns() -> None:
    names = [{folded_name(name) for name in column.names} for column in COLUMNS]

    assert len(set.union(*names)) == sum(len(of_one) for of_one in names)
    assert LINE.keys() == {column.name for column in COLUMNS if column.required}
