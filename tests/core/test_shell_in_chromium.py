"""The shell in a real browser: accessibility in both themes, five widths, keys, menu, lists, weight."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Response, expect

from stocke.core.models import User
from stocke.core.views import users
from stocke.core.web.listpage import BulkAction
from tests.factories.people import PASSWORD, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (320, 390, 768, 1024, 1440)
ENDS = (320, 1440)
THEMES = ("light", "dark")
PAGES = (
    "/kit/",
    "/kit/desk/",
    "/users/?q=demo&role=viewer",
    "/users/new/",
    "/profile/",
    "/search/?q=us",
    "/users/999999/",
)
STAFF_LIMIT = 150_000
NODE_LIMIT = 1_500

type SignIn = Callable[[User], None]
type Axe = Callable[[Page], None]


@pytest.fixture
def lea(sign_in: SignIn) -> User:
    user = person("administrator", first_name="Léa", last_name="Démo", language="fr")
    sign_in(user)
    return user


def judged_widths(theme: str) -> tuple[int, ...]:
    """Colours do not depend on the width: the dark theme needs one."""
    return (1440,) if theme == "dark" else ENDS


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_accessible_and_never_scroll_sideways(
    page: Page, axe: Axe, lea: User, address: str
) -> None:
    for theme in THEMES:
        User.objects.update(theme=theme)
        page.goto(address)

        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert not scrolls_sideways(page), (theme, width)
            if width in judged_widths(theme):
                axe(page)


def test_the_login_is_accessible(page: Page, axe_by_day_and_night: Axe) -> None:
    page.goto("/login/")

    for width in ENDS:
        page.set_viewport_size({"width": width, "height": 900})
        axe_by_day_and_night(page)
        assert not scrolls_sideways(page)


def test_one_logs_in_without_javascript(page: Page) -> None:
    person("viewer", email="vera@shop.example", first_name="Vera", language="fr")
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/profile/")

    page.fill("[name=username]", "vera@shop.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.se-primary")

    expect(page.locator("h1")).to_have_text("Mes préférences")


def test_ctrl_k_goes_anywhere(page: Page, lea: User) -> None:
    page.goto("/profile/")

    page.keyboard.press("Control+k")
    page.keyboard.type("ajouter une")
    expect(page.locator("#hits [role=option][aria-selected=true]")).to_contain_text("Ajouter une personne")
    page.keyboard.press("Enter")

    page.wait_for_url("**/users/new/")


@pytest.fixture
def late_htmx(page: Page) -> None:
    """htmx starts in a timer of no delay; a busy machine makes it late."""
    page.add_init_script(
        "const soon = window.setTimeout; window.setTimeout = (act, delay) => soon(act, delay || 1000);"
    )


@pytest.mark.usefixtures("late_htmx")
def test_a_menu_opened_before_htmx_is_awake_fills_all_the_same(page: Page, lea: User) -> None:
    page.goto("/users/")

    page.keyboard.press("Control+k")

    expect(page.locator("#hits [role=option]").first).to_be_visible()


@pytest.mark.usefixtures("late_htmx")
def test_words_typed_before_htmx_is_awake_are_searched_all_the_same(page: Page, lea: User) -> None:
    person("viewer", first_name="Nora", last_name="Essai")
    page.goto("/users/")

    page.keyboard.press("/")
    page.keyboard.type("nora")

    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_the_open_menu_is_accessible_and_escape_closes_it(page: Page, axe: Axe, lea: User) -> None:
    page.goto("/users/")

    page.keyboard.press("Control+k")
    expect(page.locator("#hits [role=option]").first).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")

    expect(page.locator("#command")).to_be_hidden()


def test_letters_move_through_a_list_and_open_its_rows(page: Page, lea: User) -> None:
    person("viewer", first_name="Aaa", language="fr")
    page.goto("/users/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/users/{lea.pk}/")


def test_single_keys_rest_in_fields_and_when_switched_off(page: Page, lea: User) -> None:
    page.goto("/users/")
    page.locator("#list-search").press_sequentially("n")
    expect(page.locator("#list-search")).to_have_value("n")
    assert page.url.endswith("/users/") or "q=n" in page.url

    User.objects.update(single_keys=False)
    page.goto("/users/")
    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(page.locator("#help")).to_be_hidden()


def test_a_search_swaps_the_rows_and_keeps_the_typing(page: Page, lea: User) -> None:
    person("viewer", first_name="Nora", last_name="Essai")
    page.goto("/users/")

    page.keyboard.press("/")
    page.keyboard.type("nora")

    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list-search")).to_be_focused()
    expect(page.locator("#live")).to_have_text("1 résultat")
    page.wait_for_url("**/users/?q=nora")


def test_back_undoes_chips_one_by_one(page: Page, lea: User) -> None:
    person("viewer", first_name="Nora")
    page.goto("/users/?role=viewer")

    page.click("#chip-role")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.go_back()

    expect(page.locator("#chip-role")).to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_ticked_rows_bring_the_bulk_bar_and_a_range_is_ticked_by_shift_x(
    page: Page, axe: Axe, lea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = (BulkAction("Fermer les comptes", "core:users", "users.manage"),)
    monkeypatch.setattr(users, "USERS", replace(users.USERS, bulk=bulk))
    for number in range(3):
        person("viewer", first_name=f"Nora {number}")
    page.goto("/users/?role=viewer")
    bar = page.locator(".se-bulk")
    expect(bar).to_be_hidden()

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")

    expect(page.locator("[data-ticked]")).to_have_text("3")
    expect(page.locator("[data-tick-all]")).to_be_checked()
    expect(bar).to_be_visible()
    axe(page)


def test_z_takes_back_the_last_act(page: Page, lea: User) -> None:
    colleague = person("viewer", first_name="Nora", last_name="Essai")
    page.goto(f"/users/{colleague.pk}/")

    page.click("text=Fermer le compte")
    expect(page.locator("#live")).to_have_text("Compte de Nora Essai fermé")
    page.keyboard.press("z")

    expect(page.locator(".se-notices")).to_contain_text("Compte de Nora Essai rouvert")
    colleague.refresh_from_db()
    assert colleague.is_active


def test_a_wrong_form_gives_its_summary_the_focus_and_keeps_what_was_typed(page: Page, lea: User) -> None:
    page.goto("/users/new/")

    page.fill("[name=first_name]", "Nora")
    page.fill("[name=email]", "no address")
    page.click("main button.se-primary")

    expect(page.locator("#form-summary")).to_be_focused()
    expect(page.locator("[name=first_name]")).to_have_value("Nora")
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")


def test_a_server_that_fails_says_so_and_clears_nothing(page: Page, lea: User) -> None:
    page.goto("/users/")
    page.route("**/users/?q=*", lambda route: route.fulfill(status=500, body="<h1>no</h1>"))

    page.locator("#list-search").press_sequentially("nora")

    expect(page.locator("#lost")).to_contain_text("Rien n’est enregistré")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list-search")).to_have_value("nora")


def test_the_theme_changes_at_once_and_stays(page: Page, lea: User) -> None:
    page.goto("/users/")
    with page.expect_response("**/preferences/"):
        page.click("[data-theme-switch]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.goto("/profile/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_phone_has_its_tabs_at_the_thumb_and_the_whole_menu_behind_one(
    page: Page, axe: Axe, lea: User
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/users/")

    page.click("[data-phone-menu]")

    expect(page.locator(".se-side .se-goto")).to_be_visible()
    axe(page)
    page.click("[data-phone-menu]")
    expect(page.locator(".se-side .se-goto")).to_be_hidden()


def sent_size(answer: Response) -> int:
    body = answer.body()
    return len(body) if answer.url.endswith("woff2") else len(gzip.compress(body))


def test_a_staff_page_stays_light(page: Page, lea: User) -> None:
    """What is sent, by gzip (brotli sends less still); fonts are compressed already."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/users/", wait_until="networkidle")
    sizes = {answer.url: sent_size(answer) for answer in answers}

    assert sum(sizes.values()) <= STAFF_LIMIT, sizes
    assert len(sizes) <= 7, sizes
    assert page.evaluate("document.querySelectorAll('*').length") <= NODE_LIMIT
