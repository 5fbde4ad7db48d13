"""Trees whose articles are called by their numbers: `<item_1>`, `<item_2>`."""

from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed
from suppliers.readers.xmlnumbered import numbered, renamed
from tests.suppliers.readers.files import rows_of
from tests.suppliers.readers.test_shapes import STATED, reading_of, repeated

ITEM = "<item_#><sku>A#</sku><name>Lamp #</name><price>1#.50</price><amount>#</amount></item_#>"
EXPECTED = [(f"A{n}", "exact", n, Decimal(f"1{n}.50")) for n in range(1, 7)]


def test_articles_that_are_numbered_in_their_names_are_read_one_by_one(tmp_path: Path) -> None:
    assert rows_of(reading_of(tmp_path, f"<shop>{repeated(ITEM)}</shop>"), *STATED) == EXPECTED


def test_so_are_those_of_several_categories_that_each_count_from_one(tmp_path: Path) -> None:
    lamp = "<item-1><sku>B1</sku><name>Torch</name><price>3.00</price><amount>2</amount></item-1>"
    first = f"<category1><title>Lamps</title><goods>{repeated(ITEM.replace('item_', 'item-'))}</goods></category1>"
    second = f"<category2><title>Torches</title><goods>{lamp}</goods></category2>"

    reading = reading_of(tmp_path, f"<shop>{first}{second}</shop>")

    assert rows_of(reading, *STATED) == [*EXPECTED, ("B1", "exact", 2, Decimal("3.00"))]


def test_more_of_them_than_a_file_may_have_columns_are_read_as_well(tmp_path: Path) -> None:
    values = "".join(f"<value{letter}>x</value{letter}>" for letter in "abcdefghijklmnopqrst")
    many = repeated(ITEM.replace("<name>", f"{values}<name>"), count=1_000)

    reading = reading_of(tmp_path, f"<shop>{many}</shop>")

    assert [key for (key,) in rows_of(reading, "key")] == [f"A{number}" for number in range(1, 1_001)]


def test_what_is_numbered_inside_an_article_stays_a_column_of_its_own(tmp_path: Path) -> None:
    prices = "<p1>1#</p1><p2>2#</p2><p3>3#</p3>"
    item = f"<item><sku>A#</sku><stock>#</stock>{prices}<price>9#</price></item>"

    reading = reading_of(tmp_path, f"<items>{repeated(item)}</items>")

    assert reading.mapping.header == ("sku", "stock", "p1", "p2", "p3", "price")


@pytest.mark.parametrize(
    "content",
    [
        # One below the other.
        "<level1><a>1</a><level2><a>2</a><level3><a>3</a></level3></level2></level1>",
        # Only a first and a second.
        "<a><address1><city>X</city></address1><address2><city>Y</city></address2></a>",
        # Nothing but texts.
        "<a><line1>X</line1><line2>Y</line2><line3>Z</line3></a>",
    ],
)
def test_other_numbers_in_names_say_nothing(tmp_path: Path, content: str) -> None:
    assert numbered([content.encode()]) == frozenset()
    with pytest.raises(NotAFeed) as refused:
        reading_of(tmp_path, content)
    assert refused.value.code == "no_items"


def test_names_are_shortened_wherever_a_block_is_cut() -> None:
    content = b'<a><item_1 id="7"/><item_22>x</item_22><item_x>1</item_x></a>'
    whole = b'<a><item id="7"/><item>x</item><item_x>1</item_x></a>'

    for cut in range(len(content)):
        assert b"".join(renamed([content[:cut], content[cut:]], [b"item_"])) == whole
