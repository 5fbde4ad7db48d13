"""The stores of one article of a tree: added up, kept apart, or only some of them read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from suppliers.readers import NotAFeed, Reading, jsonfeeds, jsonstream, read
from tests.suppliers.readers.files import rows_of, written
from tests.suppliers.readers.test_shapes import doubted

IN_XML = """<products>
<product><sku>A1</sku><stocks>
  <stock><warehouse>Paris</warehouse><qty>5</qty></stock>
  <stock><warehouse>Lyon</warehouse></stock>
  <stock><warehouse>Nice</warehouse><qty>3</qty><available>yes</available></stock>
</stocks></product>
<product><sku>A2</sku><stocks><stock><warehouse>Lyon</warehouse><qty>4</qty></stock></stocks></product>
<product><sku>A3</sku><stocks/></product>
</products>"""
IN_JSON = json.dumps(
    [
        {
            "sku": "A1",
            "stocks": [
                {"warehouse": {"id": 1, "name": "Lyon"}},
                {"warehouse": {"id": 2, "name": "Paris"}, "qty": 5},
                {"warehouse": {"id": 3, "name": "Nice"}, "qty": 3, "available": "yes"},
            ],
        },
        {"sku": "A2", "stocks": [{"warehouse": {"id": 1, "name": "Lyon"}, "qty": 4}]},
        {"sku": "A3", "stocks": []},
    ]
)
BOTH = pytest.mark.parametrize(
    ("content", "column"), [(IN_XML, "stock/warehouse"), (IN_JSON, "stocks/warehouse/name")]
)


def chosen(path: Path, column: str, **changed: Any) -> Reading:
    """The file read with its guessed mapping, changed; `only` are values of this column, else it keeps apart."""
    guessed = read(path).mapping
    index = guessed.header.index(column)
    given = {"only_column": index, **changed} if "only" in changed else {"apart": (index,), **changed}
    return read(path, column_map=replace(guessed, **given))


@BOTH
def test_stores_of_one_article_are_added_up_until_somebody_says_otherwise(
    tmp_path: Path, content: str, column: str
) -> None:
    reading = read(written(tmp_path, content, "feed"))

    assert rows_of(reading, "key", "name", "quantity") == [
        ("A1", None, 8),
        ("A2", None, 4),
        ("A3", None, None),
    ]
    assert doubted(reading, "stores") == [{"count": 1}]


@BOTH
def test_stores_of_one_article_are_kept_apart_by_choice(tmp_path: Path, content: str, column: str) -> None:
    reading = chosen(written(tmp_path, content, "feed"), column)

    assert rows_of(reading, "key", "quantity", "availability") == [
        ("A1/Paris", 5, "in_stock"),
        ("A1/Nice", 3, "in_stock"),
        ("A2/Lyon", 4, "in_stock"),
        ("A3", None, "unknown"),
    ]
    assert doubted(reading, "stores") == []


@BOTH
@pytest.mark.parametrize(
    ("only", "stocks"),
    [
        (("Paris",), [("A1", 5)]),
        (("Nice", "Paris"), [("A1", 8)]),
        (("Nice", "Lyon"), [("A1", 3), ("A2", 4)]),
    ],
)
def test_only_the_stores_that_are_chosen_are_read_and_added_up(
    tmp_path: Path, content: str, column: str, only: tuple[str, ...], stocks: list[tuple[str, int]]
) -> None:
    reading = chosen(written(tmp_path, content, "feed"), column, only=only)

    assert rows_of(reading, "key", "quantity") == stocks


def test_what_one_store_says_twice_is_added_up_there(tmp_path: Path) -> None:
    shelf = "<shelf><qty>{}</qty></shelf>"
    paris = f"<warehouse name='Paris'>{shelf.format(2)}{shelf.format(3)}</warehouse>"
    lyon = f"<warehouse name='Lyon'>{shelf.format(7)}</warehouse>"
    item = f"<item><sku>A1</sku>{paris}{lyon}</item>"
    path = written(tmp_path, f"<items>{item}{item.replace('A1', 'A2')}</items>", "feed.xml")

    assert rows_of(read(path), "key", "quantity") == [("A1", 12), ("A2", 12)]
    assert rows_of(chosen(path, "warehouse@name"), "key", "quantity")[:2] == [
        ("A1/Paris", 5),
        ("A1/Lyon", 7),
    ]


def test_the_stores_of_a_size_are_those_of_its_own_code(tmp_path: Path) -> None:
    store = "<store code='{0}'><name>{0}</name><qty>{1}</qty></store>"
    stores = store.format("Paris", 2) + store.format("Lyon", 1)
    sizes = [
        f"<size><sku>A1-{size}</sku><stores>{stores}</stores></size>".replace(">2<", f">{units}<")
        for size, units in (("S", 4), ("M", 6))
    ]
    path = written(tmp_path, f"<items><item><sku>A1</sku>{''.join(sizes)}</item></items>", "feed.xml")

    assert rows_of(read(path), "key", "quantity") == [("A1-S", 5), ("A1-M", 7)]
    assert rows_of(chosen(path, "store/name"), "key", "quantity") == [
        ("A1-S/Paris", 4),
        ("A1-S/Lyon", 1),
        ("A1-M/Paris", 6),
        ("A1-M/Lyon", 1),
    ]


def test_stocks_with_the_numbers_of_their_places_are_no_articles(tmp_path: Path) -> None:
    items = "".join(
        f"<item><sku>A{n}</sku><stock id='1' quantity='{n}'/><stock id='2' quantity='3'/></item>"
        for n in (1, 2)
    )
    path = written(tmp_path, f"<items>{items}</items>", "feed.xml")

    assert rows_of(read(path), "key", "quantity") == [("A1", 4), ("A2", 5)]
    assert rows_of(chosen(path, "stock@id"), "key", "quantity") == [
        ("A1/1", 1),
        ("A1/2", 3),
        ("A2/1", 2),
        ("A2/2", 3),
    ]


def articles(first: int, count: int, more: int = 0) -> list[dict[str, Any]]:
    return [{"sku": f"A{n}", "name": f"Article {n}", "qty": n + more} for n in range(first, first + count)]


def stocks(first: int, count: int, more: int = 0) -> dict[str, int]:
    return {f"A{n}": n + more for n in range(first, first + count)}


SECTIONS = pytest.mark.parametrize("of", [articles, stocks])
WINDOWS = pytest.mark.parametrize("longest", [10_000, 800, 100])


@pytest.fixture
def sections(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of two sections, read whole or gone into."""
    of, longest = request.getfixturevalue("of"), request.getfixturevalue("longest")
    monkeypatch.setattr(jsonstream, "WINDOW", longest)
    monkeypatch.setattr(jsonfeeds, "_BLOCK", longest + 100)
    return written(tmp_path, json.dumps({"lyon": of(1, 3, 10), "paris": of(1, 40)}), "feed.json")


@SECTIONS
@WINDOWS
def test_the_largest_of_several_sections_is_read_and_its_name_kept(
    sections: Path, of: Any, longest: int
) -> None:
    reading = read(sections)

    assert dict(rows_of(reading, "key", "quantity")) == {f"A{n}": n for n in range(1, 41)}
    assert reading.mapping.only == ("paris",)
    assert doubted(reading, "section") == [{"place": "paris", "others": "“lyon”"}]
    assert reading.skipped.elsewhere == 3


@SECTIONS
@WINDOWS
def test_sections_are_added_up_kept_apart_or_read_alone_by_choice(
    sections: Path, of: Any, longest: int
) -> None:
    guessed = read(sections).mapping
    place = guessed.header.index("section")

    added = read(sections, column_map=replace(guessed, only_column=None, only=(), repeated="sum"))
    apart = read(sections, column_map=replace(guessed, only_column=None, only=(), apart=(place,)))
    alone = read(sections, column_map=replace(guessed, only=("lyon",)))

    both = {f"A{n}": 2 * n + 10 if n <= 3 else n for n in range(1, 41)}
    assert dict(rows_of(added, "key", "quantity")) == both
    assert doubted(added, "sections") == [{"places": "“paris”, “lyon”"}]
    assert dict(rows_of(apart, "key", "quantity")) == {
        **{f"A{n}/paris": n for n in range(1, 41)},
        **{f"A{n}/lyon": n + 10 for n in range(1, 4)},
    }
    assert rows_of(alone, "key", "quantity") == [("A1", 11), ("A2", 12), ("A3", 13)]
    assert [doubted(each, "section") for each in (added, apart, alone)] == [[], [], []]


def test_a_map_that_was_saved_before_there_were_sections_reads_the_largest(tmp_path: Path) -> None:
    alone = read(written(tmp_path, json.dumps({"paris": articles(1, 40)}), "old.json")).mapping
    file = {"paris": articles(1, 40), "lyon": articles(1, 3, 10)}

    reading = read(written(tmp_path, json.dumps(file), "new.json"), column_map=alone)

    assert dict(rows_of(reading, "key", "quantity")) == {f"A{n}": n for n in range(1, 41)}
    assert doubted(reading, "section") == [{"place": "paris", "others": "“lyon”"}]


def test_a_section_that_is_gone_is_told_and_no_other_one_read_in_its_place(tmp_path: Path) -> None:
    both = {"paris": articles(1, 40), "lyon": articles(1, 3, 10)}
    mapping = read(written(tmp_path, json.dumps(both), "old.json")).mapping
    alone = written(tmp_path, json.dumps({"lyon": articles(1, 3, 10)}), "new.json")

    with pytest.raises(NotAFeed) as problem:
        read(alone, column_map=mapping)

    assert problem.value.code == "columns_changed"


def test_prices_beside_stocks_are_not_offered_as_another_place(tmp_path: Path) -> None:
    file = {"prices": {f"A{n}": f"{n}.50" for n in range(1, 9)}, "stock": stocks(1, 8)}

    reading = read(written(tmp_path, json.dumps(file), "feed.json"))

    assert (reading.mapping.only_column, "section" in reading.facts.columns) == (None, False)


def test_articles_that_have_sections_of_their_own_are_read_from_their_list_alone(tmp_path: Path) -> None:
    goods = [{**each, "section": "tools"} for each in articles(1, 5)]

    reading = read(written(tmp_path, json.dumps({"goods": goods, "more": goods[:2]}), "feed.json"))

    assert (reading.rows.height, reading.mapping.only) == (5, ())
