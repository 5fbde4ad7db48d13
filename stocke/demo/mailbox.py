"""The mails that the demonstration's mail catcher kept, as values for a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
OPEN_LINKS_OUTSIDE = '<base target="_blank">'


@dataclass(frozen=True)
class CaughtMail:
    """One kept file. `number` is the moment of its arrival in nanoseconds, which also names the file."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]

    @property
    def arrived_at(self) -> datetime:
        return datetime.fromtimestamp(self.number / 1e9, tz=UTC)

    @property
    def framed_html(self) -> str:
        """The HTML part, with its links opening in a tab of their own: the frame may not navigate."""
        if HEAD.search(self.html):
            return HEAD.sub(lambda head: head[0] + OPEN_LINKS_OUTSIDE, self.html, count=1)
        return OPEN_LINKS_OUTSIDE + self.html

    def mentions(self, words: str) -> bool:
        everything = " ".join([self.sender, *self.recipients, self.subject, self.text]).casefold()
        return all(word in everything for word in words.casefold().split())


def find_mails(folder: Path, words: str = "") -> Iterator[CaughtMail]:
    """Newest first, those that hold every word. The catcher bounds how many there are."""
    for file in sorted(folder.glob("[0-9]*.eml"), reverse=True):
        mail = read_mail(file)
        if mail is not None and mail.mentions(words):
            yield mail


def find_mail(folder: Path, number: int) -> CaughtMail | None:
    return read_mail(folder / f"{number:020d}.eml")


@lru_cache(maxsize=4000)
def read_mail(file: Path) -> CaughtMail | None:
    """None if the catcher has forgotten it meanwhile. Cached, because a kept file never changes."""
    try:
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None
    return CaughtMail(
        number=int(file.stem),
        sender=str(mail["From"] or mail["X-Envelope-From"] or ""),
        recipients=tuple(str(address) for address in mail.get_all("X-Envelope-To", [])),
        subject=str(mail["Subject"] or ""),
        text=_part(mail, "plain").strip("\n"),
        html=_part(mail, "html"),
        attachments=tuple(part.get_filename() or part.get_content_type() for part in mail.iter_attachments()),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
