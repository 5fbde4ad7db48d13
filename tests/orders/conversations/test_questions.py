"""What customers ask on their page."""

import pytest

from orders.domain.questions import ask_question
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, IncomingMessage
from tests.orders.cases.scenes import open_scene

pytestmark = pytest.mark.django_db
BY = Actor.customer("Camille")


def test_a_question_waits_in_the_conversation_of_its_order_once() -> None:
    case = open_scene().case
    first, is_new = ask_question(case, "  Is it the same green? ", key="form-1", by=BY)
    again, is_new_again = ask_question(case, "Is it the same green?", key="form-1", by=BY)

    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
    kept = IncomingMessage.objects.get()
    order = case.line.order
    assert (kept.thread, kept.status, kept.via, kept.text, kept.sender, kept.facts) == (
        f"order:{order.pk}",
        "open",
        "page",
        "Is it the same green?",
        order.customer.email,
        {"case": case.number},
    )
    told = HistoryEntry.objects.filter(kind="incoming.received").values_list("thread", flat=True)
    assert sorted(told) == sorted([f"incomingmessage:{kept.pk}", f"order:{order.pk}"])
