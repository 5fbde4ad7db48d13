"""The page Today: who waits, in which order, and what it costs to ask."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import CaseCause, StockoutCase
from stocke.core.models import User
from stocke.core.models.user import Role
from tests.factories.customers import CustomerFactory
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.messages import MessageFactory
from tests.factories.orders import OrderFactory, OrderLineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("numbers")]
TODAY = "/today/"


@pytest.fixture
def operator(client: Client) -> Client:
    user = User.objects.create_user("o@demo.example", first_name="Sam", role=Role.OPERATIONS, language="en")
    client.force_login(user)
    return client


def case(*, hours: int) -> StockoutCase:
    order = OrderFactory(customer=CustomerFactory(first_name="Jean", last_name="Démo"))
    line = OrderLineFactory(order=order, ordered_name="Suspension Galet", unit_price_cents=9580)
    return StockoutCase.objects.create(
        number=f"R-{line.pk}",
        line=line,
        quantity=1,
        cause=CaseCause.SUPPLIER_REFUSED,
        respond_by=timezone.now() + timedelta(hours=hours),
    )


def test_an_empty_day_says_so(operator: Client) -> None:
    page = operator.get(TODAY).content.decode()

    assert "Nothing waits for you." in page
    assert "<title>Today · Stock e</title>" in page


def test_an_empty_day_says_when_the_next_falls_due(operator: Client) -> None:
    case(hours=30)

    page = operator.get(TODAY).content.decode()

    assert "Nothing waits for you." in page
    assert "The next one falls due" in page


def test_a_late_case_stands_first_with_its_customer_and_its_money(operator: Client) -> None:
    case(hours=-2)
    MessageFactory(status="unsure", recipient_name="Nora Essai")

    answer = operator.get(TODAY)
    page = answer.content.decode()

    (_part, name, count, tasks), *_others = answer.context["groups"]
    assert (name, count, tasks[0].title) == ("Late", 1, "Suspension Galet: Jean Démo waits for an answer")
    assert "€95.80" in page
    assert "Mail to Nora Essai: perhaps sent, perhaps not" in page
    assert "2 decisions wait for you: 1 late." in page
    assert "<title>(2) Today · Stock e</title>" in page


def test_every_kind_of_thing_is_worded(operator: Client) -> None:
    OrderLineFactory(order=OrderFactory(status="to_verify", number="10511"), status="doubtful")
    RunFactory(FeedFactory(last_good_at=timezone.now()), status="held", counts={"gone": 1204})
    FeedFactory(every_minutes=60, last_good_at=timezone.now() - timedelta(days=3))
    problem = {"problem": {"code": "connect", "text": {"en": "stock.example does not answer."}}}
    RunFactory(FeedFactory(name="Evening"), status="failed", facts=problem)

    page = operator.get(TODAY).content.decode()

    assert "Order 10511" in page
    assert "Evening · stock.example does not answer." in page
    assert "1,204 SKUs have disappeared from the file · nothing is applied" in page
    assert "the feed is silent" in page


def test_the_page_asks_as_many_questions_for_hundreds_as_for_one(operator: Client) -> None:
    def fill(times: int) -> None:
        for _ in range(times):
            case(hours=-1)
            OrderLineFactory(order=OrderFactory(status="to_verify"), status="doubtful")
            MessageFactory(status="unsure")
            MessageFactory(status="draft", error="missing: new_date")
            RunFactory(FeedFactory(last_good_at=timezone.now()), status="held")

    def cost() -> int:
        operator.get(TODAY)
        with CaptureQueriesContext(connection) as asked:
            operator.get(TODAY)
        return len(asked)

    fill(1)
    one = cost()
    fill(2)
    three = cost()
    fill(100)

    assert one == three == cost()


def test_the_number_in_the_navigation_is_that_of_the_page(operator: Client) -> None:
    case(hours=-1)
    case(hours=40)
    MessageFactory(status="unsure")

    answer = operator.get(TODAY)

    (entry,) = (item for item in answer.context["shell"].items if item.entry.key == "today")
    assert entry.number == answer.context["plan"].due_today == 2


def test_operations_land_on_today(operator: Client) -> None:
    assert operator.get(reverse("core:home")).headers["Location"] == TODAY
