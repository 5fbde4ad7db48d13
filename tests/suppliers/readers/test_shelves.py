"""Rows in blocks: whether they are held or lie on disk, they come back as they were put down."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.readers import ColumnMap, delimited, plainlines, read, shelves, whole
from suppliers.readers.shelves import Chained, Shelf
from tests.suppliers.readers.files import written

READ_AS = ColumnMap(fields={"key": 0, "quantity": 1}, header=("sku", "qty"), header_row=1)
HEIGHTS = (3, 1, 0, 4, 2)


@pytest.fixture(autouse=True, params=[0, 4, 1_000], ids=["on disk", "some on disk", "held"])
def held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "_HELD", request.param)


def frame(first: int, height: int) -> pl.DataFrame:
    numbers = pl.Series(range(first, first + height), dtype=pl.Int64)
    words = pl.Series([None if number % 3 else f"word {number}" for number in numbers], dtype=pl.String)
    return pl.DataFrame({"line": numbers, "key": words, "kind": words.cast(pl.Categorical())})


def shelf_of(heights: tuple[int, ...]) -> Shelf:
    shelf = Shelf(frame(0, 0))
    for place, height in enumerate(heights):
        shelf.put(frame(sum(heights[:place]), height))
    return shelf


def test_rows_come_back_in_order() -> None:
    shelf = shelf_of(HEIGHTS)

    assert shelf.height == 10
    assert whole(shelf).equals(frame(0, 10))
    assert [block.height for block in shelf.iter_slices(2) if block.height] == [2, 1, 1, 2, 2, 2]
    assert shelf.select(["kind", "line"]).equals(frame(0, 10).select("kind", "line"))


def test_an_empty_shelf_tells_its_columns() -> None:
    assert whole(shelf_of(())).equals(frame(0, 0))
    assert whole(shelf_of(())).schema == frame(0, 0).schema


def test_some_of_the_rows_are_a_shelf_too() -> None:
    odd = pl.Series([bool(number % 2) for number in range(10)])

    chosen = shelf_of(HEIGHTS).filter(odd)

    assert chosen.height == 5
    assert whole(chosen).equals(frame(0, 10).filter(odd))


def test_rows_follow_rows() -> None:
    both = Chained(frame(0, 2), shelf_of(HEIGHTS))

    assert both.height == 12
    assert whole(both).equals(pl.concat([frame(0, 2), frame(0, 10)]))
    assert both.select(["line"])["line"].to_list() == [0, 1, *range(10)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "sep=;\n"])
def test_a_text_divided_piece_by_piece_has_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, end: str
) -> None:
    rows = ["sku;qty", "A;1", "", "\ufeffB;2;over", "C", "A;3", "D;4", ""]
    path = written(tmp_path, start + end.join(rows))
    monkeypatch.setattr(delimited, "_SHORT", 0)
    at_once = read(path, column_map=READ_AS, remember=True)
    monkeypatch.setattr(plainlines, "_PIECE", 9)

    by_piece = read(path, column_map=READ_AS, remember=True)

    assert by_piece.lines.equals(at_once.lines)
    assert by_piece.lines.select("line", "key", "quantity").rows()[-3:] == [
        (5 + start.count("\n"), "C", None),
        (6 + start.count("\n"), "A", 3),
        (7 + start.count("\n"), "D", 4),
    ]
    assert by_piece.rows.equals(at_once.rows)
    assert by_piece.rejects.equals(at_once.rejects)
    assert by_piece.skipped == at_once.skipped
