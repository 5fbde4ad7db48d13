"""Web pages under the name of a spreadsheet: their table is read, and a page without one is still no feed."""

from pathlib import Path

import pytest

from suppliers.domain.reading import ending_of
from suppliers.readers import Limits, NotAFeed, Reading, read
from suppliers.readers.detection import format_of
from tests.suppliers.readers.files import columns_of, read_text, rows_of, written

HEAD = "<tr><th>Artikelnummer</th><th>Bezeichnung</th><th>Lagerbestand</th><th>EK Preis</th></tr>"
LINE = "<tr><td>{0}</td><td>Stuhl &amp; Tisch <b>{0}</b><br>Eiche</td><td align=right>{1}</td><td>{2}</td></tr>\n"
LINES = LINE.format("A-1", "5", "12,50 &euro;") + LINE.format("A-2", "&gt;20", "3,00 &euro;")
ROWS = [("A-1", "exact", 5, 1250), ("A-2", "at_least", 20, 300)]
PAGE = (
    "<html><head><title>Lager</title><style>td {color: red}</style></head><body><h1>Lager</h1>"
    f"<table border=1>{HEAD}{LINES}</table></body></html>"
)


def told(reading: Reading) -> list[tuple[str, str, int, int]]:
    return rows_of(reading, "key", "quantity_kind", "quantity", "price_minor")


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        PAGE.upper().replace("&AMP;", "&amp;").replace("&GT;", "&gt;").replace("&EURO;", "&euro;"),
        PAGE.replace("</td>", "").replace("</tr>", "").replace("</th>", ""),
        f"<table>{HEAD}{LINES}</table>",
        f"\ufeff<!DOCTYPE html>\n{PAGE}",
        PAGE.encode("utf-16"),
        PAGE.replace("<head>", '<head><meta charset="windows-1252">')
        .replace("Tisch", "Möbel")
        .encode("cp1252"),
    ],
)
def test_a_table_in_a_page_is_read_like_a_sheet(tmp_path: Path, content: str | bytes) -> None:
    reading = read_text(tmp_path, content)

    assert (reading.facts.format, ending_of(reading)) == ("html", "whole")
    assert [(key.upper(), *rest) for key, *rest in told(reading)] == ROWS


def test_the_table_of_goods_is_found_among_others_and_inside_them(tmp_path: Path) -> None:
    menu = "<table><tr><td>Home</td><td>Contact</td></tr><tr><td>Shop</td><td>Cart</td></tr></table>"
    goods = f"<table>{HEAD}{LINES}</table>"

    reading = read_text(
        tmp_path, f"<html>{menu}<table><tr><td>{menu}</td><td>{goods}</td></tr></table></html>"
    )

    assert (reading.facts.sheet, told(reading)) == ("Table 4", ROWS)


def test_cells_over_several_rows_and_columns_keep_the_others_in_their_places(tmp_path: Path) -> None:
    head = (
        "<tr><td colspan=4>Preisliste</td></tr><tr><th>Name</th><th>SKU</th><th>Qty</th><th>Price</th></tr>"
    )
    rows = (
        "<tr><td rowspan=2>Chair</td><td>A-1</td><td>5</td><td>12.50</td></tr>"
        "<tr><td>A-2</td><td>7</td><td>3.00</td></tr>"
        "<tr><td>Lamp</td><td>A-3</td><td>0</td><td>4.00</td></tr>"
    )

    reading = read_text(tmp_path, f"<html><table>{head}{rows}</table></html>")

    assert columns_of(reading) == {"name": "Name", "key": "SKU", "quantity": "Qty", "price": "Price"}
    assert rows_of(reading, "key", "quantity", "price_minor") == [
        ("A-1", 5, 1250),
        ("A-2", 7, 300),
        ("A-3", 0, 400),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<h1>503 Service Unavailable</h1>",
        "<table><tr><td>Name</td><td><input name=u></td></tr><tr><td>Passwort</td><td><input></td></tr></table>",
        f"<table>{HEAD}</table>",
        "<table></table>",
        f"<!-- <table>{HEAD}{LINES}</table> -->",
        f"<script>document.write('<table>{HEAD}{LINES}</table>')</script>",
    ],
)
def test_a_page_without_a_table_of_goods_is_no_feed(tmp_path: Path, body: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read_text(tmp_path, f"<html><body>{body}</body></html>")

    assert refused.value.code == "html"


@pytest.mark.parametrize("cut", [len("</table></body></html>"), 60])
def test_a_table_without_its_end_breaks_off(tmp_path: Path, cut: int) -> None:
    assert ending_of(read_text(tmp_path, PAGE[:-cut])) == "cut"


def test_a_cell_of_megabytes_rejects_its_row_and_no_other(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, PAGE.replace("</table>", LINE.format("A-3", "y" * 9_000_000, "1") + "</table>")
    )

    assert told(reading) == ROWS
    assert reading.rejects["reason"].to_list() == ["cell_too_long"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (f"<html><!--{'x' * 9_000_000}", "too_long_piece"),
        ("<html>" + "<table><tr><td>" * 1_000, "too_deep"),
        (f"<html><table>{'<tr>' + '<td>x</td>' * 5_000}</table>", "too_wide"),
        (f"<html><table><tr><td colspan={'9' * 30}>x</td></tr></table>", "too_wide"),
    ],
)
def test_a_page_is_read_in_bounds(tmp_path: Path, page: str, code: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read(written(tmp_path, page), limits=Limits())

    assert refused.value.code == code


def test_comments_before_a_feed_cost_no_more_the_more_there_are(tmp_path: Path) -> None:
    licence = b"<!-- a line of the licence -->\n" * 120
    feed = written(tmp_path, b'<?xml version="1.0"?>\n' + licence + b"<feed><item/></feed>", "feed.xml")
    page = written(tmp_path, licence + b"<html><table><tr><td>1</td></tr></table></html>", "page.xls")

    assert [format_of(path, Limits()) for path in (feed, page)] == ["xml", "html"]
