"""The pages of returns: the customer's, the supplier's, and those of staff."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from orders.domain.returns.deciding import approve, refuse
from orders.domain.returns.letters import approval_link, return_link
from orders.domain.returns.moving import receive
from orders.models import Condition, Receiver, Refund, Return, ReturnLine
from stocke.core.models import HistoryEntry, Message
from tests.factories.people import client_as
from tests.factories.shipments import AcceptedFactory, line_of
from tests.orders.returns.goods import ADDRESS, BY, asked_back, delivered

pytestmark = pytest.mark.django_db


def path(link: str) -> str:
    return link.removeprefix(settings.PUBLIC_URL)


def said(purchase: Any, quantity: str = "1", reason: str = "late") -> dict[str, str]:
    line = line_of(purchase)
    return {f"units_{line.pk}": quantity, f"reason_{line.pk}": reason, "note": "Merci"}


def test_looking_at_the_customers_page_changes_nothing_and_tells_his_right() -> None:
    purchase = delivered()
    before = (Return.objects.count(), Message.objects.count(), HistoryEntry.objects.count())

    page = Client().get(path(return_link(purchase.order))).content.decode()

    assert "Vous pouvez vous rétracter sans motif jusqu’au" in page
    assert (Return.objects.count(), Message.objects.count(), HistoryEntry.objects.count()) == before


def test_a_customer_asks_and_sends_by_his_page() -> None:
    purchase = delivered()
    page, client = path(return_link(purchase.order)), Client(enforce_csrf_checks=True)

    assert client.post(page, said(purchase)).status_code == 303
    returned = Return.objects.get()
    assert returned.number in client.get(page).content.decode()
    approve(returned.pk, address=ADDRESS, by=BY)
    assert "3 quai de l’Essai" in client.get(page).content.decode()
    client.post(page, {"sent": returned.number, "tracking_number": "6A1"})

    returned.refresh_from_db()
    assert (returned.status, returned.tracking_number, returned.note) == ("sent", "6A1", "Merci")
    assert HistoryEntry.objects.filter(kind="return.requested", actor_kind="customer").count() == 2


@pytest.mark.parametrize("wrong", [("0", "late"), ("1", ""), ("3", "late"), ("1", "none-such")])
def test_a_request_without_sense_is_handed_back(wrong: tuple[str, str]) -> None:
    purchase = delivered()

    answer = Client().post(path(return_link(purchase.order)), said(purchase, *wrong))

    assert (answer.status_code, Return.objects.count()) == (422, 0)


def test_a_customer_sees_no_return_of_somebody_else() -> None:
    mine, other = delivered(), asked_back(delivered())

    answer = Client().post(path(return_link(mine.order)), {"sent": other.number, "tracking_number": "6A1"})

    other.refresh_from_db()
    assert (answer.status_code, other.status) == (422, "requested")


def test_before_anything_has_left_the_page_says_so() -> None:
    page = Client().get(path(return_link(AcceptedFactory().order))).content.decode()

    assert "Rien de cette commande n’est encore parti" in page


@pytest.mark.parametrize("page", ["/r/none/", "/r/answer/none/"])
def test_a_link_that_is_not_ours_opens_nothing(page: str) -> None:
    assert Client().get(page).status_code == 404


def test_a_supplier_approves_and_receives_by_his_page() -> None:
    returned = asked_back(delivered())
    page, client = path(approval_link(returned)), Client()

    assert "Can you take" in client.get(page + "?lang=en").content.decode()
    assert client.post(page, {"act": "approve", "address": ""}).status_code == 422
    client.post(page, {"act": "approve", "address": ADDRESS, "supplier_number": "ND-8"})
    client.post(page, {"act": "approve", "address": "Ailleurs"})
    client.post(page, {"act": "receive", "condition": "as_new"})

    returned.refresh_from_db()
    assert (returned.status, returned.address, returned.received_by) == ("received", ADDRESS, "supplier")
    assert (Refund.objects.count(), "envoyer votre avoir" in client.get(page).content.decode()) == (1, True)


def test_a_supplier_refuses_with_his_reason() -> None:
    returned = asked_back(delivered())

    Client().post(path(approval_link(returned)), {"act": "refuse", "reason": "Ouvert"})

    returned.refresh_from_db()
    assert (returned.status, returned.refusal) == ("refused", "Ouvert")


def test_a_suppliers_second_word_changes_nothing_and_is_told_so_but_staff_may_change_it() -> None:
    returned = asked_back(delivered())
    page, client = path(approval_link(returned)), Client()
    client.post(page, {"act": "refuse", "reason": "Ouvert"})
    tables = (Return, ReturnLine, Message, HistoryEntry)
    before = [list(model.objects.order_by("pk").values()) for model in tables]

    answer = client.post(page, {"act": "approve", "address": ADDRESS})

    assert (answer.status_code, "rien n’a été modifié" in answer.content.decode()) == (409, True)
    assert [list(model.objects.order_by("pk").values()) for model in tables] == before
    assert approve(returned.pk, address=ADDRESS, by=BY).status == "approved"


def test_staff_keys_a_return_and_carries_it_through() -> None:
    purchase, staff = delivered(), client_as()

    assert (
        staff.post(f"/orders/{purchase.order.number}/return/", said(purchase, reason="damaged")).status_code
        == 303
    )
    returned = Return.objects.get()
    for act, words in (
        ("approve", {"address": ADDRESS}),
        ("sent", {"tracking_number": "6A1"}),
        ("receive", {"receiver": "us", "condition": "damaged"}),
        ("credit", {"amount": "15.00", "reference": "AV-1"}),
    ):
        assert staff.post(f"/returns/{returned.number}/{act}/", words).status_code == 303
    entry = ReturnLine.objects.get()
    staff.post(f"/returns/{returned.number}/owe/", {f"amount_{entry.pk}": "12.50"})

    returned.refresh_from_db()
    assert (returned.status, returned.credit_cents, Refund.objects.get().amount_cents) == (
        "received",
        1500,
        1250,
    )
    page = staff.get(f"/returns/{returned.number}/").content.decode()
    assert "€12.50" in page
    assert "Information, not advice." in page


@pytest.mark.parametrize(
    ("act", "words"),
    [("approve", {"address": ""}), ("credit", {"amount": "-1"}), ("receive", {"receiver": "me"})],
)
def test_an_act_without_sense_is_handed_back(act: str, words: dict[str, str]) -> None:
    returned = asked_back(delivered())

    assert client_as().post(f"/returns/{returned.number}/{act}/", words).status_code == 422

    assert Return.objects.get().status == "requested"


def test_an_act_that_comes_too_late_says_so() -> None:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)

    page = client_as().post(f"/returns/{returned.number}/decline/", {"reason": "Non"}, follow=True)

    assert "has moved on: Approved. Nothing was changed." in page.content.decode()


def test_viewers_look_and_change_nothing() -> None:
    returned, viewer = asked_back(delivered()), client_as("viewer")

    assert viewer.get(f"/returns/{returned.number}/").status_code == 200
    assert viewer.post(f"/returns/{returned.number}/approve/", {"address": ADDRESS}).status_code == 403
    assert Return.objects.get().status == "requested"


def test_what_a_person_must_decide_is_counted_and_differences_are_listed() -> None:
    refused = refuse(asked_back(delivered()).pk, reason="Ouvert", by=BY)
    uncredited = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)
    receive(uncredited.pk, receiver=Receiver.US, condition=Condition.AS_NEW, by=BY)
    Return.objects.filter(pk=uncredited.pk).update(received_at=timezone.now() - timedelta(days=20))
    staff = client_as()

    assert refused.number in staff.get("/returns/?status=refused").content.decode()
    page = staff.get("/returns/differences/").content.decode()
    assert (uncredited.number in page, refused.number in page) == (True, False)
    assert "Owed or paid to the customer, not credited by the supplier" in page
    assert uncredited.number not in staff.get("/returns/differences/?days=30").content.decode()


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("page", ["/returns/", "/returns/differences/?days=0"])
def test_the_number_of_statements_does_not_grow_with_the_list(
    page: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    counts, staff = [], client_as()
    for _more in (1, 2):
        returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)
        receive(returned.pk, receiver=Receiver.US, condition=Condition.AS_NEW, by=BY)
        staff.get(page)
        with django_assert_max_num_queries(40) as captured:
            staff.get(page)
        counts.append(len(captured))

    assert counts[0] == counts[1]
