"""The story of the house, in a browser: a feed falls, a case opens, an agent writes, the customer chooses.

The first story runs from the supplier's file to the next supplier's order, over the JSON API and real SMTP. The
others begin with an open case, one for each other choice.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import (
    CaseStatus,
    LineStatus,
    Order,
    OrderStatus,
    PurchaseOrder,
    Refund,
    StockoutCase,
    Voucher,
)
from stocke.core.models import Message, User
from stocke.environment import mailer
from stocke.products.models import Product, SubstituteLink
from suppliers.models import Feed, Supplier
from tests.factories.feeds import FeedFactory, csv
from tests.factories.products import CategoryFactory, ProductFactory
from tests.factories.suppliers import SupplierFactory
from tests.factories.tokens import token_headers
from tests.journeys.house import empty_queues, letters_to, links_in, text_of, told, work
from tests.mailserver import SmtpServer
from tests.orders.cases.scenes import Scene, agent, open_scene, stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JEAN = "jean@customer.example"
EXECUTE = ("orders", "orders.jobs.cases.execute_choices")
LEVELS = ("default", "suppliers.jobs.levels.recompute_dirty_levels")


@pytest.fixture(autouse=True)
def mails(settings: Any, smtp_server: SmtpServer, live_server: LiveServer, media: Path) -> SmtpServer:
    """Mails arrive at once and lead to this server; choices are carried out without waiting."""
    settings.MAIL_URL = smtp_server.url
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    settings.PUBLIC_URL = live_server.url
    settings.CHANGE_OF_MIND_SECONDS = 0
    empty_queues()
    return smtp_server


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The customer's phone: another browser, without a login."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def lea(sign_in: Callable[[User], None]) -> User:
    user = agent("Léa")
    sign_in(user)
    return user


def send_from_the_desk(page: Page, *ticked: str) -> None:
    """The agent finds the case on the desk, takes it, ticks more options, and sends the letter: all by keys."""
    page.goto("/stockouts/")
    page.keyboard.press("t")
    expect(page.get_by_text("Vous avez pris ce dossier.")).to_be_visible()
    for key in ticked:
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#undo")).to_contain_text("Lettre à Jean Démo en route")


def deliver() -> None:
    """The time to take letters back is over: they leave."""
    Message.objects.filter(status="approved").update(not_before=timezone.now())
    work(("mail", "stocke.core.mail_jobs.send_due"))


def follow_the_letter(phone: Page, mails: SmtpServer, address: str) -> None:
    """The customer opens the one link of his letter."""
    deliver()
    letter = letters_to(mails, address)[-1]
    (link,) = [link for link in links_in(letter) if "/c/" in link]
    phone.goto(link)


def choose(phone: Page, answer: str) -> None:
    expect(phone.locator("input:checked")).to_have_count(0)
    phone.get_by_label(re.compile(answer)).check()
    phone.get_by_role("button", name="Confirmer mon choix").click()
    expect(phone.get_by_role("heading", name="Votre choix est enregistré")).to_be_visible()


def letter_sent(page: Page, phone: Page, mails: SmtpServer, *, waits: bool = False) -> Scene:
    """An open case, its letter in the customer's hands."""
    scene = open_scene(customer={"email": JEAN})
    if waits:
        scene.lamp_offer.lead_days = 21
        scene.lamp_offer.save()
    send_from_the_desk(page)
    follow_the_letter(phone, mails, JEAN)
    return scene


def hand_in(page: Page, feed: Feed, stated: dict[str, int]) -> None:
    """A member of staff hands in the supplier's file; workers read it."""
    page.goto(reverse("suppliers:feed_upload", args=[feed.pk]))
    file = FilePayload(name="stock.csv", mimeType="text/csv", buffer=csv(stated.items()))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Envoyer le fichier").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+/"))
    work(LEVELS)
    # The page asks until it may show the result; whoever left meanwhile would be led back by the answer.
    expect(page.locator("#run[data-poll]")).to_have_count(0)


def catalogue() -> dict[str, int]:
    """A lamp, the one that may stand in for it, and twelve other products, with what is stated of each."""
    lights = CategoryFactory(name="Suspensions")
    lamp = ProductFactory(sku="GALET-40", name="Suspension Galet Ø 40", price_cents=8990, category=lights)
    dune = ProductFactory(sku="DUNE-40", name="Suspension Dune Ø 40", price_cents=9490, category=lights)
    SubstituteLink.objects.create(product=lamp, substitute=dune, note="en forme de dôme")
    others = [ProductFactory(sku=f"AUTRE-{number}") for number in range(12)]
    return {"GALET-40": 5, "DUNE-40": 8, **{product.sku: 10 for product in others}}


def place_order(page: Page) -> Order:
    """The shop hands the order over by the API; workers verify and confirm it."""
    answer = page.request.post(
        "/api/v1/orders",
        headers=token_headers(),
        data={
            "external_id": "1001",
            "placed_at": timezone.now().isoformat(),
            "promised_on": (timezone.localdate() + timedelta(days=10)).isoformat(),
            "currency": "EUR",
            "shipping_cents": 590,
            "customer": {"email": JEAN, "first_name": "Jean", "last_name": "Démo", "language": "fr"},
            "lines": [{"sku": "GALET-40", "quantity": 1, "unit_price_cents": 8990}],
        },
    )
    assert answer.status == 201, answer.text()
    work()
    return Order.objects.get()


def purchases() -> list[tuple[str, str]]:
    """What was asked of suppliers: product and state of the question."""
    found = PurchaseOrder.objects.order_by("pk").values_list(
        "lines__allocation__offer__product__sku", "status"
    )
    return list(found)


def test_a_feed_falls_and_the_customer_takes_the_substitute(
    page: Page, phone: Page, sign_in: Callable[[User], None], mails: SmtpServer, axe: Callable[[Page], None]
) -> None:
    operator = User.objects.create_user("o@stocke.example", first_name="Sam", role="operations")
    sign_in(operator)
    supplier: Supplier = SupplierFactory(name="Comptoir Exemple")
    feed, stated = FeedFactory(supplier=supplier), catalogue()
    hand_in(page, feed, stated)
    order = place_order(page)
    assert (order.status, purchases()) == (OrderStatus.CONFIRMED, [("GALET-40", "waiting")])

    hand_in(page, feed, {**stated, "GALET-40": 0})

    case = StockoutCase.objects.get()
    assert case.facts["stated"] == 0
    assert purchases() == [("GALET-40", "cancelled")]
    sign_in(agent("Léa"))
    page.goto("/stockouts/")
    expect(
        page.get_by_text("Comptoir Exemple annonce maintenant 0 ; nous en avions promis 1")
    ).to_be_visible()
    axe(page)
    send_from_the_desk(page)

    follow_the_letter(phone, mails, JEAN)
    axe(phone)
    choose(phone, "Recevoir Suspension Dune")
    work(EXECUTE)

    phone.reload()
    expect(phone.get_by_text("Nous vous envoyons Suspension Dune Ø 40")).to_be_visible()
    line = order.lines.get()
    assert (line.product, line.ordered_sku) == (Product.objects.get(sku="DUNE-40"), "GALET-40")
    assert line.status == LineStatus.ORDERED
    assert purchases() == [("GALET-40", "cancelled"), ("DUNE-40", "waiting")]
    page.goto(reverse("orders:order", args=[order.number]))
    expect(page.get_by_text("Suspension Dune Ø 40 est envoyé à la place de").first).to_be_visible()
    subjects = [str(mail["Subject"]) for mail in letters_to(mails, JEAN)]
    assert len(subjects) == len(set(subjects)) == 3


def test_the_customer_is_refunded(page: Page, phone: Page, lea: User, mails: SmtpServer) -> None:
    scene = letter_sent(page, phone, mails)

    choose(phone, "Obtenir votre remboursement")
    work(EXECUTE)

    phone.reload()
    expect(phone.get_by_text("Nous vous remboursons 95,80")).to_be_visible()
    assert (scene.line.status, scene.order.status) == (LineStatus.REFUNDED, OrderStatus.CANCELLED)
    page.goto("/stockouts/refunds/")
    page.get_by_role("link", name="Jean Démo").click()
    page.get_by_label("Référence du paiement").fill("RB-77")
    page.get_by_role("button", name="Marquer comme fait").click()
    expect(told(page, "Remboursement fait, client prévenu")).to_be_visible()
    deliver()
    assert "Nous avons remboursé 95,80 €" in text_of(letters_to(mails, JEAN)[-1])
    assert Refund.objects.get().reference == "RB-77"


def test_the_customer_takes_a_voucher_and_then_his_money(
    page: Page, phone: Page, lea: User, mails: SmtpServer
) -> None:
    scene = open_scene(customer={"email": JEAN})
    send_from_the_desk(page, "4")
    follow_the_letter(phone, mails, JEAN)

    choose(phone, "Recevoir un bon d’achat")
    work(EXECUTE)

    voucher = Voucher.objects.get()
    letter = text_of(letters_to(mails, JEAN)[-1])
    assert voucher.code in letter
    assert scene.line.status == LineStatus.VOUCHERED
    phone.reload()
    phone.get_by_role("button", name="Récupérer 95,80").click()
    expect(phone.get_by_text("Nous vous remboursons 95,80")).to_be_visible()
    voucher.refresh_from_db()
    assert voucher.returned_at is not None
    assert Refund.objects.get().amount_cents == 9580


def test_the_customer_waits_and_is_served_when_it_is_back(
    page: Page, phone: Page, lea: User, mails: SmtpServer
) -> None:
    scene = letter_sent(page, phone, mails, waits=True)

    choose(phone, "Attendre le")
    work(EXECUTE)

    phone.reload()
    expect(phone.get_by_text("Nous gardons votre commande")).to_be_visible()
    assert scene.line.status == LineStatus.WAITING
    stock(scene.lamp_offer, 4)
    from suppliers.domain.levels import recompute

    recompute([scene.lamp.pk], cause="feed")
    work(("orders", "orders.jobs.cases.serve_waiting_lines"))
    assert scene.line.status == LineStatus.ORDERED
    assert purchases() == [(scene.lamp.sku, "waiting")]


def test_the_customer_changes_his_mind_and_takes_the_product_that_came_back(
    page: Page, phone: Page, lea: User, mails: SmtpServer, settings: Any
) -> None:
    scene = letter_sent(page, phone, mails)
    settings.CHANGE_OF_MIND_SECONDS = 600
    choose(phone, "Recevoir Suspension Galet Ø 35")
    work(EXECUTE)
    assert scene.fresh.status == CaseStatus.TO_EXECUTE
    stock(scene.lamp_offer, 4)

    phone.get_by_role("link", name="Changer d’avis").click()
    phone.get_by_label(re.compile("Recevoir le produit commandé")).check()
    phone.get_by_role("button", name="Confirmer mon choix").click()
    expect(phone.get_by_role("heading", name="Votre choix est enregistré")).to_be_visible()
    settings.CHANGE_OF_MIND_SECONDS = 0
    work(EXECUTE)

    assert (scene.line.product, scene.fresh.status) == (scene.lamp, CaseStatus.SETTLED)
    assert scene.line.status == LineStatus.ORDERED
    assert not Refund.objects.exists()


def test_silence_is_settled_by_the_refund_that_was_announced(
    page: Page, phone: Page, lea: User, mails: SmtpServer
) -> None:
    scene = letter_sent(page, phone, mails)
    expect(phone.get_by_text("Sans réponse de votre part avant le")).to_be_visible()
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(minutes=1))

    work(("orders", "orders.jobs.cases.settle_silent_cases"))

    phone.reload()
    expect(phone.get_by_text("Nous vous remboursons 95,80")).to_be_visible()
    assert scene.fresh.status == CaseStatus.SETTLED
    assert Message.objects.filter(kind="choice_received").count() == 0
