"""The frame of customers' and suppliers' pages: the merchant's, light, and without a script."""

import gzip
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from stocke.core.models import Shop

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "stocke/core/static/stocke/public.css"
FONT = ROOT / ".local/assets/vendor/geist/geist-latin-wght-normal.woff2"
LIMIT = 40_000


def told(**shop: str) -> str:
    Shop.objects.update_or_create(pk=1, defaults=shop)
    context = {"title": "This link has ended", "text": "It was valid until 1 December."}
    with translation.override("en"):
        return render_to_string("public/told.html", context, RequestFactory().get("/c/abc/?x=1"))


def test_the_house_speaks_as_the_merchant_and_stays_invisible() -> None:
    page = told(name="Maison Témoin", accent="#ffff00")

    assert "Maison Témoin" in page
    assert "Stock e" not in page
    assert "<script" not in page


def test_a_pale_accent_is_darkened_until_it_can_be_read() -> None:
    assert "#ffff00" not in told(accent="#ffff00").partition("prefers-color-scheme")[0]


def test_an_accent_that_is_no_colour_never_reaches_the_page() -> None:
    assert "}*{" not in told(accent="}*{x:y")


def test_the_other_language_keeps_the_rest_of_the_address() -> None:
    assert 'href="?x=1&amp;lang=fr"' in told()


def test_a_public_page_stays_light() -> None:
    if not FONT.exists():
        pytest.skip("the assets are not installed: run `make assets`")
    page = len(gzip.compress(told().encode())) + len(gzip.compress(CSS.read_bytes()))

    assert page + FONT.stat().st_size <= LIMIT
