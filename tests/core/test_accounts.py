"""Accounts: login, preferences, and the staff list that administrators keep."""

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.domain import people
from stocke.core.models import HistoryEntry, User
from stocke.core.views import account
from stocke.core.web.navigation import NavEntry
from tests.factories.people import PASSWORD, client_as, client_of, person

pytestmark = pytest.mark.django_db
BOSS = Actor.job("test")


def test_the_address_logs_in_whatever_its_capitals(client: Client) -> None:
    person(email="lea@shop.example")

    answer = client.post("/login/", {"username": "Lea@Shop.Example", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("permissions", "landing"),
    [
        ({"orders.view", "cases.work", "orders.verify"}, "today"),
        ({"orders.view", "cases.work"}, "cases"),
        ({"orders.view"}, "orders"),
    ],
)
def test_each_role_lands_on_its_work(
    monkeypatch: pytest.MonkeyPatch, permissions: set[str], landing: str
) -> None:
    entries = {
        key: NavEntry(key, "", key, "core:search", "mail", "orders.view")
        for key in ("today", "cases", "orders")
    }
    monkeypatch.setattr(account, "ENTRIES", entries)
    monkeypatch.setattr(NavEntry, "url", property(lambda entry: entry.key))

    assert account.first_page(permissions) == landing


def test_a_wrong_password_is_a_422_that_does_not_say_which_was_wrong(client: Client) -> None:
    person(email="lea@shop.example")

    wrong = client.post("/login/", {"username": "lea@shop.example", "password": "wrong"})
    unknown = client.post("/login/", {"username": "nobody@shop.example", "password": "wrong"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_the_login_never_redirects_to_another_site(client: Client) -> None:
    person(email="lea@shop.example")

    answer = client.post(
        "/login/", {"username": "lea@shop.example", "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert answer["Location"] == "/"


def test_preferences_are_saved_and_shown_in_the_chosen_language() -> None:
    user = person(language="en")
    client = client_of(user)

    client.post(
        reverse("core:profile"),
        {"language": "fr", "theme": "dark", "density": "compact"},
    )
    page = client.get(reverse("core:profile")).content.decode()

    user.refresh_from_db()
    assert (user.language, user.theme, user.density, user.single_keys) == ("fr", "dark", "compact", False)
    assert '<html lang="fr"' in page
    assert 'data-theme="dark"' in page
    assert "data-keys" not in page.partition(">")[0]


def test_a_switch_at_the_foot_changes_one_preference_and_comes_back() -> None:
    user = person(language="en", theme="light")

    answer = client_of(user).post(
        reverse("core:preferences"), {"language": "fr", "next": "/users/?role=viewer"}
    )

    user.refresh_from_db()
    assert (user.language, user.theme, answer["Location"]) == ("fr", "light", "/users/?role=viewer")


def test_a_new_colleague_gets_a_password_shown_once_and_a_line_on_the_record() -> None:
    answer = client_as().post(
        reverse("core:user_new"),
        {
            "first_name": "Nora",
            "last_name": "Essai",
            "email": "Nora@Shop.example",
            "language": "fr",
            "role": "viewer",
        },
    )

    nora = User.objects.get(email="nora@shop.example")
    assert people.role_of(nora) == "viewer"
    assert nora.check_password(answer.context["password"])
    assert list(HistoryEntry.objects.values_list("thread", "kind")) == [(f"user:{nora.pk}", "user.invited")]


def test_an_address_is_used_once_whatever_its_capitals() -> None:
    person(email="nora@shop.example")

    answer = client_as().post(
        reverse("core:user_new"),
        {"first_name": "N", "email": "NORA@shop.example", "language": "fr", "role": "viewer"},
    )

    assert answer.status_code == 422
    assert User.objects.filter(email__iexact="nora@shop.example").count() == 1


def test_the_last_administrator_keeps_the_role() -> None:
    boss = person("administrator")

    with pytest.raises(people.LastAdministrator):
        people.change_role(boss, "viewer", by=BOSS)
    with pytest.raises(people.LastAdministrator):
        people.deactivate(boss, by=BOSS)

    boss.refresh_from_db()
    assert (people.role_of(boss), boss.is_active) == ("administrator", True)
    assert not HistoryEntry.objects.exists()


def test_nobody_closes_his_own_account() -> None:
    boss, _other = person("administrator"), person("administrator")

    answer = client_of(boss).post(reverse("core:user_deactivate", args=[boss.pk]), follow=True)

    boss.refresh_from_db()
    assert boss.is_active
    assert "This is your own account" in answer.content.decode()


def test_closing_an_account_can_be_undone_from_the_next_page() -> None:
    colleague = person("viewer")
    client = client_as()

    closed = client.post(reverse("core:user_deactivate", args=[colleague.pk]), follow=True)
    undo = reverse("core:user_reactivate", args=[colleague.pk])
    assert f'action="{undo}"' in closed.content.decode()
    again = client.post(undo, follow=True)

    colleague.refresh_from_db()
    assert colleague.is_active
    assert "data-undo" not in again.content.decode()


def test_a_new_password_ends_the_old_one() -> None:
    colleague = person("viewer")

    answer = client_as().post(reverse("core:user_new_password", args=[colleague.pk]))

    colleague.refresh_from_db()
    assert not colleague.check_password(PASSWORD)
    assert colleague.check_password(answer.context["password"])


def test_a_role_that_is_refused_changes_nothing_else() -> None:
    boss = person("administrator", first_name="Alice")

    client_of(boss).post(
        reverse("core:user", args=[boss.pk]),
        {"first_name": "Alix", "last_name": "", "email": boss.email, "language": "en", "role": "viewer"},
    )

    boss.refresh_from_db()
    assert (boss.first_name, people.role_of(boss)) == ("Alice", "administrator")
