"""Answers by mail, from a real mailbox to the conversation that they belong to."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db.models import F

from orders.domain.sorting import assign, sort_message
from orders.jobs.incoming import sweep_unsorted
from stocke.core.domain import collecting, mailboxes
from stocke.core.domain.incoming import AlreadySettled
from stocke.core.domain.reply_addresses import message_named_by, reply_address
from stocke.core.models import HistoryEntry, IncomingMessage, Mailbox, Message
from tests.factories.messages import MessageFactory
from tests.factories.purchases import PurchaseFactory
from tests.fakes.imap import FakeImap
from tests.orders.cases.scenes import open_scene, send
from tests.orders.conversations.post import ADDRESS, STAFF, Post, connect_mailbox, only, reply_to

CHANGED = {"To": "other@shop.example", "In_Reply_To": "", "References": ""}


def letter() -> Message:
    """A proposal on its way to its customer."""
    message = send(open_scene()).message
    assert message is not None
    return message


def kept() -> tuple[str, str, str, str]:
    found = only()
    return found.kind, found.status, found.thread, found.matched_by


def test_an_answer_lands_in_the_conversation_and_the_mail_stays_as_unread_as_it_was(post: Post) -> None:
    message = letter()
    mail = post.deliver(message)
    post.box.put(reply_to(mail, "Is the glass the same?"))

    assert post.collect() == 1
    sweep_unsorted()

    found = only()
    assert kept() == ("letter", "open", message.thread, "address")
    assert (found.text, found.quoted, found.answers, found.sender) == (
        "Is the glass the same?",
        "On Thursday the shop wrote:\n> Hello\n> Choose",
        message,
        message.recipient,
    )
    assert all(b"Seen" not in flags for flags in post.box.flags())
    assert mail["Reply-To"] == reply_address(ADDRESS, message.pk)


def test_the_same_mail_is_one_message_however_often_the_mailbox_is_read(post: Post) -> None:
    mail = reply_to(post.deliver(letter()), "Yes")
    post.box.put(mail)
    post.box.put(mail)
    assert (post.collect(), post.collect()) == (1, 0)

    # As after a worker that died before it remembered how far it was.
    Mailbox.objects.update(uid=0)
    assert post.collect() == 0
    post.box.put(reply_to(post.deliver(letter()), "And this one is new"))
    assert post.collect() == 1
    assert IncomingMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("headers", "how"),
    [
        ({}, "address"),
        ({"To": "other@shop.example"}, "reference"),
        ({"In_Reply_To": "", "References": ""}, "address"),
    ],
)
def test_each_way_by_which_an_answer_names_our_mail(post: Post, headers: dict[str, str], how: str) -> None:
    message = letter()
    post.box.put(reply_to(post.deliver(message), "Yes", **headers))

    post.collect()
    sweep_unsorted()

    assert kept() == ("letter", "open", message.thread, how)


def test_a_mail_that_names_none_of_ours_is_known_by_its_sender_and_the_number(post: Post) -> None:
    message = letter()
    mail = post.deliver(message)
    post.box.put(reply_to(mail, "Hello?", Subject=f"My order {subject_number(message)}!", **CHANGED))

    post.collect()
    sweep_unsorted()

    assert kept() == ("letter", "open", message.thread, "number")


def subject_number(message: Message) -> str:
    return str(message.facts["order.number"])


@pytest.mark.parametrize("what", ["another sender", "no number", "a forged address", "a foreign reference"])
def test_what_could_be_anybodys_waits_for_a_person(post: Post, what: str) -> None:
    message = letter()
    mail = post.deliver(message)
    number = subject_number(message)
    strange = {
        "another sender": reply_to(mail, "Hello?", sender="a@b.example", Subject=number, **CHANGED),
        "no number": reply_to(mail, "Hello?", Subject="My order", **CHANGED),
        "a forged address": reply_to(
            mail,
            "Hello?",
            **{**CHANGED, "To": f"reponses+m{message.pk}-{'0' * 20}@shop.example", "Subject": "?"},
        ),
        "a foreign reference": reply_to(
            mail,
            "Hello?",
            **{**CHANGED, "In_Reply_To": f"<{'0' * 20}.{message.pk}@127.0.0.1>", "Subject": "?"},
        ),
    }
    post.box.put(strange[what])

    post.collect()
    sweep_unsorted()

    assert kept() == ("letter", "open", "", "")


def test_a_person_puts_an_unmatched_message_where_it_belongs(post: Post) -> None:
    message = letter()
    post.box.put(reply_to(post.deliver(message), "Hello?", Subject="?", **CHANGED))
    post.collect()
    sweep_unsorted()

    assert assign(only().pk, "NOBODY-1", by=STAFF) is None
    assert kept() == ("letter", "open", "", "")
    assign(only().pk, f"#{subject_number(message)}", by=STAFF)

    assert kept() == ("letter", "open", message.thread, "person")


def test_a_note_that_somebody_is_away_is_noted_and_nothing_answers_it(post: Post) -> None:
    message = letter()
    post.box.put(reply_to(post.deliver(message), "I am away.", Auto_Submitted="auto-replied"))
    before = Message.objects.count()

    post.collect()
    sweep_unsorted()

    assert kept() == ("automatic", "noted", message.thread, "address")
    assert Message.objects.count() == before


def test_a_mail_of_our_own_that_reaches_our_mailbox_is_noted(post: Post) -> None:
    mail = post.deliver(letter())
    post.box.put(mail)

    post.collect()
    sweep_unsorted()

    assert (only().kind, only().status) == ("automatic", "noted")


def returned(mail: EmailMessage, recipient: str, action: str = "failed") -> bytes:
    return (
        f"From: MAILER-DAEMON@relay.example\nTo: bonjour@shop.example\nSubject: Undelivered\nMessage-ID: <d@relay>\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nIt did not work.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {mail['Message-ID']}\n\n--b--\n"
    ).encode()


def test_a_mail_that_comes_back_is_marked_for_exactly_its_reader(post: Post) -> None:
    message, other = letter(), letter()
    mail, _other = post.deliver(message), post.deliver(other)
    post.box.put(returned(mail, message.recipient.upper()))

    post.collect()
    sweep_unsorted()

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.status, message.error, other.status) == (
        "bounced",
        "5.1.1 smtp; 550 no such user",
        "sent",
    )
    assert kept() == ("bounce", "noted", message.thread, "reference")
    assert HistoryEntry.objects.filter(thread=message.thread, kind="message.bounced").count() == 1


@pytest.mark.parametrize(
    ("recipient", "action", "status"), [("x@y.example", "failed", "open"), ("", "delayed", "noted")]
)
def test_a_report_of_somebody_else_or_of_a_delay_marks_nothing(
    post: Post, recipient: str, action: str, status: str
) -> None:
    message = letter()
    mail = post.deliver(message)
    post.box.put(returned(mail, recipient or message.recipient, action))

    post.collect()
    sweep_unsorted()

    message.refresh_from_db()
    assert (message.status, only().status, only().thread) == ("sent", status, message.thread)


def test_a_supplier_answers_in_the_conversation_of_his_purchase_order(post: Post) -> None:
    purchase = PurchaseFactory()
    message = Message.objects.get(dedupe_key=f"purchase:{purchase.pk}")
    post.box.put(reply_to(post.deliver(message), "We ship tomorrow."))

    post.collect()
    sweep_unsorted()

    assert kept() == ("letter", "open", f"purchaseorder:{purchase.pk}", "address")
    purchase.refresh_from_db()
    assert purchase.status == "waiting"


def test_a_wrong_password_is_said_and_the_server_is_left_alone_for_a_while(
    post: Post, running: FakeImap
) -> None:
    connect_mailbox(running, password="wrong")
    running.put(reply_to(post.deliver(letter()), "Yes"))

    assert (post.collect(), post.collect()) == (0, 0)

    box = Mailbox.objects.get()
    assert (box.error, box.claimed_at, box.failing_since is not None) == ("login", None, True)
    connect_mailbox(running)
    assert post.collect() == 1
    box.refresh_from_db()
    assert (box.error, box.failing_since, box.claimed_at) == ("", None, None)


def test_a_mailbox_is_read_by_one_worker_until_he_is_dead(post: Post) -> None:
    post.box.put(reply_to(post.deliver(letter()), "Yes"))
    assert mailboxes.claim() is not None
    assert post.collect() == 0

    Mailbox.objects.update(claimed_at=F("claimed_at") - mailboxes.LONGEST_READING - timedelta(seconds=1))
    assert post.collect() == 1


def test_of_a_mail_that_is_too_large_the_beginning_is_kept_and_no_file(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "LARGEST_MAIL", 2000)
    monkeypatch.setattr(collecting, "BEGINNING", 1500)
    mail = reply_to(post.deliver(letter()), "See attached.")
    mail.add_attachment(b"x" * 5000, maintype="application", subtype="pdf", filename="photo.pdf")
    post.box.put(mail)

    post.collect()
    sweep_unsorted()

    found = only()
    assert (found.facts["is_cut"], found.matched_by, found.files.count()) == (True, "address", 0)
    assert found.text.startswith("See attached.")


def test_files_are_kept_aside_and_one_that_is_too_large_is_only_named(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "LARGEST_FILE", 100)
    mail = reply_to(post.deliver(letter()), "See attached.")
    mail.add_attachment(b"small", maintype="image", subtype="png", filename="../../etc/pass.png")
    mail.add_attachment(b"x" * 101, maintype="application", subtype="pdf", filename="large.pdf")
    post.box.put(mail)

    post.collect()

    files = [(one.name, one.size, one.path.rpartition("/")[2] == "") for one in only().files.order_by("pk")]
    assert files == [("../../etc/pass.png", 5, False), ("large.pdf", 101, True)]
    assert only().files.order_by("pk")[0].path.startswith(f"received/{only().key[:2]}/{only().key}-1")


def test_a_settled_message_is_not_put_elsewhere(post: Post) -> None:
    message = letter()
    post.box.put(reply_to(post.deliver(message), "I am away.", Auto_Submitted="auto-replied"))
    post.collect()
    sweep_unsorted()
    before = IncomingMessage.objects.values().get()

    with pytest.raises(AlreadySettled):
        assign(only().pk, subject_number(message), by=STAFF)
    sort_message(only().pk, by=STAFF)

    assert IncomingMessage.objects.values().get() == before


@pytest.mark.django_db
def test_an_address_names_its_mail_in_any_case_of_letters_and_no_other() -> None:
    message = MessageFactory()
    address = reply_address("Reponses@Shop.example", message.pk)

    assert message_named_by(["x@y", address.upper()]) == message.pk
    assert message_named_by([address.replace(f"+m{message.pk}-", f"+m{message.pk + 1}-")]) is None
