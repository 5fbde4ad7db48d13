"""How a supplier is ordered from, what would be sent, and what a person decides: the pages."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from orders.domain.ordering import rules_of
from orders.domain.purchase_messages import answer_link, asked_ship_by, group_link, ship_by
from orders.jobs.transmissions import close_due
from orders.models import OrderingRules, PurchaseCounter, PurchaseOrder, Transmission
from orders.queries.purchases import count_for_a_person
from stocke.core.domain.credentials import reveal
from stocke.core.models import HistoryEntry, Message
from stocke.core.web.formats import long_day, moment, money
from suppliers.models import Supplier
from tests.factories.ordering import SupplierWithRules, asked_of, far_cut_off
from tests.factories.people import client_as
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
RULES = {
    "way": "mail",
    "grouping": "each",
    "number_prefix": "NOR-",
    "pattern": "{prefix}{year}-{number:05}",
    "formats": ["pdf", "csv"],
    "blind": "on",
    "packing_note": "Merci !",
}
SFTP = {"host": "sftp.supplier.example", "user": "shop", "password": "not-shown", "path": "in", "form": "csv"}


@pytest.fixture
def omar() -> Client:
    return client_as("operations")


def page(supplier: Supplier, tab: str = "") -> str:
    return f"/suppliers/{supplier.pk}/ordering/{tab}"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def state() -> list[Any]:
    tables = (Transmission, PurchaseOrder, PurchaseCounter, OrderingRules, Message, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def test_the_rules_are_saved_and_on_the_record(omar: Client) -> None:
    supplier = SupplierFactory()

    answer = omar.post(page(supplier), RULES)

    assert (answer.status_code, answer["Location"]) == (303, page(supplier, "preview/"))
    rules = rules_of(supplier)
    assert (rules.prefix, rules.pattern, rules.formats, rules.packing_note) == (
        "NOR-",
        "{prefix}{year}-{number:05}",
        ["pdf", "csv"],
        "Merci !",
    )
    entry = HistoryEntry.objects.get(kind="ordering.changed")
    assert (entry.thread, entry.after["prefix"]) == (f"supplier:{supplier.pk}", "NOR-")
    assert "Merci" not in json.dumps([entry.before, entry.after, entry.data])


@pytest.mark.parametrize(
    "wrong", [{"pattern": "{year}"}, {"way": "pigeon"}, {"formats": ["doc"]}, {"grouping": "cut_off"}]
)
def test_rules_that_cannot_be_kept_are_refused_whole(omar: Client, wrong: dict[str, Any]) -> None:
    supplier = SupplierFactory()

    answer = omar.post(page(supplier), {**RULES, **wrong})

    assert (answer.status_code, OrderingRules.objects.count()) == (422, 0)


def test_a_server_is_asked_for_where_there_must_be_one_and_its_password_is_sealed(omar: Client) -> None:
    supplier = SupplierFactory()
    answer = omar.post(page(supplier), {**RULES, "way": "sftp"})
    assert answer["Location"] == page(supplier, "server/")

    omar.post(page(supplier, "server/"), SFTP)

    rules = rules_of(supplier)
    assert rules.access == {"host": "sftp.supplier.example", "user": "shop", "path": "in", "form": "csv"}
    assert dict(reveal(rules.credential)) == {"password": "not-shown"}
    assert "not-shown" not in read(omar, page(supplier, "server/"))


def test_a_stored_password_is_never_shown_to_another_server(omar: Client) -> None:
    supplier = SupplierFactory()
    omar.post(page(supplier), {**RULES, "way": "sftp"})
    omar.post(page(supplier, "server/"), SFTP)

    answer = omar.post(page(supplier, "server/"), {**SFTP, "host": "other.example", "password": ""})

    assert answer.status_code == 422
    assert rules_of(supplier).access["host"] == "sftp.supplier.example"
    kept = omar.post(page(supplier, "server/"), {**SFTP, "path": "out", "password": ""})
    assert (kept.status_code, dict(reveal(rules_of(supplier).credential))) == (303, {"password": "not-shown"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://supplier.example/"},
        {"url": "http://127.0.0.1/orders"},
        {"auth": "bearer"},
        {"auth": "bearer", "token": "clé"},
        {"auth": "header", "token": "word"},
        {"auth": "header", "token": "word", "header": "X: y\r\nZ"},
        {"body_template": "{"},
        {"body_template": '{"a": "{line.colour}"}'},
    ],
)
def test_an_interface_that_cannot_be_asked_is_refused(omar: Client, wrong: dict[str, str]) -> None:
    supplier = SupplierWithRules(rules={"way": "api"})
    said = {"url": "https://93.184.215.14/orders", "auth": "none", "body_template": '{"n": "{number}"}'}

    refused = omar.post(page(supplier, "server/"), {**said, **wrong})

    assert (refused.status_code, rules_of(supplier).access) == (422, {})
    assert omar.post(page(supplier, "server/"), said).status_code == 303
    assert rules_of(supplier).access == {"url": said["url"], "auth": "none", "keeps_keys": False}


def test_the_dry_run_shows_mail_files_and_json_and_writes_nothing(omar: Client) -> None:
    supplier = SupplierWithRules(rules={"pattern": "N-{number}", "formats": ["csv"]}, contact_name="Lou")
    OfferFactory(supplier=supplier, supplier_sku="N-7", name="Lampe Alba")
    before = state()

    shown = read(omar, page(supplier, "preview/"))

    assert ("N-1" in shown, "Lampe Alba" in shown, "Bonjour Lou" in shown) == (True, True, True)
    for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")):
        file = omar.get(page(supplier, f"preview/{form}/"))
        assert (file.status_code, file.content.startswith(begins)) == (200, True)
        assert file["Content-Disposition"] == f'attachment; filename="N-1.{form}"'
    assert omar.get(page(supplier, "preview/exe/")).status_code == 404
    assert state() == before


def test_the_dry_run_is_made_of_what_waits_for_his_cut_off(omar: Client) -> None:
    supplier = SupplierWithRules(
        rules={"grouping": "cut_off", "pattern": "N-{number}"}, cut_off=far_cut_off()
    )
    purchases = [asked_of(supplier), asked_of(supplier)]

    shown = read(omar, page(supplier, "preview/"))

    assert [purchase.number in shown for purchase in purchases] == [True, True]
    assert "Made of what waits for his next cut-off." in shown


def test_the_dry_run_says_when_it_would_go_and_what_would_hold_it(omar: Client) -> None:
    supplier = SupplierWithRules(
        rules={"grouping": "cut_off", "least_value_cents": 1_000_000}, cut_off=far_cut_off()
    )
    asked_of(supplier)

    shown = " ".join(read(omar, page(supplier, "preview/")).split())

    with override("en"):
        at = moment(Transmission.objects.get().cut_off_at)
    assert f"It would go by mail, at his next cut-off: {at}." in shown
    assert "As it is, it would wait for a person instead. It is worth" in shown
    assert f"His next cut-off: {at}." in read(omar, page(supplier))
    assert f"next: {at}" in read(omar, f"/suppliers/{supplier.pk}/")


def test_lines_of_a_packing_note_end_as_everywhere_else(omar: Client) -> None:
    supplier = SupplierFactory()

    omar.post(page(supplier), {**RULES, "packing_note": "Merci !\r\nMaison Exemple"})

    assert rules_of(supplier).packing_note == "Merci !\nMaison Exemple"


def test_what_a_person_places_is_placed_on_its_page(omar: Client) -> None:
    supplier = SupplierWithRules(rules={"way": "held"})
    purchase = asked_of(supplier)
    place = f"/purchasing/transmissions/{purchase.transmission_id}/"
    assert "A person places the orders of this supplier." in read(omar, place)
    assert place in read(omar, f"/purchasing/{purchase.number}/")

    omar.post(f"{place}placed/", {"why": "Portal"})

    purchase.refresh_from_db()
    assert purchase.status == "waiting"
    assert "A person places the orders" not in read(omar, place)
    before = state()
    omar.post(f"{place}placed/", {"why": "Portal"})
    omar.post(f"{place}send/")
    assert state() == before


def test_the_list_finds_what_waits_for_us_and_the_menu_counts_it(omar: Client) -> None:
    held, asked = asked_of(SupplierWithRules(rules={"way": "held"})), asked_of(SupplierFactory())

    shown = read(omar, "/purchasing/?answer=us")

    assert (held.number in shown, asked.number in shown) == (True, False)
    assert count_for_a_person() == 1


def test_who_may_not_buy_decides_nothing() -> None:
    clara, purchase = client_as("viewer"), asked_of(SupplierWithRules(rules={"way": "held"}))
    place = f"/purchasing/transmissions/{purchase.transmission_id}/"

    answers = [clara.post(f"{place}{act}/").status_code for act in ("placed", "send")]

    assert answers == [403, 403]
    assert clara.get(page(purchase.supplier)).status_code == 403
    assert Transmission.objects.get().status == "held"


@pytest.fixture
def group() -> Transmission:
    rules = {"grouping": "cut_off", "pattern": "N-{number}"}
    supplier = SupplierWithRules(rules=rules, cut_off=far_cut_off(), language="en")
    asked_of(supplier), asked_of(supplier)
    Transmission.objects.update(not_before=timezone.now())
    close_due()
    return Transmission.objects.get()


def link_to(group: Transmission) -> str:
    return "/p/all/" + group_link(group).partition("/p/all/")[2]


def test_one_link_shows_all_parcels_and_looking_changes_nothing(group: Transmission) -> None:
    before = state()

    shown = read(Client(), link_to(group))

    assert ("N-1-1" in shown, "N-1-2" in shown) == (True, True)
    assert Client().head(link_to(group)).status_code == 200
    assert state() == before


def test_a_yes_is_asked_with_price_day_and_packing_on_both_pages_of_the_supplier(
    client: Client, group: Transmission
) -> None:
    OrderingRules.objects.update(blind=False, packing_note="Thank you!")
    purchase = group.purchases.order_by("pk")[0]
    line = purchase.lines.get()

    shown = [client.get(link).content.decode() for link in (group_link(group), answer_link(purchase))]

    with override("en"):
        told = [
            f"Please ship by <b>{long_day(ship_by(purchase.order, purchase.supplier))}</b>.",
            money(line.cost_cents, line.allocation.offer.currency),
            "Put no invoice and no price into the parcel, please.",
            "Thank you!",
        ]
    assert [[words in page for words in told] for page in shown] == [[True] * 4] * 2


def test_the_day_to_ship_stays_as_it_was_told(group: Transmission) -> None:
    purchase = group.purchases.order_by("pk")[0]
    group.content["parcels"][0]["ship_by"] = "2026-01-02"
    group.save()

    assert asked_ship_by(PurchaseOrder.objects.get(pk=purchase.pk)) == date(2026, 1, 2)


def test_a_yes_to_everything_answers_what_waits_once(group: Transmission) -> None:
    first = Client().post(link_to(group))
    answered = state()
    second = Client().post(link_to(group))

    assert (first.status_code, second.status_code, state() == answered) == (303, 303, True)
    assert {purchase.status for purchase in PurchaseOrder.objects.all()} == {"answered"}


def test_a_link_that_was_changed_opens_nothing(group: Transmission) -> None:
    purchase = PurchaseOrder.objects.first()
    assert purchase is not None
    token = link_to(group).split("/")[3]

    assert Client().post(f"/p/all/{token}x/").status_code == 404
    # A link to everything opens no single page, and the other way round.
    assert Client().get(f"/p/{token}/").status_code == 404
    assert {one.status for one in PurchaseOrder.objects.all()} == {"waiting"}
