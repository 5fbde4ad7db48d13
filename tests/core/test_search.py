"""Search over everything: by permission, as a page and as the command menu."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from stocke.core.models import User
from stocke.core.web import commands
from stocke.core.web.commands import Hit, register_search
from tests.factories.people import client_as, person

pytestmark = pytest.mark.django_db
URL = "/search/"
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}


def found_lamps(query: str, user: User) -> list[Hit]:
    return [Hit(f"Lamp {number} <{query}>", "in stock", "/lamp/", "Products") for number in range(9)]


def found_suppliers(query: str, user: User) -> list[Hit]:
    return [Hit("Secret supplier", "", "/secret/", "Suppliers")]


@pytest.fixture(autouse=True)
def providers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(commands, "PROVIDERS", [])
    register_search(found_lamps, permission="products.view")
    register_search(found_suppliers, permission="users.manage")
    yield


def test_things_are_found_by_kind_and_at_most_six_of_each() -> None:
    groups = client_as("viewer").get(URL, {"q": "lamp"}).context["groups"]

    assert [(kind, len(hits)) for kind, hits in groups.items()] == [("Products", 6)]


def test_nobody_finds_what_he_may_not_see() -> None:
    viewer = client_as("viewer").get(URL, {"q": "x"}).content.decode()
    boss = client_as().get(URL, {"q": "x"}).content.decode()

    assert ("Secret supplier" in viewer, "Secret supplier" in boss) == (False, True)


def test_acts_and_pages_are_found_by_their_words() -> None:
    groups = client_as().get(URL, {"q": "add us"}).context["groups"]

    assert [hit.url for hit in groups["Actions"]] == [reverse("core:user_new")]


def test_what_was_typed_is_text_not_markup() -> None:
    page = client_as("viewer").get(URL, {"q": "<script>"}).content.decode()

    assert "<script>" not in page.replace("<script nonce", "")


def test_the_menu_gets_options_and_the_browser_a_page() -> None:
    client = client_as("viewer")

    menu = client.get(URL, {"q": "lamp"}, headers=SWAP).content.decode()
    page = client.get(URL, {"q": "lamp"}).content.decode()

    assert ('role="option"' in menu, "<html" in menu) == (True, False)
    assert "<html" in page


def test_a_very_long_query_is_cut_before_anybody_is_asked() -> None:
    asked: list[str] = []
    commands.PROVIDERS.append((lambda query, user: asked.append(query) or [], "products.view"))  # type: ignore[func-returns-value]

    client_as("viewer").get(URL, {"q": "x" * 5000})

    assert [len(query) for query in asked] == [100]


def test_an_empty_query_asks_no_context() -> None:
    assert "Products" not in commands.search("  ", person("viewer"), {"products.view"})
