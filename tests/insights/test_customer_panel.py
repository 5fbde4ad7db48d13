"""A customer's page joins his orders, his cases and his vouchers, though customers know of none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.models import CaseCause, Refund, StockoutCase, Voucher
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import User
from stocke.core.models.user import Role
from tests.core.listpage_checks import assert_same_queries
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    user = User.objects.create_user(
        "a@demo.example", first_name="Léa", role=Role.CUSTOMER_SERVICE, language="en"
    )
    client.force_login(user)
    return client


def test_his_dealings_and_their_history_are_on_his_page(agent: Client) -> None:
    customer = CustomerFactory()
    order = OrderFactory(customer=customer, number="10482")
    line = OrderLineFactory(order=order, ordered_name="Suspension Galet")
    StockoutCase.objects.create(
        number="R-0312", line=line, quantity=1, cause=CaseCause.OVERSOLD, respond_by=timezone.now()
    )
    Voucher.objects.create(
        code="GALET-7KQ2",
        customer=customer,
        amount_cents=10500,
        expires_on=timezone.localdate() + timedelta(365),
    )
    Refund.objects.create(line=line, amount_cents=9580, reason="case", due_on=timezone.localdate())
    OrderFactory(number="99999")
    record(order, "customer.created", by=Actor.job("test"))

    page = agent.get(reverse("customers:customer", args=[customer.pk])).content.decode()

    assert "10482" in page
    assert "R-0312" in page
    assert "GALET-7KQ2" in page
    assert "€95.80" in page
    assert "99999" not in page
    assert "First order of this customer" in page
    assert page.count('href="/orders/10482/"') == 2  # in the list, and beside what happened to it


def test_the_page_costs_the_same_for_many_orders(agent: Client) -> None:
    customer = CustomerFactory()

    def buy() -> None:
        line = OrderLineFactory(order=OrderFactory(customer=customer))
        StockoutCase.objects.create(
            number=f"R-{line.pk}", line=line, quantity=1, cause=CaseCause.OVERSOLD, respond_by=timezone.now()
        )
        Refund.objects.create(line=line, amount_cents=9580, reason="case", due_on=timezone.localdate())
        Voucher.objects.create(
            code=f"V-{line.pk}", customer=customer, amount_cents=500, expires_on=timezone.localdate()
        )

    assert_same_queries(agent, reverse("customers:customer", args=[customer.pk]), buy)


def test_a_template_is_previewed_with_an_open_cases_facts(agent: Client) -> None:
    order = OrderFactory(number="77003", customer=CustomerFactory(first_name="Nora"))
    line = OrderLineFactory(order=order, ordered_name="Suspension Galet")
    StockoutCase.objects.create(
        number="R-0312", line=line, quantity=1, cause=CaseCause.OVERSOLD, respond_by=timezone.now()
    )
    url = reverse("core:mail_template", args=["stockout_unconfirmed", "en"])

    offered = agent.get(url).content.decode()
    shown = agent.get(url, {"facts": "case:R-0312"}).content.decode()
    gone = agent.get(url, {"facts": "case:R-9999"}).content.decode()

    assert "R-0312 · Nora Exemple" in offered
    assert "77003" in shown
    assert "77003" not in gone
    assert "10482" in gone
