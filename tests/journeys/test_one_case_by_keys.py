"""An agent settles cases by keys only: how many keys it takes, which ones `?` names, and where the focus is."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from orders.models import CaseStatus, OptionKind, StockoutCase
from stocke.core.models import User
from tests.orders.cases.scenes import Scene, agent, open_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What has the focus, that it is on the screen, and that it is drawn.
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const drawn = it.closest("label") && it.matches(".se-only-read") ? getComputedStyle(it.closest("label")) : style;
  const seen = box.bottom > 0 && box.top < innerHeight && drawn.outlineStyle !== "none";
  return [it === document.body ? "lost" : it.id || it.name || it.tagName, seen];
}"""


@dataclass
class Keyboard:
    """Presses keys, counts them, and looks each time that the focus stands somewhere and can be seen."""

    page: Page
    presses: int = 0

    def press(self, key: str, *, then: str) -> None:
        """Press it, and wait until the focus is where it should be."""
        self.page.keyboard.press(key)
        self.presses += 1
        expect(self.page.locator(":focus")).to_have_id(then)
        assert self.page.evaluate(FOCUS) == [then, True]


def status(scene: Scene) -> str:
    return scene.fresh.status


def open_desk(page: Page) -> Keyboard:
    """The desk, once htmx is awake: before, a key would load a whole page."""
    page.goto("/stockouts/")
    page.wait_for_function("document.querySelector('[data-item]')._htmx")
    return Keyboard(page)


def title(page: Page, scene: Scene) -> None:
    """The case that is open."""
    expect(page.locator("#case-title + p")).to_contain_text(f"Dossier {scene.case.number}")


def test_a_case_is_settled_by_three_keys_and_the_next_one_opens(
    page: Page, sign_in: Callable[[User], None]
) -> None:
    first, second, third = open_scene(), open_scene(), open_scene()
    sign_in(agent("Léa"))
    keys = open_desk(page)
    title(page, first)

    # Open the next, look at it (its options and its letter stand there), add the voucher, send.
    keys.press("j", then="case-title")
    title(page, second)
    keys.press("4", then="option-4")
    expect(page.locator("#preview")).to_contain_text("bon d’achat")
    keys.press("Control+Enter", then="case-title")

    assert keys.presses == 3
    title(page, first)
    assert (status(second), set(second.fresh.options.values_list("kind", flat=True))) == (
        CaseStatus.WITH_CUSTOMER,
        {OptionKind.SUBSTITUTE, OptionKind.REFUND, OptionKind.VOUCHER},
    )

    # What the house proposes is good: one key. And the money back without asking: one key.
    keys.press("Control+Enter", then="case-title")
    title(page, third)
    # Nothing waits any more, and the focus is on the words that say so.
    keys.press("r", then="no-case")

    assert keys.presses == 5
    assert [status(scene) for scene in (first, second, third)] == [
        CaseStatus.WITH_CUSTOMER,
        CaseStatus.WITH_CUSTOMER,
        CaseStatus.TO_EXECUTE,
    ]


def test_the_keys_of_the_desk_are_listed_and_the_list_gives_the_focus_back(
    page: Page, sign_in: Callable[[User], None]
) -> None:
    open_scene()
    open_scene()
    sign_in(agent("Léa"))
    open_desk(page).press("j", then="case-title")

    page.keyboard.press("?")

    named = page.locator("dialog[open] dt").all_inner_texts()
    wanted = {"1 – 9", "T", "M L V", "R", "Ctrl ↵", "J K", "Z"}
    assert wanted <= {" ".join(one.split()) for one in named}
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_id("case-title")
    assert StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).count() == 2
