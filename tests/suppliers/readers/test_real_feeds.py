"""Real suppliers' files, where they are at hand: what we read against what was read independently."""

import csv
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from suppliers.readers import Reading, read, summary

FEEDS = Path(__file__).parents[4] / "shared" / "data" / "feeds"

pytestmark = pytest.mark.skipif(not FEEDS.is_dir(), reason="the real feeds are not on this machine")


@cache
def index() -> dict[str, dict[str, str]]:
    path = FEEDS / "feeds_index.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@cache
def gold() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with (FEEDS / "feeds_gold_rows.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            found[row["feed"]].append(row)
    return found


@cache
def reading_of(name: str) -> Reading:
    return read(FEEDS / name)


# Where a person reads the file otherwise than the index does: it takes the first amount of each article, which is the
# price of a comparison in one and the article's own in the next (f53). One column cannot mean both.
OTHERWISE = {"f53"}
READ = [name for name, row in index().items() if row["feed"] not in OTHERWISE]
TABLES = [name for name, row in index().items() if row["format"] in {"CSV", "TXT", "XLSX"}]
EVERY_FILE = sorted(path.name for path in FEEDS.glob("f[0-9]*")) if FEEDS.is_dir() else []


@pytest.mark.parametrize("name", READ)
def test_the_figures_of_a_feed_are_those_read_independently(name: str) -> None:
    expected, found = index()[name], summary(reading_of(name))
    # A line that states a price and has no code is rejected here; "all lines" counts it as an item.
    counted = "all lines" in expected["item_rule"]
    without = found["without_code"] if counted else {"lines": 0, "price_sum": "0"}
    # An article without a price is an article here, where "lines with a numeric price" leaves it out.
    priced = "lines with a numeric price" in expected["item_rule"]
    left_out = found["without_price"] if priced else {"lines": 0, "quantity_sum": 0}

    assert found["header_row"] == (int(expected["header_row"] or 0) or None)
    assert found["items"] + without["lines"] - left_out["lines"] == int(expected["n_items"])
    assert found["codes"]["stated"] - left_out["lines"] == int(expected["n_items_with_key"])
    assert found["codes"]["distinct"] - left_out["lines"] == int(expected["n_distinct_keys"])
    assert found["quantities"]["numbers"] - left_out["lines"] == int(expected["qty_numeric_n"])
    summed = found["quantities"]["sum"] - left_out["quantity_sum"]
    assert summed == pytest.approx(float(expected["qty_numeric_sum"]))
    assert found["quantities"]["negative"] == int(expected["qty_negative_n"])
    assert found["prices"]["count"] + without["lines"] == int(expected["price_n"])
    paid = float(found["prices"]["sum"]) + float(str(without["price_sum"]))
    assert paid == pytest.approx(float(expected["price_sum"]), abs=0.01)


@pytest.mark.parametrize("name", TABLES)
def test_the_encoding_and_the_delimiter_are_found(name: str) -> None:
    expected, facts = index()[name], reading_of(name).facts
    signs = {"TAB": "\t", "comma": ",", "semicolon": ";", "": None}

    assert (facts.encoding or "") == expected["encoding"]
    assert facts.delimiter == signs[expected["delimiter"]]


@pytest.mark.parametrize("name", READ)
def test_key_quantity_and_price_of_single_items(name: str) -> None:
    reading = reading_of(name)
    read_rows = {
        (row["key"], row["quantity_stated"], row["price"]): row for row in reading.lines.iter_rows(named=True)
    }

    for item in gold()[index()[name]["feed"]]:
        near = [row for row in read_rows.values() if same_code(item, row) and same_values(item, row)]

        assert near, item


def same_code(item: dict[str, Any], row: dict[str, Any]) -> bool:
    """Where the file leaves the code empty, ours is made of the product and its options."""
    return bool(row["key"] == item["key"] or not item["key"] or row["key"].startswith(f"{item['key']}/"))


def said(row: dict[str, Any]) -> str:
    return str(row["quantity_raw"] or row["availability_raw"] or "")


def same_values(item: dict[str, Any], row: dict[str, Any]) -> bool:
    price = None if row["price"] is None else float(row["price"])
    return (
        row["quantity_stated"] == item["qty_number"]
        and (item["qty_number"] is not None or said(row) == (item["qty_raw"] or ""))
        and (price == item["price_number"] or price == pytest.approx(item["price_number"], abs=0.0001))
    )


def test_a_price_of_a_comparison_is_no_price_of_ours_and_is_asked_about() -> None:
    name = next(name for name, row in index().items() if row["feed"] == "f53")
    found = summary(reading_of(name))

    assert (found["items"], found["codes"]["distinct"], found["quantities"]["numbers"]) == (2, 2, 0)
    assert found["prices"]["sum"] == "100.00"
    assert [doubt["others"] for doubt in found["doubts"] if doubt.get("field") == "price"] == [
        "“ItemComparison/PriceAmount”"
    ]


def test_an_article_without_a_price_is_an_article_and_is_said() -> None:
    name = next(name for name, row in index().items() if row["feed"] == "f57")
    found = summary(reading_of(name))

    assert found["without_price"] == {"lines": 1, "quantity_sum": 1}
    assert [doubt["count"] for doubt in found["doubts"] if doubt["code"] == "without_price"] == [1]


@cache
def vocabulary() -> list[dict[str, str]]:
    path = FEEDS / "availability_vocabulary.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "word", vocabulary(), ids=[f"{word['feed']}-{word['raw_value'][:12]}" for word in vocabulary()]
)
def test_words_mean_what_their_vocabulary_says(word: dict[str, str]) -> None:
    names = [name for name, row in index().items() if row["feed"].rstrip("abc") == word["feed"]]
    lines = pl.concat([reading_of(name).lines for name in names])
    said = {"f22": "price", "f33": "lead", "f43": "lead", "f34": "lead"}.get(word["feed"])
    columns = [f"{said}_raw"] if said else ["quantity_raw", "availability_raw"]
    found = lines.filter(pl.any_horizontal(pl.col(columns).str.strip_suffix(".0") == word["raw_value"]))

    # Lines without a code are not read; the index counts them.
    assert int(word["n_lines"]) - found.height in range(15)
    if word["meaning"] == "no_price":
        assert found["price"].null_count() == found.height
    elif word["meaning"] == "in_stock_unknown_qty":
        assert found["quantity_kind"].unique().to_list() == ["flag"]
    else:
        assert found["availability"].unique().to_list() == [word["meaning"]]
    if days := word["lead_time_days"]:
        assert found["lead_days"].unique().to_list() == [int(days)]


@pytest.mark.parametrize("name", EVERY_FILE)
def test_every_file_is_read(name: str) -> None:
    reading = reading_of(name)

    assert reading.rows.height > 0
    json.dumps(summary(reading))
