"""One conversation with a mail server, and what its end means for the message."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from stocke.core.domain.letter_kinds import KINDS, WRITTEN_BY_HAND, Audience
from stocke.core.domain.reply_addresses import reply_address
from stocke.core.models import Mailbox, Message, Shop


class Ending(StrEnum):
    SENT = "sent"
    LATER = "later"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Delivery:
    """How an attempt ended, with the other side's words. `server_down`: the next message would fare no better."""

    ending: Ending
    reason: str = ""
    server_down: bool = False


def said(code: int, text: bytes | str) -> str:
    """The server's reply as a person may read it."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split())[:500]


def judged(code: int, text: bytes | str) -> Delivery:
    """A reply is a clear "no": 4xx for now, 5xx for good. In both cases the server has not taken the mail."""
    return Delivery(Ending.BOUNCED if code >= 500 else Ending.LATER, said(code, text))


def judge(error: Exception, *, data_begun: bool) -> Delivery:
    """What an error during sending means. Pure.

    A broken line is harmless until the content is on its way; after that nobody knows whether it was taken.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        return judged(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= 500:
        # Our own address is refused: the customer's is none the worse for it, and no other mail would fare better.
        return Delivery(Ending.LATER, said(error.smtp_code, error.smtp_error), server_down=True)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        return judged(error.smtp_code, error.smtp_error)
    if isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        return Delivery(Ending.FAILED, str(error)[:500])
    reason = f"{type(error).__name__}: {error}"[:500]
    return Delivery(Ending.UNSURE if data_begun else Ending.LATER, reason)


def mail_of(message: Message, shop: Shop, mailbox: Mailbox | None = None) -> EmailMultiAlternatives:
    """The mail as it goes out. Raises OSError when an attachment is gone.

    With a mailbox of ours, answers go there, to an address that names this mail.
    """
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[address(message)],
        reply_to=[answered_at(message, shop, mailbox)],
        headers=headers_of(message),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for item in message.attachments:
        mail.attach(item["name"], content_of(item), item["type"])
    return mail


def answered_at(message: Message, shop: Shop, mailbox: Mailbox | None) -> str:
    kind = KINDS.get(message.kind)
    if mailbox is None or not mailbox.active or kind is None or kind.audience == Audience.STAFF:
        return shop.contact_email
    return reply_address(mailbox.address, message.pk)


def headers_of(message: Message) -> dict[str, str]:
    """A mail that a person wrote says so by saying nothing: out-of-office notes answer it as they should."""
    headers = {"Message-ID": message.mail_id, "Content-Language": message.language}
    if message.in_reply_to:
        headers |= {"In-Reply-To": message.in_reply_to, "References": message.in_reply_to}
    if link := message.facts.get("unsubscribe_link", ""):
        # RFC 8058: the reader's mail program unsubscribes by one POST, without opening a page.
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if message.kind not in WRITTEN_BY_HAND:
        headers["Auto-Submitted"] = "auto-generated"
    return headers


def content_of(item: Mapping[str, str]) -> bytes:
    """The bytes of an attachment: from the default storage, or from its maker. Raises OSError."""
    if "made_by" not in item:
        with default_storage.open(item["path"]) as file:
            return bytes(file.read())
    try:
        return bytes(import_string(item["made_by"])(item))
    except Exception as error:  # whatever is wrong with one document must not hold up the mails of others
        raise OSError(f"{type(error).__name__}: {error}") from error


def address(message: Message) -> str:
    """Name and address for the To header; a name with odd signs is quoted."""
    name = message.recipient_name.replace('"', "").replace("\\", "").strip()
    name = " ".join(name.split())
    return f'"{name}" <{message.recipient}>' if name else message.recipient


def deliver(message: Message, mailer: Any, shop: Shop, mailbox: Mailbox | None = None) -> Delivery:
    """Hand the message to the mail server. Touches no row, so it needs no transaction."""
    try:
        mail = mail_of(message, shop, mailbox)
    except OSError as error:
        return Delivery(Ending.FAILED, f"attachment: {error}"[:500])
    try:
        mailer.open()
    except OSError as error:
        return Delivery(Ending.LATER, f"{type(error).__name__}: {error}"[:500], server_down=True)
    try:
        mailer.send_messages([mail])
    except (OSError, ValueError) as error:
        # A mailer that does not say is one that may have begun.
        result = judge(error, data_begun=getattr(mailer, "data_begun", True))
        close_quietly(mailer)
        return result
    return Delivery(Ending.SENT)


def close_quietly(mailer: Any) -> None:
    """End a conversation whose other side may be gone; the next message opens a new one."""
    try:
        mailer.close()
    except OSError:
        mailer.connection = None
