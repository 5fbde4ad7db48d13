"""What shops are told of their orders, each once, over real HTTP."""

from datetime import date

import pytest
from django.utils import timezone

from orders.domain.cancelling_lines import cancel_lines, cancellables
from orders.domain.settlements import mark_done
from orders.domain.shipping import Parcel, announce
from orders.domain.shop_reports import is_last
from orders.models import LineStatus, Order, OrderStatus, Refund
from orders.queries.orders import orders_in_full
from stocke.channels.domain.reporting import MOST_TRIES, owe, try_again
from stocke.channels.models import Channel, Report
from suppliers.models import Offer
from tests.channels.conftest import BY, House, mug, restate
from tests.fakes.woocommerce import Row, error


@pytest.fixture
def sold(house: House) -> tuple[House, Row, Order]:
    """Two mugs, taken in and promised."""
    row, _offer = mug(house, ours=7)
    house.tend()
    there = house.shop.sell((row, 2))
    house.tend()
    house.settle()
    return house, there, Order.objects.get()


def send(order: Order, units: int, number: str) -> None:
    announce(order.pk, Parcel({order.lines.get().pk: units}, number, "dpd"), by=BY)


def test_a_shop_without_parcels_of_its_own_gets_a_note_and_the_number(sold: tuple[House, Row, Order]) -> None:
    house, there, order = sold
    send(order, 1, "01234567890123")
    house.settle()

    house.tend()

    (note,) = house.shop.notes[there["id"]]
    key = Report.objects.get().key
    assert note["note"].startswith("DPD 01234567890123 ")
    assert note["note"].endswith(f"({key})")
    assert {one["key"]: one["value"] for one in there["meta_data"]}["_tracking_number"] == "01234567890123"
    assert there["status"] == "processing"


def test_the_last_parcel_completes_the_order(sold: tuple[House, Row, Order]) -> None:
    house, there, order = sold
    send(order, 1, "01234567890123")
    send(order, 1, "01234567890124")
    house.settle()

    house.tend()

    assert there["status"] == "completed"
    assert len(house.shop.notes[there["id"]]) == 2


def test_an_order_with_a_line_about_which_its_supplier_is_asked_is_not_complete(
    sold: tuple[House, Row, Order],
) -> None:
    _house, _there, order = sold
    send(order, 2, "01234567890123")
    order.lines.update(status=LineStatus.SHIPPED)
    complete = is_last(order)

    order.lines.update(status=LineStatus.ASKED)

    assert (complete, is_last(order)) == (True, False)


def test_a_parcel_whose_answer_was_lost_is_looked_for_and_not_written_twice(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, order = sold
    send(order, 1, "01234567890123")
    house.settle()
    report = Report.objects.get()

    def cut(call: str) -> tuple[int, str, dict[str, str]] | None:
        if "POST" not in call or "/notes" not in call:
            return None
        house.shop.notes[there["id"]] = [{"id": 77, "note": f"DPD 01234567890123 ({report.key})"}]
        return 0, "", {}

    house.shop.faults.append(cut)
    house.tend()
    assert Channel.objects.get().problem == "unsure"

    house.tend()

    report.refresh_from_db()
    assert (report.state, report.remote_id) == ("done", "77")
    assert len(house.shop.notes[there["id"]]) == 1


def keep_parcels(house: House) -> None:
    house.shop.has_fulfilments = True
    house.channel.refresh_from_db()
    Channel.objects.update(facts={**house.channel.facts, "fulfilments": True})


@pytest.mark.parametrize("wraps", [False, True])
def test_a_shop_that_keeps_parcels_gets_one_even_if_its_answer_is_lost(
    sold: tuple[House, Row, Order], wraps: bool
) -> None:
    house, there, order = sold
    house.shop.wraps_fulfilments = wraps
    keep_parcels(house)
    send(order, 2, "01234567890123")
    house.settle()
    house.shop.loses = lambda call: call.startswith("POST") and call.endswith("/fulfillments")
    house.tend()
    assert Channel.objects.get().problem == "unsure"

    house.tend()

    (parcel,) = house.shop.parcels[there["id"]]
    meta = {one["key"]: one["value"] for one in parcel["meta_data"]}
    assert meta["_items"] == [{"item_id": there["line_items"][0]["id"], "qty": 2}]
    assert (meta["_tracking_number"], meta["_shipment_provider"]) == ("01234567890123", "DPD")
    report = Report.objects.get()
    assert (report.state, report.remote_id, there["status"]) == ("done", str(parcel["id"]), "completed")


def test_a_shop_that_keeps_parcels_no_longer_gets_a_note(sold: tuple[House, Row, Order]) -> None:
    house, there, order = sold
    keep_parcels(house)
    house.shop.has_fulfilments = False
    send(order, 2, "01234567890123")
    house.settle()

    house.tend()

    (note,) = house.shop.notes[there["id"]]
    assert note["note"].startswith("DPD 01234567890123 ")
    assert (Report.objects.get().state, there["status"]) == ("done", "completed")


def test_what_we_cancel_ends_in_the_shop_and_its_refund_is_on_record_once(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, order = sold
    lines = cancellables(orders_in_full().get(pk=order.pk))
    cancel_lines(order.pk, {one.line.pk: one.fate for one in lines}, by=BY)
    refund = Refund.objects.get()
    mark_done(refund.pk, reference="R-1", method="card", bank_days=3, by=BY)
    house.settle()
    house.shop.faults.append(lambda call: error("busy", "Later", 503) if "refunds" in call else None)
    house.tend()

    house.tend()
    house.settle()
    house.tend()

    assert there["status"] == "cancelled"
    (written,) = house.shop.refunds[there["id"]]
    assert (written["amount"], written["api_refund"], written["api_restock"]) == ("35.88", False, False)


def test_what_the_shop_gave_back_itself_is_not_given_back_again(sold: tuple[House, Row, Order]) -> None:
    house, there, _order = sold
    house.shop.change(there, status="refunded")

    house.tend()
    house.settle()
    house.tend()

    assert [refund.status for refund in Refund.objects.all()] == ["done"]
    assert house.shop.refunds == {}


def test_what_the_shop_cancels_first_and_gives_back_later_is_not_given_back_again(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, _order = sold
    house.shop.change(there, status="cancelled")
    house.tend()
    house.settle()
    assert [refund.status for refund in Refund.objects.all()] == ["due"]
    house.shop.change(there, status="refunded")

    house.tend()
    house.settle()

    assert [(refund.status, refund.reference) for refund in Refund.objects.all()] == [("done", "shop")]


def test_what_a_supplier_lets_go_of_after_the_shop_gave_the_money_back_is_not_given_back_again(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, order = sold
    house.shop.change(there, status="refunded")
    house.tend()
    house.settle()
    Refund.objects.all().delete()
    late = [
        Refund.objects.create(
            line=order.lines.get(), amount_cents=100, reason=reason, due_on=date(2030, 1, 2)
        )
        for reason in ("cancelled", "goodwill")
    ]

    house.settle()

    assert [Refund.objects.get(pk=one.pk).status for one in late] == ["done", "due"]


def test_an_order_of_which_every_unit_was_refunded_in_the_shop_ends_although_it_goes_on_there(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, order = sold
    meta = [{"key": "_refunded_item_id", "value": str(there["line_items"][0]["id"])}]
    house.shop.refunds[there["id"]] = [
        {"id": 70, "line_items": [{"id": 71, "quantity": -2, "meta_data": meta}]}
    ]
    house.shop.change(there, refunds=[{"id": 70, "total": "-30.00"}])

    house.tend()
    house.settle()

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert [refund.status for refund in Refund.objects.all()] == ["done"]


def test_units_refunded_in_the_shop_are_no_longer_bought(sold: tuple[House, Row, Order]) -> None:
    house, there, order = sold
    line = there["line_items"][0]
    meta = [{"key": "_refunded_item_id", "value": str(line["id"])}]
    house.shop.refunds[there["id"]] = [
        {"id": 70, "line_items": [{"id": 71, "quantity": -1, "meta_data": meta}]}
    ]
    house.shop.change(there, refunds=[{"id": 70, "total": "-12.50"}])

    house.tend()
    house.settle()

    assert order.lines.get().quantity == 1


def test_what_a_shop_refuses_waits_for_a_person(sold: tuple[House, Row, Order]) -> None:
    house, _there, order = sold
    send(order, 2, "01234567890123")
    house.settle()
    house.shop.faults.append(lambda call: error("rest_invalid", "No.", 400) if "/notes" in call else None)
    house.tend()
    report = Report.objects.get()
    assert (report.state, report.problem) == ("failed", "No.")

    assert try_again(report.pk)
    house.tend()

    assert Report.objects.get().state == "done"


def test_a_refund_of_more_than_the_shop_has_left_waits_for_a_person_at_once(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, _order = sold
    facts = {"amount_cents": 999999, "currency": "EUR"}
    owe("boutique", key="r1", kind="refund", remote_order=str(there["id"]), facts=facts)
    owe("boutique", key="r2", kind="refund", remote_order="404", facts=facts)

    channel = house.tend()

    told = list(Report.objects.order_by("pk").values_list("state", "problem", "tried"))
    assert told == [("failed", "Invalid refund amount.", 1), ("failed", "Invalid order ID.", 1)]
    assert (channel.problem, house.shop.refunds) == ("", {})


def cancellations(house: House, *remote_orders: str) -> None:
    for one in remote_orders:
        owe(house.channel.slug, key=f"cancel-{one}", kind="cancellation", remote_order=one, facts={})


def test_a_report_over_which_the_shop_stumbles_keeps_no_other_waiting(sold: tuple[House, Row, Order]) -> None:
    house, there, _order = sold
    cancellations(house, "999", str(there["id"]))
    house.shop.faults.extend([stumble] * 2)

    channel = house.tend()

    stuck, other = Report.objects.order_by("pk")
    assert (stuck.state, stuck.tried, stuck.not_before > timezone.now()) == ("waiting", 1, True)
    assert (other.state, there["status"], channel.problem) == ("done", "cancelled", "")


def test_a_report_that_was_tried_often_enough_waits_for_a_person(sold: tuple[House, Row, Order]) -> None:
    house, _there, _order = sold
    cancellations(house, "999")
    Report.objects.update(tried=MOST_TRIES - 1)
    house.shop.faults.append(stumble)

    house.tend()

    report = Report.objects.get()
    assert (report.state, report.tried, report.problem) == ("failed", MOST_TRIES, "Oops")


def test_a_shop_that_asks_for_peace_is_told_nothing_more_and_no_report_is_given_up(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, _order = sold
    cancellations(house, "999", str(there["id"]))
    Report.objects.update(tried=MOST_TRIES - 1)
    house.shop.faults.append(lambda call: error("busy", "Later", 503) if "/999" in call else None)

    channel = house.tend()

    assert [(one.state, one.tried) for one in Report.objects.order_by("pk")] == [
        ("waiting", MOST_TRIES),
        ("waiting", MOST_TRIES - 1),
    ]
    assert (channel.problem, there["status"]) == ("busy", "processing")


def stumble(call: str) -> tuple[int, Row, dict[str, str]] | None:
    return error("internal", "Oops", 500) if "/999" in call else None


def test_a_report_that_our_key_may_not_make_keeps_no_other_waiting(sold: tuple[House, Row, Order]) -> None:
    house, there, _order = sold
    cancellations(house, "999", str(there["id"]))
    refusal = error("woocommerce_rest_cannot_edit", "Sorry, you are not allowed.", 403)
    house.shop.faults.append(lambda call: refusal if "/999" in call else None)

    channel = house.tend()

    stuck, other = Report.objects.order_by("pk")
    assert (stuck.state, stuck.tried, other.state) == ("waiting", 1, "done")
    assert (channel.problem, there["status"]) == ("", "cancelled")


def test_a_shop_that_wants_none_of_our_stock_is_still_told_of_its_parcels(
    sold: tuple[House, Row, Order],
) -> None:
    house, there, _order = sold
    restate(Offer.objects.get(), 3)
    cancellations(house, str(there["id"]))
    refusal = error("woocommerce_rest_cannot_batch", "Sorry, you are not allowed.", 403)
    house.shop.faults.append(lambda call: refusal if "products/batch" in call else None)

    channel = house.tend()

    assert (channel.problem, there["status"]) == ("permission", "cancelled")
