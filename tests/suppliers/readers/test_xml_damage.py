"""XML that is not well-formed, and XML that means harm: read as far as possible and said, or refused in a sentence."""

from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import Limits, NotAFeed, read, xmlrepair
from tests.suppliers.readers.files import rows_of, written

ITEM = "<item><id>{0}</id><title>{1}</title><quantity>{2}</quantity></item>\n"
TWO = ITEM.format("A-1", "Chair", 5) + ITEM.format("B-2", "Lamp", 6)
ROWS = [("A-1", "Chair", 5), ("B-2", "Lamp", 6)]


def rows_and_doubts(folder: Path, content: str | bytes) -> tuple[list[tuple[object, ...]], list[str]]:
    reading = read(written(folder, content, "feed.xml"))
    return rows_of(reading, "key", "name", "quantity"), [doubt.code for doubt in reading.doubts]


def refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(NotAFeed) as error:
        read(path, limits=limits or Limits())
    assert str(error.value).endswith(".")
    return error.value.code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"<all>{ITEM.format('A-1', 'Fish & chips', 5)}{TWO}</all>", "Fish & chips"),
        (f"<all>{ITEM.format('A-1', 'for < 3 years', 5)}{TWO}</all>", "for < 3 years"),
        (f"<all>{ITEM.format('A-1', 'bell' + chr(7) + ' rings', 5)}{TWO}</all>", "bell rings"),
        (f"<all>{ITEM.format('A-1', 'zero&#0; here', 5)}{TWO}</all>", "zero\ufffd here"),
        (f"<all>{ITEM.format('A-1', '<![CDATA[a & b]]> & c', 5)}{TWO}</all>", "a & b & c"),
        (f"\n Notice: x\n<?xml version='1.0'?><all>{ITEM.format('A-1', 'Late', 5)}{TWO}</all>", "Late"),
        (ITEM.format("A-1", "Without a root", 5) + TWO, "Without a root"),
        (f"<a>{ITEM.format('A-1', 'Glued', 5)}</a><?xml version='1.0'?><!DOCTYPE a><a>{TWO}</a>", "Glued"),
    ],
)
def test_small_faults_are_mended_and_said(tmp_path: Path, content: str, name: str) -> None:
    rows, doubts = rows_and_doubts(tmp_path, content)

    # The item of the same code further down is the newer one.
    assert rows == [("A-1", "Chair", 5), ("B-2", "Lamp", 6)]
    assert doubts == ["recovered", "repeated_last"]
    assert read(tmp_path / "feed.xml").lines["name"][0] == name


def test_names_of_signs_that_only_html_knows_are_no_fault(tmp_path: Path) -> None:
    text = f"<!DOCTYPE all SYSTEM 'shop.dtd'><all>{ITEM.format('A-1', 'Caf&eacute;&nbsp;&unknown; 1', 5)}{TWO}</all>"

    _rows, doubts = rows_and_doubts(tmp_path, text)

    assert doubts == ["repeated_last"]
    assert read(tmp_path / "feed.xml").lines["name"][0] == "Café\xa0&unknown; 1"


def test_a_file_that_breaks_off_is_read_up_to_there_and_says_so(tmp_path: Path) -> None:
    text = f"<all>{TWO}{ITEM.format('C-3', 'Table', 7)}</all>"

    for cut in (text.index("7<"), text.index("</all>"), text.index("Table") + 2):
        assert rows_and_doubts(tmp_path, text[:cut]) == (
            ROWS if cut < text.index("</all>") else [*ROWS, ("C-3", "Table", 7)],
            ["breaks_off"],
        )


@pytest.mark.parametrize("size", [40, 700])
def test_an_item_whose_tags_do_not_match_is_read_by_itself(tmp_path: Path, size: int) -> None:
    broken = "<item><id>C-3</id><title>Sofa</name><quantity>9</quantity></item>\n"
    items = [ITEM.format(f"K-{number}", "x" * 400, number) for number in range(size)]

    reading = read(written(tmp_path, f"<all>\n{''.join(items)}{broken}{TWO}</all>", "feed.xml"))

    assert reading.rows.height == size + 3
    assert rows_of(reading, "line", "key", "quantity")[-3:] == [
        *((size + 2, "C-3", 9), (size + 3, "A-1", 5), (size + 4, "B-2", 6))
    ]
    assert [doubt.code for doubt in reading.doubts] == ["recovered"]


def test_what_the_declaration_says_counts_only_where_it_can_be_true(tmp_path: Path) -> None:
    words = ITEM.format("A-1", "Стул", 5) + ITEM.format("B-2", "Лампа", 6)

    for declared, written_in in (
        ("windows-1251", "cp1251"),
        ("utf-8", "cp1251"),
        ("iso-8859-1", "utf-8"),
        ("UTF-16", "utf-16"),
    ):
        text = f"<?xml version='1.0' encoding='{declared}'?><all>{words}</all>".encode(written_in)

        assert rows_and_doubts(tmp_path, text) == ([("A-1", "Стул", 5), ("B-2", "Лампа", 6)], [])


@pytest.mark.parametrize(
    "entities",
    [
        "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY l0 "lol">',
        f'<!ENTITY l9 "{"x" * 100_000}">',
        '<!ENTITY % p "&#37;p;"><!ENTITY l9 "x">',
    ],
)
def test_entities_that_grow_are_refused(tmp_path: Path, entities: str) -> None:
    text = f"<!DOCTYPE all [{entities}]><all>{TWO}{ITEM.format('C-3', '&l9;' * 1_000, 7)}</all>"

    assert refused(written(tmp_path, text)) == "entities"


def test_a_short_entity_is_an_abbreviation(tmp_path: Path) -> None:
    text = f'<!DOCTYPE all [<!ENTITY co "Chair &#169;">]><all>{ITEM.format("A-1", "&co;", 5)}{TWO}</all>'

    rows_and_doubts(tmp_path, text)

    assert read(tmp_path / "feed.xml").lines["name"][0] == "Chair ©"


def test_depth_has_an_end(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "<a>" * 100_000)) == "too_deep"
    assert refused(written(tmp_path, "<a>" * 100_000 + "&")) in {"too_deep", "no_items"}


def test_one_endless_tag_or_comment_is_not_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suppliers.readers.xmlwalk._LONGEST_TAG", 1_000_000)

    assert refused(written(tmp_path, f"<all><!-- {'x' * 3_000_000} -->{TWO}</all>")) == "too_long_piece"
    assert refused(written(tmp_path, f"<all a='{'x' * 3_000_000}'>{TWO}</all>")) == "too_long_piece"


def test_a_text_of_megabytes_rejects_its_item_and_no_other(tmp_path: Path) -> None:
    text = f"<all>{ITEM.format('C-3', 'x' * 3_000_000, 7)}{TWO}</all>"

    reading = read(written(tmp_path, text))

    assert rows_of(reading, "key", "name", "quantity") == ROWS
    assert reading.rejects.select("line", "reason").rows() == [(1, "cell_too_long")]


def test_a_broken_file_of_opened_items_takes_no_longer_than_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmlrepair, "_LARGEST_ITEM", 2_000_000)

    for text in (
        "<all>" + "<item>" * 150_000,
        "<all><item></b>" + "<![CDATA[" * 100_000,
        "<?xml " * 100_000 + "<",
    ):
        assert refused(written(tmp_path, text)) in {"no_items", "too_deep", "header_only", "unreadable"}


def test_names_without_end_are_refused(tmp_path: Path) -> None:
    text = "<all>" + "".join(f"<n{number}>1</n{number}>" for number in range(30_000)) + "</all>"

    assert refused(written(tmp_path, text)) == "too_wide"


@pytest.mark.parametrize("value", ["15,50", "<![CDATA[15,50]]>", " <![CDATA[15,50]]> "])
def test_names_with_a_blank_are_names_where_an_element_ends_with_one(tmp_path: Path, value: str) -> None:
    items = "".join(
        f"<offer><Offer Code>C-{n}</Offer Code><price net>{value}</price net><b class>Lamp</b></offer>"
        for n in range(1, 5)
    )
    reading = read(written(tmp_path, f"<offers>{items}</offers>", "feed.xml"))

    assert next(doubt.code for doubt in reading.doubts) == "recovered"
    assert rows_of(reading, "key", "price")[:2] == [("C-1", Decimal("15.5")), ("C-2", Decimal("15.5"))]


def test_what_a_schema_says_of_a_value_is_none(tmp_path: Path) -> None:
    items = "".join(
        f"<article><sku>A-{n}</sku><price>5</price><ean xsi:nil='true'/><brand xsi:nil='true'/></article>"
        for n in range(5)
    )
    xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
    reading = read(written(tmp_path, f"<articles {xsi}>{items}</articles>", "feed.xml"))

    assert reading.facts.columns == ("sku", "price")
