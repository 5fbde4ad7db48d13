"""A supplier without a system says what he has, behind a signed link."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.stock_links import (
    MOST_SAVES,
    address_of,
    open_link,
    send_link,
    withdraw_link,
)
from orders.jobs.reservations import after_statement
from orders.models import StockLink, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from stocke.products.models import DirtyLevel
from suppliers.domain.observing import observe
from suppliers.models import Distrust, Observation, Offer, OfferStock, Supplier
from tests.core.listpage_checks import queries_of
from tests.factories.orders import AllocationFactory, OrderLineFactory
from tests.factories.people import client_as
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


@pytest.fixture
def supplier() -> Supplier:
    return SupplierFactory(name="Atelier Témoin", language="en", email="atelier@supplier.example")


def link_of(supplier: Supplier) -> str:
    return address_of(open_link(supplier, by=CLOCK)).removeprefix(settings.PUBLIC_URL)


def offer(
    supplier: Supplier, sku: str, quantity: int | None = 10, kind: str = "exact", **given: Any
) -> Offer:
    return OfferFactory(
        supplier=supplier, supplier_sku=sku, name=f"Lamp {sku}", quantity=quantity, kind=kind, **given
    )


def filled(supplier: Supplier, changed: Mapping[str, str | int] | None = None) -> dict[str, Any]:
    """The fields of the page as a browser sends them; `changed` are new numbers, "none" or "unknown", by SKU."""
    data: dict[str, Any] = {}
    for one in Offer.objects.filter(supplier=supplier).select_related("stock"):
        kind, quantity = one.stock.kind, one.stock.quantity
        is_known = kind != "unknown"
        data[f"seen_{one.pk}"] = f"{kind}:{'' if quantity is None else quantity}"
        data[f"say_{one.pk}"] = "unknown" if not is_known else "none" if quantity == 0 else "units"
        data[f"units_{one.pk}"] = quantity if kind == "exact" and quantity else ""
        said = (changed or {}).get(one.supplier_sku)
        if said in ("none", "unknown"):
            data[f"say_{one.pk}"] = said
        elif said is not None:
            data |= {f"say_{one.pk}": "units", f"units_{one.pk}": said}
    return data


def stock() -> dict[str, tuple[str, int | None]]:
    facts = OfferStock.objects.values_list("offer__supplier_sku", "kind", "quantity")
    return {sku: (kind, quantity) for sku, kind, quantity in facts}


def state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (OfferStock, Observation, HistoryEntry)]


def test_opening_the_link_shows_his_offers_and_changes_nothing(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)
    offer(supplier, "A-2", None, "unknown")
    offer(SupplierFactory(), "FOREIGN")
    url = link_of(supplier)
    before = state()

    page = client.get(url)

    text = page.content.decode()
    assert (page.status_code, state()) == (200, before)
    assert "What do you have in stock?" in text
    assert ("A-1" in text, "A-2" in text, "FOREIGN" in text) == (True, True, False)
    assert "<script" not in text
    assert "no-cache" in page["Cache-Control"]


def test_only_what_he_changed_is_saved_with_his_name(client: Client, supplier: Supplier) -> None:
    first, second = offer(supplier, "A-1", 12), offer(supplier, "A-2", 3)
    offer(supplier, "A-3", 7)
    url = link_of(supplier)

    answer = client.post(url, filled(supplier, {"A-1": 9, "A-2": "none"}))

    assert (answer.status_code, answer["Location"]) == (303, f"{url}?saved=2")
    assert stock() == {"A-1": ("exact", 9), "A-2": ("exact", 0), "A-3": ("exact", 7)}
    said = Observation.objects.order_by("id").values_list("offer_id", "source", "raw", "kind", "quantity")
    assert list(said) == [(first.pk, "portal", "9", "exact", 9), (second.pk, "portal", "0", "exact", 0)]
    entry = HistoryEntry.objects.get(thread=f"offer:{first.pk}")
    assert (entry.actor_kind, entry.actor_label, entry.before["quantity"], entry.after["quantity"]) == (
        "supplier",
        "Atelier Témoin",
        12,
        9,
    )
    assert set(DirtyLevel.objects.values_list("product_id", flat=True)) == {
        first.product_id,
        second.product_id,
    }
    assert not Distrust.objects.exclude(feed__supplier=supplier).exists()
    assert "2 statements are saved" in client.get(answer["Location"]).content.decode()


def test_he_may_say_that_he_does_not_know(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)

    client.post(link_of(supplier), filled(supplier, {"A-1": "unknown"}))

    assert stock() == {"A-1": ("unknown", None)}


def test_a_page_that_is_saved_as_it_is_says_nothing(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)
    offer(supplier, "A-2", 20, "at_least")
    offer(supplier, "A-3", None, "flag")
    before = state()

    answer = client.post(link_of(supplier), filled(supplier))

    assert answer["Location"].endswith("?saved=0")
    assert state()[:2] == before[:2]
    assert "You changed nothing" in client.get(answer["Location"]).content.decode()


def test_he_may_confirm_the_rest_of_a_page(client: Client, supplier: Supplier) -> None:
    old = timezone.now() - timedelta(days=9)
    offer(supplier, "A-1", 12, as_of=old)
    offer(supplier, "A-2", None, "unknown", as_of=old)

    client.post(link_of(supplier), filled(supplier) | {"confirms": "on"})

    ages = dict(OfferStock.objects.values_list("offer__supplier_sku", "as_of"))
    assert stock() == {"A-1": ("exact", 12), "A-2": ("unknown", None)}
    assert (ages["A-1"] != old, ages["A-2"]) == (True, old)


def test_what_changed_meanwhile_is_shown_and_not_overwritten(client: Client, supplier: Supplier) -> None:
    first = offer(supplier, "A-1", 12)
    offer(supplier, "A-2", 3)
    written = filled(supplier, {"A-1": 9, "A-2": 5})
    observe(first, kind="exact", quantity=1, by=CLOCK)
    url = link_of(supplier)

    answer = client.post(url, written)

    text = " ".join(answer.content.decode().split())
    assert (answer.status_code, stock()) == (409, {"A-1": ("exact", 1), "A-2": ("exact", 5)})
    assert "Some quantities changed while you were writing" in text
    assert "It is 1 on record now" in text
    assert 'value="9"' in text
    assert "1 other change is saved" in text

    client.post(url, filled(supplier, {"A-1": 9}))

    assert stock()["A-1"] == ("exact", 9)


def test_nothing_is_saved_while_a_number_makes_no_sense(client: Client, supplier: Supplier) -> None:
    one = offer(supplier, "A-1", 12)
    offer(supplier, "A-2", 3)
    for wrong in ("", "-4", "many", "99999999999"):
        answer = client.post(link_of(supplier), filled(supplier, {"A-2": 4}) | {f"units_{one.pk}": wrong})
        assert (wrong, answer.status_code, stock()["A-2"]) == (wrong, 422, ("exact", 3))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "That is more than we can note: write a number with at most 7 digits."),
        ("fr", "C’est plus que nous ne pouvons noter\u00a0: écrivez un nombre de 7 chiffres au plus."),
    ],
)
def test_a_number_too_large_is_refused_in_his_language(client: Client, language: str, sentence: str) -> None:
    supplier = SupplierFactory(language=language)
    one = offer(supplier, "A-1", 12)

    answer = client.post(link_of(supplier), filled(supplier) | {f"units_{one.pk}": "10000000"})

    assert (answer.status_code, stock()["A-1"]) == (422, ("exact", 12))
    assert sentence in answer.content.decode()


def test_a_foreign_offer_cannot_be_touched(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)
    foreign = offer(SupplierFactory(), "B-1", 4)
    forged = {f"seen_{foreign.pk}": "exact:4", f"say_{foreign.pk}": "none", f"units_{foreign.pk}": ""}

    client.post(link_of(supplier), filled(supplier) | forged)

    assert stock()["B-1"] == ("exact", 4)


def test_what_he_had_accepted_is_in_his_figures_already(client: Client, supplier: Supplier) -> None:
    one = offer(supplier, "A-1", 12)
    accepted = AllocationFactory(
        line=OrderLineFactory(quantity=3, status="accepted"),
        offer=one,
        status="accepted",
        accepted_at=timezone.now() - timedelta(hours=1),
    )

    client.post(link_of(supplier), filled(supplier, {"A-1": 9}))

    accepted.refresh_from_db()
    assert (accepted.status, OfferStock.objects.get(offer=one).reserved) == ("contained", 0)
    assert prove_counters() == []


def test_a_statement_that_falls_short_of_what_is_promised_opens_a_case(
    supplier: Supplier, client: Client
) -> None:
    one = offer(supplier, "A-1", 12)
    line = OrderLineFactory(product=one.product, quantity=3, status="reserved")
    AllocationFactory(line=line, offer=one)

    client.post(link_of(supplier), filled(supplier, {"A-1": 1}))
    after_statement(supplier.pk, [one.pk])

    assert StockoutCase.objects.get().line == line


def test_his_offers_come_page_by_page_and_can_be_searched(client: Client, supplier: Supplier) -> None:
    for number in range(30):
        offer(supplier, f"A-{number:02}")
    url = link_of(supplier)

    first = client.get(url).content.decode()
    second = client.get(url, {"after": "A-24"}).content.decode()
    found = client.get(url, {"q": "lamp a-07"}).content.decode()
    nothing = client.get(url, {"q": "sofa"}).content.decode()

    assert ("A-24" in first, "A-25" in first, "A-25" in second, "A-24</" in second) == (
        True,
        False,
        True,
        False,
    )
    assert (found.count("pb-stock"), "Lamp A-07" in found) == (1, True)
    assert "Nothing of yours has “sofa”" in nothing


def test_saving_may_go_on_to_the_next_page(client: Client, supplier: Supplier) -> None:
    for number in range(26):
        offer(supplier, f"A-{number:02}")
    url = link_of(supplier)

    answer = client.post(url, filled(supplier, {"A-00": 4}) | {"next": "1"})

    assert answer["Location"] == f"{url}?after=A-24&saved=1"


def test_the_page_asks_the_same_for_one_offer_and_three(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1")
    url = link_of(supplier)
    client.get(url)
    one = len(queries_of(client, url))
    offer(supplier, "A-2")
    offer(supplier, "A-3")

    assert len(queries_of(client, url)) == one


def test_links_that_open_nothing_say_why(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)
    url = link_of(supplier)
    data = filled(supplier, {"A-1": 4})

    tampered = client.post(url.replace("/s/", "/s/x"), data)
    withdraw_link(supplier, by=CLOCK)
    withdrawn = client.post(url, data)

    assert (tampered.status_code, withdrawn.status_code, stock()) == (404, 410, {"A-1": ("exact", 12)})
    assert "Ce lien ne fonctionne pas" in tampered.content.decode()
    assert "This link is no longer valid" in withdrawn.content.decode()


def test_a_link_ends_by_itself(client: Client, supplier: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    url = link_of(supplier)
    real = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: real + 91 * 24 * 3600)

    assert client.get(url).status_code == 410


def test_a_supplier_who_is_switched_off_has_no_page(client: Client, supplier: Supplier) -> None:
    url = link_of(supplier)
    Supplier.objects.filter(pk=supplier.pk).update(active=False)

    assert client.get(url).status_code == 410


def test_nobody_can_keep_us_busy_by_saving(client: Client, supplier: Supplier) -> None:
    offer(supplier, "A-1", 12)
    url = link_of(supplier)
    StockLink.objects.update(saves=MOST_SAVES, counted_from=timezone.now())

    refused = client.post(url, filled(supplier, {"A-1": 4}))
    StockLink.objects.update(counted_from=timezone.now() - timedelta(hours=1))
    taken = client.post(url, filled(supplier, {"A-1": 4}))

    assert (refused.status_code, taken.status_code, stock()) == (429, 303, {"A-1": ("exact", 4)})
    assert StockLink.objects.get().saves == 1


def test_the_link_is_written_to_him_in_his_language_and_again_when_asked(supplier: Supplier) -> None:
    Supplier.objects.filter(pk=supplier.pk).update(language="fr", contact_name="Inge")
    supplier.refresh_from_db()

    send_link(supplier, by=CLOCK)
    send_link(supplier, by=CLOCK)

    letters = Message.objects.filter(kind="stock_link").order_by("pk")
    assert [letter.recipient for letter in letters] == ["atelier@supplier.example"] * 2
    assert "Bonjour Inge" in letters[0].text
    assert "/s/" in letters[0].text
    assert StockLink.objects.get().sent == 2


def test_without_an_address_nothing_is_sent() -> None:
    assert send_link(SupplierFactory(email=""), by=CLOCK) is None
    assert not StockLink.objects.exists()


def test_staff_make_send_and_withdraw_a_link(supplier: Supplier) -> None:
    staff, page = client_as(), reverse("suppliers:supplier", args=[supplier.pk])
    assert "Send him a link" in staff.get(page).content.decode()

    staff.post(reverse("orders:stock_link_send", args=[supplier.pk]))
    seen = staff.get(page).content.decode()
    assert f"{settings.PUBLIC_URL}/s/" in seen
    assert "Send it again" in seen

    staff.post(reverse("orders:stock_link_withdraw", args=[supplier.pk]))
    assert "Send him a link" in staff.get(page).content.decode()
    kinds = HistoryEntry.objects.filter(thread=f"supplier:{supplier.pk}").values_list("kind", flat=True)
    assert {"stock_link.opened", "stock_link.withdrawn"} <= set(kinds)


def test_who_may_not_edit_suppliers_makes_no_link(supplier: Supplier) -> None:
    staff = client_as("viewer")

    assert staff.post(reverse("orders:stock_link_make", args=[supplier.pk])).status_code == 403
    assert not StockLink.objects.exists()
