"""A supplier who answers by mail: the table that came with the purchase order, filled in and sent back."""

import csv
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from io import StringIO
from pathlib import Path

from stocke.core.domain.collecting import COLLECTOR, arrival_of, stored
from stocke.core.domain.incoming import take_in
from stocke.core.inbound import read_mail
from stocke.demo.day.suppliers import Says, in_words
from stocke.demo.mailbox import CaughtMail
from stocke.demo.world.traders import Temper

WORDS = "Bonjour, vous trouverez nos réponses dans le tableau joint. Cordialement, {name}"


@dataclass(frozen=True)
class Reply:
    """The mail, and what it says in words."""

    mail: EmailMessage
    words: str


def reply(folder: Path, caught: CaughtMail, temper: Temper, says: Says) -> Reply | None:
    """His answer to this mail; None where no table of ours came with it."""
    asked = message_from_bytes((folder / f"{caught.number:020d}.eml").read_bytes(), policy=policy.default)
    tables = [one for one in asked.iter_attachments() if (one.get_filename() or "").endswith(".csv")]
    if not tables:
        return None
    rows = list(csv.DictReader(StringIO(tables[0].get_content(), newline=""), delimiter=";"))
    answers = [says() for _row in rows]
    for row, said in zip(rows, answers, strict=True):
        row |= {"answer": said.answer, **said.besides}
    mail = EmailMessage()
    mail["From"] = f"{temper.contact} <commandes@{temper.code}.example>"
    mail["To"], mail["Subject"] = str(asked["Reply-To"] or asked["From"]), f"Re: {caught.subject}"
    mail["Message-ID"] = make_msgid(domain=f"{temper.code}.example")
    mail["In-Reply-To"] = str(asked["Message-ID"] or "")
    mail.set_content(WORDS.format(name=temper.contact))
    mail.add_attachment(table(rows), subtype="csv", filename=str(tables[0].get_filename()))
    return Reply(mail, in_words(answers, " by mail, in our table"))


def table(rows: list[dict[str, str]]) -> str:
    kept = StringIO(newline="")
    writer = csv.DictWriter(kept, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()


def post(mail: EmailMessage) -> None:
    """As if it had been read in our mailbox: the demonstration has a catcher of mails and no server of them."""
    arrived = read_mail(bytes(mail))
    take_in(arrival_of(arrived, stored(arrived)), by=COLLECTOR)
