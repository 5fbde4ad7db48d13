"""What is looked for in a mail: a file that hangs on it, or a link to one."""

from collections.abc import Iterator
from email import errors
from email.message import Message
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from imap_tools.message import MailMessage
from lxml import etree, html

# Without a pattern of his own, a person means what a feed may be, and not the picture of a signature.
ENDINGS = {
    *(".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".ods", ".xml", ".json", ".jsonl", ".ndjson"),
    *(".zip", ".gz", ".edi", ".x12"),
}
TORN = (
    errors.StartBoundaryNotFoundDefect,
    errors.CloseBoundaryNotFoundDefect,
    errors.InvalidBase64PaddingDefect,
    errors.InvalidBase64CharactersDefect,
    errors.InvalidBase64LengthDefect,
)


def is_from(address: str, sender: str) -> bool:
    """An address, or everybody of a domain. Never a part of either, which anybody could choose for himself."""
    address, sender = address.lower(), sender.lower().strip()
    if not sender or "@" in sender.lstrip("@"):
        return sender in ("", address)
    return address.endswith("@" + sender.lstrip("@"))


def is_about(subject: str, words: str) -> bool:
    return words.lower().strip() in " ".join(subject.lower().split())


def fits(name: str, pattern: str) -> bool:
    if pattern:
        return fnmatchcase(name.lower(), pattern.lower())
    return PurePosixPath(name.lower()).suffix in ENDINGS


def attached_file(mail: MailMessage, pattern: str) -> tuple[str, bytes] | None:
    """The largest file that fits, with its name; None where there is none, or not all of it."""
    found = [(file.filename, file.payload) for file in mail.attachments if fits(file.filename, pattern)]
    if not found or not is_whole(mail):
        return None
    return max(found, key=lambda file: len(file[1]))


def is_whole(mail: MailMessage) -> bool:
    """Whether every part ends as it was announced. Read the attachments before: their flaws show in unpacking."""
    return not any(isinstance(defect, TORN) for part in parts_of(mail) for defect in part.defects)


def parts_of(mail: MailMessage) -> Iterator[Message]:
    for part in mail.obj.walk():
        part.get_payload(decode=True)
        yield part


def linked_file(mail: MailMessage, words: str) -> str | None:
    """The first link that holds these words; without any, the first that leads to what may be a feed."""
    for link in links_of(mail):
        if words.lower() in link.lower() if words else fits(urlsplit(link).path, ""):
            return link
    return None


def links_of(mail: MailMessage) -> Iterator[str]:
    """The web addresses of a mail, those of its pages first."""
    words = (word.strip("<>()[]\"',;.") for word in mail.text.split())
    for link in (*targets(mail.html), *words):
        if link.startswith(("http://", "https://")):
            yield link


def targets(page: str) -> list[str]:
    try:
        return [str(link.get("href", "")) for link in html.fromstring(page).iter("a")]
    except (etree.LxmlError, ValueError):
        return []
