"""Rows as each platform takes them, whatever somebody has written into a product."""

import csv
import gzip
import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from stocke.channels.adfeeds.domain.certainty import Decision
from stocke.channels.adfeeds.domain.gtins import is_gtin
from stocke.channels.adfeeds.domain.items import Goods, Item, item_of, problems_of
from stocke.channels.adfeeds.domain.prices import price_text
from stocke.channels.adfeeds.domain.targets import MANNERS
from stocke.channels.adfeeds.domain.texts import plain
from stocke.channels.adfeeds.domain.writing import SCRIPTS
from stocke.channels.adfeeds.models import AdFeed, Pause, Reason, Target, Word
from stocke.channels.models import Channel

PARIS = ZoneInfo("Europe/Paris")
MUG = Goods(
    sku="MUG 1/é",
    name="Tasse Brume",
    description="Grès émaillé, 35 cl.",
    brand="Onde",
    gtin="4006381333931",
    mpn="B-35",
    category="Tasses",
    image_url="https://shop.example/mug.jpg",
    price_cents=1490,
    currency="EUR",
    remote_id="77",
    remote_parent="",
)
SHOP = AdFeed(
    name="Annonces",
    target="google",
    channel=Channel(name="Boutique", url="https://shop.example"),
    link_template="https://shop.example/p/{sku}?v={remote_id}",
)
IN = Decision(Word.IN, Reason.STATED, certain=Word.IN)
COMING = Decision(Word.BACKORDER, Reason.PROMISED_DAY, available_on=date(2026, 12, 9), certain=Word.BACKORDER)
PAUSED = Decision(Word.IN, Reason.UNKNOWN, Pause.ADS, certain=Word.IN)
EXCLUDED = replace(PAUSED, pause=Pause.EXCLUDED)
DISCOVERY = (
    Path(__file__).resolve().parents[4]
    / "shared/contracts/ads/google_merchantapi.products_v1.discovery.json.gz"
)


def row(decision: Decision, goods: Goods = MUG, target: str = Target.GOOGLE) -> Item:
    return item_of(goods, decision, SHOP, MANNERS[target], PARIS)


def test_google_is_told_everything_in_its_own_words() -> None:
    assert row(COMING) == {
        "id": ("MUG 1/é",),
        "title": ("Tasse Brume",),
        "description": ("Grès émaillé, 35 cl.",),
        "link": ("https://shop.example/p/MUG%201%2F%C3%A9?v=77",),
        "image_link": ("https://shop.example/mug.jpg",),
        "availability": ("backorder",),
        "availability_date": ("2026-12-09T00:00+0100",),
        "price": ("14.90 EUR",),
        "brand": ("Onde",),
        "gtin": ("4006381333931",),
        "mpn": ("B-35",),
        "condition": ("new",),
        "product_type": ("Tasses",),
    }


def test_a_supplement_says_how_it_stands_and_nothing_else() -> None:
    assert row(IN, target=Target.GOOGLE_EXTRA) == {"id": ("MUG 1/é",), "availability": ("in_stock",)}
    assert row(EXCLUDED, target=Target.GOOGLE_EXTRA) == {
        "id": ("MUG 1/é",),
        "availability": ("in_stock",),
        "excluded_destination": ("Shopping_ads", "Display_ads"),
    }


@pytest.mark.parametrize(
    ("target", "decision", "said"),
    [
        ("google", IN, {"availability": ("in_stock",)}),
        ("google", replace(IN, word=Word.OUT), {"availability": ("out_of_stock",)}),
        ("google", PAUSED, {"availability": ("in_stock",), "pause": ("ads",)}),
        (
            "google",
            EXCLUDED,
            {"availability": ("in_stock",), "excluded_destination": ("Shopping_ads", "Display_ads")},
        ),
        ("meta", IN, {"availability": ("in stock",)}),
        ("meta", replace(IN, word=Word.OUT), {"availability": ("out of stock",)}),
        ("meta", COMING, {"availability": ("available for order",)}),
        ("meta", PAUSED, {"availability": ("in stock",), "status": ("archived",)}),
        ("meta", EXCLUDED, {"availability": ("in stock",), "status": ("archived",)}),
        ("bing", IN, {"availability": ("in stock",)}),
        ("bing", COMING, {"availability": ("out of stock",)}),
        ("bing", PAUSED, {"availability": ("out of stock",)}),
        ("bing", EXCLUDED, {"availability": ("out of stock",)}),
    ],
)
def test_each_platform_hears_its_own_words(target: str, decision: Decision, said: Any) -> None:
    names = ("availability", "pause", "excluded_destination", "status")
    item = row(decision, target=target)

    assert {name: item[name] for name in names if name in item} == said


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (4900, "EUR", "49.00 EUR"),
        (5, "EUR", "0.05 EUR"),
        (490_000, "JPY", "4900 JPY"),
        (490_050, "JPY", "4901 JPY"),
        (490, "KWD", "4.900 KWD"),
        (123_456_789, "USD", "1234567.89 USD"),
    ],
)
def test_a_price_kept_in_hundredths_has_as_many_decimals_as_its_currency(
    cents: int, currency: str, text: str
) -> None:
    assert price_text(cents, currency) == text


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("4006381333931", True),
        ("4006381333932", False),
        ("96385074", True),
        ("036000291452", True),
        ("00036000291452", True),
        ("0000000000000", False),
        ("400638133393", False),
        ("40063813339३१", False),
        ("", False),
    ],
)
def test_a_barcode_counts_when_its_last_digit_proves_the_others(digits: str, right: bool) -> None:
    assert is_gtin(digits) is right


@pytest.mark.parametrize(
    ("goods", "problems"),
    [
        (MUG, []),
        (replace(MUG, gtin=""), ["no_gtin"]),
        (replace(MUG, gtin="4006381333932", brand=""), ["bad_gtin", "no_brand"]),
        (replace(MUG, image_url="", price_cents=0), ["no_image", "no_price"]),
        (replace(MUG, image_url="javascript:alert(1)"), ["no_image"]),
        (replace(MUG, currency="USD"), ["other_currency"]),
        (replace(MUG, sku="A" * 51), ["long_id"]),
        (replace(MUG, name="<b></b>"), ["no_title"]),
        (replace(MUG, name="a " * 80), ["long_title"]),
    ],
)
def test_what_a_platform_misses_is_named(goods: Goods, problems: list[str]) -> None:
    assert problems_of(goods, SHOP, MANNERS[Target.GOOGLE]) == problems


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tasse\t\n\r  Brume", "Tasse Brume"),
        ("Tasse <b>Brume</b><script>x</script>", "Tasse Brume x"),
        ("Plateau < 20 cm & > 10 cm", "Plateau < 20 cm & > 10 cm"),
        ("Caf&eacute; &amp; th&eacute;", "Café & thé"),
        ("Nul\x00\x08\x1b\ud800", "Nul"),
        ("Ruse\u202egnp.exe\u200b", "Rusegnp.exe"),
        ("Thé 🍵 « 5 l »", "Thé 🍵 « 5 l »"),
    ],
)
def test_a_text_is_one_harmless_line(written: str, read: str) -> None:
    assert plain(written, longest=150) == read


def test_a_text_that_is_too_long_is_cut_at_a_word() -> None:
    assert plain("une tasse bleue", longest=12) == "une tasse"
    assert plain("x" * 20, longest=12) == "x" * 12


HOSTILE = replace(
    MUG,
    name='27" <i>écran</i>\t"plat"\n=1+1 & ]]> 🍵',
    description="\x0b<a href='x'>d</a>\u2028é",
    brand="A&B <C",
)


def test_a_hostile_product_is_one_row_of_a_table() -> None:
    script = SCRIPTS["tsv"](SHOP, MANNERS[Target.GOOGLE])
    text = script.opening + script.row(row(EXCLUDED, HOSTILE)) + script.row(row(IN)) + script.closing
    rows = list(csv.DictReader(StringIO(text), dialect="excel-tab"))

    assert [one["title"] for one in rows] == ['27" écran "plat" =1+1 & ]]> 🍵', "Tasse Brume"]
    assert [one["brand"] for one in rows] == ["A&B <C", "Onde"]
    assert rows[0]["excluded_destination"] == "Shopping_ads,Display_ads"
    assert text.count("\n") == 3


def test_microsoft_reads_a_table_without_quotes() -> None:
    script = SCRIPTS["tsv"](SHOP, MANNERS[Target.BING])
    line = script.row(row(IN, HOSTILE, Target.BING))

    assert line.split("\t")[1] == '27" écran "plat" =1+1 & ]]> 🍵'
    assert len(line.split("\t")) == len(MANNERS[Target.BING].columns)


def test_a_hostile_product_is_one_item_of_a_document() -> None:
    script = SCRIPTS["rss"](SHOP, MANNERS[Target.GOOGLE])
    text = script.opening + script.row(row(EXCLUDED, HOSTILE)) + script.row(row(IN)) + script.closing
    items = etree.fromstring(text.encode()).findall("channel/item")
    names = {"g": "http://base.google.com/ns/1.0"}

    assert [item.findtext("g:title", namespaces=names) for item in items] == [
        '27" écran "plat" =1+1 & ]]> 🍵',
        "Tasse Brume",
    ]
    excluded = items[0].findall("g:excluded_destination", namespaces=names)
    assert [one.text for one in excluded] == ["Shopping_ads", "Display_ads"]


LISTS = {"gtin": "gtins", "excluded_destination": "excludedDestinations", "product_type": "productTypes"}
PLAIN_LISTS = frozenset({"gtins", "productTypes"})


def attributes(item: Item) -> dict[str, Any]:
    """The row as Merchant API's ProductAttributes; the id is beside them there."""
    said: dict[str, Any] = {}
    for name, values in item.items():
        head, *rest = name.split("_")
        key = LISTS.get(name, head + "".join(part.title() for part in rest))
        if key in LISTS.values():
            said[key] = list(values) if key in PLAIN_LISTS else [value.upper() for value in values]
        elif name == "price":
            amount, currency = values[0].split()
            said[key] = {"amountMicros": str(int(float(amount) * 10**6)), "currencyCode": currency}
        elif name in {"availability", "condition", "pause"}:
            said[key] = values[0].upper()
        else:
            said[key] = values[0]
    del said["id"]
    return said


@pytest.mark.skipif(not DISCOVERY.exists(), reason="the contracts are not at hand")
@pytest.mark.parametrize("target", [Target.GOOGLE, Target.GOOGLE_EXTRA])
@pytest.mark.parametrize("decision", [IN, replace(IN, word=Word.OUT), COMING, PAUSED, EXCLUDED])
def test_each_row_is_what_googles_own_document_describes(target: str, decision: Decision) -> None:
    schemas = json.loads(gzip.decompress(DISCOVERY.read_bytes()))["schemas"]
    known = schemas["ProductAttributes"]["properties"]

    wrong = [
        (key, value)
        for key, value in attributes(row(decision, target=target)).items()
        if not fits(known[key], value, schemas)
    ]
    assert wrong == []


def fits(described: Any, value: Any, schemas: Any) -> bool:
    """Whether the value is of the type, and says one of the words, that the document allows."""
    if "$ref" in described:
        return set(value) <= set(schemas[described["$ref"]]["properties"])
    types = {"string": "str", "array": "list"}
    allowed = described.get("enum") or described.get("items", {}).get("enum")
    words = {value} if isinstance(value, str) else set(value)
    return type(value).__name__ == types[described["type"]] and (not allowed or words <= set(allowed))
