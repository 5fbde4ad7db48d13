"""What a shop throws away without a word is found by looking, in shops of every kind."""

from collections.abc import Generator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.domain.cancelling_lines import cancel_lines, cancellables
from orders.domain.shipping import Parcel, announce
from orders.models import Order, OrderStatus
from orders.queries.orders import orders_in_full
from stocke.channels.connectors import CONNECTORS
from stocke.channels.domain.looking import LOOK_AGAIN
from stocke.channels.domain.shop_orders import LOOK_EVERY
from stocke.channels.domain.vanishing import Sight, is_set_back
from stocke.channels.models import Channel, Listing, Report, ShopOrder
from stocke.channels.queries.channels import ailing
from stocke.channels.tables.states import state_of_channel
from stocke.core.models import HistoryEntry
from tests.channels.conftest import BY, House, restate, stocked
from tests.channels.kinds import KINDS, connected
from tests.channels.test_shopify_at_work import deliver
from tests.factories.people import client_as
from tests.fakes import shopify
from tests.fakes.woocommerce import Row

MISSING = [{"code": "missing"}]


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, settings: Any, db: None) -> Generator[House]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with KINDS[request.param].running() as shop:
        yield House(shop, connected(request.param, shop))


def sold(house: House, units: int = 1) -> list[Row]:
    """Orders that we have taken in."""
    kind = KINDS[house.channel.kind]
    row = kind.add(house.shop, "MUG-1")
    stocked("MUG-1", 7)
    house.tend()
    rows = [kind.sell(house.shop, row) for _ in range(units)]
    house.tend()
    house.settle()
    return rows


def look(house: House) -> None:
    ShopOrder.objects.exclude(look_at=None).update(look_at=timezone.now() - timedelta(seconds=1))
    assert house.tend().problem == ""
    house.settle()


def test_an_order_deleted_without_a_word_ends_after_a_second_look(house: House) -> None:
    sold(house, 2)
    kept, lost = ShopOrder.objects.order_by("pk")
    del house.shop.orders[key_there(house, lost)]

    look(house)

    lost.refresh_from_db()
    assert (lost.state, lost.problems) == ("taken", MISSING)
    assert lost.look_at is not None
    assert lost.look_at < timezone.now() + LOOK_AGAIN
    assert not Order.objects.filter(status=OrderStatus.CANCELLED).exists()

    look(house)

    ended = Order.objects.get(status=OrderStatus.CANCELLED)
    assert ended.external_id == lost.remote_id
    entry = HistoryEntry.objects.get(kind="order.ended_by_shop")
    assert (entry.thread, entry.data, entry.actor_label) == (f"order:{ended.pk}", {"how": "gone"}, "boutique")
    lost, kept = ShopOrder.objects.get(pk=lost.pk), ShopOrder.objects.get(pk=kept.pk)
    assert (lost.problems, lost.look_at, kept.problems) == ([], None, [])
    assert kept.look_at is not None
    assert kept.look_at > timezone.now() + LOOK_EVERY / 2


def lose(house: House, rows: Iterable[ShopOrder]) -> None:
    for row in rows:
        del house.shop.orders[key_there(house, row)]


def seen_after_all_were_placed() -> list[ShopOrder]:
    """The clocks of our shops go a second further with each thing that happens."""
    ShopOrder.objects.update(read_at=timezone.now() + timedelta(hours=1))
    return list(ShopOrder.objects.order_by("placed_at"))


def test_orders_gone_together_with_all_newer_ones_are_held_for_a_person_until_they_are_there_again(
    house: House,
) -> None:
    sold(house, 3)
    kept, *lost = seen_after_all_were_placed()
    backup = dict(house.shop.orders)
    lose(house, lost)
    look(house)

    look(house)
    look(house)

    rows = [(row.remote_id, row.state, row.problems) for row in ShopOrder.objects.order_by("pk")]
    assert rows == [
        (kept.remote_id, "taken", []),
        *((row.remote_id, "taken", [{"code": "set_back"}]) for row in lost),
    ]
    assert not Order.objects.filter(status=OrderStatus.CANCELLED).exists()
    assert HistoryEntry.objects.get(kind="channel.set_back").data == {"orders": 2}
    page = client_as(language="en").get(reverse("channels:channel", args=[house.channel.pk])).content.decode()
    assert "2 orders are gone from the shop together with all that were newer." in page
    assert (state_of_channel(house.channel).kind, ailing()) == ("failed", 1)

    house.shop.orders.update(backup)
    look(house)

    house.channel.refresh_from_db()
    assert list(ShopOrder.objects.filter(problems=[]).order_by("pk")) == [kept, *lost]
    assert (state_of_channel(house.channel).kind, ailing()) == ("safe", 0)


def test_an_order_that_is_gone_while_a_newer_one_is_there_was_deleted(house: House) -> None:
    sold(house, 3)
    first, middle, newest = seen_after_all_were_placed()
    lose(house, [first, middle])
    # What is complete is not looked for: it is asked for its testimony all the same.
    ShopOrder.objects.filter(pk=newest.pk).update(look_at=None)
    look(house)

    look(house)

    ended = Order.objects.filter(status=OrderStatus.CANCELLED).order_by("external_id")
    assert {order.external_id for order in ended} == {first.remote_id, middle.remote_id}
    assert "set_back" not in str(ShopOrder.objects.values_list("problems", flat=True))


def test_another_order_under_the_id_of_one_that_was_lost_changes_nothing_of_that(house: House) -> None:
    row = sold(house)[0]
    ours = ShopOrder.objects.get()
    earlier = timezone.now() - timedelta(days=2)
    ShopOrder.objects.update(placed_at=earlier, changed_at=earlier)
    before = Order.objects.values().get()

    look(house)

    ours.refresh_from_db()
    assert row
    assert (ours.state, ours.problems, ours.look_at) == ("taken", [{"code": "replaced"}], None)
    assert Order.objects.values().get() == before


def test_a_draft_that_gets_its_date_when_it_is_paid_is_the_same_order(house: House) -> None:
    sold(house)
    earlier = timezone.now() - timedelta(days=2)
    ShopOrder.objects.update(
        placed_at=earlier, changed_at=earlier, state="apart", standing="unpaid", digest=""
    )

    house.tend()

    assert list(ShopOrder.objects.values_list("state", "problems")) == [("open", [])]


@pytest.mark.parametrize("problem", ["set_back", "replaced"])
def test_nothing_is_written_to_the_id_of_an_order_that_its_shop_has_lost(house: House, problem: str) -> None:
    sold(house)
    ShopOrder.objects.update(problems=[{"code": problem}], look_at=None)
    Channel.objects.update(orders_cursor=timezone.now() + timedelta(days=1))
    order, before = Order.objects.get(), repr(house.shop.orders)
    announce(order.pk, Parcel({order.lines.get().pk: 1}, "01234567890123", "dpd"), by=BY)
    house.settle()

    house.tend()

    report = Report.objects.get()
    assert (report.kind, report.state, report.problem) == ("parcel", "failed", problem)
    assert repr(house.shop.orders) == before
    page = client_as(language="en").get(reverse("channels:channel", args=[house.channel.pk])).content.decode()
    assert "nothing was written there" in page


def test_an_order_that_was_lost_with_its_shop_is_over_once_it_is_cancelled_here(house: House) -> None:
    sold(house, 3)
    _kept, *lost = seen_after_all_were_placed()
    lose(house, lost)
    look(house)
    look(house)
    before = repr(house.shop.orders)
    for order in orders_in_full().filter(external_id__in=[row.remote_id for row in lost]):
        cancel_lines(order.pk, {one.line.pk: one.fate for one in cancellables(order)}, by=BY)
    house.settle()

    look(house)
    look(house)

    assert [report.state for report in Report.objects.all()] == ["done", "done"]
    assert repr(house.shop.orders) == before
    rows = ShopOrder.objects.filter(pk__in=[row.pk for row in lost])
    assert list(rows.values_list("problems", "look_at")) == [([], None), ([], None)]
    assert ailing() == 0


def test_orders_that_a_shop_throws_away_as_a_matter_of_course_are_no_sign_that_it_was_set_back(
    house: House,
) -> None:
    sold(house, 2)
    draft, newest = seen_after_all_were_placed()
    ShopOrder.objects.filter(pk=draft.pk).update(state="apart", standing="unpaid", look_at=None)
    lose(house, [draft, newest])
    look(house)

    look(house)

    assert Order.objects.get(status=OrderStatus.CANCELLED).external_id == newest.remote_id


HOURS = [datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in range(24)]


def seen(placed: int, *, there: bool, until: int = 20) -> Sight:
    return Sight(HOURS[placed], HOURS[until], there)


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        pytest.param([], False, id="nothing is known beside it"),
        pytest.param([seen(9, there=True)], False, id="the newest, gone alone"),
        pytest.param([seen(9, there=False)], True, id="with the one before it"),
        pytest.param([seen(9, there=True), seen(11, there=False)], True, id="with the one after it"),
        pytest.param([seen(11, there=False), seen(12, there=True)], False, id="a newer one is there"),
        pytest.param(
            [seen(11, there=False), seen(21, there=True)], True, id="what came later proves nothing"
        ),
    ],
)
def test_a_shop_was_set_back_where_all_newer_ones_went_too(near: list[Sight], expected: bool) -> None:
    assert is_set_back(seen(10, there=False), near) is expected


def key_there(house: House, row: ShopOrder) -> Any:
    return f"gid://shopify/Order/{row.remote_id}" if house.channel.kind == "shopify" else int(row.remote_id)


def test_an_order_that_is_there_again_at_the_second_look_goes_on(house: House) -> None:
    sold(house)
    row = ShopOrder.objects.get()
    hidden = house.shop.orders.pop(key_there(house, row))
    look(house)
    house.shop.orders[key_there(house, row)] = hidden

    look(house)

    row.refresh_from_db()
    assert (row.problems, row.standing) == ([], "paid")
    assert not HistoryEntry.objects.filter(kind="order.ended_by_shop").exists()


def test_a_product_deleted_without_a_word_is_reported_once_and_told_no_more(house: House) -> None:
    kind = KINDS[house.channel.kind]
    kept, lost = kind.add(house.shop, "MUG-1"), kind.add(house.shop, "CUP-1")
    offers = [stocked("MUG-1", 5), stocked("CUP-1", 5)]
    house.tend()
    kind.lose(house.shop, lost)
    for offer in offers:
        restate(offer, 4)

    assert house.tend().problem == ""
    Listing.objects.update(not_before=None)
    restate(offers[1], 3)
    house.tend()
    Channel.objects.update(listings_wanted=True)
    house.tend()

    assert HistoryEntry.objects.get(kind="listing.gone").data == {"listings": 1}
    assert Listing.objects.get(sku="CUP-1").problem == "gone"
    assert 4 in (kept.get("stock_quantity"), kept.get("quantity"), kept.get("inventory_level"))


def test_no_more_orders_are_looked_for_at_once_than_the_shop_bears_the_most_overdue_first(
    house: House, monkeypatch: Any
) -> None:
    sold(house, 3)
    rows = list(ShopOrder.objects.order_by("pk"))
    now = timezone.now()
    for minutes, row in zip((2, 3, 1), rows, strict=True):
        ShopOrder.objects.filter(pk=row.pk).update(look_at=now - timedelta(minutes=minutes))
    # Nothing has changed there, so that no order is read for another reason.
    Channel.objects.update(orders_cursor=now + timedelta(days=1))
    monkeypatch.setattr(type(CONNECTORS[house.channel.kind]), "looks_at", 2)

    house.tend()

    late = ShopOrder.objects.filter(look_at__lte=now)
    assert [row.pk for row in late] == [rows[2].pk]


def test_old_orders_and_those_that_are_complete_there_are_no_longer_looked_for(house: House) -> None:
    sold(house)
    ShopOrder.objects.update(placed_at=timezone.now() - timedelta(days=51))
    house.shop.orders.clear()

    look(house)

    row = ShopOrder.objects.get()
    assert (row.look_at, row.problems) == (None, [])


def test_what_a_shop_does_not_show_of_old_orders_is_no_deletion(settings: Any, db: None) -> None:
    """Shopify shows an app the orders of sixty days, unless it was let in to all."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with shopify.running_shopify() as shop:
        house = House(shop, connected("shopify", shop))  # type: ignore[arg-type]  # only what all kinds have is used
        sold(house)
        row = ShopOrder.objects.get()
        ShopOrder.objects.update(placed_at=timezone.now() - timedelta(days=61))
        shop.orders.clear()
        body = b'{"id": %s}' % row.remote_id.encode()
        assert deliver(body, shopify.CLIENT_SECRET) == 200
        house.tend()
        house.settle()

    assert Order.objects.exclude(status=OrderStatus.CANCELLED).count() == 1
