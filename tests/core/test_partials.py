"""Answers to browsers and to htmx, the undo bar, messages and the house's pages for what goes wrong."""

import json

import pytest
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from stocke.core.views.errors import server_error
from stocke.core.web.partials import wants_fragment
from tests.factories.people import client_as, client_of, person

pytestmark = pytest.mark.django_db
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        (SWAP, True),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, False),
        ({**SWAP, "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_going_back_and_whole_page_requests_get_the_page(headers: dict[str, str], expected: bool) -> None:
    assert wants_fragment(RequestFactory().get("/", headers=headers)) is expected


def closed_colleague(client: Client) -> str:
    """Deactivates somebody: an act that offers an undo."""
    colleague = person("viewer")
    client.post(reverse("core:user_deactivate", args=[colleague.pk]))
    return reverse("core:user_reactivate", args=[colleague.pk])


def test_the_undo_offer_stays_on_the_next_pages_until_it_is_used() -> None:
    client = client_as()
    undo = closed_colleague(client)

    pages = [client.get("/users/").content.decode() for _ in range(2)]
    client.post(undo)
    after = client.get("/users/").content.decode()

    assert [f'action="{undo}"' in page for page in pages] == [True, True]
    assert f'action="{undo}"' not in after


def test_an_undo_offer_ends(settings: Settings) -> None:
    settings.UNDO_SECONDS = 0
    client = client_as()
    undo = closed_colleague(client)

    assert f'action="{undo}"' not in client.get("/users/").content.decode()


def test_the_label_of_an_undo_is_text_not_markup() -> None:
    client = client_as()
    colleague = person("viewer", first_name="<script>alert(1)</script>", last_name="")
    client.post(reverse("core:user_deactivate", args=[colleague.pk]))

    assert "<script>alert" not in client.get("/users/").content.decode()


def test_messages_ride_along_with_a_swap_and_are_shown_once() -> None:
    client = client_as()
    client.post(reverse("core:save_view"), {"page": "users", "name": "Mine", "query": "", "next": "/users/"})

    first = client.get("/users/", headers=SWAP).content.decode()
    second = client.get("/users/", headers=SWAP).content.decode()

    assert 'hx-target="#notices"' in first
    assert "View “Mine” saved" in first
    assert 'hx-target="#notices"' not in second


def test_a_result_is_announced_in_ascii_headers_whatever_the_language() -> None:
    client = client_as(language="fr", first_name="Zoé")

    answer = client.get("/users/", {"q": "zoé"}, headers=SWAP)

    assert answer["HX-Trigger"].isascii()
    assert json.loads(answer["HX-Trigger"])["announce"]["text"] == "1 résultat"


@pytest.mark.usefixtures("numbers")
def test_the_navigation_poll_says_nothing_when_nothing_changed() -> None:
    client = client_as()
    page = client.get("/users/").context["shell"].seen

    same = client.get(reverse("core:counters"), {"seen": page})
    changed = client.get(reverse("core:counters"), {"seen": "other"})

    assert (same.status_code, same.content) == (204, b"")
    assert b'hx-target="#nav-poll"' in changed.content


@pytest.mark.parametrize("address", ["/nothing/here/", "/users/999999/"])
def test_a_missing_page_is_a_page_of_the_house_with_a_way_on(address: str) -> None:
    answer = client_as().get(address)

    assert answer.status_code == 404
    assert "Nothing at this address" in answer.content.decode()
    assert 'href="/search/"' in answer.content.decode()


def test_a_stranger_who_is_lost_is_offered_the_login(client: Client) -> None:
    page = client.get("/nothing/here/").content.decode()

    assert 'href="/login/"' in page
    assert "se-side" not in page


def test_a_failure_quotes_a_reference_and_needs_no_database(caplog: pytest.LogCaptureFixture) -> None:
    answer = server_error(RequestFactory().get("/orders/"))

    reference = caplog.records[-1].args[0]  # type: ignore[index]
    assert answer.status_code == 500
    assert str(reference) in answer.content.decode()


def test_a_form_from_a_lost_session_is_refused_in_plain_words() -> None:
    user = person(language="en")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    answer = client.post(reverse("core:preferences"), {"theme": "dark"})

    user.refresh_from_db()
    assert (answer.status_code, user.theme) == (403, "system")
    assert "This form was open too long" in answer.content.decode()


def test_pages_say_their_language_and_forbid_inline_scripts() -> None:
    answer = client_of(person(language="fr")).get("/users/")

    assert answer["Content-Language"] == "fr"
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not list(get_messages(answer.wsgi_request))
