"""Truths can fail, and do not where nothing is wrong."""

import pytest

from orders.domain.cancelling_lines import Fate, cancel_lines
from orders.domain.settlements import mark_done
from orders.models import Refund
from stocke.core.models import Message
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.machine.acts import STAFF
from tests.machine.truths import SAME_MAIL_TWICE, ask

pytestmark = pytest.mark.django_db


def test_letters_of_the_same_words_are_as_many_as_the_lines_of_their_product() -> None:
    lamp, kettle = ProductFactory(), ProductFactory()
    order = OrderFactory(lines=[{"product": lamp}, {"product": lamp}, {"product": kettle}])
    for line in order.lines.all():
        cancel_lines(order.pk, {line.pk: Fate.NOW}, by=STAFF)
    for refund in Refund.objects.all():
        mark_done(refund.pk, reference="R", method="card", bank_days=3, by=STAFF)
    assert Message.objects.count() == 6
    assert ask(SAME_MAIL_TWICE) == []

    for letter in Message.objects.filter(text__contains=kettle.name):
        letter.pk, letter.dedupe_key = None, f"{letter.dedupe_key}:again"
        letter.save()

    assert {(found["kind"], found["count"]) for found in ask(SAME_MAIL_TWICE)} == {
        ("order_cancelled", 2),
        ("refund_done", 2),
    }
