"""The legal clock on the desk: what the record knows becomes duties with dates, in words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from orders.models import OptionKind, Refund
from tests.factories.people import person
from tests.orders.cases.scenes import open_scene
from tests.orders.cases.test_settlements import settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(person("customer_service", language="en"))
    return client


def page_of(desk: Client, number: str) -> str:
    return desk.get(reverse("orders:stockout", args=[number])).content.decode().replace("\u00a0", " ")


def test_a_case_shows_each_duty_with_its_rule_and_its_day(desk: Client) -> None:
    page = page_of(desk, open_scene().case.number)

    assert "Legal clock · France" in page.replace("\n", "").replace("      ", " ")
    for rule in ("FR-02", "FR-05", "FR-08"):
        assert f"{rule} · C. consom." in page
    assert "Information, not advice." in page


def test_a_late_refund_shows_what_is_owed_on_top(desk: Client) -> None:
    case = settled(OptionKind.REFUND).case
    Refund.objects.update(created_at=timezone.now() - timedelta(days=20))

    page = page_of(desk, case.number)

    assert "Late: €9.58 are owed on top, without being asked." in page


def test_without_recorded_rules_the_clock_says_so(desk: Client) -> None:
    case = open_scene().case
    Customer.objects.update(country="JP")

    assert "no rules are recorded for Japan" in page_of(desk, case.number)
