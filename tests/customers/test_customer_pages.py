"""The pages of customers."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from customers.shell import customer_places
from stocke.core.models import User
from stocke.core.models.user import Role
from tests.core.listpage_checks import assert_same_queries
from tests.factories.customers import CustomerFactory
from tests.factories.messages import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    user = User.objects.create_user(
        "a@demo.example", first_name="Léa", role=Role.CUSTOMER_SERVICE, language="en"
    )
    client.force_login(user)
    return client


def test_a_customer_is_found_by_the_beginnings_of_his_names(agent: Client) -> None:
    CustomerFactory(first_name="Jean", last_name="Démo")
    CustomerFactory(first_name="Jean", last_name="Spécimen")

    page = agent.get(reverse("customers:customers"), {"q": "jean dém"}).content.decode()

    assert "Jean Démo" in page
    assert "Jean Spécimen" not in page


def test_his_page_shows_his_mails(agent: Client) -> None:
    customer = CustomerFactory()
    MessageFactory(recipient=customer.email, subject="Late for you")
    MessageFactory(subject="Late for another")

    page = agent.get(reverse("customers:customer", args=[customer.pk])).content.decode()

    assert "Late for you" in page
    assert "Late for another" not in page


def test_every_customer_of_a_page_has_his_name_there_however_many_they_are() -> None:
    people = [CustomerFactory() for _ in range(9)]

    places = customer_places([customer.pk for customer in people])

    assert {pk: place.label for pk, place in places.items()} == {one.pk: one.full_name for one in people}


def test_an_agent_corrects_a_customer(agent: Client) -> None:
    customer = CustomerFactory()
    fields = {"email": "New@client.example", "first_name": "Jeanne", "language": "en", "country": "be"}

    answer = agent.post(reverse("customers:customer_edit", args=[customer.pk]), fields)

    customer.refresh_from_db()
    assert answer.status_code == 303
    assert (customer.email, customer.first_name, customer.last_name) == ("new@client.example", "Jeanne", "")
    assert (customer.language, customer.country) == ("en", "BE")


def test_an_address_of_another_customer_is_refused_at_its_field(agent: Client) -> None:
    CustomerFactory(email="taken@client.example")
    customer = CustomerFactory()
    fields = {"email": "taken@client.example", "first_name": "X", "language": "fr", "country": "FR"}

    answer = agent.post(reverse("customers:customer_edit", args=[customer.pk]), fields)

    assert answer.status_code == 422
    assert "Another customer has this address." in answer.content.decode()
    assert Customer.objects.get(pk=customer.pk).first_name == "Camille"


def test_the_list_of_customers_costs_the_same_for_three_as_for_one(agent: Client) -> None:
    assert_same_queries(agent, reverse("customers:customers"), CustomerFactory)
