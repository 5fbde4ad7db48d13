"""Every page that anybody can open, staff or public, judged by axe. A new address must say where to find one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from stocke.core.models import User
from tests.architecture.test_access_walk import ADDRESSES
from tests.browser import Finding
from tests.factories.people import client_of, person
from tests.journeys.house import empty_queues
from tests.journeys.small_world import found_house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("media", "numbers"),
]
# Drawn in the dark as well: one of each kind of page.
BY_NIGHT = {
    "channels:channel",
    "channels:listing",
    "core:kit",
    "core:message",
    "insights:today",
    "orders:answer",
    "orders:answer_group",
    "orders:availability",
    "orders:choice",
    "orders:order",
    "orders:stockout",
    "orders:verification_order",
    "suppliers:feed_columns",
    "orders:stock",
    "suppliers:product",
    "suppliers:run",
}


def is_page(answer: HttpResponseBase) -> bool:
    """A whole page: not a file, not a part of a page, and not the content of a frame that may run nothing."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
    is_framed = "sandbox" in answer.headers.get("Content-Security-Policy", "")
    return is_html and not is_framed and b"<html" in getattr(answer, "content", b"")


def pages(client: Client, examples: Mapping[str, str]) -> dict[str, str]:
    """The address of every page, by the name of its view. What only takes POST, or leads elsewhere, is none."""
    found, unknown = {}, []
    for address in ADDRESSES:
        url = examples.get(address.name, address.url)
        answer = client.get(url)
        if answer.status_code == 404 and address.name != "api:api-root":
            unknown.append(address.name)
        elif answer.status_code == 200 and is_page(answer):
            found[address.name] = url
    assert unknown == [], "give each of these an example in tests/journeys/small_world.py"
    return found


def test_no_page_breaks_a_rule_of_access(
    page: Page,
    sign_in: Callable[[User], None],
    axe_findings: Callable[[Page], list[Finding]],
    settings: Any,
    tmp_path: Path,
) -> None:
    empty_queues()
    settings.MAILBOX_DIR = str(tmp_path / "mails")
    reader = person(language="fr")
    every = pages(client_of(reader), found_house(reader, Path(settings.MAILBOX_DIR)))
    assert every.keys() >= BY_NIGHT
    broken: dict[tuple[str, str], list[Finding]] = {}

    def judge(name: str, url: str) -> None:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(url)
        broken[name, "by day"] = axe_findings(page)
        if name in BY_NIGHT:
            page.emulate_media(color_scheme="dark")
            broken[name, "by night"] = axe_findings(page)

    # Before anybody has logged in: afterwards it leads elsewhere.
    judge("core:login", reverse("core:login"))
    sign_in(reader)
    for name, url in every.items():
        judge(name, url)

    assert {place: found for place, found in broken.items() if found} == {}
