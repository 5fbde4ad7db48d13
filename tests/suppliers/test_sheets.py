"""Sheets on the web: the link that a person copies, and the login page that says all is well."""

from collections.abc import Generator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from suppliers.transports.sheets import export_address
from tests.fakes.web import FakeWeb, running_web
from tests.suppliers.transports_at_work import failed, fetched, source

GOOGLE = "https://docs.google.com/spreadsheets"


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"{GOOGLE}/d/1aB-c_D/edit?usp=sharing", f"{GOOGLE}/d/1aB-c_D/export?format=csv"),
        (f"{GOOGLE}/d/1aB-c_D/edit#gid=57", f"{GOOGLE}/d/1aB-c_D/export?format=csv&gid=57"),
        (f"{GOOGLE}/d/1aB-c_D/edit?gid=57#gid=57", f"{GOOGLE}/d/1aB-c_D/export?format=csv&gid=57"),
        (f"{GOOGLE}/u/1/d/1aB-c_D/edit", f"{GOOGLE}/d/1aB-c_D/export?format=csv"),
        (f"{GOOGLE}/d/1aB-c_D", f"{GOOGLE}/d/1aB-c_D/export?format=csv"),
        (f"{GOOGLE}/d/e/2PACX-1v/pubhtml", f"{GOOGLE}/d/e/2PACX-1v/pub?output=csv"),
        (
            f"{GOOGLE}/d/e/2PACX-1v/pub?gid=3&single=true&output=xlsx",
            f"{GOOGLE}/d/e/2PACX-1v/pub?output=csv&gid=3&single=true",
        ),
        (f"{GOOGLE}/d/1aB-c_D/edit#gid=x&y", f"{GOOGLE}/d/1aB-c_D/export?format=csv"),
        ("https://www.dropbox.com/s/abc/stock.csv?dl=0", "https://www.dropbox.com/s/abc/stock.csv?dl=1"),
        (" https://sheets.example/published.csv ", "https://sheets.example/published.csv"),
        (f"{GOOGLE}/d/", f"{GOOGLE}/d"),
    ],
)
def test_the_link_of_a_sheet_becomes_the_address_of_its_csv(link: str, address: str) -> None:
    assert export_address(link) == address


def test_a_shared_sheet_is_fetched_by_the_link_of_its_page(web: FakeWeb, tmp_path: Path) -> None:
    web.put("/spreadsheets/d/abc/export?format=csv&gid=7", b"sku,qty\nA,4\n", Content_Type="text/csv")

    got = fetched("sheet", source({}, location=web.url("/spreadsheets/d/abc/edit#gid=7")), tmp_path)

    assert got.path.read_bytes() == b"sku,qty\nA,4\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "text/html", 200),
        (b"\n<html><body>Sign in</body></html>", "application/octet-stream", 200),
        (b"Sign in", "text/html", 200),
        (b"", "text/plain", 401),
    ],
)
def test_a_sheet_that_is_not_shared_is_refused_although_the_server_says_all_is_well(
    web: FakeWeb, tmp_path: Path, body: bytes, kind: str, status: int
) -> None:
    web.put("/login", body, status=status, Content_Type=kind)
    web.redirect("/spreadsheets/d/abc/export?format=csv", "/login")

    asked = source({}, location=web.url("/spreadsheets/d/abc/edit"))

    assert failed("sheet", asked, tmp_path) == ("sheet_login", False)


def test_an_empty_sheet_is_an_empty_file(web: FakeWeb, tmp_path: Path) -> None:
    url = web.put("/published.csv", b"", Content_Type="text/csv")

    assert fetched("sheet", source({}, location=url), tmp_path).size == 0
