"""What breaks while a wave is being sent: each of those who wait gets one mail, and nobody is forgotten."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.domain.settling import settle
from customers.domain.wishes import Asked, ask
from customers.models import Notice, Restock, Wish
from stocke.core.domain import sending
from stocke.core.domain.outbox import retry
from stocke.core.models import Message
from stocke.environment import mailer
from stocke.localservices.ports import LOOPBACK, free_port
from tests.customers.shelf import BY, SHOPPER, Shelf, looked, post, rules, shelf, told, waiting
from tests.customers.test_waves import counted
from tests.factories.people import client_as
from tests.mailserver import SmtpServer, Temper

pytestmark = pytest.mark.django_db

EVERYBODY = [f"{name}@client.example" for name in "abc"]


def wave() -> Shelf:
    """Three people are about to be told; their letters are written."""
    rules()
    goods = shelf()
    for address in EVERYBODY:
        waiting(goods.product, address)
    goods.says(5)
    looked()
    # Only what tells of the restock shall be sent here.
    Message.objects.exclude(kind="wish_back").delete()
    assert told() == EVERYBODY
    return goods


def states() -> dict[str, str]:
    return dict(Wish.objects.order_by("email").values_list("email", "state"))


def mailed(mails: SmtpServer) -> list[str]:
    return [str(mail["To"]) for mail in mails.mails()]


def an_hour_later() -> None:
    """As far as the outbox knows."""
    Message.objects.filter(status="approved").update(not_before=timezone.now() - timedelta(seconds=1))


def test_a_mail_server_that_is_down_holds_the_wave_up_and_loses_nobody(
    settings: Any, smtp_server: SmtpServer
) -> None:
    settings.MAILERS = {"default": mailer(f"smtp://{LOOPBACK}:{free_port()}")}
    wave()

    assert post() == 1
    settle()
    assert (states(), told()) == (dict.fromkeys(EVERYBODY, "telling"), EVERYBODY)

    settings.MAILERS = {"default": mailer(smtp_server.url)}
    an_hour_later()
    assert (post(), post()) == (3, 0)
    settle()
    assert sorted(mailed(smtp_server)) == EVERYBODY
    assert (states(), told()) == (dict.fromkeys(EVERYBODY, "told"), EVERYBODY)


def test_a_mail_server_that_wants_to_be_asked_later_gets_each_mail_once(temper: Temper) -> None:
    wave()
    temper.rcpt = "451 greylisted"
    post()
    settle()
    assert (temper.taken, states()) == ([], dict.fromkeys(EVERYBODY, "telling"))

    temper.rcpt = "250 OK"
    an_hour_later()
    post()
    settle()
    an_hour_later()
    post()

    assert sorted(temper.taken) == EVERYBODY
    assert states() == dict.fromkeys(EVERYBODY, "told")


def refused_for_good(temper: Temper) -> Shelf:
    """The mail server does not let us write to anybody, at the last of many tries."""
    goods = wave()
    temper.sender = "553 we do not relay for this sender"
    Message.objects.update(attempts=len(sending.PAUSES))
    while post():
        pass
    settle()
    return goods


def test_a_wave_whose_sender_is_refused_waits_until_that_is_set_right(temper: Temper) -> None:
    wave()
    temper.sender = "553 we do not relay for this sender"

    assert post() == 1

    settle()
    assert (temper.taken, states()) == ([], dict.fromkeys(EVERYBODY, "telling"))
    temper.sender = "250 OK"
    an_hour_later()
    post()
    settle()
    assert sorted(temper.taken) == EVERYBODY
    assert states() == dict.fromkeys(EVERYBODY, "told")


def test_letters_that_the_mail_server_refuses_for_good_end_their_wishes_where_a_person_sees_why(
    temper: Temper,
) -> None:
    goods = refused_for_good(temper)

    goods.says(0)
    looked()
    goods.says(5)
    looked()
    page = client_as(language="en").get(reverse("customers:wish_product", args=[goods.product.pk]))

    assert (temper.taken, told()) == ([], EVERYBODY)
    assert set(Wish.objects.values_list("state", "ended_why")) == {("ended", "failed")}
    assert counted(goods.product) == {"ended": 3}
    html = page.content.decode()
    assert re.search(r"unreached=true[^>]*>3</a>", html)
    assert html.count("our mail could not be sent · 553 we do not relay for this sender") == 3


def test_a_letter_that_was_given_up_tells_its_wish_once_a_person_has_it_sent_again(temper: Temper) -> None:
    goods = refused_for_good(temper)
    temper.sender = "250 OK"
    anew, again, gone = Message.objects.filter(kind="wish_back").order_by("pk")
    ask(goods.product, Asked(anew.recipient), by=SHOPPER)
    Message.objects.filter(kind="wish_confirm").delete()

    for letter in (anew, again):
        retry(letter, by=BY)
    post()
    settle()
    goods.says(0)
    retry(gone, by=BY)
    post()
    settle()

    # Who asked anew waits for that, and who comes too late for the next restock.
    assert temper.taken == [again.recipient]
    assert list(Wish.objects.order_by("email", "pk").values_list("email", "state", "ended_why")) == [
        (anew.recipient, "ended", "failed"),
        (anew.recipient, "asked", ""),
        (again.recipient, "told", ""),
        (gone.recipient, "waiting", ""),
    ]
    assert counted(goods.product) == {"asked": 1, "waiting": 1, "told": 1, "ended": 1, "units": 1}
    assert Notice.objects.filter(settled_at=None).count() == 0


def test_a_line_that_breaks_after_a_mail_leaves_that_one_unsure_and_it_is_not_sent_again(
    temper: Temper,
) -> None:
    wave()
    temper.data = ""
    assert sending.send_waiting(limit=1) == 1
    settle()
    temper.data = "250 OK"

    an_hour_later()
    post()
    settle()
    Restock.objects.update(next_wave_at=timezone.now())

    # Whether the first one has his mail nobody knows: a person is shown it, and the server was given it once.
    assert told() == EVERYBODY
    assert temper.taken == EVERYBODY[1:]
    assert states() == dict.fromkeys(EVERYBODY, "told")


def test_goods_that_go_between_two_mails_are_announced_to_no_further_one_until_they_are_back(
    settings: Any, smtp_server: SmtpServer
) -> None:
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    goods = wave()
    assert sending.send_waiting(limit=1) == 1

    goods.says(0)
    post()
    settle()
    looked()

    first, *others = EVERYBODY
    assert mailed(smtp_server) == [first]
    assert states() == {first: "told", **dict.fromkeys(others, "waiting")}
    assert Restock.objects.get().ended_at is not None

    goods.says(5)
    looked()
    told()
    post()
    settle()
    assert sorted(mailed(smtp_server)) == EVERYBODY
    assert states() == dict.fromkeys(EVERYBODY, "told")
    assert Notice.objects.filter(settled_at=None).count() == 0
