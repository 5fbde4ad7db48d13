"""Two workers with one transmission, many orders in one collection, and a confirmation taken back at that moment."""

from collections.abc import Generator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.domain.confirmation import TooLate, unconfirm_order
from orders.domain.handing_over import send_waiting
from orders.domain.purchasing import order_purchases
from orders.jobs.transmissions import close_due
from orders.models import PurchaseOrder, Transmission
from stocke.core.actors import Actor
from stocke.core.models import Message
from suppliers.models import Supplier
from tests.factories.ordering import SupplierWithRules, asked_of, far_cut_off
from tests.factories.purchases import ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory
from tests.fakes.web import FakeWeb, running_web
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("test")


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def by_api(web: FakeWeb) -> Supplier:
    access = {"url": web.put("/orders", b"", status=201), "auth": "none"}
    return SupplierWithRules(rules={"way": "api", "access": access, "pattern": "N{number}"})


def test_workers_who_come_for_one_transmission_hand_it_over_once(web: FakeWeb) -> None:
    asked_of(by_api(web), confirmed_at=timezone.now() - timedelta(hours=1))

    attempted = at_once(*times(5, send_waiting))

    assert (sorted(attempted), len(web.bodies)) == ([0, 0, 0, 0, 1], 1)
    assert Transmission.objects.get().status == "sent"


def test_orders_that_come_at_once_share_one_collection_and_no_number() -> None:
    supplier = SupplierWithRules(rules={"grouping": "cut_off", "pattern": "N{number}"}, cut_off=far_cut_off())
    orders = [ConfirmedOrderFactory(OfferFactory(supplier=supplier)) for _one in range(6)]

    at_once(*(lambda pk=order.pk: order_purchases(pk, by=BY) for order in orders))

    assert Transmission.objects.get().number == "N1"
    numbers = PurchaseOrder.objects.order_by("pk").values_list("number", flat=True)
    assert sorted(numbers) == [f"N1-{count}" for count in range(1, 7)]


def test_numbers_given_at_once_have_no_gap_and_no_double() -> None:
    supplier = SupplierWithRules(rules={"pattern": "N{number}"})
    orders = [ConfirmedOrderFactory(OfferFactory(supplier=supplier)) for _one in range(6)]

    at_once(*(lambda pk=order.pk: order_purchases(pk, by=BY) for order in orders))

    assert sorted(PurchaseOrder.objects.values_list("number", flat=True)) == [f"N{n}" for n in range(1, 7)]


def test_a_cut_off_that_many_workers_close_is_one_mail() -> None:
    supplier = SupplierWithRules(rules={"grouping": "cut_off", "pattern": "N{number}"}, cut_off=far_cut_off())
    asked_of(supplier), asked_of(supplier)
    Transmission.objects.update(not_before=timezone.now())

    assert sum(at_once(*times(5, close_due))) == 1
    assert Message.objects.filter(kind="purchase_order").count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_what_is_taken_back_while_it_is_claimed_is_either_sent_or_taken_back(
    web: FakeWeb, _again: int
) -> None:
    purchase = asked_of(by_api(web))
    Transmission.objects.update(not_before=timezone.now())

    def take_back() -> int:
        try:
            unconfirm_order(purchase.order_id, by=BY)
        except TooLate:
            return 0
        finally:
            connection.close()
        return 1

    taken_back, sent = at_once(take_back, send_waiting)

    assert taken_back + sent == 1
    assert len(web.bodies) == sent
    purchase.refresh_from_db()
    assert purchase.status == ("waiting" if sent else "cancelled")
