"""Mails from outside, as values: what was written, what is repeated, who wrote it, and what came back."""

from email.message import EmailMessage

import pytest

from stocke.core.inbound import read_mail
from stocke.core.inbound.words import harmless, split_history, text_of_html

OWN = "Yes please, the smaller one."


@pytest.mark.parametrize(
    "history",
    [
        "On Thu, 26 Nov 2026 at 09:12, Shop <bonjour@shop.example> wrote:\n> Hello\n> Choose",
        "Le jeu. 26 nov. 2026 à 09:12, Maison Exemple\n<bonjour@shop.example> a écrit :\n> Bonjour",
        "Am 26.11.2026 um 09:12 schrieb Maison Exemple:\n> Guten Tag",
        "-----Message d’origine-----\nDe : Maison\nObjet : Votre commande\n\nBonjour,",
        "________________________________\nFrom: Shop\nSent: Thursday\n\nHello,",
        "De : Maison Exemple\nEnvoyé : jeudi 26 novembre\nÀ : Camille\n\nBonjour,",
        "> Hello\n> Choose",
    ],
)
def test_what_mail_programs_repeat_is_folded(history: str) -> None:
    assert split_history(f"{OWN}\n\n{history}") == (type(split_history(""))(OWN, history))


def test_who_answers_between_the_quoted_lines_is_shown_whole() -> None:
    text = "On Thursday the Shop wrote:\n> Blue or green?\nGreen.\n> And when?\nTomorrow."

    assert (split_history(text).own, split_history(text).quoted) == (text, "")


def test_words_lose_what_nobody_sees_or_what_turns_others_around() -> None:
    assert harmless("a\u202eb\x00c\r\n\u200bd\u00a0€\n\n\n\ne\t") == "abc\nd\u00a0€\n\ne"


def test_a_page_becomes_what_a_reader_would_see() -> None:
    page = (
        "<head><style>p{}</style></head><p>Hello <b>you</b></p><script>alert(1)</script><ul><li>one</li></ul>"
    )

    assert harmless(text_of_html(page)) == "Hello you\n\none"
    assert text_of_html("") == ""


def mail(text: str = OWN, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Camille <Camille@Customer.Example>", "reply@shop.example"
    made["Message-ID"], made["Subject"] = "<a@customer.example>", "Re: Votre commande"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_a_mail_becomes_values() -> None:
    read = read_mail(
        mail(
            In_Reply_To="<b@x>", References="<a1@x> <b@x>", Date="Thu, 26 Nov 2026 09:12:00 +0100"
        ).as_bytes()
    )

    assert (read.sender, read.sender_name, read.subject, read.text) == (
        "camille@customer.example",
        "Camille",
        "Re: Votre commande",
        OWN,
    )
    assert (read.mail_id, read.references, read.addressed_to) == (
        "<a@customer.example>",
        ("<b@x>", "<a1@x>"),
        ("reply@shop.example",),
    )
    assert (str(read.written_at), read.is_automatic, read.bounce, read.files) == (
        "2026-11-26 09:12:00+01:00",
        False,
        None,
        (),
    )


def test_the_same_mail_by_another_way_has_the_same_key_and_another_mail_with_its_id_has_not() -> None:
    raw = mail().as_bytes()
    other_way = b"Received: from relay.example\r\nReturn-Path: <x@y>\r\n" + raw.replace(b"\n", b"\r\n")

    assert read_mail(other_way).key == read_mail(raw).key
    assert read_mail(mail("Something else").as_bytes()).key != read_mail(raw).key


@pytest.mark.parametrize(
    ("headers", "is_automatic", "is_away"),
    [
        ({}, False, False),
        ({"Auto_Submitted": "no"}, False, False),
        ({"Auto_Submitted": "auto-generated"}, True, False),
        ({"Auto_Submitted": "auto-replied"}, True, True),
        ({"Precedence": "bulk"}, True, False),
        ({"X_Autoreply": "yes"}, True, True),
        ({"Subject": "Réponse automatique : Votre commande"}, True, True),
        ({"Return_Path": "<>"}, True, False),
        ({"From": "MAILER-DAEMON@relay.example"}, True, False),
    ],
)
def test_what_a_machine_wrote_is_told_apart(
    headers: dict[str, str], is_automatic: bool, is_away: bool
) -> None:
    read = read_mail(mail(**headers).as_bytes())

    assert (read.is_automatic, read.is_away) == (is_automatic, is_away)


REPORT = """From: MAILER-DAEMON@relay.example
To: bonjour@shop.example
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; jean@nowhere.example
Action: ACTION
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: PART

Message-ID: <0123.7@shop.example>
Subject: Votre commande

--b--
"""


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_says_which_to_whom_and_why(part: str) -> None:
    bounce = read_mail(REPORT.replace("ACTION", "failed").replace("PART", part).encode()).bounce

    assert bounce is not None
    assert (bounce.failed, bounce.delayed, bounce.mail_ids) == (
        (("jean@nowhere.example", "5.1.1 smtp; 550 5.1.1 no such user"),),
        False,
        ("<0123.7@shop.example>",),
    )
    assert (bounce.reason_for("Jean@Nowhere.example"), bounce.reason_for("anna@nowhere.example")) == (
        "5.1.1 smtp; 550 5.1.1 no such user",
        None,
    )


def test_a_mail_that_is_only_late_has_not_come_back() -> None:
    bounce = read_mail(REPORT.replace("ACTION", "delayed").encode()).bounce

    assert bounce is not None
    assert (bounce.failed, bounce.delayed) == ((), True)


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
    )
    return b"From: a@b.example\n" + head + b"\nhello"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00\x01" * 100,
        nested(3000),
        b"From: =?utf-9?q?=FF?= <a@b.example>\nSubject: =?x?b?!!?=\nDate: Thu, 99 Foo 99999\n\nhello",
        b"Content-Type: text/plain; charset=nobody-knows\n\nh\xe9llo",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Subject: a\n" * 20_000 + b"\nhello",
        b"Content-Type: text/html\n\n" + b"<div>" * 50_000 + b"hello",
        b"Content-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nContent-Disposition: attachment\n\na\n" * 5000,
    ],
    ids=[
        "nothing",
        "noise",
        "nested",
        "headers",
        "charset",
        "no boundary",
        "many headers",
        "deep page",
        "many parts",
    ],
)
def test_nothing_that_comes_in_stops_the_reading(raw: bytes) -> None:
    read = read_mail(raw)

    assert len(read.key) == 64
    assert len(read.text) <= 20_000
    assert len(read.files) <= 20


def test_files_are_taken_and_a_mail_inside_is_one() -> None:
    made = mail()
    made.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="réponse.csv")
    made.add_attachment(mail("inner"))

    files = read_mail(made.as_bytes()).files

    assert [(file.name, file.type) for file in files] == [
        ("réponse.csv", "text/csv"),
        ("2", "message/rfc822"),
    ]
    assert files[0].content == b"a;b\n1;2\n"
