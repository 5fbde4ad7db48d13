"""A supplier without any system states his stock on a page of his own."""

import time

import pytest
from django.conf import settings
from django.test import Client

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.domain.observing import observe
from suppliers.domain.portal import LINK_DAYS, Stated, open_portal, stated_in
from suppliers.models import Observation, Offer, OfferStock, Supplier
from tests.factories.people import person
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def page_of(supplier: Supplier) -> str:
    link = open_portal(supplier, by=BY)
    return link.removeprefix(settings.PUBLIC_URL) + "?lang=en"


def posted(
    offer: Offer, quantity: str = "", *, seen: str = "exact:10", unknown: bool = False
) -> dict[str, str]:
    ticked = {f"unknown_{offer.pk}": "on"} if unknown else {}
    return {f"seen_{offer.pk}": seen, f"q_{offer.pk}": quantity, **ticked}


def stated(offer: Offer) -> tuple[str, int | None]:
    return OfferStock.objects.values_list("kind", "quantity").get(offer=offer)


def said() -> list[tuple[str, str, int | None]]:
    return list(Observation.objects.order_by("id").values_list("source", "kind", "quantity"))


def test_what_he_writes_counts_at_once_and_is_on_the_record(client: Client) -> None:
    offer = OfferFactory()

    answer = client.post(page_of(offer.supplier), posted(offer, "4")).content.decode()

    assert "1 figure saved." in answer
    assert stated(offer) == ("exact", 4)
    assert said() == [("portal", "exact", 4)]
    entry = HistoryEntry.objects.get(kind="offer.observed")
    assert (entry.actor_kind, entry.actor_label) == ("supplier", offer.supplier.name)


def test_none_is_a_zero_and_not_knowing_is_no_zero(client: Client) -> None:
    supplier = SupplierFactory()
    none, unsure = OfferFactory(supplier=supplier), OfferFactory(supplier=supplier)

    client.post(page_of(supplier), posted(none, "0") | posted(unsure, "", unknown=True))

    assert (stated(none), stated(unsure)) == (("exact", 0), ("unknown", None))


def test_what_he_left_alone_says_nothing_new(client: Client) -> None:
    supplier = SupplierFactory()
    number = OfferFactory(supplier=supplier)
    flag = OfferFactory(supplier=supplier, kind="flag", quantity=None)

    client.post(page_of(supplier), posted(number, "10") | posted(flag, "", seen="flag:"))

    assert said() == []


def test_a_figure_that_changed_meanwhile_is_left_and_shown(client: Client) -> None:
    supplier = SupplierFactory()
    moved, still = OfferFactory(supplier=supplier), OfferFactory(supplier=supplier)
    url = page_of(supplier)
    observe(moved, kind="exact", quantity=7, source="person", by=BY)

    answer = client.post(url, posted(moved, "3") | posted(still, "3")).content.decode()

    assert (stated(moved), stated(still)) == (("exact", 7), ("exact", 3))
    assert "1 figure had changed meanwhile and was left as it is" in answer
    assert "Changed meanwhile: this is how it stands now." in answer


@pytest.mark.parametrize("wrong", ["-1", "many", "1.5", "10000000", "²"])
def test_what_is_no_number_is_told_and_nothing_of_the_page_counts(client: Client, wrong: str) -> None:
    supplier = SupplierFactory()
    bad, good = OfferFactory(supplier=supplier), OfferFactory(supplier=supplier)

    answer = client.post(page_of(supplier), posted(bad, wrong) | posted(good, "3"))

    assert answer.status_code == 422
    assert "Write a whole number, or nothing." in answer.content.decode()
    assert said() == []


def test_an_emptied_number_is_asked_about(client: Client) -> None:
    offer = OfferFactory()

    answer = client.post(page_of(offer.supplier), posted(offer, ""))

    assert (answer.status_code, said()) == (422, [])


def test_he_sees_and_states_only_his_own_offers(client: Client) -> None:
    mine, other = OfferFactory(name="Lampe Nord"), OfferFactory(name="Lampe Sud")
    url = page_of(mine.supplier)

    shown = client.get(url).content.decode()
    client.post(url, posted(other, "1"))

    assert "Lampe Nord" in shown
    assert "Lampe Sud" not in shown
    assert stated(other) == ("exact", 10)


def test_a_long_list_is_searched_and_paged(client: Client) -> None:
    supplier = SupplierFactory()
    for number in range(45):
        OfferFactory(supplier=supplier, name=f"Lampe {number:02}")
    url = page_of(supplier)

    first, second = client.get(url).content.decode(), client.get(url + "&page=2").content.decode()
    found = client.get(url + "&q=lampe+44").content.decode()

    assert ("Lampe 39" in first, "Lampe 40" in first, "Page 1 of 2" in " ".join(first.split())) == (
        True,
        False,
        True,
    )
    assert "Lampe 44" in second
    assert ("Lampe 44" in found, "Lampe 43" in found) == (True, False)


def test_opening_the_link_states_nothing(client: Client) -> None:
    offer = OfferFactory()

    answer = client.get(page_of(offer.supplier) + f"&q_{offer.pk}=0&seen_{offer.pk}=exact:10")

    assert (answer.status_code, said()) == (200, [])


def test_old_closed_expired_and_tampered_links_open_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplier = SupplierFactory(language="en")
    old = page_of(supplier)
    new = page_of(supplier)
    links = (old, new, new.replace("/s/", "/s/x"))
    statuses = [client.get(link).status_code for link in links]
    later = time.time() + (LINK_DAYS + 1) * 24 * 3600
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: later)
        statuses.append(client.get(new).status_code)
    Supplier.objects.update(portal_open=False)
    closed = client.post(new, {})

    assert statuses == [410, 200, 404, 410]
    assert closed.status_code == 410
    assert "This link has expired" in closed.content.decode()


def test_staff_open_send_renew_and_close_it(client: Client) -> None:
    client.force_login(person("operations", language="en"))
    supplier = SupplierFactory()
    act = f"/suppliers/{supplier.pk}/portal/"

    opened = client.post(act, {"act": "open"}, follow=True).content.decode()
    for _time in range(2):
        client.post(act, {"act": "send"})
    closed = client.post(act, {"act": "close"}, follow=True).content.decode()

    assert f"{settings.PUBLIC_URL}/s/" in opened
    assert f"{settings.PUBLIC_URL}/s/" not in closed
    message = Message.objects.get(kind="portal_link")
    assert (message.recipient, f"{settings.PUBLIC_URL}/s/" in message.text) == (supplier.email, True)
    kinds = HistoryEntry.objects.filter(thread=f"supplier:{supplier.pk}").order_by("pk")
    assert [kind for kind in kinds.values_list("kind", flat=True) if "portal" in kind] == [
        "portal.opened",
        "portal.closed",
    ]


def test_who_may_not_edit_suppliers_never_sees_the_link(client: Client) -> None:
    client.force_login(person("viewer", language="en"))
    supplier = SupplierFactory()
    open_portal(supplier, by=BY)

    assert f"{settings.PUBLIC_URL}/s/" not in client.get(f"/suppliers/{supplier.pk}/").content.decode()
    assert client.post(f"/suppliers/{supplier.pk}/portal/", {"act": "close"}).status_code == 403


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exact:12", Stated("exact", 12)),
        ("flag:", Stated("flag")),
        ("nonsense", None),
        ("exact:x", None),
        ("", None),
    ],
)
def test_the_page_reads_back_what_it_wrote(text: str, expected: Stated | None) -> None:
    assert stated_in(text) == expected
