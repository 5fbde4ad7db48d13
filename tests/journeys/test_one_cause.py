"""An agent settles ten cases of one cause by one decision, by keys only, and takes another decision back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orders.models import CaseStatus, StockoutCase
from stocke.core.models import Message, User
from tests.journeys.house import empty_queues, work
from tests.orders.cases.scenes import agent, open_more, open_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def statuses() -> set[str]:
    return {case.status for case in StockoutCase.objects.all()}


def test_ten_cases_of_one_cause_are_settled_by_one_decision(
    page: Page, sign_in: Callable[[User], None]
) -> None:
    empty_queues()
    scene = open_scene()
    for at in range(9):
        open_more(scene, first_name="Camille", last_name=f"Exemple {at}", language="en" if at == 8 else "fr")
    sign_in(agent("Léa"))
    page.goto("/stockouts/")
    expect(page.locator(".se-cause")).to_contain_text("10 dossiers, une cause")

    page.get_by_role("link", name=re.compile("^Traiter")).click()
    # The smaller lamp is there three times only.
    expect(page.get_by_text("3 dossiers conviennent")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("8 dossiers conviennent")).to_be_visible()
    page.get_by_label("Tout le monde est remboursé").check()
    expect(page.get_by_text("10 dossiers conviennent")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Tout le monde est remboursé")).to_be_visible()
    work()

    expect(page.get_by_text("10 dossiers décidés")).to_be_visible()
    assert statuses() == {CaseStatus.TO_EXECUTE}

    page.keyboard.press("z")
    expect(page.get_by_text("En cours de retrait")).to_be_visible()
    work()
    expect(page.get_by_text("10 dossiers attendent de nouveau")).to_be_visible()
    assert (statuses(), Message.objects.count()) == ({CaseStatus.TO_PROPOSE}, 0)
