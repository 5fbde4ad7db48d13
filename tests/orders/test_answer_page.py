"""The supplier's page behind the signed link."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from orders.domain.allocations import release_line
from orders.domain.answers import decide_prices
from orders.domain.cancelling import ask_to_cancel
from orders.domain.purchase_messages import LINK_PURPOSE, answer_link
from orders.models import Allocation, Order, OrderLine, PurchaseOrder, PurchaseOrderLine
from stocke.core.actors import Actor
from stocke.core.domain.links import sign
from stocke.core.models import HistoryEntry
from stocke.core.web import formats
from suppliers.models import OfferStock
from tests.factories.purchases import PurchaseFactory

pytestmark = pytest.mark.django_db


def link(purchase: PurchaseOrder) -> str:
    return reverse("orders:answer", args=[sign(LINK_PURPOSE, purchase.pk)])


def state() -> list[Any]:
    tables = (Order, OrderLine, Allocation, OfferStock, PurchaseOrder, PurchaseOrderLine, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client: Client, method: str) -> None:
    (purchase,) = [PurchaseFactory()]
    before = state()

    answer = getattr(client, method)(link(purchase))

    assert answer.status_code == 200
    assert state() == before


def test_the_page_speaks_the_suppliers_language_or_the_chosen_one(client: Client) -> None:
    purchase = PurchaseFactory()

    assert "Pouvez-vous expédier ce produit" in client.get(link(purchase)).content.decode()
    assert "Can you ship this product" in client.get(link(purchase), {"lang": "en"}).content.decode()


def test_the_page_names_sku_quantity_and_address_but_not_the_customers_mail(client: Client) -> None:
    purchase = PurchaseFactory(quantity=3)

    text = client.get(link(purchase)).content.decode()

    assert purchase.lines.get().allocation.offer.supplier_sku in text
    assert "× 3" in text
    assert "12 rue de la Démo<br>59000 Lille" in text
    assert purchase.order.customer.email not in text
    assert purchase.order.number not in text


def test_yes_to_everything_is_one_click(client: Client) -> None:
    purchase = PurchaseFactory()

    address = link(purchase) + "?lang=en"

    answer = client.post(address, {"all": "yes"})

    assert (answer.status_code, answer["Location"]) == (303, address)
    assert PurchaseOrderLine.objects.get().answer == "accepted"
    assert "Your answer is recorded" in client.get(answer["Location"]).content.decode()


def test_a_part_with_a_date_is_recorded(client: Client) -> None:
    purchase = PurchaseFactory(quantity=4)
    pk = purchase.lines.get().pk

    client.post(
        link(purchase),
        {
            f"answer_{pk}": "part",
            f"quantity_{pk}": "3",
            f"restock_on_{pk}": "2099-01-07",
            f"note_{pk}": "en route",
        },
    )

    said = PurchaseOrderLine.objects.get()
    assert (said.answer, said.accepted_quantity, str(said.restock_on), said.note) == (
        "part",
        3,
        "2099-01-07",
        "en route",
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"answer": "maybe"},
        {"answer": "withdrawn"},
        {"answer": "part"},
        {"answer": "part", "quantity": "0"},
        {"answer": "part", "quantity": "4"},
        {"answer": "part", "quantity": "x"},
        {"answer": "rejected"},
        {"answer": "rejected", "reason": "no_answer"},
        {"answer": "rejected", "reason": "other", "restock_on": "soon"},
        {"answer": "rejected", "reason": "other", "note": "x" * 251},
    ],
)
def test_an_unsound_answer_is_shown_again_and_changes_nothing(client: Client, given: dict[str, str]) -> None:
    purchase = PurchaseFactory(quantity=4)
    pk = purchase.lines.get().pk
    before = state()

    answer = client.post(link(purchase), {f"{name}_{pk}": value for name, value in given.items()})

    assert answer.status_code == 422
    assert "Rien n’est encore enregistré" in answer.content.decode()
    assert state() == before


def test_a_second_answer_finds_the_receipt_of_the_first(client: Client) -> None:
    purchase = PurchaseFactory()
    pk = purchase.lines.get().pk
    client.post(link(purchase), {"all": "yes"})
    before = state()

    answer = client.post(link(purchase), {f"answer_{pk}": "rejected"}, follow=True)

    assert "Votre réponse est enregistrée" in answer.content.decode()
    assert state() == before


def test_an_order_that_was_taken_back_asks_for_nothing(client: Client) -> None:
    purchase = PurchaseFactory()
    release_line(OrderLine.objects.get(), reason="replaced", by=Actor.job("test"))
    before = state()

    page = client.get(link(purchase)).content.decode()
    client.post(link(purchase), {"all": "yes"})

    assert "Nous n’avons plus besoin de réponse" in page
    assert "Ne l’expédiez pas" in page
    assert state() == before


def test_an_overdue_answer_is_still_taken(client: Client) -> None:
    purchase = PurchaseFactory()
    PurchaseOrder.objects.update(answer_due_at=timezone.now())

    assert "Vous pouvez encore répondre" in client.get(link(purchase)).content.decode()
    client.post(link(purchase), {"all": "yes"})
    assert PurchaseOrder.objects.get().status == "answered"


@pytest.mark.parametrize("token", ["nonsense", "eyJhIjoxfQ:1:x", "%00"])
def test_a_tampered_link_opens_nothing(client: Client, token: str) -> None:
    purchase = PurchaseFactory()
    before = state()

    for answer in (client.get(f"/p/{token}/"), client.post(f"/p/{token}/", {"all": "yes"})):
        assert answer.status_code == 404
        assert purchase.number not in answer.content.decode()
    assert state() == before


def test_a_link_to_another_page_opens_nothing_here(client: Client) -> None:
    purchase = PurchaseFactory()
    foreign = reverse("orders:answer", args=[sign("choice", purchase.pk)])
    before = state()

    assert client.post(foreign, {"all": "yes"}).status_code == 404
    assert state() == before


def test_an_expired_link_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    purchase = PurchaseFactory()
    address, before = link(purchase), state()
    later = time.time() + 61 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    answer = client.post(address, {"all": "yes"})

    assert (answer.status_code, state()) == (410, before)
    assert "Ce lien a expiré" in answer.content.decode()


def test_the_link_in_the_letter_is_the_page(client: Client) -> None:
    purchase = PurchaseFactory()

    page = client.get(answer_link(purchase).removeprefix(settings.PUBLIC_URL))

    assert purchase.number in page.content.decode()


def test_who_refused_everything_is_not_asked_to_ship_and_sees_what_he_said(client: Client) -> None:
    purchase = PurchaseFactory(quantity=2)
    line = purchase.lines.get()

    client.post(answer_link(purchase), {f"answer_{line.pk}": "rejected", f"reason_{line.pk}": "no_stock"})
    page = client.get(answer_link(purchase)).content.decode()

    assert ("À expédier à" in page, "Merci d’expédier" in page) == (False, False)
    assert ("en rupture" in page, "0 sur 2" in page) == (True, True)


def test_who_is_asked_to_cancel_is_not_asked_to_ship(client: Client) -> None:
    purchase = PurchaseFactory(quantity=2)
    client.post(answer_link(purchase), {"all": "yes"})
    before = client.get(answer_link(purchase)).content.decode()
    ask_to_cancel(purchase.pk, by=Actor.job("test"))

    asked = client.get(answer_link(purchase)).content.decode()
    client.post(answer_link(purchase), {"cancel": "cancelled"})
    cancelled = client.get(answer_link(purchase)).content.decode()

    assert ["Merci d’expédier" in page for page in (before, asked, cancelled)] == [True, False, False]


def test_who_named_another_price_sees_it_with_his_day_while_it_is_decided(client: Client) -> None:
    purchase = PurchaseFactory(quantity=2)
    line, day = purchase.lines.get(), timezone.localdate() + timedelta(days=9)
    said = {f"answer_{line.pk}": "accepted", f"price_{line.pk}": "99.90", f"ship_on_{line.pk}": day}

    client.post(answer_link(purchase), said)
    page = client.get(answer_link(purchase)).content.decode()

    with override("fr"):
        shown_day = formats.day(day)
    assert ("99,90\u00a0€ pièce" in page, f"expédition prévue le {shown_day}" in page, "2 sur 2" in page) == (
        True,
        True,
        True,
    )
    assert ("Reçue –" in page, "Merci d’expédier" in page) == (False, False)
    decide_prices(purchase.pk, {line.pk: False}, by=Actor.job("test"))
    assert "0 sur 2" in client.get(answer_link(purchase)).content.decode()
