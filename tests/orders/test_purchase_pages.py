"""The pages of purchasing: what waits, what was answered, and the answer that somebody gave on the phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.purchase_messages import answer_link
from orders.models import Allocation, Answer, PurchaseOrder, PurchaseOrderLine
from orders.queries.purchases import count_overdue
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.core.listpage_checks import assert_same_queries
from tests.factories.people import client_as
from tests.factories.purchases import PurchaseFactory

pytestmark = pytest.mark.django_db
SUPPLIER = Actor.supplier("Nord")


@pytest.fixture
def omar() -> Client:
    return client_as("operations")


def page_of(purchase: PurchaseOrder) -> str:
    return f"/purchasing/{purchase.number}/"


def said(purchase: PurchaseOrder, answer: str, **given: Any) -> dict[str, Any]:
    """The posted form with the same answer for each line."""
    return {
        f"{name}_{line.pk}": value
        for line in purchase.lines.all()
        for name, value in {"answer": answer, "reason": "no_stock", **given}.items()
    }


def state() -> list[Any]:
    tables = (Allocation, PurchaseOrder, PurchaseOrderLine, HistoryEntry, Message)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def test_the_list_finds_overdue_answers(omar: Client) -> None:
    late, fresh = PurchaseFactory(), PurchaseFactory()
    PurchaseOrder.objects.filter(pk=late.pk).update(answer_due_at=timezone.now() - timedelta(hours=2))

    page = omar.get("/purchasing/?answer=late").content.decode()

    assert (late.number in page, fresh.number in page) == (True, False)
    assert count_overdue() == 1


@pytest.mark.parametrize("query", ["q={number}", "q={order}", "supplier={supplier}", "status=waiting"])
def test_the_list_is_searched_and_filtered(omar: Client, query: str) -> None:
    wanted, other = PurchaseFactory(), PurchaseFactory()
    lines = [LineAnswer(line.pk, Answer.ACCEPTED) for line in other.lines.all()]
    answer_purchase(other.pk, lines, by=SUPPLIER)
    address = query.format(number=wanted.number, order=wanted.order.number, supplier=wanted.supplier_id)

    page = omar.get(f"/purchasing/?{address}").content.decode()

    assert (f">{wanted.number}<" in page, f">{other.number}<" in page) == (True, False)


def test_the_list_is_exported_in_words(omar: Client) -> None:
    purchase = PurchaseFactory()

    content = omar.get("/purchasing/?export=csv").getvalue().decode()

    assert purchase.number in content
    assert "Waiting for the supplier" in content


def test_the_list_costs_the_same_for_many_rows(omar: Client) -> None:
    assert_same_queries(omar, "/purchasing/", PurchaseFactory)


def test_the_page_says_what_was_asked_of_whom(omar: Client) -> None:
    purchase = PurchaseFactory(quantity=4)
    line = purchase.lines.get()

    page = omar.get(page_of(purchase)).content.decode()

    for words in (
        purchase.supplier.name, purchase.order.number, line.allocation.offer.supplier_sku, "12 rue de la Démo",
        answer_link(purchase).rsplit(":", 2)[0], "Yes to everything",
    ):  # fmt: skip
        assert words in page


def test_the_page_costs_the_same_for_many_lines(omar: Client) -> None:
    purchase = PurchaseFactory()

    def another_line() -> None:
        other = PurchaseFactory()
        other.lines.update(purchase_order=purchase)

    assert_same_queries(omar, page_of(purchase), another_line)


def test_who_may_only_look_gets_no_link_to_answer_by() -> None:
    purchase = PurchaseFactory()

    page = client_as("viewer").get(page_of(purchase)).content.decode()

    assert purchase.number in page
    assert "/p/" not in page
    assert "Yes to everything" not in page


def test_yes_on_the_phone_is_the_suppliers_yes_in_my_name(omar: Client) -> None:
    purchase = PurchaseFactory()

    page = omar.post(f"{page_of(purchase)}answer/", {"all": "yes"}, follow=True).content.decode()

    purchase.refresh_from_db()
    assert (purchase.status, purchase.lines.get().answer) == ("answered", "accepted")
    assert Allocation.objects.get().status == "accepted"
    entry = HistoryEntry.objects.get(thread=f"purchaseorder:{purchase.pk}", kind="purchase.answered")
    assert (entry.actor_kind, entry.actor_label.startswith("Léa")) == ("person", True)
    assert "accepted everything" in page


def test_a_part_on_the_phone_is_kept_with_its_words(omar: Client) -> None:
    purchase = PurchaseFactory(quantity=4)

    omar.post(
        f"{page_of(purchase)}answer/",
        said(purchase, "part", quantity=3, restock_on="2099-01-07", note="mardi"),
    )

    line = purchase.lines.get()
    assert (line.answer, line.accepted_quantity, str(line.restock_on), line.note) == (
        "part", 3, "2099-01-07", "mardi"
    )  # fmt: skip
    page = omar.get(page_of(purchase)).content.decode()
    assert "3 of 4" in page
    assert "“mardi”" in page


@pytest.mark.parametrize("posted", [{}, {"answer": "part"}, {"answer": "part", "quantity": "9"}])
def test_an_answer_with_a_gap_is_handed_back(omar: Client, posted: dict[str, str]) -> None:
    purchase = PurchaseFactory(quantity=4)
    before = state()

    answer = omar.post(f"{page_of(purchase)}answer/", said(purchase, **{"answer": "", **posted}))

    assert answer.status_code == 422
    assert state() == before


def test_a_second_answer_changes_nothing_and_says_so(omar: Client) -> None:
    purchase = PurchaseFactory()
    refusal = said(purchase, "rejected")
    omar.post(f"{page_of(purchase)}answer/", {"all": "yes"})
    before = state()

    page = omar.post(f"{page_of(purchase)}answer/", refusal, follow=True).content.decode()

    assert state() == before
    assert "Somebody was faster" in page


def test_a_supplier_is_reminded_once_a_day(omar: Client) -> None:
    purchase = PurchaseFactory()

    first = omar.post(f"{page_of(purchase)}remind/", follow=True).content.decode()
    before = state()
    second = omar.post(f"{page_of(purchase)}remind/", follow=True).content.decode()

    assert "is on its way" in first
    assert Message.objects.filter(kind="purchase_reminder").count() == 1
    assert "Remind the supplier" not in second
    assert "was reminded today already" in second
    assert state() == before


def test_without_an_address_nobody_is_reminded(omar: Client) -> None:
    purchase = PurchaseFactory()
    type(purchase.supplier).objects.update(email="")

    page = omar.post(f"{page_of(purchase)}remind/", follow=True).content.decode()

    assert Message.objects.filter(kind="purchase_reminder").count() == 0
    assert "no e-mail address" in page


def test_customer_service_sees_but_does_not_answer() -> None:
    purchase = PurchaseFactory()
    before = state()
    agent = client_as("customer_service")

    assert agent.get(page_of(purchase)).status_code == 200
    assert agent.post(f"{page_of(purchase)}answer/", {"all": "yes"}).status_code == 403
    assert agent.post(f"{page_of(purchase)}remind/").status_code == 403
    assert state() == before


def test_no_answer_is_chosen_beforehand(omar: Client) -> None:
    page = omar.get(page_of(PurchaseFactory(quantity=4))).content.decode()

    assert '<option value="" selected>choose</option>' in page
