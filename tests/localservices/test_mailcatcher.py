import smtplib
from email.message import EmailMessage

from tests.mailserver import SmtpServer


def letter(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "shop@example.com", "ada@example.com"
    mail.set_content("Bonjour à tous")
    return mail


def test_a_mail_is_kept_whole_with_its_envelope(smtp_server: SmtpServer) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as line:
        line.send_message(letter("Votre commande"), to_addrs=["ada@example.com", "hidden@example.com"])

    mail = smtp_server.mails()[0]

    assert mail["Subject"] == "Votre commande"
    assert mail.get_content().strip() == "Bonjour à tous"
    assert mail["X-Envelope-From"] == "shop@example.com"
    assert mail.get_all("X-Envelope-To") == ["ada@example.com", "hidden@example.com"]


def test_mails_are_kept_in_the_order_of_their_arrival(smtp_server: SmtpServer) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as line:
        for subject in ("first", "second", "third"):
            line.send_message(letter(subject))

    assert [mail["Subject"] for mail in smtp_server.mails()] == ["first", "second", "third"]
