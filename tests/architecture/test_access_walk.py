"""Every address, as a stranger and as each role: nobody gets further than his role, nothing falls over."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from stocke.core.models.user import Role
from stocke.core.web.access import ROLE_PERMISSIONS
from tests.factories.people import client_as

pytestmark = pytest.mark.django_db
# Open to the world on purpose: the login, pages that a signed link or a token opens, and where shops send signed
# messages, and what pages of shops show their visitors.
PUBLIC = {
    "adfeeds:file",
    "channels:badge_image",
    "channels:badge_script",
    "channels:hook",
    "customers:wish_ask",
    "customers:wish_end",
    "customers:wish_mine",
    "demo:picture",
    "demo:shop",
    "demo:stockroom",
    "core:login",
    "core:logout",
    "core:language",
    "orders:choice",
    "orders:choice_question",
    "orders:choice_refund",
    "orders:answer",
    "orders:answer_group",
    "orders:availability",
    "orders:stock",
    "orders:return_ask",
    "orders:return_label",
    "orders:return_answer",
}
PUBLIC_NAMESPACES = ("api", "public", "admin")
SAMPLES = {"int": 999_999, "str": "none-such", "slug": "none-such", "path": "none/such"}
FINE = {200, 204, 302, 303, 400, 404, 405, 409, 410, 422}


@dataclass(frozen=True)
class Address:
    """One named view with an example of its address."""

    name: str
    url: str
    permission: str | None

    def is_public(self) -> bool:
        return self.name in PUBLIC or any(part in PUBLIC_NAMESPACES for part in self.name.split(":"))


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry


def example(name: str, pattern: URLPattern) -> str:
    kinds = {
        key: type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs={key: SAMPLES.get(kind, "none-such") for key, kind in kinds.items()})


def addresses() -> list[Address]:
    return [
        Address(name, example(name, pattern), getattr(pattern.callback, "staff_permission", None))
        for name, pattern in patterns(get_resolver())
    ]


ADDRESSES = addresses()
STAFF = [address for address in ADDRESSES if address.permission is not None]


def test_every_view_names_who_may_use_it_or_is_public_on_purpose() -> None:
    unguarded = [
        address.name for address in ADDRESSES if address.permission is None and not address.is_public()
    ]

    assert unguarded == []


def test_a_stranger_gets_nowhere() -> None:
    client = Client()

    answers = {address.name: client.get(address.url) for address in STAFF}

    open_doors = [
        name
        for name, answer in answers.items()
        if answer.status_code != 405
        and not (answer.status_code == 302 and answer["Location"].startswith("/login/?next="))
    ]
    assert open_doors == []


@pytest.mark.parametrize("role", Role.values)
def test_a_role_gets_what_its_permissions_say_and_no_further(role: str) -> None:
    client = client_as(role)
    granted = ROLE_PERMISSIONS[role]

    wrong = [
        (address.name, status)
        for address in STAFF
        if (status := client.get(address.url).status_code) not in expected(address, granted)
    ]

    assert wrong == []


def expected(address: Address, granted: frozenset[str]) -> set[int]:
    """A GET of an address that only takes POST is refused before anybody is asked who he is."""
    may = address.permission == "" or address.permission in granted
    return FINE if may else {403, 405}


@pytest.mark.parametrize("role", Role.values)
def test_acts_are_refused_to_roles_without_the_permission(role: str) -> None:
    client = client_as(role)
    granted = ROLE_PERMISSIONS[role]
    forbidden = [one for one in STAFF if one.permission and one.permission not in granted]

    let_in = [one.name for one in forbidden if client.post(one.url).status_code not in {403, 405}]

    assert let_in == []
