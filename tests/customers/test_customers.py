"""Customers come with their orders, and are spoken to in their own language."""

import pytest

from customers.domain import customers
from customers.domain.apologies import apologise
from customers.models import Customer
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
SHOP = Actor.channel("web")


def test_an_address_is_one_customer_whatever_its_case() -> None:
    first = customers.find_or_create(email=" Jean@Client.example", first_name="Jean", by=SHOP)
    second = customers.find_or_create(email="jean@client.EXAMPLE", last_name="Démo", by=SHOP)

    assert second == first
    assert (second.email, second.full_name) == ("jean@client.example", "Jean Démo")
    assert HistoryEntry.objects.filter(thread=f"customer:{first.pk}").count() == 1


def test_a_known_customer_keeps_what_staff_corrected() -> None:
    customer = CustomerFactory(email="jean@client.example", first_name="Jean", language="en")

    customers.find_or_create(email="jean@client.example", first_name="JEAN", language="fr", by=SHOP)

    customer.refresh_from_db()
    assert (customer.first_name, customer.language) == ("Jean", "en")


def test_an_edit_is_on_the_record_without_what_is_personal() -> None:
    customer = CustomerFactory(first_name="Jean")

    customers.edit(customer, by=SHOP, first_name="Jeanne", last_name=customer.last_name, language="en")

    entry = HistoryEntry.objects.get(thread=f"customer:{customer.pk}")
    assert Customer.objects.get().first_name == "Jeanne"
    assert (entry.kind, entry.before, entry.after, entry.data) == (
        "customer.edited",
        {"language": "fr"},
        {"language": "en"},
        {"fields": ["first_name"]},
    )


def test_an_address_of_somebody_else_is_refused() -> None:
    customer, other = CustomerFactory(), CustomerFactory(email="taken@client.example")

    with pytest.raises(customers.AddressTaken):
        customers.edit(customer, by=SHOP, email="Taken@client.example", first_name="Other")

    customer.refresh_from_db()
    assert customer.email != other.email
    assert customer.first_name == "Camille"


def test_an_apology_speaks_the_customers_language_once() -> None:
    customer = CustomerFactory(first_name="Ann", language="en")

    def write() -> int:
        return apologise(
            customer,
            kind="choice_received",
            about="order:1",
            key="case:1:choice:1",
            facts={
                "order.number": "7",
                "line.product": "Lamp",
                "choice_sentence": "You chose to wait.",
                "choice_link": "https://shop.example/c",
            },
            by=SHOP,
        ).pk

    first, second = write(), write()

    assert first == second
    message = Message.objects.get()
    assert message.subject == "Your choice is recorded (order 7)"
    assert message.recipient == customer.email
