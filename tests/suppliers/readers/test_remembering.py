"""A second reading finds what changed, and nothing else: it agrees with reading all of the file."""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suppliers.readers import (
    ColumnMap,
    Limits,
    NotAFeed,
    Remembered,
    Reread,
    delimited,
    plainlines,
    read,
    read_again,
    shelves,
)
from suppliers.readers.remembered import REMEMBERED_SCHEMA
from tests.suppliers.readers.files import read_text, written

READ_AS = ColumnMap(
    fields={"key": 0, "name": 1, "quantity": 2, "price": 3},
    header=("sku", "name", "qty", "price"),
    header_row=1,
)
# How many bytes a short file may have: the lines of a longer one are compared before they are divided, and put down.
LENGTHS = {"divided": 1 << 20, "undivided": 0}
LINES = ("A;Chair;5;12,50", "B;Lamp;>20;3,00", "C;Table;soon;call", "D;Sofa;0;99,00")


@pytest.fixture(autouse=True, params=LENGTHS.values(), ids=list(LENGTHS))
def longest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_SHORT", request.param)
    if not request.param:
        monkeypatch.setattr(plainlines, "_PIECE", 40)
        monkeypatch.setattr(shelves, "_HELD", 2)


def feed(*lines: str) -> str:
    return "\n".join(["sku;name;qty;price", *lines, ""])


def remembered(folder: Path, text: str, column_map: ColumnMap = READ_AS) -> Remembered:
    """What is remembered of a file that came twice: after the first time, texts are not known yet."""
    path = written(folder, text)
    first = read(path, column_map=column_map, remember=True).remembered
    assert first is not None
    second = read_again(path, lambda: first, column_map=column_map)
    return second.remembered if second else first


def again(folder: Path, before: str, now: str, **how: object) -> Reread | None:
    last = remembered(folder, before)
    return read_again(written(folder, now), lambda: last, column_map=READ_AS, **how)  # type: ignore[arg-type]


def told(reread: Reread | None) -> tuple[list[str], list[str], list[str]]:
    """The codes that are new or changed, those that are the same, and those that are gone."""
    assert reread is not None
    return tuple(  # type: ignore[return-value]
        sorted(codes) for codes in (reread.reading.rows["key"], reread.same["key"], reread.gone)
    )


def test_only_the_changed_line_is_read(tmp_path: Path) -> None:
    now = feed("A;Chair;5;12,50", "B;Lamp;>20;3,10", "C;Table;soon;call", "E;Desk;1;1,00")

    assert told(again(tmp_path, feed(*LINES), now)) == (["B", "E"], ["A", "C"], ["D"])


def test_lines_in_another_order_are_the_same_lines(tmp_path: Path) -> None:
    reread = again(tmp_path, feed(*LINES), feed("", *reversed(LINES)))

    assert told(reread) == ([], ["A", "B", "C", "D"], [])
    assert reread is not None
    assert sorted(reread.remembered.lines.select("line", "key").rows()) == [
        (3, "D"),
        (4, "C"),
        (5, "B"),
        (6, "A"),
    ]


def test_what_is_remembered_may_lie_in_any_order(tmp_path: Path) -> None:
    last = remembered(tmp_path, feed(*LINES))
    turned = Remembered(last.read_as, last.lines.reverse())
    now = written(tmp_path, feed("E;Desk;1;1,00", *LINES[:2], LINES[3]))

    assert told(read_again(now, lambda: turned, column_map=READ_AS)) == (["E"], ["A", "B", "D"], ["C"])


def test_lines_that_were_lost_need_the_whole_file(tmp_path: Path) -> None:
    assert read_again(written(tmp_path, feed(*LINES)), lambda: None, column_map=READ_AS) is None


def test_only_lines_with_another_text_are_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_SHORT", 0)
    many = [f"A{number};Chair;{number % 9};12,50" for number in range(400)]
    last = remembered(tmp_path, feed(*many))
    monkeypatch.delattr(delimited.Delimited, "batches")
    now = feed(*many[:99], "A99;Chair;6;12,50", "", *many[100:])

    reread = read_again(written(tmp_path, now), lambda: last, column_map=READ_AS)

    assert reread is not None
    assert (reread.reading.rows["key"].to_list(), reread.gone.to_list()) == (["A99"], [])


def test_lines_that_end_otherwise_are_the_same_lines(tmp_path: Path) -> None:
    usual = feed(*LINES)
    mixed, unended = usual.replace("0\n", "0\r\n"), "\ufeff" + usual.removesuffix("\n")

    for before, now in pairwise([usual, usual.replace("\n", "\r\n"), mixed, unended, usual]):
        assert told(again(tmp_path, before, now)) == ([], ["A", "B", "C", "D"], [])


def test_what_nobody_reads_may_change(tmp_path: Path) -> None:
    seen = [feed(*(f"{line};seen at {hour}" for line in LINES)) for hour in (8, 9)]

    assert told(again(tmp_path, *seen)) == ([], ["A", "B", "C", "D"], [])


def test_a_column_that_nobody_reads_costs_one_look_at_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_SHORT", 0)
    first, second = (feed(*(f"{line};seen at {hour}" for line in LINES)) for hour in (8, 9))
    half = remembered(tmp_path, first)
    stamped = read_again(written(tmp_path, second), lambda: half, column_map=READ_AS)
    assert stamped is not None
    again_stamped = read_again(written(tmp_path, second), lambda: stamped.remembered, column_map=READ_AS)
    assert again_stamped is not None
    monkeypatch.delattr(delimited.Delimited, "batches")

    assert told(
        read_again(written(tmp_path, second), lambda: again_stamped.remembered, column_map=READ_AS)
    ) == (
        [],
        ["A", "B", "C", "D"],
        [],
    )


def test_more_lines_than_the_limit_are_refused_undivided_too(tmp_path: Path) -> None:
    last = remembered(tmp_path, feed(*LINES))
    longer = written(tmp_path, feed(*LINES) + "\n" * 400)

    with pytest.raises(NotAFeed) as refused:
        read_again(longer, lambda: last, column_map=READ_AS, limits=Limits(max_rows=50))

    assert refused.value.code == "too_many_rows"


def test_the_same_lines_under_another_head_are_others(tmp_path: Path) -> None:
    whole = feed("A;Chair;5;12", "B;Lamp;20;3", "C;Table;7;9")
    reread = again(tmp_path, whole, whole.replace("qty;price", "price;qty"))

    assert reread is None or reread.same.height == 0


def test_a_doubted_code_is_read_whatever_it_says(tmp_path: Path) -> None:
    reread = again(tmp_path, feed(*LINES), feed(*LINES[:3]), doubted=["A", "D", "Z"])

    assert told(reread) == (["A"], ["B", "C"], ["D"])


def test_what_is_no_item_is_counted_each_time(tmp_path: Path) -> None:
    lines = [*LINES, "", ";;;", "E;Desk;1;1,00;beyond;the table", "Total;;5;"]
    reread = again(tmp_path, feed(*lines), feed(*lines))

    whole = read(written(tmp_path, feed(*lines)), column_map=READ_AS)
    assert reread is not None
    assert reread.reading.skipped == whole.skipped
    assert reread.reading.rejects.rows() == whole.rejects.rows()
    assert reread.reading.facts == whole.facts


@pytest.mark.parametrize(
    "now",
    [
        feed(*LINES, "A;Chair;6;12,50"),
        feed(*LINES, "A;Chair;5;12,50"),
    ],
    ids=["with another quantity", "word for word"],
)
def test_a_code_that_stands_in_a_second_line_needs_the_whole_file(tmp_path: Path, now: str) -> None:
    assert again(tmp_path, feed(*LINES), now) is None


def test_a_code_that_stood_in_two_lines_is_read_each_time(tmp_path: Path) -> None:
    twice = feed(*LINES, "A;Chair;6;12,50")

    assert told(again(tmp_path, twice, twice)) == (["A"], ["B", "C", "D"], [])
    assert told(again(tmp_path, twice, feed(*LINES[1:]))) == ([], ["B", "C", "D"], ["A"])


def test_another_reading_remembers_nothing(tmp_path: Path) -> None:
    last = remembered(tmp_path, feed(*LINES))
    by_name = ColumnMap.from_json({**READ_AS.to_json(), "fields": {"key": 1, "quantity": 2, "price": 3}})

    assert read_again(written(tmp_path, feed(*LINES)), lambda: last, column_map=by_name) is None


def test_a_file_that_writes_its_numbers_otherwise_remembers_nothing(tmp_path: Path) -> None:
    assert again(tmp_path, feed("A;Chair;5;1,500"), feed("A;Chair;5;1,500", "B;Lamp;5;2.00")) is None


@pytest.mark.parametrize("prices", [("", ""), ("1999.5", "2500.25")])
def test_a_unit_that_the_cells_do_not_bear_out_is_asked_of_the_next_file(
    tmp_path: Path, prices: tuple[str, str]
) -> None:
    first, second = prices

    reading = read_text(tmp_path, f"sku;qty;price_cents\nA;5;{first}\nB;3;{second}")

    assert reading.mapping.price_divisor == 0


def test_the_unit_of_prices_is_decided_once_and_holds_for_every_later_file(tmp_path: Path) -> None:
    head, whole, half = "sku;qty;price_cents", ("A;5;1999.00", "B;3;2500"), ("A;5;1999.5", "B;3;2500")
    path = written(tmp_path, "\n".join([head, *whole, ""]))
    saved = ColumnMap.from_json(read(path).mapping.to_json())
    undecided = ColumnMap.from_json({**saved.to_json(), "price_divisor": 0})
    last = read(path, column_map=saved, remember=True).remembered

    path = written(tmp_path, "\n".join([head, *half, ""]))
    reread = read_again(path, lambda: last, column_map=saved)
    readings = [read(path, column_map=column_map) for column_map in (saved, undecided)]

    assert told(reread) == (["A"], ["B"], [])
    assert reread and reread.reading.rows["price_minor"].to_list() == [2000]
    assert [reading.rows["price_minor"].to_list() for reading in readings] == [[2000, 2500], [199950, 250000]]
    assert ["divided" in {doubt.code for doubt in reading.doubts} for reading in readings] == [True, False]


def test_lines_that_lean_on_the_line_above_are_not_remembered(tmp_path: Path) -> None:
    grouped = ColumnMap.from_json({**READ_AS.to_json(), "key_parts": [1, 3]})

    assert read(written(tmp_path, feed(*LINES)), column_map=grouped, remember=True).remembered is None


cells = st.tuples(
    st.sampled_from(["Chair", "Lamp", ""]),
    st.sampled_from(["5", "0", ">20", "-3", "4,5", "soon", "yes", ""]),
    st.sampled_from(["1,50", "0", "call", ""]),
).map(";".join)
codes = st.sampled_from([*"ABCDEFGH", "", "Total"])
files = st.dictionaries(codes, cells, min_size=1)


def lines_of(file: dict[str, str]) -> list[str]:
    return [f"{code};{said}" for code, said in file.items()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files, files, st.permutations(range(10)), st.lists(st.tuples(codes, cells), max_size=1))
def test_a_second_reading_agrees_with_a_whole_one(
    tmp_path: Path,
    before: dict[str, str],
    more: dict[str, str],
    order: list[int],
    twice: list[tuple[str, str]],
) -> None:
    # Numbers that settle how this file writes them, so that most examples can be told apart.
    settled = {"Z1": "Z;1;2,00", "Z2": "Z;1;2,00"}
    first = feed(*lines_of(settled | before))
    changed = lines_of(before | more)
    shuffled = [changed[at] for at in order if at < len(changed)][:8]
    second = feed(*lines_of(settled), *shuffled, *lines_of(dict(twice)))
    last = remembered(tmp_path, first)
    whole = read(written(tmp_path, second), column_map=READ_AS, remember=True)

    reread = read_again(written(tmp_path, second), lambda: last, column_map=READ_AS)

    if reread is None:
        assert whole.remembered is not None
        is_read_alike = whole.remembered.read_as == last.read_as
        assert whole.lines.height > whole.rows.height or not is_read_alike
        return
    assert reread.remembered == Same(whole.remembered)
    new = whole.rows.filter(~pl.col("key").is_in(reread.same["key"].implode()))
    assert sorted(reread.reading.rows.rows()) == sorted(new.rows())
    missing = set(last.lines["key"]) - set(whole.rows["key"])
    assert set(reread.gone) == missing
    # Told in the order of the pieces in which they were read, and in each by their reasons.
    assert sorted(reread.reading.rejects.rows()) == sorted(whole.rejects.rows())
    assert reread.reading.skipped == whole.skipped


class Same:
    """Equal to what remembers the same lines; of codes that are repeated, the order may be another."""

    def __init__(self, other: Remembered | None) -> None:
        self.other = other

    def __eq__(self, found: object) -> bool:
        assert isinstance(found, Remembered)
        assert self.other is not None
        assert dict(found.lines.schema) == REMEMBERED_SCHEMA
        return found.read_as == self.other.read_as and in_order(found).equals(in_order(self.other))

    __hash__ = None  # type: ignore[assignment]


def in_order(remembered: Remembered) -> pl.DataFrame:
    return remembered.lines.drop("text").sort("line")
