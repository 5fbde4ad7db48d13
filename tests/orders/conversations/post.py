"""Mails that go out through a real server and come back into a real mailbox."""

from dataclasses import dataclass
from email.message import EmailMessage

from stocke.core.actors import Actor
from stocke.core.domain import collecting, mailboxes, sending
from stocke.core.models import IncomingMessage, Message
from tests.fakes.imap import PASSWORD, USER, FakeImap
from tests.mailserver import SmtpServer

STAFF = Actor.job("test")
ADDRESS = "reponses@shop.example"


def connect_mailbox(box: FakeImap, *, password: str = PASSWORD, port: int | None = None) -> None:
    """As the settings page does it."""
    values = {
        "active": True,
        "address": ADDRESS,
        "host": "localhost",
        "port": port or box.tls_port,
        "security": "tls",
        "user": USER,
        "folder": "INBOX",
    }
    mailboxes.connect(values, password=password, by=STAFF)


@dataclass
class Post:
    """`sent` is how many of our mails left so far, as their readers got them."""

    box: FakeImap
    catcher: SmtpServer

    def deliver(self, message: Message) -> EmailMessage:
        """The mail as its reader gets it."""
        Message.objects.filter(pk=message.pk).update(not_before=None)
        sending.send_waiting(only=message.pk)
        message.refresh_from_db()
        return next(mail for mail in self.catcher.mails() if mail["Message-ID"] == message.mail_id)

    def collect(self) -> int:
        return collecting.collect()


def reply_to(mail: EmailMessage, text: str, *, sender: str = "", **headers: str) -> EmailMessage:
    """What a mail program makes of the button "answer"."""
    made = EmailMessage()
    made["From"], made["To"] = sender or mail["To"], mail["Reply-To"]
    made["Subject"], made["Message-ID"] = f"Re: {mail['Subject']}", f"<re-{mail['Message-ID'][1:]}"
    made["In-Reply-To"] = made["References"] = mail["Message-ID"]
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(f"{text}\n\nOn Thursday the shop wrote:\n> Hello\n> Choose\n")
    return made


def only() -> IncomingMessage:
    return IncomingMessage.objects.get()
