"""What the customer asks on his page, the reminder before his silence decides, and the pictures."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.choices import choose, settle_silence
from orders.domain.reminders import remind
from orders.jobs.cases import remind_customers, settle_silent_cases
from orders.models import CaseStatus, OptionKind, StockoutCase
from stocke.core.domain.incoming import settle
from stocke.core.models import IncomingMessage, IncomingStatus, Message
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, letters_leave, open_scene, send

pytestmark = pytest.mark.django_db


def told() -> Scene:
    scene = open_scene()
    send(scene)
    letters_leave()
    return scene


def ask(client: Client, scene: Scene, text: str, **given: str) -> Any:
    link = scene.link()
    page = client.get(link).content.decode()
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key
    return client.post(link + "question/", {"text": text, "key": key.group(1), **given})


def over(scene: Scene, **ago: int) -> None:
    StockoutCase.objects.filter(pk=scene.case.pk).update(
        deadline=timezone.now() - timedelta(**ago or {"hours": 1})
    )


def questions() -> list[tuple[str, str, str]]:
    return [(asked.text, asked.thread, asked.status) for asked in IncomingMessage.objects.order_by("pk")]


def test_a_question_lands_in_the_conversation_of_the_order_and_a_person_is_to_answer(client: Client) -> None:
    scene = told()

    answer = ask(client, scene, "Et en blanc ?")

    # A link that is signed a second later is another one, so the one that was asked by counts.
    link = answer.request["PATH_INFO"].removesuffix("question/")
    assert (answer.status_code, answer["Location"]) == (303, link + "?asked=1")
    assert questions() == [("Et en blanc ?", f"order:{scene.order.pk}", IncomingStatus.OPEN)]
    page = client.get(answer["Location"]).content.decode()
    assert "Votre question est arrivée" in page
    assert "Et en blanc" not in page


def test_the_same_form_sent_twice_is_one_question(client: Client) -> None:
    scene, key = told(), {"key": "0" * 32}

    ask(client, scene, "Et en blanc ?", **key)
    ask(client, scene, "Et en blanc ?", **key)

    assert len(questions()) == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_and_an_endless_question_are_refused_and_what_was_typed_stays(
    client: Client, text: str
) -> None:
    scene = told()

    answer = ask(client, scene, text)

    assert (answer.status_code, questions()) == (422, [])
    assert text.strip() in answer.content.decode()


def test_a_forwarded_link_cannot_flood_the_house(client: Client) -> None:
    scene = told()
    for at in range(20):
        ask(client, scene, f"Question {at}")

    assert ask(client, scene, "Encore une").status_code == 429
    assert len(questions()) == 20


def test_a_broken_link_asks_nothing(client: Client) -> None:
    told()

    assert client.post("/c/rubbish/question/", {"text": "Bonjour", "key": "0" * 32}).status_code == 404
    assert questions() == []


def test_a_scanner_that_opens_every_address_asks_and_decides_nothing(client: Client) -> None:
    scene = told()

    answers = [client.get(scene.link()), client.head(scene.link()), client.get(scene.link() + "question/")]

    assert [answer.status_code for answer in answers] == [200, 200, 405]
    assert (questions(), scene.fresh.choice, scene.fresh.status) == ([], None, CaseStatus.WITH_CUSTOMER)


def test_nothing_is_decided_while_a_question_waits_and_for_two_days_after_the_answer(client: Client) -> None:
    scene = told()
    ask(client, scene, "Et en blanc ?")
    over(scene)

    assert (settle_silent_cases(), settle_silence(scene.case.pk, by=CLOCK)) == (0, False)
    settle(IncomingMessage.objects.get().pk, by=CLOCK)
    assert settle_silence(scene.case.pk, by=CLOCK) is False
    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER
    assert scene.fresh.deadline is not None
    assert scene.fresh.deadline.date() - timezone.now().date() >= timedelta(days=2)

    IncomingMessage.objects.update(settled_at=timezone.now() - timedelta(days=4))
    over(scene)
    assert settle_silence(scene.case.pk, by=CLOCK) is True


def near_the_end(scene: Scene) -> None:
    StockoutCase.objects.filter(pk=scene.case.pk).update(deadline=timezone.now() + timedelta(hours=30))
    Message.objects.update(created_at=timezone.now() - timedelta(days=5))


def test_a_silent_customer_is_reminded_once_before_his_silence_decides() -> None:
    scene = told()
    assert remind_customers() == 0
    near_the_end(scene)

    remind_customers()
    remind_customers()

    letter = Message.objects.get(kind="choice_reminder")
    assert "nous annulons cette ligne et vous remboursons 95,80 €" in letter.text.replace("\u00a0", " ")
    assert "/c/" in letter.text


def test_whoever_has_chosen_asked_or_was_never_reached_is_not_reminded(client: Client) -> None:
    chosen, asking, unreached = told(), told(), told()
    for scene in (chosen, asking, unreached):
        near_the_end(scene)
    choose(chosen.case.pk, chosen.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    ask(client, asking, "Et en blanc ?")
    Message.objects.filter(dedupe_key__startswith=f"case:{unreached.case.pk}:").update(status="bounced")

    remind_customers()

    assert not Message.objects.filter(kind="choice_reminder").exists()
    assert remind(unreached.case.pk, by=CLOCK) is None


def test_a_picture_is_shown_where_the_product_has_one_and_a_drawing_where_not(client: Client) -> None:
    scene = told()
    scene.dune.image_url = "https://cdn.shop.example/dune.jpg"
    scene.dune.save()

    answer = client.get(scene.link())

    html = answer.content.decode()
    assert html.count("<img") == 1
    assert '<img src="https://cdn.shop.example/dune.jpg"' in html
    assert 'referrerpolicy="no-referrer"' in html
    assert "img-src 'self' data: https:" in answer["Content-Security-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer.cookies == {}
