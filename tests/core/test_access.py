"""Who may do what: strangers, roles, navigation."""

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.models import User
from stocke.core.web.access import ROLE_PERMISSIONS, roles_with, staff_can
from stocke.core.web.navigation import ORDER, NavEntry, entries_for, register
from tests.factories.people import client_as, person

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_login_page_and_back_again(client: Client) -> None:
    answer = client.get(reverse("core:users") + "?role=viewer")

    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/users/%3Frole%3Dviewer")


@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/messages/7/", "http%3A//testserver/messages/7/"), ("", "")],
)
def test_an_action_without_a_session_leads_back_to_the_page_of_its_button(
    client: Client, referer: str, back: str
) -> None:
    answer = client.post(reverse("core:user_deactivate", args=[1]), headers={"Referer": referer})

    assert (answer.status_code, answer["Location"].removeprefix("/login/").removeprefix("?next=")) == (
        302,
        back,
    )


def test_an_action_opened_by_its_address_answers_with_a_page(client: Client) -> None:
    address = reverse("core:user_deactivate", args=[1])
    answer = client_as().get(address)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This opens by a button only" in answer.content.decode()
    assert client.get(address).content == b""


def test_a_swap_without_a_session_leaves_the_page_for_the_login(client: Client) -> None:
    answer = client.get(
        reverse("core:users"), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/users/"}
    )

    assert answer["HX-Redirect"] == "/login/?next=http%3A%2F%2Ftestserver%2Fusers%2F"
    assert answer.content == b""


def test_a_role_without_the_permission_is_told_who_has_it() -> None:
    answer = client_as("viewer").get(reverse("core:users"))

    assert answer.status_code == 403
    assert "Administrator" in answer.content.decode()
    assert "Customer service" not in answer.content.decode()


def test_a_closed_account_is_a_stranger() -> None:
    user = person()
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(reverse("core:users")).status_code == 302


def test_a_permission_that_no_role_holds_is_a_mistake_found_at_import() -> None:
    with pytest.raises(ValueError, match="no role"):
        staff_can("orders.destroy")


def test_only_administrators_manage_users() -> None:
    assert roles_with("users.manage") == ["Administrator"] or len(roles_with("users.manage")) == 1


def test_a_viewer_may_only_look() -> None:
    acts = [permission for permission in ROLE_PERMISSIONS["viewer"] if not permission.endswith(".view")]

    assert acts == []


def test_the_navigation_shows_only_what_a_role_may_use_in_the_order_of_the_house() -> None:
    for role, permissions in ROLE_PERMISSIONS.items():
        keys = [entry.key for entry in entries_for(permissions)]

        assert keys == sorted(keys, key=ORDER.index), role
    assert "settings" not in [entry.key for entry in entries_for(ROLE_PERMISSIONS["viewer"])]


def test_an_entry_without_a_place_in_the_navigation_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        register(NavEntry("gossip", "work", "Gossip", "core:home", "mail", "orders.view"))
