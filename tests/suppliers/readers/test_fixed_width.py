"""Text whose columns are aligned by blanks: cut where every line is blank, and never through a word."""

from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, Reading
from tests.suppliers.readers.files import columns_of, read_text

HEADED = """\
ACME GmbH  Preisliste 11/2026

Art.Nr.   Bezeichnung                    EAN             Preis   Bestand
--------  -----------------------------  -------------  -------  -------
100-1     Lampe LED weiß                 4006381333931    12,50       15
100-2     Lampe LED schwarz mit Dimmer   8720602828605   112,50        0
100-3     Stehlampe                      5056635609861    99,00      >20
200-1     Kabel 5 m                                        2,50     1250
"""
NAMES = ("Hammer", "Zange gross", "Schraube M8x20")
BARE = "".join(
    f"{f'SKU{1000 + 7 * n}':<12}{NAMES[n % 3]:<20}{n * 13 % 90:>6}{n * 37 % 91 + 0.5:>10.2f}\n"
    for n in range(1, 31)
)


def stated(reading: Reading) -> list[tuple[str, str, int | None, str]]:
    rows = reading.lines.select("key", "quantity_kind", "quantity", "price").iter_rows()
    return [(key, kind, quantity, f"{price:.2f}") for key, kind, quantity, price in rows]


def test_columns_below_names_are_read(tmp_path: Path) -> None:
    reading = read_text(tmp_path, HEADED)

    assert reading.facts.delimiter == " "
    assert reading.facts.header_row == 3
    assert columns_of(reading) == {
        "key": "Art.Nr.",
        "name": "Bezeichnung",
        "gtin": "EAN",
        "quantity": "Bestand",
        "price": "Preis",
    }
    assert stated(reading) == [
        ("100-1", "exact", 15, "12.50"),
        ("100-2", "exact", 0, "112.50"),
        ("100-3", "at_least", 20, "99.00"),
        ("200-1", "exact", 1250, "2.50"),
    ]


def test_columns_without_names_are_told_by_their_cells(tmp_path: Path) -> None:
    reading = read_text(tmp_path, BARE)

    assert stated(reading)[:2] == [("SKU1007", "exact", 13, "37.50"), ("SKU1014", "exact", 26, "74.50")]
    assert reading.rows.height == 30


def test_a_line_out_of_its_columns_is_not_cut(tmp_path: Path) -> None:
    crooked = BARE + "SKU9999     Hammer                   1234567890 12.50\n"

    reading = read_text(tmp_path, crooked)

    assert (reading.rows.height, reading.rejects["reason"].to_list()) == (30, ["too_many_cells"])
    assert [(doubt.code, dict(doubt.facts)) for doubt in reading.doubts if doubt.code == "crooked"] == [
        ("crooked", {"count": 1})
    ]


def test_prices_with_commas_do_not_make_it_a_file_of_commas(tmp_path: Path) -> None:
    reading = read_text(tmp_path, BARE.replace(".", ","))

    assert reading.facts.delimiter == " "
    assert stated(reading)[0] == ("SKU1007", "exact", 13, "37.50")


@pytest.mark.parametrize(
    "text",
    [
        "Dies ist ein Text der\nkeine Tabelle ist und\nnur aus Prosa besteht\nwie man sie in Mails\nfindet\n",
        "Name   Wert\na      b\nc      d\ne      f\ng      h\n",
    ],
)
def test_prose_and_words_are_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotAFeed):
        read_text(tmp_path, text)


def test_a_file_with_separators_keeps_them_however_it_is_padded(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, "".join(f"{f'A{n}':<8};{n * 7 % 5:>6};{n * 37 % 91}.50\n" for n in range(1, 40))
    )

    assert reading.facts.delimiter == ";"
    assert stated(reading)[0] == ("A1", "exact", 2, "37.50")
