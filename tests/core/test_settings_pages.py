"""Settings: the shop, the tokens of programs, the activity log."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record, record_all
from stocke.core.domain.tokens import issue, recognise
from stocke.core.journal import PER_PAGE, read_journal
from stocke.core.models import ApiToken, Shop, User
from stocke.core.models.user import Role
from tests.core.listpage_checks import assert_same_queries

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Chez Démo", "contact_email": "a@demo.example", "accent": "#123456", "currency": "eur"}


def login(client: Client, role: str) -> User:
    user = User.objects.create_user(f"{role}@demo.example", first_name="Léa", role=role, language="en")
    client.force_login(user)
    return user


def test_an_administrator_saves_the_shop(client: Client) -> None:
    login(client, Role.ADMINISTRATOR)

    answer = client.post(reverse("core:settings_shop_save"), FIELDS)

    shop = Shop.current()
    assert answer.status_code == 303
    assert (shop.name, shop.accent, shop.currency) == ("Chez Démo", "#123456", "EUR")


@pytest.mark.parametrize("accent", ["#ffee00", "red", "#12345", "#12345g"])
def test_a_colour_that_nobody_could_read_is_refused(client: Client, accent: str) -> None:
    login(client, Role.ADMINISTRATOR)

    answer = client.post(reverse("core:settings_shop_save"), {**FIELDS, "accent": accent})

    assert answer.status_code == 422
    assert not Shop.objects.exists()


def test_operations_see_the_shop_and_cannot_change_it(client: Client) -> None:
    login(client, Role.OPERATIONS)

    assert client.get(reverse("core:settings_shop")).status_code == 200
    assert client.post(reverse("core:settings_shop_save"), FIELDS).status_code == 403
    assert not Shop.objects.exists()


def test_a_token_is_shown_once_works_and_is_revoked(client: Client) -> None:
    login(client, Role.ADMINISTRATOR)

    made = client.post(
        reverse("core:settings_token_new"), {"name": "Shop", "channel": "web", "scopes": ["orders.read"]}
    )
    found = re.search(r"ste_[\w-]+", made.content.decode())
    assert found is not None
    token = recognise(found.group())
    assert token is not None
    listed = client.get(reverse("core:settings_tokens")).content.decode()
    client.post(reverse("core:settings_token_revoke", args=[token.pk]))

    assert made["Cache-Control"] == "no-store"
    assert token.scopes == ["orders.read"]
    assert found.group() not in listed
    assert recognise(found.group()) is None


def test_a_token_without_scopes_is_refused(client: Client) -> None:
    login(client, Role.ADMINISTRATOR)

    answer = client.post(reverse("core:settings_token_new"), {"name": "Shop", "channel": "web"})

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_journal_is_read_page_by_page() -> None:
    record_all(
        [Fact("order:1", "order.note", data={"n": n}) for n in range(PER_PAGE + 5)], by=Actor.job("test")
    )

    first = read_journal()
    second = read_journal(before=first.older)

    numbers = [entry.data["n"] for page in (first, second) for entry in page.entries]
    assert numbers == list(reversed(range(PER_PAGE + 5)))
    assert second.older is None


def test_the_journal_is_filtered_by_kind_person_and_thing(client: Client) -> None:
    lea = login(client, Role.OPERATIONS)
    record("order:1", "token.issued", by=Actor.person(lea))
    record("order:2", "token.issued", by=Actor.job("test"))
    record("order:1", "token.revoked", by=Actor.job("test"))

    def found(**wanted: str | int) -> list[tuple[str, str]]:
        rows = client.get(reverse("core:settings_journal"), wanted).context["rows"]
        return [(item.words, thread) for item, thread, _place in rows]

    assert found(kind="token.issued") == [("API token created", "order:2"), ("API token created", "order:1")]
    assert found(person=lea.pk) == [("API token created", "order:1")]
    assert found(thing="order:1") == [("API token revoked", "order:1"), ("API token created", "order:1")]
    assert found(kind="nonsense") == []


def test_kinds_are_paged_by_time_even_when_written_for_the_past() -> None:
    record_all(
        [Fact("order:1", "order.note", data={"n": n}) for n in range(PER_PAGE + 3)], by=Actor.job("test")
    )

    first = read_journal(kind="order.note")
    second = read_journal(kind="order.note", before=first.older)

    assert len(first.entries) == PER_PAGE
    assert [entry.data["n"] for entry in second.entries] == [2, 1, 0]


def test_a_revoked_token_stays_on_the_page(client: Client) -> None:
    login(client, Role.ADMINISTRATOR)
    token, _secret = issue(name="Old shop", channel="web", scopes=["orders.read"], by=Actor.job("test"))
    client.post(reverse("core:settings_token_revoke", args=[token.pk]))

    page = client.get(reverse("core:settings_tokens")).content.decode()

    assert "Old shop" in page
    assert "Revoked" in page


def test_the_journal_costs_the_same_for_many_entries(client: Client) -> None:
    lea = Actor.person(login(client, Role.ADMINISTRATOR))

    assert_same_queries(
        client, reverse("core:settings_journal"), lambda: record("order:1", "order.note", by=lea)
    )
