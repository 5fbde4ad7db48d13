"""The page on which a person describes a feed's source, and knocks at it before anything is saved."""

import logging
from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers import serialize
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from stocke.core.domain.credentials import reveal
from stocke.core.models import Credential, HistoryEntry
from suppliers.models import Feed, Run
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import client_as, person
from tests.fakes.web import FakeWeb, running_web
from tests.suppliers.test_feed_pages import new_feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
WORD = "not-to-be-seen-anywhere"
NEW = "/feeds/new/"


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def sent(url: str = NEW, **given: Any) -> Any:
    """The form with these fields; `url_auth` stands for `url-auth`."""
    named = {name.replace("_", "-", 1) if name.startswith("url_") else name: v for name, v in given.items()}
    return client_as("operations").post(url, new_feed(transport="url", **named))


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def basic(location: str, **more: str) -> dict[str, str]:
    return {"url_location": location, "url_auth": "basic", "url_user": "shop", "url_secret": WORD, **more}


def stored_feed(location: str = "https://feeds.example/stock.csv") -> Feed:
    sent(**basic(location))
    return Feed.objects.get()


def test_a_refused_form_calls_nothing_optional_that_another_source_needs() -> None:
    fresh = words(client_as("operations").get(NEW))

    refused = words(sent())

    assert refused.count("(optional)") == fresh.count("(optional)")
    assert not Feed.objects.exists()


def test_what_was_left_in_the_fields_of_another_source_stops_nobody() -> None:
    sent(**{"url_location": "https://feeds.example/stock.csv", "sftp-port": "none", "folder-folder": ""})

    assert Feed.objects.values_list("transport", "location").get() == (
        "url",
        "https://feeds.example/stock.csv",
    )


def test_a_password_is_kept_sealed_and_shown_nowhere() -> None:
    feed = stored_feed()

    page = client_as("operations").get(reverse("suppliers:feed_edit", args=[feed.pk]))

    assert (feed.access, dict(reveal(feed.credential))) == (
        {"auth": "basic", "user": "shop"},
        {"secret": WORD},
    )
    assert "Stored. Leave it empty to keep it." in words(page)
    everything = page.content.decode() + serialize(
        "json", [feed, Credential.objects.get(), *HistoryEntry.objects.all()]
    )
    assert WORD not in everything


def test_an_empty_password_keeps_the_stored_one() -> None:
    feed = stored_feed()

    answer = sent(
        reverse("suppliers:feed_edit", args=[feed.pk]),
        **basic("https://feeds.example/other.csv", url_secret="", url_user="desk"),
    )

    feed.refresh_from_db()
    assert (answer.status_code, feed.location, feed.access["user"]) == (
        303,
        "https://feeds.example/other.csv",
        "desk",
    )
    assert dict(reveal(feed.credential)) == {"secret": WORD}


@pytest.mark.parametrize(
    "location",
    ["https://elsewhere.example/stock.csv", "http://feeds.example/stock.csv", "https://feeds.example:8443/x"],
)
@pytest.mark.parametrize("act", ["save", "test"])
def test_a_stored_password_is_never_shown_to_another_server(location: str, act: str) -> None:
    """Or whoever may edit feeds could have it sent to himself."""
    feed = stored_feed()

    answer = sent(
        reverse("suppliers:feed_edit", args=[feed.pk]), **basic(location, url_secret="", **{act: "1"})
    )

    feed.refresh_from_db()
    assert answer.status_code == 422
    assert "The server is another one now" in words(answer)
    assert (feed.location, dict(reveal(feed.credential))) == (
        "https://feeds.example/stock.csv",
        {"secret": WORD},
    )


def test_a_password_goes_when_the_server_asks_for_none() -> None:
    feed = stored_feed()

    sent(reverse("suppliers:feed_edit", args=[feed.pk]), url_location=feed.location, url_auth="")

    assert (Feed.objects.get().credential, Credential.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url_auth": "basic", "url_secret": WORD}, "url-user"),
        ({"url_auth": "basic", "url_user": "shop"}, "url-secret"),
        ({"url_auth": "header", "url_secret": WORD}, "url-name"),
    ],
)
def test_what_the_server_asks_for_must_be_filled_in(given: dict[str, str], field: str) -> None:
    answer = sent(url_location="https://feeds.example/x", **given)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: ["The server asks for it: fill it in."]}
    assert not Feed.objects.exists()


def test_a_header_cannot_carry_another_one() -> None:
    answer = sent(
        url_location="https://feeds.example/x", url_auth="header", url_name="X:\r\nHost", url_secret=WORD
    )

    assert answer.context["form"].errors == {"url-name": ["A header has letters, digits and dashes only."]}


@pytest.mark.parametrize("name", ["API_KEY", "access-token", "password"])
def test_a_key_that_stands_open_in_the_address_is_asked_for_where_it_is_sealed(name: str) -> None:
    answer = sent(url_location=f"https://feeds.example/x?lang=fr&{name}={WORD}")

    (told,) = answer.context["form"].errors["url-location"]
    assert answer.status_code == 422
    assert told.startswith(f"Everybody who sees this feed could read “{name}” in the address. Take it out,")
    assert (Feed.objects.exists(), HistoryEntry.objects.exists()) == (False, False)


def test_a_feed_that_has_such_an_address_keeps_it() -> None:
    feed = FeedFactory(transport="url", location=f"https://feeds.example/x?token={WORD}")

    answer = sent(
        reverse("suppliers:feed_edit", args=[feed.pk]),
        supplier=feed.supplier_id,
        name="Other name",
        url_location=feed.location,
    )

    kept = Feed.objects.get()
    assert (answer.status_code, kept.name, kept.location) == (303, "Other name", feed.location)


def test_a_second_key_may_stand_beside_a_sealed_one() -> None:
    address = "https://feeds.example/x?token=b"

    sent(url_location=address, url_auth="query", url_name="password", url_secret=WORD)

    assert Feed.objects.get().location == address


def test_a_key_that_stands_open_is_asked_for_when_the_sealed_one_beside_it_is_given_up() -> None:
    address = f"https://feeds.example/x?token={WORD}"
    sent(url_location=address, url_auth="query", url_name="password", url_secret=WORD)
    feed = Feed.objects.get()

    answer = sent(
        reverse("suppliers:feed_edit", args=[feed.pk]),
        supplier=feed.supplier_id,
        url_location=address,
        url_auth="",
    )

    kept = Feed.objects.get()
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["url-location"])
    assert (kept.access, kept.credential_id) == (feed.access, feed.credential_id)


@pytest.mark.parametrize("given", [{"url_auth": "bearer"}, {"url_auth": "header", "url_name": "X-Api-Key"}])
def test_a_word_that_no_header_can_carry_is_refused(given: dict[str, str]) -> None:
    answer = sent(url_location="https://feeds.example/x", url_secret="clé", **given)

    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {
            "url-secret": [
                "A header carries only letters without accents, digits and signs. Check the token or key."
            ]
        },
    )
    assert not Feed.objects.exists()


def test_a_test_shows_what_would_be_fetched_and_saves_nothing(web: FakeWeb) -> None:
    url = web.put("/export/stock.csv", csv([("A-1", 4), ("A-2", 0)]))

    answer = sent(**basic(url, test="1"))

    seen = words(answer)
    assert "The connection works: this is what would be fetched" in seen
    assert "stock.csv" in seen and "CSV" in seen and "<td>A-1</td>" in seen
    assert web.headers[0]["Authorization"].startswith("Basic ")
    assert (Feed.objects.count(), Run.objects.count(), Credential.objects.count()) == (0, 0, 0)
    assert WORD not in seen


def test_a_test_says_what_an_import_would_meet(web: FakeWeb) -> None:
    answer = sent(**basic(web.put("/stock.csv", b"", status=403), test="1"))

    assert "The server does not let us in (403)" in words(answer)
    assert answer.status_code == 200


def test_a_test_of_a_page_says_that_it_is_no_table(web: FakeWeb) -> None:
    url = web.put("/stock.csv", b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>")

    assert "The connection works, but the file is no table that we can read" in words(
        sent(url_location=url, test="1")
    )


def test_of_a_large_file_a_test_fetches_only_the_beginning(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("suppliers.domain.probing.LOOKED_AT", 100_000)
    big = csv([(f"A-{number}", number) for number in range(50_000)])

    seen = words(sent(url_location=web.put("/stock.csv", big), test="1"))

    assert "only the beginning was fetched" in seen
    assert "<td>A-0</td>" in seen


def test_of_an_interface_in_pages_a_test_asks_for_the_first(web: FakeWeb) -> None:
    web.put("/api?page=1", b'[{"sku": "A-1", "qty": 4}, {"sku": "A-2", "qty": 0}]')
    described = {"rest-location": web.url("/api"), "rest-auth": "", "rest-paging": "page"}

    answer = client_as("operations").post(NEW, {**new_feed(transport="rest", **described), "test": "1"})

    seen = words(answer)
    assert "<td>A-2</td>" in seen and "only the beginning was fetched" in seen
    assert web.asked == ["/api?page=1"]


def test_an_interface_is_described_without_code() -> None:
    described = {
        "rest-location": "https://erp.example/api?list=all",
        "rest-auth": "header",
        "rest-name": "X-Api-Key",
        "rest-secret": WORD,
        "rest-items": "data.items",
        "rest-paging": "page",
        "rest-first": "0",
        "rest-size_parameter": "limit",
        "rest-size": "100",
    }

    client_as("operations").post(NEW, new_feed(transport="rest", **described))

    feed = Feed.objects.get()
    assert (feed.location, dict(reveal(feed.credential))) == (
        "https://erp.example/api?list=all",
        {"secret": WORD},
    )
    assert feed.access == {
        "auth": "header",
        "name": "X-Api-Key",
        "items": "data.items",
        "paging": "page",
        "first": 0,
        "size_parameter": "limit",
        "size": 100,
    }


def test_a_mark_without_its_place_is_refused_in_the_form() -> None:
    described = {"rest-location": "https://erp.example/api", "rest-paging": "cursor"}

    answer = client_as("operations").post(NEW, new_feed(transport="rest", **described))

    assert answer.context["form"].errors == {"rest-next_path": ["Say where it is in the answer."]}


def test_the_link_of_a_sheet_is_kept_as_it_was_copied() -> None:
    link = "https://docs.google.com/spreadsheets/d/1aB-c_D/edit#gid=57"

    client_as("operations").post(NEW, new_feed(transport="sheet", **{"sheet-link": link}))

    assert (Feed.objects.get().location, Feed.objects.get().access) == (link, {})


def test_a_test_with_the_stored_password(web: FakeWeb) -> None:
    feed = stored_feed(web.put("/stock.csv", csv([("A", 1)])))

    sent(reverse("suppliers:feed_edit", args=[feed.pk]), **basic(feed.location, url_secret="", test="1"))

    assert web.headers[-1]["Authorization"].startswith("Basic ")
    assert feed.remembered == {}


def test_the_test_alone_is_drawn_beside_a_form_that_keeps_its_passwords(web: FakeWeb) -> None:
    client = client_as("operations")
    given = new_feed(transport="url", test="1", **{"url-location": web.put("/x.csv", csv([("A", 1)]))})

    answer = client.post(NEW, given, headers={"HX-Request": "true"})

    assert answer.content.decode().strip().startswith('<div id="tested"')


def test_no_password_reaches_a_log(
    web: FakeWeb, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    with caplog.at_level(logging.DEBUG):
        sent(**basic(web.put("/stock.csv", b"", status=401), test="1"))
        url = web.put(f"/stock.csv?key={WORD}", csv([("A", 1)]))
        sent(url_location=url.partition("?")[0], url_auth="query", url_name="key", url_secret=WORD, test="1")

    assert [record.getMessage() for record in caplog.records if WORD in record.getMessage()] == []


def test_each_source_shows_its_own_fields(
    page: Page, sign_in: Callable[[AbstractBaseUser], None], axe: Callable[[Page], None], web: FakeWeb
) -> None:
    feed = FeedFactory(transport="url", location=web.put("/x.csv", csv([("A-1", 1)])))
    sign_in(person("operations", language="fr"))
    page.goto(reverse("suppliers:feed_edit", args=[feed.pk]))

    expect(page.locator("#id_url-location")).to_be_visible()
    expect(page.locator("#id_url-secret")).to_be_hidden()
    page.locator("#id_url-auth").select_option("basic")
    page.locator("#id_url-user").fill("shop")
    page.locator("#id_url-secret").fill(WORD)
    page.get_by_role("button", name="Tester la connexion").click()

    expect(page.get_by_role("heading", name="La connexion fonctionne")).to_be_visible()
    expect(page.get_by_role("cell", name="A-1", exact=True)).to_be_visible()
    expect(page.locator("#id_url-secret")).to_have_value(WORD)
    axe(page)
    page.get_by_label("Interface JSON").check()
    page.locator("#id_rest-paging").select_option("cursor")
    expect(page.locator("#id_rest-next_path")).to_be_visible()
    expect(page.locator("#id_rest-first")).to_be_hidden()
    page.get_by_label("Dossier surveillé").check()
    expect(page.get_by_label("Dossier", exact=True)).to_be_visible()
    expect(page.locator("#id_url-location")).to_be_hidden()
