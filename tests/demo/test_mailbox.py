from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.localservices.mailcatcher import MailKeeper

Arrive = Callable[..., int]


@pytest.fixture
def arrive(settings: Settings, tmp_path: Path) -> Arrive:
    """`arrive("Subject")` lets a mail arrive in the mailbox and answers its number."""
    settings.MAILBOX_DIR = str(tmp_path)
    keeper = MailKeeper(tmp_path)

    def keep(subject: str, *, text: str = "Bonjour", html: str = "") -> int:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, "shop@example.com", "ada@example.com"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        envelope = Envelope()
        envelope.mail_from, envelope.rcpt_tos = "shop@example.com", ["ada@example.com"]
        envelope.original_content = bytes(mail)
        return int(keeper.keep(envelope).stem)

    return keep


@pytest.fixture
def agent(db: None) -> User:
    return User.objects.create_user("agent@example.com", "a long password", role=Role.CUSTOMER_SERVICE)


@pytest.fixture
def staff(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def subjects(staff: Client, words: str = "") -> list[str]:
    page = staff.get("/demo/mailbox/", {"q": words}).context["page"]
    return [mail.subject for mail in page]


def test_mails_are_listed_newest_first(staff: Client, arrive: Arrive) -> None:
    for subject in ("Première", "Deuxième"):
        arrive(subject)

    assert subjects(staff) == ["Deuxième", "Première"]


def test_a_search_finds_mails_that_hold_every_word(staff: Client, arrive: Arrive) -> None:
    arrive("Votre commande", text="La chaise Dune est en rupture")
    arrive("Votre commande", text="La table Dune est partie")

    assert subjects(staff, "CHAISE dune") == ["Votre commande"]
    assert subjects(staff, "lampe") == []


def test_a_mail_shows_its_text_and_frames_its_html(staff: Client, arrive: Arrive) -> None:
    number = arrive("Choix", text="En clair", html="<html><head></head><body>En <b>gras</b></body></html>")

    page = staff.get(f"/demo/mailbox/{number}/")
    frame = staff.get(f"/demo/mailbox/{number}/html/")

    assert "En clair" in page.content.decode()
    assert f"/demo/mailbox/{number}/html/" in page.content.decode()
    assert frame.content.decode().strip() == (
        '<html><head><base target="_blank"></head><body>En <b>gras</b></body></html>'
    )


def test_the_html_of_a_mail_may_do_nothing(staff: Client, arrive: Arrive) -> None:
    number = arrive("Mauvais", html="<script>alert(1)</script>")

    frame = staff.get(f"/demo/mailbox/{number}/html/")

    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert sorted(frame["Content-Security-Policy"].split("; ")) == [
        "default-src 'none'",
        "frame-ancestors 'self'",
        "img-src 'self' data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]


def test_a_stranger_is_sent_to_the_login(client: Client, arrive: Arrive, db: None) -> None:
    number = arrive("Secret")

    answers = [client.get(f"/demo/mailbox/{path}") for path in ("", f"{number}/", f"{number}/html/")]

    assert [answer.status_code for answer in answers] == [302, 302, 302]


def test_outside_the_demonstration_there_is_no_mailbox(staff: Client, settings: Settings) -> None:
    settings.MAILBOX_DIR = ""

    assert staff.get("/demo/mailbox/").status_code == 404


def test_a_mail_that_the_catcher_forgot_is_not_found(staff: Client, arrive: Arrive) -> None:
    assert staff.get(f"/demo/mailbox/{arrive('Une') + 1}/").status_code == 404


def test_the_pages_are_accessible_and_draw_the_mail(
    page: Page,
    agent: User,
    arrive: Arrive,
    sign_in: Callable[[User], None],
    axe: Callable[[Page], None],
) -> None:
    arrive(
        "Votre choix",
        html="<html lang='fr'><head><title>x</title></head><body><p>Bonjour Ada</p></body></html>",
    )
    sign_in(agent)

    page.goto("/demo/mailbox/")
    axe(page)
    page.get_by_role("link", name="Votre choix").click()
    page.frame_locator("iframe").get_by_text("Bonjour Ada").wait_for()
    axe(page)
