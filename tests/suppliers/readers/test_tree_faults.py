"""What is wrong inside a tree that can be read all the same, and what is none."""

from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, read
from tests.suppliers.readers.files import rows_of, written
from tests.suppliers.readers.test_shapes import doubted, reading_of


def test_half_a_letter_in_json_is_no_letter(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, r'[{"sku":"A\ud800","qty":5,"\udfff":1},{"sku":"A2","qty":3}]')

    assert rows_of(reading, "key", "quantity") == [("A\ufffd", 5), ("A2", 3)]


@pytest.mark.parametrize(
    "sign", ["&#xD800;", "&#55296;", "&#xFFFF;", "&#x110000;", "&#1114112;", "&#99999999;"]
)
def test_a_sign_that_xml_does_not_know_leaves_the_others_whole(tmp_path: Path, sign: str) -> None:
    reading = reading_of(
        tmp_path, f"<r><i><sku>A1{sign}</sku><qty>5</qty></i><i><sku>A2</sku><qty>3</qty></i></r>"
    )

    assert rows_of(reading, "quantity") == [(5,), (3,)]
    assert (reading.rows["key"][1], [doubt.code for doubt in reading.doubts]) == ("A2", ["recovered"])


def test_a_name_that_an_object_has_twice_is_doubted(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, '[{"sku":"A1","qty":5,"qty":7},{"sku":"A2","qty":1,"qty":1}]')

    assert rows_of(reading, "key", "quantity") == [("A1", 7), ("A2", 1)]
    assert doubted(reading, "several") == [{"column": "qty", "count": 1, "first": "7", "other": "5"}]


def test_errors_that_a_server_lists_are_no_articles(tmp_path: Path) -> None:
    errors = '{"errors":[{"code":"429","title":"Too many"},{"code":"430","title":"Slow down"}]}'

    with pytest.raises(NotAFeed) as refused:
        read(written(tmp_path, errors, "feed.json"))

    assert refused.value.code == "no_items"


def test_what_a_browser_says_above_the_tree_it_shows_is_passed_over(tmp_path: Path) -> None:
    said = "This XML file does not appear to have any style information associated with it."
    items = "\n".join(f"<offer id='{number}'>\n<count>{number}</count>\n</offer>" for number in (1, 2, 3))

    reading = reading_of(tmp_path, f"{said}\r\n<offers>\r\n{items}\r\n</offers>\r\n")

    assert rows_of(reading, "key", "quantity") == [("1", 1), ("2", 2), ("3", 3)]
    assert [doubt.code for doubt in reading.doubts] == ["recovered"]


def test_markup_in_the_first_column_of_a_table_makes_it_no_tree(tmp_path: Path) -> None:
    lines = "".join(f"<b>A{number}</b>;{number};2,5\n" for number in range(1, 9))

    reading = reading_of(tmp_path, f"Title of export\n{lines}")

    assert (reading.facts.format, reading.rows["key"][-1]) == ("csv", "<b>A8</b>")
