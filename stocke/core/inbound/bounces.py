"""Mails that came back: which one, to whom, and why, as the reporting server says it (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from stocke.core.inbound.words import one_line

MOST_RECIPIENTS = 50
DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")


@dataclass(frozen=True)
class Bounce:
    """`failed` are the addresses that were given up, with the reason for each; `delayed` says that only some are late.

    `mail_ids` may name the mail that came back.
    """

    failed: tuple[tuple[str, str], ...]
    delayed: bool
    mail_ids: tuple[str, ...]

    def reason_for(self, address: str) -> str | None:
        """Why this very address was given up; None where it was not."""
        return next((why for one, why in self.failed if one.casefold() == address.casefold()), None)


def bounce_in(mail: Message) -> Bounce | None:
    """What the report says; None for a mail that reports no delivery."""
    kind = str(mail.get_param("report-type") or "").lower()
    if mail.get_content_type() == "multipart/report" and kind == "delivery-status":
        told = [one for part in mail.walk() for one in recipients_in(part)][:MOST_RECIPIENTS]
        failed = tuple((address, why) for address, action, why in told if action == "failed")
        return Bounce(failed, not failed and bool(told), tuple(named_mails(mail)))
    named = str(mail.get("X-Failed-Recipients") or "")
    if named and is_daemon(str(mail.get("From") or "")):
        addresses = [one.strip() for one in named.split(",")[:MOST_RECIPIENTS] if one.strip()]
        return Bounce(tuple((one, "") for one in addresses), False, tuple(named_mails(mail)))
    return None


def is_daemon(sender: str) -> bool:
    return any(f"{name}@" in sender.lower() for name in DAEMONS)


def recipients_in(part: Message) -> Iterator[tuple[str, str, str]]:
    """Address, action and reason of each recipient in a message/delivery-status part."""
    if part.get_content_type() != "message/delivery-status":
        return
    blocks = part.get_payload()
    for block in [one for one in blocks if isinstance(one, Message)] if isinstance(blocks, list) else []:
        final = block.get("Original-Recipient") or block.get("Final-Recipient")
        if final:
            reason = " ".join(
                str(block.get(name) or "") for name in ("Status", "Diagnostic-Code") if block.get(name)
            )
            yield (
                address_of(str(final)),
                str(block.get("Action") or "").strip().lower(),
                one_line(reason, 400),
            )


def address_of(field: str) -> str:
    """ "rfc822; someone@example" without its type."""
    return field.rpartition(";")[2].strip().strip("<>")


def named_mails(mail: Message) -> Iterator[str]:
    """The Message-IDs of what is sent back, whole or by its headers."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            if isinstance(first, Message) and first.get("Message-ID"):
                yield str(first["Message-ID"]).strip()
        elif part.get_content_type() == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            found = re.search(
                rb"(?im)^message-id:\s*(<[^>\s]{3,240}>)", text if isinstance(text, bytes) else b""
            )
            if found:
                yield found.group(1).decode("ascii", "ignore")
