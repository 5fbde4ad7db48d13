"""On a phone: a shopper whom a badge led here asks to be told, confirms, is told once it is back, and unsubscribes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as house
from django.core.files.base import ContentFile
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Wish
from stocke.core.actors import Actor
from stocke.environment import mailer
from suppliers.domain.feeds import receive_file
from suppliers.models import Feed, Run
from tests.customers.shelf import rules
from tests.factories.channels import ListingFactory, ShopWindowFactory
from tests.factories.feeds import FeedFactory, csv
from tests.factories.products import ProductFactory
from tests.journeys.foreign import Site, foreign_site, script
from tests.journeys.house import empty_queues, letters_to, links_in, work
from tests.mailserver import SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
PHONE = ViewportSize(width=390, height=844)
LOOK, TELL = ("orders", "orders.jobs.wishes.look_for_restocks"), ("mail", "customers.jobs.wishes.tell")
SEND = ("mail", "stocke.core.mail_jobs.send_due")
ADDRESS = "camille@client.example"


@pytest.fixture(autouse=True)
def fresh_queues() -> Iterator[None]:
    empty_queues()
    yield
    empty_queues()


@pytest.fixture
def mails(settings: Any, smtp_server: SmtpServer) -> SmtpServer:
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    return smtp_server


def imports(feed: Feed, quantity: int) -> None:
    stated = [("A", "4"), ("B", str(quantity)), ("C", "7"), ("D", "2")]
    receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=Actor.job("test"))
    work(("default", "suppliers.jobs.levels.recompute_dirty_levels"), LOOK, TELL, SEND)


def link(mails: SmtpServer, at: int) -> str:
    """The first link of the letter, or the one after it, as a path."""
    return list(links_in(letters_to(mails, ADDRESS)[-1]))[at].removeprefix(house.PUBLIC_URL)


@pytest.fixture
def site() -> Iterator[Site]:
    with foreign_site() as shown:
        yield shown


@pytest.fixture
def badge(live_server: LiveServer, settings: Any, site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """In the page of the shop, which calls our product by a SKU of its own. Browsers keep no answer: weeks go by."""
    monkeypatch.setattr("stocke.channels.views.visitors.KEPT_SECONDS", 0)
    settings.PUBLIC_URL = live_server.url
    window = ShopWindowFactory(origins=[site.url])
    product = ProductFactory(sku="B", name="Théière Brume, grès émaillé à la main")
    ListingFactory(window.channel, 0, product=product, sku="BRUME/1")
    return script(live_server, window, "BRUME/1")


def test_a_shopper_is_told_once_when_the_goods_are_really_back(
    page: Page, site: Site, badge: str, mails: SmtpServer, axe: Callable[[Page], None]
) -> None:
    page.set_viewport_size(PHONE)
    rules(statements=2, minimum=2)
    feed = FeedFactory()
    imports(feed, 0)

    site.show(f"<h1>Théière</h1>{badge}")
    page.goto(f"{site.url}/?couleur=bleu#avis")
    page.get_by_role("link", name="Me prévenir du retour").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Théière Brume")).to_be_visible()
    page.get_by_label("Votre adresse e-mail").fill("camille")
    page.get_by_role("button", name="Me prévenir").click()
    expect(page.get_by_text("Rien n’a encore été envoyé.")).to_be_visible()
    axe(page)
    page.get_by_label("Votre adresse e-mail").fill(ADDRESS)
    page.get_by_role("button", name="Me prévenir").click()
    expect(page.get_by_text("Regardez vos e-mails.")).to_be_visible()
    axe(page)
    work(SEND)

    page.goto(link(mails, 0))
    page.get_by_role("button", name="Confirmer mon alerte").click()
    expect(page.get_by_text("C’est confirmé.")).to_be_visible()
    axe(page)

    imports(feed, 5)
    after_one_import = len(letters_to(mails, ADDRESS))
    imports(feed, 5)
    work(TELL)
    imports(feed, 5)

    letters = letters_to(mails, ADDRESS)
    assert (after_one_import, len(letters), Run.objects.filter(status="applied").count()) == (1, 2, 2)
    assert letters[-1]["Subject"] == "Théière Brume, grès émaillé à la main est de retour"
    assert letters[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link(mails, 0) == f"{site.url}/?couleur=bleu"
    page.goto(link(mails, 0))
    expect(page.get_by_role("status")).to_contain_text("En stock")

    page.goto(link(mails, 1))
    page.get_by_role("button", name="Mettre fin à toutes mes alertes").click()
    expect(page.get_by_role("heading", name="Vous ne recevrez plus d’alertes")).to_be_visible()
    axe(page)
    assert list(Wish.objects.values_list("email", "state")) == [(ADDRESS, "told")]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
