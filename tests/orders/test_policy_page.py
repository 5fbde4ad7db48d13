"""The rules of verification: read as sentences, tried on past orders, saved with what they were before."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.policy import THREAD
from orders.domain.policy_trial import Conduct, Moved, Trial, Way, try_rules
from orders.domain.rules import Rules
from orders.domain.verification import verify_order
from orders.models import Order, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.orders import OrderFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
PAGE, SAVE = "/verification/rules/", "/verification/rules/save/"
POSTED = {
    "confirms_itself": "on", "silence_is_no": "on", "fresh_hours": "24", "thin_below": "1", "margin_percent": "5",
    "respond_hours": "8", "customer_days": "7", "voucher_percent": "110", "voucher_days": "365",
}  # fmt: skip
TODAY = Conduct(Rules(), confirms_itself=True)


def verified(*ages: int, **offer: Any) -> Order:
    """An order verified under today's rules, with one offer confirmed so many hours ago for each of `ages`."""
    lamp = ProductFactory()
    for rank, hours in enumerate(ages, start=1):
        as_of = timezone.now() - timedelta(hours=hours)
        OfferFactory(product=lamp, rank=rank, as_of=as_of, **{"quantity": 9, "cost_cents": 2900, **offer})
    order = OrderFactory(lines=[{"product": lamp, "quantity": 4}])
    verify_order(order.pk, by=Actor.job("test"))
    return order


def test_past_orders_are_decided_anew_from_what_was_known_then() -> None:
    fresh, old, none = verified(1), verified(12), verified()

    trial = try_rules(TODAY, Conduct(Rules(fresh_hours=6), confirms_itself=True))

    assert trial == Trial(
        looked_at=3,
        before={Way.ALONE: 2, Way.CASE: 1},
        after={Way.ALONE: 1, Way.PERSON: 1, Way.CASE: 1},
        moved=[Moved(old.number, Way.ALONE, Way.PERSON)],
    )
    assert fresh.number != none.number


@pytest.mark.parametrize(
    ("rules", "way"),
    [
        (Rules(), Way.ALONE), (Rules(margin_percent=60), Way.PERSON), (Rules(thin_below=6), Way.PERSON),
        (Rules(thin_below=5), Way.ALONE),
    ],
)  # fmt: skip
def test_each_rule_is_tried(rules: Rules, way: Way) -> None:
    verified(1)

    assert try_rules(TODAY, Conduct(rules, confirms_itself=True)).after == {way: 1}


def test_splitting_is_tried_on_offers_that_were_too_small() -> None:
    verified(1, 1, quantity=3)

    assert try_rules(TODAY, TODAY).after == {Way.CASE: 1}
    assert try_rules(TODAY, Conduct(Rules(may_split=True, thin_below=0), True)).after == {Way.ALONE: 1}


def test_a_trial_agrees_with_what_verification_decided() -> None:
    orders = [verified(1), verified(40), verified(), verified(40, 1), verified(1, active=False)]

    now = try_rules(TODAY, TODAY)

    assert now.moved == []
    decided = {order.pk: Order.objects.get(pk=order.pk).status for order in orders}
    assert now.before[Way.ALONE] == list(decided.values()).count("confirmed")


def test_the_trial_is_shown_and_nothing_is_saved() -> None:
    order = verified(12)

    page = client_as().post(PAGE, {**POSTED, "fresh_hours": "6"}).content.decode()

    assert "What these rules would have done" in page
    assert order.number in page
    assert "1 order goes another way." in page
    assert VerificationPolicy.objects.count() == 0


def test_saved_rules_are_on_the_record_with_before_and_after() -> None:
    page = (
        client_as()
        .post(SAVE, {**POSTED, "fresh_hours": "6", "may_split": "on"}, follow=True)
        .content.decode()
    )

    policy = VerificationPolicy.current()
    assert (policy.fresh_hours, policy.may_split, policy.margin_percent) == (6, True, 5)
    entry = HistoryEntry.objects.get(thread=THREAD)
    assert (entry.before, entry.after) == (
        {"fresh_hours": 24, "may_split": False}, {"fresh_hours": 6, "may_split": True}
    )  # fmt: skip
    assert entry.actor_kind == "person"
    assert "Rules saved" in page


def test_saving_the_same_rules_writes_nothing() -> None:
    client_as().post(SAVE, POSTED)

    assert HistoryEntry.objects.filter(thread=THREAD).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"fresh_hours": "0"}, {"margin_percent": "96"}, {"voucher_percent": "99"}, {"customer_days": ""}],
)
@pytest.mark.parametrize("url", [PAGE, SAVE])
def test_rules_without_sense_are_handed_back(url: str, wrong: dict[str, str]) -> None:
    answer = client_as().post(url, {**POSTED, **wrong})

    assert answer.status_code == 422
    assert VerificationPolicy.objects.count() == 0


def test_operations_may_try_but_not_save_and_others_may_neither() -> None:
    omar: Client = client_as("operations")

    assert omar.post(PAGE, POSTED).status_code == 200
    assert omar.post(SAVE, {**POSTED, "fresh_hours": "6"}).status_code == 403
    assert "Save the rules" not in omar.get(PAGE).content.decode()
    assert client_as("customer_service").get(PAGE).status_code == 403
    assert VerificationPolicy.objects.count() == 0
