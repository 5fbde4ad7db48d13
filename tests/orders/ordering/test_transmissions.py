"""What goes to a supplier in one go: one purchase order, or all that his cut-off collects; or a person looks first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.chasing import chase
from orders.domain.confirmation import TooLate, unconfirm_order
from orders.domain.deciding_transmissions import NotWaiting, note_handed_over, send_anyway
from orders.domain.purchase_messages import letters_to_supplier, ship_by
from orders.domain.purchasing import order_purchases
from orders.jobs.purchasing import chase_suppliers
from orders.jobs.transmissions import close_due
from orders.models import Order, PurchaseOrder, PurchaseOrderLine, Transmission
from stocke.core.actors import Actor
from stocke.core.domain.sending import send_waiting
from stocke.core.models import HistoryEntry, Message
from suppliers.models import Supplier
from tests.factories.ordering import SupplierWithRules, asked_of, far_cut_off
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
GROUPED = {"grouping": "cut_off", "pattern": "{prefix}{number:03}", "prefix": "N-"}


def grouped(**given: Any) -> Supplier:
    return SupplierWithRules(rules=GROUPED, cut_off=far_cut_off(), name="Nord", **given)


def reach_cut_off() -> None:
    Transmission.objects.filter(status="collecting").update(not_before=timezone.now())


def kinds(order: Order) -> list[str]:
    entries = HistoryEntry.objects.filter(thread=f"order:{order.pk}", kind__startswith="purchase.")
    return list(entries.order_by("pk").values_list("kind", flat=True))


def test_without_rules_each_order_has_a_purchase_order_by_mail_at_once() -> None:
    purchase = PurchaseFactory()

    one = Transmission.objects.get()
    assert (one.number, one.way, one.status, one.is_group) == (purchase.number, "mail", "sent", False)
    assert one.message == Message.objects.get(kind="purchase_order")
    assert (purchase.status, purchase.asked_at) == ("waiting", None)
    assert [(item["name"], item["type"]) for item in one.message.attachments] == [
        (f"{purchase.number}.pdf", "application/pdf")
    ]


def test_he_is_asked_to_ship_on_his_last_open_day_before_the_promise() -> None:
    promised = timezone.localdate() + timedelta(days=20)
    week_off = {"first": f"{promised - timedelta(days=7)}", "last": f"{promised}", "note": ""}
    everyday: dict[str, Any] = {"open_days": list(range(7)), "keeps_holidays": False}
    closed = SupplierWithRules(rules={}, **everyday, closures=[week_off])

    purchases = [
        asked_of(one, promised_on=promised) for one in (closed, SupplierWithRules(rules={}, **everyday))
    ]

    assert [ship_by(one.order, one.supplier) for one in purchases] == [
        promised - timedelta(days=8),
        promised - timedelta(days=1),
    ]


def test_a_supplier_who_is_closed_until_the_promise_is_asked_for_his_first_open_day() -> None:
    today = timezone.localdate()
    week_off = {"first": f"{today}", "last": f"{today + timedelta(days=6)}", "note": ""}
    supplier = SupplierWithRules(
        rules={}, open_days=list(range(7)), keeps_holidays=False, closures=[week_off]
    )

    purchase = asked_of(supplier, promised_on=today + timedelta(days=3))

    assert ship_by(purchase.order, supplier) == today + timedelta(days=7)


def test_the_mail_says_how_parcels_are_packed_for_one_order_and_for_a_cut_off() -> None:
    rules = {"blind": True, "packing_note": "Merci !\nMaison Exemple"}
    asked_of(SupplierWithRules(rules=rules))
    asked_of(SupplierWithRules(rules={"grouping": "cut_off", **rules}, cut_off=far_cut_off()))
    reach_cut_off()
    close_due()

    for letter in Message.objects.filter(kind="purchase_order"):
        assert "ni mention de votre nom, dedans comme dessus." in letter.text
        assert "Mot à joindre au colis\u00a0:\nMerci !\nMaison Exemple" in letter.text
    assert Message.objects.filter(kind="purchase_order").count() == 2


def test_what_is_confirmed_before_his_cut_off_goes_in_one_mail() -> None:
    supplier = grouped()

    first, second = asked_of(supplier), asked_of(supplier)

    [one] = Transmission.objects.all()
    assert (one.number, one.status, one.is_group) == ("N-001", "collecting", True)
    assert [first.number, second.number] == ["N-001-1", "N-001-2"]
    assert {p.status for p in PurchaseOrder.objects.all()} == {"prepared"}
    assert one.cut_off_at is not None
    assert timezone.localtime(one.cut_off_at).time() == supplier.cut_off
    assert not Message.objects.filter(kind="purchase_order").exists()
    assert close_due() == 0

    reach_cut_off()

    assert [close_due(), close_due()] == [1, 0]
    letter = Message.objects.get(kind="purchase_order")
    assert (letter.subject, letter.status) == ("Bon de commande N-001", "approved")
    assert ("Colis N-001-1" in letter.text, "Colis N-001-2" in letter.text) == (True, True)
    assert {(p.status, p.asked_at is None) for p in PurchaseOrder.objects.all()} == {("waiting", False)}
    assert [letters_to_supplier(PurchaseOrder.objects.get(pk=one.pk)) for one in (first, second)] == [
        [letter]
    ] * 2


def test_each_supplier_and_each_cut_off_has_a_purchase_order_of_its_own() -> None:
    north, south = grouped(), SupplierWithRules(rules={**GROUPED, "prefix": "S-"}, cut_off=far_cut_off())
    asked_of(north)
    Transmission.objects.update(cut_off_at=timezone.now() - timedelta(days=1))

    asked_of(north), asked_of(south)

    assert sorted(Transmission.objects.values_list("number", flat=True)) == ["N-001", "N-002", "S-001"]


def test_his_time_to_answer_runs_from_the_cut_off() -> None:
    purchase = asked_of(grouped(ack_hours=4))
    one = Transmission.objects.get()
    assert one.cut_off_at is not None
    assert purchase.answer_due_at == one.cut_off_at + timedelta(hours=4)
    PurchaseOrder.objects.update(created_at=timezone.now() - timedelta(hours=30))

    reach_cut_off()
    close_due()

    purchase.refresh_from_db()
    assert purchase.asked_at is not None
    assert purchase.answer_due_at == purchase.asked_at + timedelta(hours=4)
    assert chase(purchase.pk, by=BY) is None
    assert chase_suppliers() == 0


def test_who_was_not_asked_yet_is_not_reminded() -> None:
    purchase = asked_of(grouped())
    PurchaseOrder.objects.update(answer_due_at=timezone.now() - timedelta(hours=1))

    assert (chase_suppliers(), chase(purchase.pk, by=BY)) == (0, None)


def test_one_reminder_is_enough_for_all_that_one_cut_off_collected() -> None:
    supplier = grouped()
    asked_of(supplier), asked_of(supplier)
    reach_cut_off()
    close_due()
    now = timezone.now()
    PurchaseOrder.objects.update(asked_at=now - timedelta(hours=6), answer_due_at=now + timedelta(hours=4))

    assert chase_suppliers() == 2
    assert Message.objects.filter(kind="purchase_reminder").count() == 1


def test_what_is_taken_back_before_the_cut_off_is_not_asked() -> None:
    supplier = grouped()
    gone, stays = asked_of(supplier), asked_of(supplier)

    unconfirm_order(gone.order_id, by=BY)
    reach_cut_off()
    close_due()

    letter = Message.objects.get(kind="purchase_order")
    assert (gone.number in letter.text, stays.number in letter.text) == (False, True)


def test_a_collection_of_which_nothing_is_left_is_sent_to_nobody() -> None:
    purchase = asked_of(grouped())

    unconfirm_order(purchase.order_id, by=BY)

    assert Transmission.objects.get().status == "cancelled"
    reach_cut_off()
    assert close_due() == 0
    assert not Message.objects.filter(kind="purchase_order").exists()


def test_what_has_left_with_others_cannot_be_taken_back_by_a_click() -> None:
    purchase = asked_of(grouped())
    reach_cut_off()
    close_due()

    with pytest.raises(TooLate):
        unconfirm_order(purchase.order_id, by=BY)

    assert PurchaseOrder.objects.get().status == "waiting"
    assert Order.objects.get().status == "confirmed"


def test_a_supplier_without_a_cut_off_is_asked_order_by_order() -> None:
    purchase = asked_of(SupplierWithRules(rules=GROUPED))

    assert (purchase.number, purchase.status) == ("N-001", "waiting")


def test_what_a_person_places_waits_for_him_and_only_then_runs_the_time() -> None:
    purchase = asked_of(SupplierWithRules(rules={"way": "held"}, ack_hours=4))
    one = Transmission.objects.get()
    assert (one.status, one.hold, purchase.status) == ("held", "person", "prepared")

    with pytest.raises(NotWaiting):
        send_anyway(one.pk, by=BY)
    one.refresh_from_db()
    assert (one.status, Message.objects.filter(kind="purchase_order").count()) == ("held", 0)

    note_handed_over(one.pk, by=BY, why="Portal, 10:20")

    one.refresh_from_db()
    purchase.refresh_from_db()
    assert (one.status, purchase.status) == ("sent", "waiting")
    assert purchase.asked_at is not None
    assert purchase.answer_due_at == purchase.asked_at + timedelta(hours=4)
    assert kinds(purchase.order) == ["purchase.created", "purchase.held", "purchase.placed"]
    with pytest.raises(NotWaiting):
        note_handed_over(one.pk, by=BY)


def test_a_server_that_nobody_named_holds_what_would_go_there() -> None:
    purchase = asked_of(SupplierWithRules(rules={"way": "sftp"}))

    assert (Transmission.objects.get().hold, purchase.status) == ("no_server", "prepared")


def test_the_attachments_of_a_mail_are_what_was_asked(mailoutbox: list) -> None:  # type: ignore[type-arg]
    supplier = SupplierWithRules(rules={"formats": ["csv", "xlsx", "pdf"], "packing_note": "Merci !"})
    purchase = asked_of(supplier, offer={"supplier_sku": "N-7"})
    Message.objects.update(not_before=timezone.now())

    send_waiting()

    [mail] = [one for one in mailoutbox if purchase.number in one.subject]
    files = {name: content for name, content, _type in mail.attachments}
    assert sorted(files) == [f"{purchase.number}.{form}" for form in ("csv", "pdf", "xlsx")]
    table = files[f"{purchase.number}.csv"]
    assert "N-7" in (table if isinstance(table, str) else table.decode())


def test_nobody_is_asked_twice_within_a_collection() -> None:
    supplier = grouped()
    order = ConfirmedOrderFactory(OfferFactory(supplier=supplier))

    first, second = order_purchases(order.pk, by=BY), order_purchases(order.pk, by=BY)

    assert (len(first), second, PurchaseOrderLine.objects.count()) == (1, [], 1)


def test_a_closed_day_moves_the_cut_off_to_the_next_open_one() -> None:
    today = timezone.localdate()
    closed = [
        {"first": (today - timedelta(days=1)).isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    ]
    asked_of(grouped(closures=closed, time_zone="Europe/Paris"))

    at = Transmission.objects.get().cut_off_at
    assert isinstance(at, datetime)
    assert timezone.localdate(at) == today + timedelta(days=3)
