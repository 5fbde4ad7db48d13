"""Old XLS: every Excel since the first, in its container and as the bare stream that programs write."""

import struct
from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, read
from suppliers.readers.sampling import sample
from tests.suppliers.readers.files import columns_of, rows_of, written
from tests.suppliers.readers.xls import Cells, bare_sheet, container, record, workbook_stream, written_xls

TABLE: Cells = [["SKU", "Name", "Qty", "Price"], ["A-1", "Chair", 5, 12.5], ["B-2", "Lamp", ">20", 0.1 + 0.2]]
ROWS = [(2, "A-1", "Chair", "exact", 5, Decimal("12.5")), (3, "B-2", "Lamp", "at_least", 20, Decimal("0.3"))]
FIELDS = ("line", "key", "name", "quantity_kind", "quantity", "price")


def refused(path: Path) -> str:
    with pytest.raises(NotAFeed) as error:
        read(path)
    assert str(error.value).endswith(".")
    return error.value.code


@pytest.mark.parametrize("version", [2, 3, 4, 5])
def test_a_bare_sheet_of_every_excel_reads_like_the_same_csv(tmp_path: Path, version: int) -> None:
    reading = read(written_xls(tmp_path, bare_sheet(TABLE, version=version)))

    assert (reading.facts.format, reading.facts.header_row) == ("xls", 1)
    assert rows_of(reading, *FIELDS) == ROWS


def test_a_workbook_in_its_container(tmp_path: Path) -> None:
    sheets: dict[str, Cells] = {"Lies mich": [["hello"], ["bye"]], "Склад": TABLE, "Old": [*TABLE[:2]]}

    reading = read(written_xls(tmp_path, container(workbook_stream(sheets, hidden=["Old"]))))

    assert (reading.facts.sheet, reading.doubts) == ("Склад", ())
    assert rows_of(reading, *FIELDS) == ROWS


def test_long_texts_go_on_in_the_next_record(tmp_path: Path) -> None:
    names = ["é" * 700, "Ж" * 300, "x" * 195, "short", "ж" * 150]
    rows: Cells = [["SKU", "Name", "Qty"], *([f"A-{place}", name, place] for place, name in enumerate(names))]

    reading = read(written_xls(tmp_path, workbook_stream({"S": rows})))

    assert rows_of(reading, "name") == [(name[:250],) for name in names]
    assert rows_of(reading, "quantity") == [(place,) for place in range(5)]


def test_results_of_formulas_truths_and_days(tmp_path: Path) -> None:
    rows: Cells = [["SKU", "Qty", "Price", "Arrival"], ["A-1"], ["B-2", 7, 1.5]]
    stream = workbook_stream({"S": rows}, formats=["dd/mm/yy"])
    added = (
        record(0x06, struct.pack("<HHH", 1, 1, 0) + struct.pack("<d", 5.0) + bytes(8))
        + record(0x06, struct.pack("<HHH", 1, 2, 0) + b"\x00\x00\x00\x00\x00\x00\xff\xff" + bytes(8))
        + record(0x207, struct.pack("<HB", 2, 0) + b"AB")
        + record(0x203, struct.pack("<HHHd", 1, 3, 1, 46_086.0))
        + record(0x205, struct.pack("<HHHBB", 2, 3, 0, 1, 0))
    )
    end = stream.rindex(record(0x0A, b""))
    path = written_xls(tmp_path, stream[:end] + added + stream[end:])

    assert rows_of(read(path), "key", "quantity", "price_raw") == [("A-1", 5, "AB"), ("B-2", 7, "1.5")]
    assert [line.cells[3] for line in sample(path).lines] == ["Arrival", "2026-03-05", "true"]


def test_letters_whose_code_page_nobody_names(tmp_path: Path) -> None:
    rows: Cells = [
        ["Код", "Наименование", "Остаток"],
        *([f"Ж-{n}", "Стул деревянный", n] for n in range(1, 9)),
    ]

    reading = read(written_xls(tmp_path, bare_sheet(rows, encoding="cp1251")))

    assert (reading.facts.encoding, columns_of(reading)) == (
        "cp1251",
        {"key": "Код", "name": "Наименование", "quantity": "Остаток"},
    )
    assert rows_of(reading, "key", "name")[0] == ("Ж-1", "Стул деревянный")


def test_a_named_code_page_is_believed(tmp_path: Path) -> None:
    sheet = bare_sheet([["SKU", "Qty", "Name"], ["A-1", 5, "Łódź"], ["B-2", 6, "x"]], encoding="cp1250")
    first = 4 + struct.unpack_from("<H", sheet, 2)[0]

    reading = read(
        written_xls(tmp_path, sheet[:first] + record(0x42, struct.pack("<H", 1250)) + sheet[first:])
    )

    assert rows_of(reading, "name") == [("Łódź",), ("x",)]


def test_a_workbook_behind_a_password(tmp_path: Path) -> None:
    stream = workbook_stream({"S": TABLE})
    first = 4 + struct.unpack_from("<H", stream, 2)[0]

    assert (
        refused(written_xls(tmp_path, stream[:first] + record(0x2F, bytes(54)) + stream[first:]))
        == "encrypted"
    )


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.6])
def test_half_a_workbook_is_refused_or_says_nothing_wrong(tmp_path: Path, keep: float) -> None:
    content = container(
        workbook_stream({"S": [TABLE[0], *([f"A-{n}", "Chair", n, 1.5] for n in range(2_000))]})
    )

    assert refused(written(tmp_path, content[: int(len(content) * keep)])) in {"unreadable", "empty"}


def test_chains_that_lead_in_circles_have_an_end(tmp_path: Path) -> None:
    content = bytearray(container(workbook_stream({"S": TABLE})))
    table, stream_end = struct.unpack_from("<I", content, 76)[0], struct.unpack_from("<I", content, 48)[0] - 1
    struct.pack_into("<II", content, (table + 1) * 512 + 4 * stream_end, 0, stream_end + 1)

    assert rows_of(read(written_xls(tmp_path, bytes(content))), *FIELDS) == ROWS


def test_a_text_whose_beginning_ends_its_record_goes_on_in_the_next(tmp_path: Path) -> None:
    for length in range(338, 350):
        names = ["a" * length, "ж" * 30, "tail"]
        rows: Cells = [
            ["SKU", "Name", "Qty"],
            *([f"1{place}", name, place] for place, name in enumerate(names)),
        ]

        reading = read(written_xls(tmp_path, workbook_stream({"S": rows})))

        assert rows_of(reading, "name", "quantity") == [
            (name[:250], place) for place, name in enumerate(names)
        ]
