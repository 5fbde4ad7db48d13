"""`manage.py readfeed`: what would be read, without the database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.suppliers.readers.files import written

FEED = "sku;name;qty;price\nA1;Chair;5;12,50\nA2;Lamp;>20;3,00\nA3;Table;sold out;call\n;Total;;15,50\n"


def printed(path: Path, *options: str) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command("readfeed", str(path), *options, stdout=out)
    return out.getvalue()


def test_a_page_for_the_terminal(tmp_path: Path) -> None:
    page = printed(written(tmp_path, FEED))

    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert "Format CSV, 90 B" in lines
    assert "Encoding utf-8" in lines
    assert "Delimiter semicolon" in lines
    assert "Header row 1" in lines
    assert (
        "quantity qty 97% named like “quantity”; 100% of its cells say how much there is, such as “5”"
        in lines
    )
    assert "Items 3" in lines
    assert "Distinct SKUs 3" in lines
    assert "Sum of quantities 5" in lines
    assert "at least 1" in lines
    assert "Sum of prices 15.50" in lines
    assert "“sold out” 1 exactly 0" in lines
    assert "Lines not read: 1" in lines
    assert "line 5: Total | 15,50" in lines
    assert "- 1 price is no amount, such as “call”; it is left empty." in lines


def test_the_summary_as_json(tmp_path: Path) -> None:
    found = json.loads(printed(written(tmp_path, FEED), "--json"))

    assert found["items"] == 3
    assert [guess["column"] for guess in found["mapping"] if guess["column"]] == [
        "sku",
        "name",
        "qty",
        "price",
    ]
    assert found["rejected"]["reasons"] == {"total_line": 1}


def test_every_row_is_a_line_of_json(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in printed(written(tmp_path, FEED), "--rows").splitlines()]

    assert list(rows[0]) == [
        *(
            "key",
            "name",
            "gtin",
            "quantity_kind",
            "quantity",
            "availability",
            "lead_days",
            "price",
            "currency",
        ),
    ]
    assert [(row["key"], row["quantity_kind"], row["quantity"], row["price"]) for row in rows] == [
        ("A1", "exact", 5, "12.50"),
        ("A2", "at_least", 20, "3.00"),
        ("A3", "exact", 0, None),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>Forbidden</body></html>", b"sku;qty\n", bytes(range(256)) * 20]
)
def test_what_is_no_feed_ends_with_status_2_and_a_sentence(tmp_path: Path, content: bytes) -> None:
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("readfeed", str(written(tmp_path, content)), stdout=out, stderr=err)

    assert stopped.value.code == 2
    assert out.getvalue() == ""
    assert err.getvalue().strip().endswith(".")


def test_the_page_has_no_english_left_in_french(tmp_path: Path) -> None:
    out = StringIO()
    with translation.override("fr"):
        call_command("readfeed", str(written(tmp_path, FEED)), stdout=out)

    assert "Lignes non lues" in out.getvalue()
    assert "Sum of" not in out.getvalue()
