"""A mail as it came from the server becomes values, whatever is in it. Never raises: what cannot be read is said so."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from stocke.core.inbound.bounces import Bounce, bounce_in, is_daemon
from stocke.core.inbound.words import LONGEST, harmless, one_line, split_history, text_of_html

# What is more is not fetched; what has more parts is not taken apart.
LARGEST_MAIL, MOST_PARTS, MOST_FILES = 25 * 1024**2, 200, 20
HEAD_KEPT = 64 * 1024
MESSAGE_ID = re.compile(r"<[^<>\s]{3,240}>")
AWAY = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?reply|automatische antwort|out of (?:the )?office|réponse automatique|"
    r"absence du bureau|absent du bureau|abwesenheit|risposta automatica|respuesta automática|automatisch antwoord)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReadFile:
    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """`key` is the same for the same mail, however often and by whichever way it comes.

    `addressed_to` are all addresses it was sent to. `is_away`: its machine says that nobody reads. `is_cut`: there is
    more of it than we took.
    """

    key: str
    mail_id: str = ""
    sender: str = ""
    sender_name: str = ""
    addressed_to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    quoted: str = ""
    written_at: datetime | None = None
    references: tuple[str, ...] = ()
    is_automatic: bool = False
    is_away: bool = False
    is_cut: bool = False
    bounce: Bounce | None = None
    files: tuple[ReadFile, ...] = field(default=(), repr=False)


def read_mail(raw: bytes, *, is_cut: bool = False) -> ReadMail:
    """The mail in `raw`; with `is_cut`, only its beginning is there, and no file is believed to be whole."""
    is_cut = is_cut or raw.count(b"\n--") > MOST_PARTS * 3
    try:
        mail = message_from_bytes(raw[:HEAD_KEPT] if is_cut else raw)
        return as_values(mail, raw, is_cut=is_cut)
    except Exception:  # whatever is wrong with one mail must not hold up the mails of others
        return ReadMail(
            key=digest(raw), subject="", text=harmless(raw[:2000].decode("utf-8", "replace")), is_cut=True
        )


def as_values(mail: Message, raw: bytes, *, is_cut: bool) -> ReadMail:
    name, sender = next(iter(addresses(mail, "From")), ("", ""))
    text = words_of(mail)
    own = split_history(text[: 4 * LONGEST])
    subject = one_line(header(mail, "Subject"))
    mail_id = first_id(header(mail, "Message-ID"))
    return ReadMail(
        key=key_of(mail, mail_id, raw),
        mail_id=mail_id,
        sender=one_line(sender, 254).lower(),
        sender_name=one_line(name, 160),
        addressed_to=tuple(
            address for _name, address in addresses(mail, "To", "Cc", "Delivered-To", "X-Original-To")
        ),
        subject=subject,
        text=own.own[:LONGEST],
        quoted=own.quoted[:LONGEST],
        written_at=moment(header(mail, "Date")),
        references=referred(mail),
        is_automatic=is_automatic(mail) or is_away(mail, subject),
        is_away=is_away(mail, subject),
        is_cut=is_cut or len(own.own) > LONGEST,
        bounce=None if is_cut else bounce_in(mail),
        files=() if is_cut else tuple(files_in(mail)),
    )


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def key_of(mail: Message, mail_id: str, raw: bytes) -> str:
    """The Message-ID and the content: each way a mail takes writes headers of its own above it."""
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1].replace(b"\r\n", b"\n").strip()
    named = "\0".join([mail_id, *(header(mail, name) for name in ("From", "Date", "Subject"))])
    return digest(named.encode("utf-8", "replace"), body)


def header(mail: Message, name: str) -> str:
    """A header in words; what is encoded in a way that nobody knows is read as well as it goes."""
    value = mail.get(name)
    if value is None:
        return ""
    parts = []
    for part, charset in decode_header(str(value)[:10_000]):
        parts.append(part if isinstance(part, str) else decoded(part, charset or "ascii"))
    return "".join(parts)


def decoded(content: bytes, charset: str) -> str:
    for one in (charset, "utf-8"):
        try:
            return content.decode(one)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")


def addresses(mail: Message, *names: str) -> list[tuple[str, str]]:
    """Names and addresses in these headers. They are told apart before they are decoded: a name may hold an @."""
    raw = [str(value)[:10_000] for name in names for value in mail.get_all(name, [])[:5]]
    return [(decoded_name(name), address) for name, address in getaddresses(raw)[:100] if "@" in address]


def decoded_name(name: str) -> str:
    return "".join(
        part if isinstance(part, str) else decoded(part, charset or "ascii")
        for part, charset in decode_header(name)
    )


def first_id(text: str) -> str:
    found = MESSAGE_ID.search(text)
    return found.group() if found else ""


def referred(mail: Message) -> tuple[str, ...]:
    """The mails that it answers, the nearest first."""
    nearest = MESSAGE_ID.findall(header(mail, "In-Reply-To"))
    older = MESSAGE_ID.findall(header(mail, "References"))
    return tuple(dict.fromkeys([*nearest, *reversed(older)]))[:50]


def moment(text: str) -> datetime | None:
    """The date that the sender's machine wrote, if it is one that a database holds."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at if 1990 < at.year < 2200 else None


def is_automatic(mail: Message) -> bool:
    """Whether a machine wrote it (RFC 3834, and what programs wrote before there was one)."""
    submitted = header(mail, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    precedence = header(mail, "Precedence").strip().lower()
    marked = any(mail.get(name) for name in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    empty_path = header(mail, "Return-Path").strip() == "<>"
    return (
        marked
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or empty_path
        or is_daemon(header(mail, "From"))
    )


def is_away(mail: Message, subject: str) -> bool:
    """Whether a machine answered because its owner does not read."""
    submitted = header(mail, "Auto-Submitted").strip().lower()
    return submitted.startswith("auto-replied") or answers_for_somebody(mail) or bool(AWAY.match(subject))


def answers_for_somebody(mail: Message) -> bool:
    return any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))


def is_file(part: Message) -> bool:
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment"


def words_of(mail: Message) -> str:
    """The plain text; where there is none, what the page shows."""
    plain = texts(mail, "text/plain")
    page = "" if plain.strip() else texts(mail, "text/html")
    return harmless(plain if plain.strip() else text_of_html(page))


def texts(mail: Message, kind: str) -> str:
    """The first part of this kind that is no file, as text."""
    for part in leaves(mail):
        if part.get_content_type() == kind and not is_file(part):
            return decoded(content_of(part)[: 20 * LONGEST], part.get_content_charset() or "utf-8")
    return ""


def leaves(mail: Message) -> Iterator[Message]:
    """Parts that hold something themselves. A mail inside a mail is a file, and is not looked into."""
    if mail.get_content_maintype() == "message":
        yield mail
        return
    if not mail.is_multipart():
        yield mail
        return
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from leaves(part)


def content_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def files_in(mail: Message) -> Iterator[ReadFile]:
    for number, part in enumerate([one for one in leaves(mail) if is_file(one)][:MOST_FILES], start=1):
        name = one_line(decoded_name(str(part.get_filename() or "")), 160) or f"{number}"
        yield ReadFile(name, part.get_content_type()[:80], content_of(part))
