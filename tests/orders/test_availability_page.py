"""The supplier's page behind the link of an availability request, and the pages of staff beside it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.question_asking import LINK_PURPOSE
from orders.models import (
    Allocation,
    AskingRules,
    AvailabilityInterface,
    AvailabilityRequest,
    Order,
    OrderLine,
    Question,
)
from stocke.core.domain.links import sign
from stocke.core.models import HistoryEntry
from suppliers.models import OfferStock
from tests.factories.people import client_of, person
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db


def link(asked: AvailabilityRequest) -> str:
    return reverse("orders:availability", args=[sign(LINK_PURPOSE, asked.pk)])


def state() -> list[Any]:
    tables = (Order, OrderLine, Allocation, OfferStock, AvailabilityRequest, Question, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def said() -> list[str]:
    return list(Question.objects.order_by("pk").values_list("said", flat=True))


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client: Client, method: str) -> None:
    asked = RequestFactory(QuestionFactory())
    before = state()

    answer = getattr(client, method)(link(asked))

    assert (answer.status_code, state()) == (200, before)


def test_the_page_names_his_sku_and_quantity_and_nobody_of_ours(client: Client) -> None:
    question = QuestionFactory()

    text = client.get(link(RequestFactory(question)), {"lang": "en"}).content.decode()

    order = question.line.order
    assert question.allocation.offer.supplier_sku in text
    assert "Do you have this product?" in text
    assert order.number not in text and order.customer.email not in text


def test_one_click_answers_and_a_second_finds_the_first(client: Client) -> None:
    question = QuestionFactory()
    asked = RequestFactory(question)

    first = client.post(link(asked), {f"said_{question.pk}": "yes"})
    before = state()
    second = client.post(link(asked), {f"said_{question.pk}": "no"})

    assert (first.status_code, second.status_code, said()) == (303, 303, ["yes"])
    assert state() == before
    assert "Thank you for your answer" in client.get(link(asked), {"lang": "en"}).content.decode()


def test_some_lines_may_be_answered_now_and_the_others_later(client: Client) -> None:
    supplier = SupplierFactory()
    first, second = QuestionFactory(supplier=supplier), QuestionFactory(supplier=supplier)
    asked = RequestFactory(first)

    client.post(link(asked), {f"said_{first.pk}": "part", f"available_{first.pk}": "1"})
    assert said() == ["part", ""]

    client.post(link(asked), {"all": "yes"})
    assert said() == ["part", "yes"]
    assert second.line.pk


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"said": "maybe"},
        {"said": "part"},
        {"said": "part", "available": "0"},
        {"said": "later"},
        {"said": "later", "restock_on": "2020-01-01"},
    ],
)
def test_an_incomplete_answer_is_refused_and_changes_nothing(client: Client, data: dict[str, str]) -> None:
    question = QuestionFactory()
    asked = RequestFactory(question)
    before = state()

    answer = client.post(link(asked), {f"{name}_{question.pk}": value for name, value in data.items()})

    assert (answer.status_code, state()) == (422, before)


def test_an_answer_after_the_time_changes_nothing_and_the_page_says_so(client: Client) -> None:
    question = QuestionFactory()
    asked = RequestFactory(question)
    Question.objects.update(said="silent", answered_at=timezone.now())
    before = state()

    answer = client.post(link(asked), {f"said_{question.pk}": "yes"})

    assert (answer.status_code, state()) == (303, before)
    assert "Your time to answer has passed" in client.get(link(asked), {"lang": "en"}).content.decode()


def test_another_link_opens_nothing(client: Client) -> None:
    question = QuestionFactory()
    asked, yes = RequestFactory(question), {f"said_{question.pk}": "yes"}
    foreign = reverse("orders:availability", args=[sign("purchase", asked.pk)])
    before = state()

    for address in (link(asked)[:-2] + "x/", foreign):
        assert [client.get(address).status_code, client.post(address, yes).status_code] == [404, 404]
    assert state() == before


def test_staff_keys_what_a_supplier_says_on_the_telephone() -> None:
    question = QuestionFactory()
    client = client_of(person())
    page = reverse("orders:question", args=[question.pk])

    assert client.get(page).status_code == 200
    client.post(page, {f"said_{question.pk}": "yes"})

    question.refresh_from_db()
    assert (question.said, question.way) == ("yes", "call")
    assert client.post(page, {f"said_{question.pk}": "no"}).status_code == 303
    assert said() == ["yes"]


def test_staff_waits_no_longer() -> None:
    question = QuestionFactory(backups=1)
    client = client_of(person())

    for _ in range(2):
        client.post(reverse("orders:question_stop", args=[question.pk]))

    assert said() == ["silent"]
    assert OrderLine.objects.get().status == "confirmed"


def test_rules_are_saved_and_a_channel_may_have_its_own_time() -> None:
    QuestionFactory(channel="demo")
    client = client_of(person())
    data = {
        "asks_first": "on",
        "older_hours": "12",
        "thin_below": "2",
        "likely_percent": "70",
        "window_hours": "120",
        "window_demo": "48",
    }

    client.post(reverse("orders:asking"), data)

    rules = AskingRules.current()
    assert (rules.older_hours, rules.tries_on, rules.windows) == (12, False, {"demo": 48})
    assert HistoryEntry.objects.filter(kind="asking_rules.changed").count() == 1


def test_an_interface_is_saved_and_dropped_with_what_opens_it() -> None:
    supplier = SupplierFactory()
    client = client_of(person())
    page = reverse("orders:availability_interface", args=[supplier.pk])
    data = {"url": "https://supplier.example/stock", "auth": "bearer", "token": "s3cret"}

    client.post(page, data)

    interface = AvailabilityInterface.objects.get()
    assert interface.access == {"url": "https://supplier.example/stock", "auth": "bearer"}
    assert "s3cret" not in client.get(page).content.decode()
    client.post(page, {"act": "drop"})
    assert AvailabilityInterface.objects.count() == 0
