"""The demonstration's day, without its time: people outside act on the real pages, and only where it is made up."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.message import Message as Mail
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiosmtpd.smtp import Envelope
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext, override
from pytest_django.fixtures import Settings

from orders.domain.answer_keys import issue_answer_key
from orders.domain.cancelling import note_late_yes
from orders.domain.chasing import Step, chase, give_up
from orders.domain.ordering import change_rules
from orders.domain.purchase_messages import LINK_PURPOSE
from orders.domain.purchasing import order_purchases
from orders.domain.returns.letters import approval_link, return_link
from orders.domain.shipping import Parcel, announce
from orders.domain.sorting import sort_message
from orders.domain.verification import verify_order
from orders.models import (
    Answer,
    CancelAnswer,
    OptionKind,
    Order,
    PurchaseOrder,
    PurchaseOrderStatus,
    Return,
    Shipment,
)
from stocke.core.actors import Actor
from stocke.core.domain.links import sign
from stocke.core.mail_jobs import send_due
from stocke.core.models import HistoryEntry, IncomingMessage, Message, User
from stocke.demo.day.customers import choose, kind_of, opens_at, order_of
from stocke.demo.day.files import deliver
from stocke.demo.day.hours import let_pass
from stocke.demo.day.letters import post
from stocke.demo.day.news import News
from stocke.demo.day.outside import Outside
from stocke.demo.day.pages import Visitor
from stocke.demo.day.playing import Day
from stocke.demo.day.plots import PLOTS
from stocke.demo.day.stocked import plotted
from stocke.demo.day.suppliers import ACCEPTED, PART, REJECTED, answers_at, dearer, serves
from stocke.demo.management.commands import demo
from stocke.demo.world.people import save_staff
from stocke.demo.world.traders import BY_CODE
from stocke.localservices.mailcatcher import MailKeeper
from stocke.products.models import Level
from suppliers.models import Run
from suppliers.transports.folder import has_waiting_file
from tests.factories.feeds import FeedFactory
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.shipments import AcceptedFactory, line_of
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.factories.tokens import token_headers
from tests.orders.cases.scenes import open_scene, send, stock

LAMP = "Lampe Alba, blanc"
FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
CAMILLE = {
    "email": "camille@client.example",
    "first_name": "Camille",
    "last_name": "Démo",
    "language": "fr",
    "country": "FR",
}


class SteppedClock:
    """Every wait is a quarter of an hour of the day, and none of ours."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(minutes=15)


class ToUs(httpx.BaseTransport):
    """Requests go to the pages of this process, with the connection of the test; forgery is looked for as always."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = Client(enforce_csrf_checks=True).generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            request.headers.get("content-type", ""),
            headers={name: value for name, value in request.headers.items() if name != "content-type"},
        )
        heads = [(name, value) for name, value in answer.items() if name != "Content-Length"]
        cookies = [("Set-Cookie", one.OutputString()) for one in answer.cookies.values()]
        return httpx.Response(answer.status_code, headers=heads + cookies, content=answer.content)


def outside(mails: Path, **given: object) -> Outside:
    facts = {
        "base": "http://testserver",
        "token": "",
        "mails": mails,
        "people": [CAMILLE],
        "goods": list,
        "deliver": lambda _temper, _random: "",
        "transport": ToUs(),
    }
    return Outside(**{**facts, **given})  # type: ignore[arg-type]  # each is of its field's type


def mail_about(purchase: PurchaseOrder, mails: Path) -> None:
    link = f"/p/{sign(LINK_PURPOSE, purchase.pk)}/"
    arrive(mails, purchase.supplier.email, f"Commande {purchase.number}", link)


def bring(purchase: PurchaseOrder, mails: Path) -> None:
    """The mail with the purchase order itself."""
    mail = EmailMessage()
    mail["Subject"] = "Commande"
    mail.set_content(f"– 3 × {LAMP}\nhttp://testserver/p/{sign(LINK_PURPOSE, purchase.pk)}/")
    mail.add_attachment(b"-", maintype="application", subtype="pdf", filename=f"{purchase.number}.pdf")
    keep(mails, mail, purchase.supplier.email)


def arrive(mails: Path, to: str, subject: str, link: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = subject, to
    mail.set_content(f"Répondez ici : http://testserver{link}?lang=fr")
    keep(mails, mail, to)


def keep(mails: Path, mail: Mail, to: str) -> None:
    envelope = Envelope()
    envelope.mail_from, envelope.rcpt_tos = "shop@example.com", [to]
    envelope.original_content = bytes(mail)
    MailKeeper(mails).keep(envelope)


def play(world: Outside, *, hours: int) -> list[str]:
    said: list[str] = []
    Day(world, SteppedClock(FRIDAY), 1, said.append).play(FRIDAY + timedelta(hours=hours))
    return said


@pytest.fixture
def everything_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every supplier has what he is asked for: else it would hang on the number of the purchase order."""
    for code, temper in list(BY_CODE.items()):
        monkeypatch.setitem(BY_CODE, code, replace(temper, serves=100, serves_few=100))


def of_supplier(purchase: PurchaseOrder, code: str) -> PurchaseOrder:
    purchase.supplier.email = f"commandes@{code}.example"
    purchase.supplier.save()
    return purchase


def test_each_temper_answers_in_its_own_time_and_one_keeps_his_weekends_free() -> None:
    asked = {code: answers_at(BY_CODE[code], FRIDAY, Random(3)) for code in ("nordique", "comptoir")}
    rested = answers_at(BY_CODE["rivage"], FRIDAY + timedelta(days=1), Random(3))

    assert asked["nordique"] < FRIDAY + timedelta(hours=1) < FRIDAY + timedelta(hours=4) <= asked["comptoir"]
    assert (rested.date() - FRIDAY.date()).days == 3


def test_each_temper_serves_as_often_as_it_does() -> None:
    served = {
        code: sum(serves(BY_CODE[code], Random(number)) for number in range(1000))
        for code in ("nordique", "grossiste", "specimen")
    }

    assert served["nordique"] > 900 > served["grossiste"] > 600 > served["specimen"]


def test_the_same_seed_orders_the_same() -> None:
    goods = [(f"S-{number}", f"Lampe {number}", 4900) for number in range(30)]

    def orders(seed: int) -> list[object]:
        return [order_of(number, "jour", [CAMILLE], goods, FRIDAY, seed) for number in range(5)]

    assert orders(7) == orders(7)
    assert orders(7) != orders(8)


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_there")
def test_a_supplier_answers_on_the_page_behind_our_mail_and_later_sends_the_parcel(tmp_path: Path) -> None:
    purchase = of_supplier(PurchaseFactory(), "nordique")
    mail_about(purchase, tmp_path)

    said = play(outside(tmp_path), hours=12)

    purchase.refresh_from_db()
    assert (purchase.status, purchase.lines.get().answer) == (PurchaseOrderStatus.ANSWERED, Answer.ACCEPTED)
    assert Shipment.objects.get().purchase_order == purchase
    about = [one.split("  ", 1)[1] for one in said if "Nordique" in one]
    assert about == [
        f"Nordique Démo accepts 1 line (Commande {purchase.number})",
        f"Nordique Démo has sent the parcel (Commande {purchase.number})",
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("media", "everything_there")
def test_a_supplier_answers_by_mail_with_our_table_filled_in(tmp_path: Path, mailoutbox: list[Any]) -> None:
    supplier = SupplierFactory(code="grossiste", email="commandes@grossiste.example")
    change_rules(supplier, formats=["csv"], by=Actor.job("test"))
    offer = OfferFactory(product=ProductFactory(), supplier=supplier, quantity=20)
    order = ConfirmedOrderFactory(offer, confirmed_at=timezone.now() - timedelta(hours=1))
    order_purchases(order.pk, by=Actor.job("purchasing"))
    send_due()
    [letter] = [one for one in mailoutbox if supplier.email in one.to[0]]
    keep(tmp_path, letter.message(), supplier.email)

    said = play(outside(tmp_path, post=post), hours=8)
    sort_message(IncomingMessage.objects.get().pk, by=Actor.job("mailbox"))
    # Another day, on which there is nothing left to answer.
    play(outside(tmp_path, post=post), hours=2)

    mail, purchase = IncomingMessage.objects.get(), PurchaseOrder.objects.get()
    assert (mail.status, mail.is_proven, mail.facts["results"][0]["outcome"]) == ("done", True, "taken")
    assert purchase.lines.get().answer == Answer.ACCEPTED
    assert "Grossiste Témoin accepts 1 line by mail, in our table" in "".join(said)


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_there")
def test_a_supplier_answers_by_a_program_of_his(tmp_path: Path) -> None:
    purchase = of_supplier(PurchaseFactory(), "specimen")
    _key, secret = issue_answer_key(purchase.supplier, by=Actor.job("test"))
    PurchaseOrder.objects.update(status=PurchaseOrderStatus.WAITING)
    bring(purchase, tmp_path)

    said = play(outside(tmp_path, keys={"specimen": secret}), hours=1)

    assert purchase.lines.get().answer == Answer.ACCEPTED
    assert "Maison Spécimen accepts 1 line by the API (Commande)" in "".join(said)


@pytest.mark.django_db
def test_a_late_yes_is_told_once() -> None:
    purchase = PurchaseFactory()
    give_up(purchase, by=Actor.job("test"))
    news = News()

    note_late_yes(purchase.pk, by=Actor.supplier(purchase.supplier.name))

    assert [one for one in news() if "too late" in one] == [
        f"Stock e: {purchase.supplier.name} said yes after all, too late (order {purchase.order.number})"
    ]


@pytest.mark.django_db
def test_a_customer_asks_and_chooses_on_the_page_behind_our_letter(tmp_path: Path) -> None:
    scene = open_scene()
    send(scene)
    arrive(tmp_path, CAMILLE["email"], "Votre commande", scene.link())

    said = play(outside(tmp_path), hours=6)

    chosen = scene.fresh.choice
    assert (chosen and chosen.kind) == OptionKind.VOUCHER
    assert [one.split("  ", 1)[1] for one in said if CAMILLE["email"] in one] == [
        "camille@client.example asks a question before he chooses",
        "camille@client.example chooses “Recevoir un bon d’achat de 105,38 €”",
    ]


@pytest.mark.django_db
def test_each_customer_chooses_what_was_chosen_least_and_one_comes_to_it_by_changing_his_mind() -> None:
    scene, chosen = open_scene(), Counter(voucher=1)
    send(scene)
    visitor = Visitor("http://testserver", ToUs())

    said = choose(visitor, scene.link(), chosen, wavers=True)

    choice = scene.fresh.choice
    assert (choice and choice.kind) == OptionKind.SUBSTITUTE
    assert (said, chosen) == (
        "chooses, and changes his mind: “Recevoir Suspension Dune Ø 40”",
        Counter(voucher=1, substitute=1),
    )
    told = HistoryEntry.objects.filter(kind="case.chosen").order_by("pk")
    assert [one.after["option"] for one in told] == [OptionKind.REFUND, OptionKind.SUBSTITUTE]


@pytest.mark.django_db
def test_who_is_offered_a_part_opens_his_letter_first_asks_nothing_and_takes_the_part(tmp_path: Path) -> None:
    scene = open_scene(quantity=3, confirmed=False)
    stock(scene.lamp_offer, 2)
    send(scene)
    letter = EmailMessage()
    letter["Subject"] = "Votre commande"
    letter.set_content(Message.objects.get().text)
    keep(tmp_path, letter, CAMILLE["email"])
    day = Day(outside(tmp_path), SteppedClock(FRIDAY), 1, lambda _words: None)

    day.play(FRIDAY + timedelta(minutes=16))

    choice = scene.fresh.choice
    assert (choice and (choice.kind, choice.units)) == (OptionKind.PARTIAL, 2)
    assert opens_at(FRIDAY, "obtenir votre remboursement", Random(1)) > opens_at(
        FRIDAY, letter.as_string(), Random(1)
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_kind_of_answer_is_known_by_its_title(language: str) -> None:
    titles = {
        "wait": "Wait until %(date)s",
        "partial": "Receive %(units)s now",
        "refund": "Get your money back",
        "voucher": "Take a voucher for %(amount)s",
        "substitute": "Receive %(product)s",
    }

    with override(language):
        assert [kind_of(gettext(title)) for title in titles.values()] == list(titles)


@pytest.mark.django_db
def test_who_is_asked_first_for_a_plotted_article_says_what_was_plotted(tmp_path: Path) -> None:
    purchase = of_supplier(PurchaseFactory(quantity=3), "comptoir")
    bring(purchase, tmp_path)
    day = Day(outside(tmp_path), SteppedClock(FRIDAY), 1, lambda _words: None)
    day.plotted = {LAMP: PART}

    day.play(FRIDAY + timedelta(minutes=40))

    line = purchase.lines.get()
    assert (line.answer, line.accepted_quantity, day.plotted) == (Answer.PART, 1, {})


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["nordique", "specimen"])
def test_a_new_price_is_said_on_the_page_or_by_a_program_and_waits_for_a_person(
    tmp_path: Path, code: str
) -> None:
    purchase = of_supplier(PurchaseFactory(quantity=3), code)
    PurchaseOrder.objects.update(status=PurchaseOrderStatus.WAITING)
    _key, secret = issue_answer_key(purchase.supplier, by=Actor.job("test"))
    bring(purchase, tmp_path)
    said: list[str] = []
    day = Day(outside(tmp_path, keys={code: secret}), SteppedClock(FRIDAY), 1, said.append)
    day.plotted = {LAMP: dearer(8990)}

    day.play(FRIDAY + timedelta(minutes=40))

    line = purchase.lines.get()
    assert (line.answer, line.offered_cents) == (Answer.PRICED, 6472)
    assert "accepts 1 line, at a new price" in "".join(said)


def test_what_everybody_should_see_of_suppliers_is_plotted() -> None:
    good = ("A-1", LAMP, 8990)

    assert [plot.said(good) for plot in PLOTS] == [REJECTED, None, PART, ACCEPTED, dearer(8990)]


@pytest.mark.django_db
def test_a_silent_supplier_is_given_up_says_yes_too_late_and_soon_answers_the_question_to_cancel(
    tmp_path: Path,
) -> None:
    purchase = of_supplier(PurchaseFactory(backups=1), "nordique")
    bring(purchase, tmp_path)
    steps: list[object] = []
    asked: list[Message] = []

    def clock() -> list[str]:
        steps.extend(filter(None, [chase(purchase.pk, by=Actor.job("purchasing"))]))
        for letter in Message.objects.filter(kind="purchase_cancel").exclude(
            pk__in=[one.pk for one in asked]
        ):
            asked.append(letter)
            arrive(tmp_path, letter.recipient, letter.subject, f"/p/{sign(LINK_PURPOSE, purchase.pk)}/")
        return []

    day = Day(outside(tmp_path, news=clock, let_pass=let_pass), SteppedClock(FRIDAY), 1, lambda _words: None)
    day.plotted = {LAMP: None}

    day.play(FRIDAY + timedelta(hours=4))

    purchase.refresh_from_db()
    assert steps == [Step.HALF, Step.MOST, Step.OVER]
    assert (purchase.lines.get().reason, purchase.late_yes_at is not None) == ("no_answer", True)
    assert (len(asked), purchase.cancel_answer) == (1, CancelAnswer.CANCELLED)
    assert day.plotted == {LAMP: ACCEPTED}, "whoever is asked next has it"


@pytest.mark.django_db
def test_a_parcel_is_followed_until_it_has_arrived_and_some_of_it_comes_back(tmp_path: Path) -> None:
    purchase = of_supplier(AcceptedFactory(quantity=2), "nordique")
    order, number = purchase.order, "6A12345678901"
    announce(order.pk, Parcel({line_of(purchase).pk: 2}, number), by=Actor.job("test"), purchase=purchase)
    token = token_headers(channel=order.channel, scopes=("shipments.write",))["Authorization"]
    mail = EmailMessage()
    mail["Subject"] = f"Un colis de votre commande {order.number} est parti"
    mail.set_content(f"Suivi Colissimo {number}. Le renvoyer : {return_link(order)}")
    keep(tmp_path, mail, CAMILLE["email"])

    said = play(outside(tmp_path, token=token.removeprefix("Bearer ")), hours=2)
    returned = Return.objects.get()
    arrive(tmp_path, purchase.supplier.email, "Retour", urlsplit(approval_link(returned)).path)
    arrive(tmp_path, CAMILLE["email"], "Où envoyer votre retour", urlsplit(return_link(order)).path)
    said += play(outside(tmp_path), hours=4)

    returned.refresh_from_db()
    assert Shipment.objects.get().state == "delivered"
    assert (returned.status, returned.tracking_number[:2]) == ("received", "6A")
    assert [one.split("  ", 1)[1] for one in said if "6A" in one or "back" in one or "return" in one] == [
        f"Parcel {number} is on its way (order {order.number})",
        f"Parcel {number} is out (order {order.number})",
        f"Parcel {number} has arrived (order {order.number})",
        "camille@client.example asks to send something back",
        "Nordique Démo takes a return back",
        "camille@client.example sends it back",
        "Nordique Démo has got a return",
    ]


@pytest.mark.django_db
def test_what_is_plotted_is_an_article_that_two_suppliers_have_in_plenty() -> None:
    nordique, comptoir = (SupplierFactory(code=code) for code in ("nordique", "comptoir"))
    both, one = ProductFactory(name="Both"), ProductFactory(name="One")
    for supplier, product in ((nordique, both), (comptoir, both), (nordique, one)):
        OfferFactory(supplier=supplier, product=product, quantity=20)
    Level.objects.update_or_create(product=both, defaults={"sellable": 40})
    Level.objects.update_or_create(product=one, defaults={"sellable": 20})

    assert [name for _sku, name, _cents in plotted(4)] == ["Both"]


@pytest.mark.django_db
def test_the_news_are_told_once_in_the_words_of_the_record() -> None:
    OrderFactory()
    news = News()
    order = OrderFactory(lines=[{"product": ProductFactory()}])

    verify_order(order.pk, by=Actor.job("verification"))

    assert [one.endswith(f"(order {order.number})") for one in news()] == [True]
    assert news() == []


@pytest.mark.django_db
def test_customers_order_by_the_api_until_nothing_is_left(tmp_path: Path) -> None:
    product = ProductFactory(sku="A-1", name="Lampe Alba")
    stock = [[("A-1", product.name, 4900)], []]
    token = token_headers()["Authorization"].removeprefix("Bearer ")

    said = play(outside(tmp_path, token=token, goods=lambda: stock.pop(0) if stock else []), hours=2)

    order = Order.objects.get()
    assert (order.customer.email, order.lines.get().ordered_sku) == ("camille@client.example", "A-1")
    assert f"(order {order.number})" in said[0]
    assert said[-1].endswith("Nobody orders: nothing is in stock any more.")


@pytest.mark.django_db
def test_a_product_that_does_not_answer_is_said_and_the_day_goes_on(tmp_path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    goods = [("A-1", "Lampe Alba", 4900)]
    world = outside(tmp_path, transport=httpx.MockTransport(refuse), goods=lambda: goods)

    said = play(world, hours=2)

    assert len(said) > 1
    assert all("The product does not answer (refused); going on." in one for one in said)
    assert Order.objects.count() == 0


@pytest.mark.django_db
def test_the_day_is_played_against_a_demonstration_only(tmp_path: Path, settings: Settings) -> None:
    settings.LOCAL_DIR = tmp_path
    with pytest.raises(CommandError, match="start it with `make demo`"):
        call_command("demo")

    running(tmp_path)
    User.objects.create_user("somebody@example.com", first_name="Some")
    with pytest.raises(CommandError, match="nothing was done"):
        call_command("demo")


def running(folder: Path) -> None:
    report = {"url": "http://testserver", "api_token": "t", "mailbox": str(folder)}
    (folder / "demo.json").write_text(json.dumps(report))


@pytest.mark.django_db
def test_ctrl_c_ends_the_day_and_says_where(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCAL_DIR = tmp_path
    running(tmp_path)
    save_staff()

    def interrupted(_clock: demo.FastClock, _seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo.FastClock, "wait", interrupted)
    told = StringIO()

    call_command("demo", speed=60, stdout=told)

    assert "The day ends on" in told.getvalue().splitlines()[-1]
    assert "0 orders were placed" in told.getvalue()


@pytest.mark.django_db
def test_a_suppliers_next_file_is_read_at_once_and_drifts_from_what_he_stated_last(
    tmp_path: Path, settings: Settings
) -> None:
    settings.WATCHED_ROOT = tmp_path
    supplier = SupplierFactory(code="nordique")
    offers = [OfferFactory(supplier=supplier, supplier_sku=f"ND-{one}", quantity=10) for one in range(40)]
    feed = FeedFactory(supplier=supplier, transport="folder", location="nordique")

    said = deliver(BY_CODE["nordique"], Random(1))

    assert said == "Nordique Démo sends his stock file."
    assert (Run.objects.get().feed, has_waiting_file("nordique")) == (feed, True)
    [file] = tmp_path.glob("nordique/*.csv")
    stated = [line.split(";")[3] for line in file.read_text("cp1252").splitlines()[1:]]
    assert (len(stated), stated.count("10") < len(offers)) == (40, True)


@pytest.mark.django_db
def test_a_supplier_without_a_folder_sends_nothing() -> None:
    assert deliver(BY_CODE["nordique"], Random(1)) == ""
