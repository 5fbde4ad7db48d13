"""A customer is forgotten at his wish; settled messages are forgotten when their time is over."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Demand, Wish
from orders.domain.documents.content import Document
from orders.domain.erasing import StillOwed, erase_customer
from orders.models import Order, Return, Transmission
from orders.queries.erasing import Owed, owed_to
from stocke.core.domain.incoming import Arrival, KeptFile, settle, take_in
from stocke.core.mail_jobs import forget_received
from stocke.core.models import HistoryEntry, IncomingFile, IncomingMessage, IncomingStatus, Message, User
from tests.customers.shelf import shelf, waiting
from tests.orders.cases.scenes import agent
from tests.orders.returns.goods import BY, asked_back, delivered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
NOTHING = Owed(orders=0, cases=0, refunds=0, returns=0, letters=0, messages=0)
WORDS = "Voici la photo, appelez Camille au 06 00 00 00 00."


def write(thread: str, sender: str, *, days_ago: int = 0, key: str = "m1") -> IncomingMessage:
    """A message with a picture."""
    path = default_storage.save(f"received/{key}.png", ContentFile(b"picture"))
    file = KeptFile("salon.png", "image/png", 7, path)
    arrival = Arrival(
        key=key, sender=sender, sender_name="Camille", subject="Ma lampe", text=WORDS, files=[file]
    )
    message = take_in(arrival, by=BY, thread=thread, status=IncomingStatus.OPEN)[0]
    IncomingMessage.objects.filter(pk=message.pk).update(
        received_at=timezone.now() - timedelta(days=days_ago)
    )
    return message


def served() -> tuple[Customer, Order, IncomingMessage]:
    """A customer who got everything, wrote, and asked something back; nothing is owed to him any more."""
    order = delivered().order
    order.customer.notes = "Sonner chez Camille"
    order.customer.save()
    asked_back(order.purchase_orders.get())
    Return.objects.update(status="declined", note="Camille ne veut plus")
    message = write(f"order:{order.pk}", order.customer.email)
    settle(message.pk, by=BY)
    Order.objects.update(status="done", note="Code 4321")
    Message.objects.update(status="sent")
    return order.customer, order, message


def everything_about(order: Order) -> str:
    """All that the house still knows of him, in one text."""
    rows = [
        *Customer.objects.values_list("email", "first_name", "last_name", "phone", "notes"),
        *Order.objects.values_list("ship_to", "note"),
        *Return.objects.values_list("note"),
        *Message.objects.filter(thread__startswith="order:").values_list("subject", "text", "html", "facts"),
        *IncomingMessage.objects.values_list("sender", "sender_name", "subject", "text", "quoted", "facts"),
        *Transmission.objects.values_list("content"),
    ]
    return str(rows)


def test_nothing_that_names_him_is_left_and_accounts_stay() -> None:
    customer, order, _message = served()
    named = [
        customer.email,
        customer.last_name,
        order.ship_to["city"],
        WORDS,
        "Sonner",
        "4321",
        "ne veut plus",
    ]
    before = everything_about(order)
    assert [word for word in named if word not in before] == []
    kept = Order.objects.values_list("number", "total_cents", "placed_at").get()

    erase_customer(customer.pk, by=BY)

    after = everything_about(order)
    assert [word for word in named if word in after] == []
    assert Order.objects.values_list("number", "total_cents", "placed_at").get() == kept
    assert Customer.objects.get().is_erased
    assert (IncomingFile.objects.count(), default_storage.exists("received/m1.png")) == (0, False)
    [content] = Transmission.objects.values_list("content", flat=True)
    assert [parcel.ship_to for parcel in Document.from_json(content).parcels] == [{}]
    assert HistoryEntry.objects.filter(kind="customer.erased").count() == 1


def test_another_customer_keeps_his_address_and_his_words() -> None:
    customer, _order, _message = served()
    other = delivered().order
    write(f"order:{other.pk}", other.customer.email, key="m2")
    Message.objects.update(status="sent")

    erase_customer(customer.pk, by=BY)

    mine = Order.objects.select_related("customer").get(pk=other.pk)
    assert (mine.ship_to, mine.customer.email) == (other.ship_to, other.customer.email)
    assert IncomingMessage.objects.get(key="m2").text == WORDS
    assert default_storage.exists("received/m2.png")
    assert not Message.objects.filter(thread=f"order:{other.pk}", text="").exists()


def test_his_alerts_end_with_him_and_keep_neither_address_nor_letter() -> None:
    customer, _order, _message = served()
    goods = shelf()
    his = waiting(goods.product, customer.email, page_url="https://shop.example/camille")
    other = waiting(goods.product, "other@client.example")
    Message.objects.update(status="sent")

    erase_customer(customer.pk, by=BY)

    wishes = Wish.objects.order_by("pk").values_list("pk", "email", "page_url", "state")
    assert list(wishes) == [(his.pk, "", "", "ended"), (other.pk, "other@client.example", "", "waiting")]
    demand = Demand.objects.get(product=goods.product)
    assert (demand.waiting, demand.ended, demand.units) == (1, 1, 1)
    letters = Message.objects.filter(kind="wish_confirm").order_by("pk")
    assert [(one.recipient, bool(one.facts)) for one in letters] == [
        ("", False),
        ("other@client.example", True),
    ]


def test_he_is_not_forgotten_while_something_is_owed_to_him() -> None:
    customer, order, _message = served()
    Order.objects.update(status="confirmed")
    IncomingMessage.objects.update(status="open")
    before = everything_about(order)

    with pytest.raises(StillOwed) as refused:
        erase_customer(customer.pk, by=BY)

    assert refused.value.owed == Owed(orders=1, cases=0, refunds=0, returns=0, letters=0, messages=1)
    assert everything_about(order) == before


def test_an_administrator_erases_from_the_customers_page_and_nobody_else(client: Client) -> None:
    customer, order, _message = served()
    url = reverse("orders:customer_erase", args=[customer.pk])
    client.force_login(agent())
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    assert not Customer.objects.get().is_erased
    client.force_login(User.objects.create_user("a@stocke.example", role="administrator"))
    assert url in client.get(reverse("customers:customer", args=[customer.pk])).content.decode()

    Order.objects.update(status="confirmed")
    assert "1 commande en cours" in client.post(url).content.decode().replace("\u00a0", " ")
    Order.objects.update(status="done")
    page = client.post(url, follow=True).content.decode()

    assert f"Client effacé n° {customer.pk}" in page.replace("\u00a0", " ")
    assert owed_to(Customer.objects.get()) == NOTHING
    assert client.get(reverse("orders:order", args=[order.number])).status_code == 200


def test_settled_messages_go_when_their_time_is_over_and_waiting_ones_stay(media: Path) -> None:
    old, _waits, young = (
        write("", "x@customer.example", days_ago=days, key=key)
        for key, days in (("old", 1096), ("waits", 1096), ("young", 1094))
    )
    for settled in (old, young):
        settle(settled.pk, by=BY)

    assert (forget_received(), forget_received()) == (1, 0)

    assert sorted(IncomingMessage.objects.values_list("key", flat=True)) == ["waits", "young"]
    assert [default_storage.exists(f"received/{key}.png") for key in ("old", "waits", "young")] == [
        False,
        True,
        True,
    ]
