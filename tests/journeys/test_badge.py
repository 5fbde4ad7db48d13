"""In a browser, on a page of another site: the badge follows the stock, asks once, and breaks nothing."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from stocke.channels.models import ShopWindow
from stocke.products.models import Level
from tests.channels.availability.conftest import held, stocked
from tests.factories.channels import ShopWindowFactory
from tests.factories.people import person
from tests.journeys.foreign import Site, foreign_site, script

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site() -> Generator[Site]:
    with foreign_site() as shown:
        yield shown


@pytest.fixture
def window(site: Site) -> ShopWindow:
    return ShopWindowFactory(origins=[site.url])


def look_again(page: Page) -> None:
    """As when the tab comes to the front again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_badge_on_a_foreign_page_follows_the_stock(
    page: Page, live_server: LiveServer, site: Site, window: ShopWindow, axe: Callable[[Page], None]
) -> None:
    mug = stocked("MUG-1")
    held(mug, lead_days=2)
    stocked("BOL-1", 1)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/availability" in one.url else None)
    tag = f'<stock-e-badge channel="{window.key}" sku="BOL-1"></stock-e-badge>'
    # A content policy as strict as one that names us can be.
    site.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-own'; script-src {live_server.url}; connect-src {live_server.url}"
    )
    site.show(
        f"<h1>Tasse</h1>{script(live_server, window, 'MUG-1')}<h2>Bol</h2>{tag}{script(live_server, window, 'GONE')}"
    )
    page.goto(site.url)

    badges = page.get_by_role("status")
    expect(badges.nth(0)).to_contain_text("En stock")
    expect(badges.nth(0)).to_contain_text("Livraison le")
    expect(badges.nth(1)).to_have_text("Stock limité")
    expect(badges.nth(2)).to_have_text("")
    assert len(asked) == 1
    axe(page)
    page.emulate_media(color_scheme="dark")
    # They learn of it by an event, a moment after the page itself has turned dark.
    expect(page.locator("[part=badge]:not([data-night])")).to_have_count(0)
    axe(page)

    # What happens to the stock is seen when the page is looked at again.
    Level.objects.filter(product=mug).update(sellable=0, light="out")
    look_again(page)
    expect(badges.nth(0)).to_contain_text("Rupture de stock")
    expect(badges.nth(0).get_by_role("link", name="Me prévenir du retour")).to_be_visible()
    axe(page)
    Level.objects.filter(product=mug).update(light="low")
    look_again(page)
    expect(badges.nth(0)).to_contain_text("En cours de réapprovisionnement")

    # A picker of variants: by an attribute of the script, and by an event.
    page.evaluate("document.querySelector('script').dataset.sku = 'BOL-1'")
    expect(badges.nth(0)).to_have_text("Stock limité")
    expect(badges.nth(0).get_by_role("link")).to_have_count(0)
    detail = "{detail: {from: 'GONE', sku: 'MUG-1'}}"
    page.evaluate(f"document.dispatchEvent(new CustomEvent('stock-e:sku', {detail}))")
    expect(badges.nth(2)).to_contain_text("En cours de réapprovisionnement")

    # Where it would go decides by which holidays: the page may say so, also later.
    with page.expect_request(lambda request: "country=BE" in request.url):
        page.evaluate("document.querySelector('script').dataset.country = 'BE'")

    # The shop is closed to its pages: nothing is shown, and nothing is broken.
    ShopWindow.objects.update(is_open=False)
    look_again(page)
    expect(badges.nth(1)).to_have_text("")
    expect(page.get_by_role("heading", name="Tasse")).to_be_visible()


def test_it_speaks_the_pages_language_and_takes_its_colours(
    page: Page, live_server: LiveServer, site: Site, window: ShopWindow
) -> None:
    stocked("MUG-1")
    colours = "<style>stock-e-badge{--stock-e-green:rgb(1, 2, 3)}stock-e-badge::part(words){font-style:italic}</style>"
    site.show(colours + script(live_server, window, "MUG-1", 'data-theme="light"'), lang="en-GB")
    page.goto(site.url)

    words = page.get_by_text("In stock")
    expect(words).to_have_css("color", "rgb(1, 2, 3)")
    expect(words).to_have_css("font-style", "italic")


@pytest.mark.parametrize("case", ["another site", "no permission of the page", "no server"])
def test_where_it_gets_no_answer_it_shows_nothing_and_the_page_stands(
    context: BrowserContext, live_server: LiveServer, site: Site, window: ShopWindow, case: str
) -> None:
    stocked("MUG-1")
    # The browser itself notes refusals in its console; what counts is that no program falls over.
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    if case == "another site":
        ShopWindow.objects.update(origins=["https://elsewhere.example"])
    if case == "no permission of the page":
        site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {live_server.url}"
    if case == "no server":
        page.route("**/api/availability?*", lambda route: route.abort())
    site.show(f"<h1>Tasse</h1>{script(live_server, window, 'MUG-1')}")
    page.add_init_script("addEventListener('stock-e:shown', (event) => { window.shown = [event.detail]; })")
    page.goto(site.url)

    page.wait_for_function("window.shown")
    assert (page.evaluate("window.shown"), errors) == ([None], [])
    expect(page.get_by_role("status")).to_have_text("")
    expect(page.get_by_role("heading", name="Tasse")).to_be_visible()


def test_the_staff_sees_it_as_the_shop_will(
    page: Page, sign_in: Callable[..., None], window: ShopWindow
) -> None:
    stocked("MUG-1")
    sign_in(person("operations", language="fr"))
    page.goto(f"/channels/{window.pk}/window/")

    expect(page.get_by_role("status").filter(has_text="En stock")).to_be_visible()
    expect(page.get_by_role("button", name="Copier").first).to_be_visible()
    assert page.get_by_role("img", name="La même chose en image").evaluate("image => image.naturalWidth") > 50
