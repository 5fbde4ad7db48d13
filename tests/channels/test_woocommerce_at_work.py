"""A shop from connecting to the last parcel, over real HTTP."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order, OrderLine, OrderStatus
from stocke.channels.connectors.errors import NotAllowed, Refused
from stocke.channels.domain.connecting import knock
from stocke.channels.domain.matching import match_by_hand
from stocke.channels.domain.shop_orders import take_anyway
from stocke.channels.models import Channel, Delivery, Listing, ShopOrder, Told
from stocke.channels.tables.problems import at_the_door_in_words
from stocke.core.models import HistoryEntry
from stocke.products.models import Level
from tests.channels.conftest import BY, KEYS, House, mug, restate, stocked
from tests.fakes.woocommerce import KEY, SECRET, Row, Shop, error


def body_of(row: Row) -> bytes:
    return json.dumps(row).encode()


def told(house: House) -> list[tuple[str, int | None, int, str]]:
    rows = Told.objects.filter(listing__channel=house.channel).order_by("pk")
    return [(row.listing.sku, row.before, row.after, row.outcome) for row in rows]


def test_a_connected_shop_is_told_what_we_have(house: House) -> None:
    row, _offer = mug(house, ours=7, theirs=2)

    channel = house.tend()

    assert channel.problem == ""
    assert row["stock_quantity"] == 7
    assert told(house) == [("MUG-1", None, 7, "told")]
    assert Listing.objects.get().told == 7


def test_what_the_shop_has_already_is_not_told_again(house: House) -> None:
    mug(house, ours=7)
    house.tend()
    house.shop.calls.clear()

    house.tend()

    assert [call for call in house.shop.calls if call.startswith("POST")] == []


def test_hooks_are_made_and_woken_when_the_shop_has_switched_them_off(house: House) -> None:
    house.tend()
    assert {row["topic"]: row["status"] for row in house.shop.hooks.values()} == {
        "order.created": "active",
        "order.updated": "active",
        "order.deleted": "active",
        "order.restored": "active",
    }
    first = next(iter(house.shop.hooks.values()))
    first["status"] = "disabled"
    Channel.objects.update(hooks_tended_at=None)

    house.tend()

    assert first["status"] == "active"
    entry = HistoryEntry.objects.get(kind="hooks.mended")
    assert entry.data == {"topics": [first["topic"]]}


def test_a_paid_order_is_taken_in_once_however_often_it_is_told(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 2))

    answers = [house.deliver("order.created", body_of(order)) for _ in range(3)]
    house.tend()
    house.settle()
    house.tend()
    house.settle()

    assert answers == [200, 200, 200]
    taken = Order.objects.get()
    assert (taken.channel, taken.external_id, taken.total_cents) == ("boutique", str(order["id"]), 3588)
    assert [(line.ordered_sku, line.quantity, line.unit_price_cents) for line in taken.lines.all()] == [
        ("MUG-1", 2, 1500)
    ]
    assert (Delivery.objects.get().times, Delivery.objects.get().state) == (3, "done")


def test_what_was_sold_there_is_never_offered_again(house: House) -> None:
    """The shop's own number is written over, so the sale must be in ours before."""
    row, offer = mug(house, ours=7)
    house.tend()
    house.shop.sell((row, 2))
    restate(offer, 6)

    house.tend()
    before_counted = row["stock_quantity"]
    house.settle()
    house.tend()

    assert (before_counted, row["stock_quantity"]) == (4, 4)
    assert not ShopOrder.objects.get().uncounted


def test_unpaid_orders_are_not_bought_and_what_is_on_hold_is_taken_off(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    waiting = house.shop.sell((row, 1), status="pending")
    house.shop.sell((row, 2), status="on-hold")
    house.shop.sell((row, 1), status="failed")

    house.tend()
    house.settle()

    assert Order.objects.count() == 0
    assert row["stock_quantity"] == 5

    house.shop.change(waiting, status="processing")
    house.tend()
    house.settle()

    assert Order.objects.get().external_id == str(waiting["id"])


@pytest.mark.parametrize("as_posts", [False, True])
def test_an_edited_order_amends_ours(house: House, as_posts: bool) -> None:
    """A shop that keeps its orders as posts does not count that as a change: only its message tells."""
    house.shop.keeps_orders_as_posts = as_posts
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 1))
    house.tend()
    house.settle()

    order["line_items"][0].update(quantity=2, total="25.00", total_tax="5.00")
    house.shop.edit(order)
    if as_posts:
        house.deliver("order.updated", body_of(order))
    house.tend()
    house.settle()

    assert OrderLine.objects.get().quantity == 2


def test_an_edit_of_which_nobody_tells_is_found_by_looking(house: House) -> None:
    house.shop.keeps_orders_as_posts = True
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 1))
    house.tend()
    house.settle()

    order["line_items"][0].update(quantity=2, total="25.00", total_tax="5.00")
    house.shop.edit(order)
    # As if others had been read since.
    Channel.objects.update(orders_cursor=timezone.now() + timedelta(minutes=1))
    house.tend()
    before = ShopOrder.objects.get().units
    ShopOrder.objects.update(look_at=timezone.now())
    house.tend()
    house.settle()

    assert (before, OrderLine.objects.get().quantity) == ({"MUG-1": 1}, 2)


def test_a_cancelled_order_ends_with_us_too(house: House) -> None:
    row, offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 1))
    house.tend()
    house.settle()

    house.shop.change(order, status="cancelled")
    house.tend()
    house.settle()

    assert Order.objects.get().status == OrderStatus.CANCELLED
    offer.stock.refresh_from_db()
    assert offer.stock.reserved == 0


def test_an_order_deleted_before_its_message_left_comes_without_an_id_and_is_survived(house: House) -> None:
    mug(house, ours=7)
    house.tend()
    gone = body_of(
        {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}
    )

    assert house.deliver("order.updated", gone) == 200
    channel = house.tend()

    assert channel.problem == ""
    assert Delivery.objects.get().state == "done"


def test_an_order_thrown_away_is_cancelled_with_us(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 1))
    house.tend()
    house.settle()

    house.shop.throw_away(order)
    house.deliver("order.deleted", body_of({"id": order["id"]}))
    house.tend()
    house.settle()

    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_a_forged_message_is_refused_and_not_kept(house: House) -> None:
    house.tend()

    status = house.deliver("order.created", b'{"id": 1}', **{"X-WC-Webhook-Signature": "AAAA"})

    assert status == 401
    assert Delivery.objects.count() == 0


def test_the_message_that_tests_a_new_hook_is_answered(house: House) -> None:
    answer = Client().post(
        "/hooks/boutique/", "webhook_id=1", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert Delivery.objects.count() == 0


def test_orders_of_one_second_share_a_delivery_id_and_are_all_kept(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    orders = [house.shop.sell((row, 1)) for _ in range(3)]

    for order in orders:
        house.deliver("order.created", body_of(order))
    house.tend()
    house.settle()

    assert Order.objects.count() == 3


def test_variations_go_by_their_parent_and_one_that_shares_its_parents_stock_is_left_alone(
    house: House,
) -> None:
    tee = house.shop.add_product("TEE", None)
    small = house.shop.add_variation(tee, "TEE-S", 0)
    shared = house.shop.add_variation(tee, "TEE-M", None, manage_stock="parent")
    stocked("TEE-S", 3)
    stocked("TEE-M", 4)

    house.tend()

    assert (small["stock_quantity"], shared["manage_stock"]) == (3, "parent")
    assert f"POST /wc/v3/products/{tee['id']}/variations/batch" in house.shop.calls
    assert Listing.objects.get(sku="TEE-M").problem == "parent_stock"


def test_a_variation_without_a_name_is_called_by_what_it_is_like(house: House) -> None:
    """Seen on 7.1.0: no `name`, but the options of its attributes."""
    tee = house.shop.add_product("TEE", None, name="Tee")
    small = house.shop.add_variation(tee, "TEE-S", 0)
    del small["name"]
    small["attributes"] = [
        {"id": 0, "name": "Size", "option": "S"},
        {"id": 1, "name": "Colour", "option": "red"},
    ]

    house.tend()

    assert Listing.objects.get(sku="TEE-S").name == "Tee · S, red"


def test_one_listing_that_is_gone_fails_alone(house: House) -> None:
    row, _offer = mug(house, ours=7)
    lost = house.shop.add_product("CUP-1", 0)
    stocked("CUP-1", 2)
    house.tend()
    del house.shop.products[lost["id"]]
    Level.objects.filter(product__sku="CUP-1").update(sellable=1)
    Level.objects.filter(product__sku="MUG-1").update(sellable=5)

    channel = house.tend()

    assert channel.problem == ""
    assert row["stock_quantity"] == 5
    assert Listing.objects.get(sku="CUP-1").problem == "gone"


def test_a_shop_that_is_busy_is_left_in_peace_as_long_as_it_asks(house: House) -> None:
    mug(house, ours=7)
    house.shop.faults.append(lambda call: (429, {}, {"Retry-After": "120"}))

    channel = house.tend()

    assert (channel.problem, channel.failures) == ("busy", 1)
    assert channel.not_before is not None
    house.tend()
    assert Channel.objects.get().problem == ""


def test_a_call_that_breaks_off_after_the_shop_has_done_it_leaves_no_doubt_behind(house: House) -> None:
    row, _offer = mug(house, ours=7)

    def cut(call: str) -> tuple[int, str, dict[str, str]] | None:
        if "products/batch" not in call:
            return None
        row["stock_quantity"] = 7
        return 0, "", {}

    house.shop.faults.append(cut)

    channel = house.tend()

    assert (channel.problem, Listing.objects.get().told) == ("unsure", None)
    house.tend()
    assert told(house) == [("MUG-1", None, 7, "unsure"), ("MUG-1", None, 7, "told")]


def test_a_key_that_may_only_read_is_named(house: House) -> None:
    house.shop.may_write = False

    found = knock("woocommerce", house.shop.url, KEYS)

    assert found.missing == ("write_orders", "write_products", "write_webhooks")


def test_a_shop_too_old_to_say_which_orders_have_changed_is_named_at_the_door(shop: Shop) -> None:
    shop.is_old = True

    with pytest.raises(Refused) as caught:
        knock("woocommerce", shop.url, KEYS)

    assert caught.value.code == "too_old"
    assert at_the_door_in_words("too_old", {}).startswith("Ce WooCommerce est trop ancien")


@pytest.mark.parametrize("keys", [{"key": "ck_other", "secret": SECRET}, {"key": KEY, "secret": "cs_other"}])
def test_a_key_that_the_shop_does_not_know_is_named(shop: Shop, keys: dict[str, str]) -> None:
    with pytest.raises(NotAllowed) as caught:
        knock("woocommerce", shop.url, keys)

    assert caught.value.code == "credentials"


def test_a_clock_that_is_an_hour_off_keeps_nobody_out(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.shop.clock_ahead = 3600

    channel = house.tend()

    assert (channel.problem, row["stock_quantity"]) == ("", 7)


def test_an_unknown_sku_is_shown_and_nothing_is_bought(house: House) -> None:
    row = house.shop.add_product("NOBODY", 3)
    house.tend()
    house.shop.sell((row, 1))

    house.tend()
    house.settle()

    shown = ShopOrder.objects.get()
    assert (shown.state, [one["code"] for one in shown.problems]) == ("refused", ["unknown_sku"])
    assert Order.objects.count() == 0


def test_units_of_a_refused_order_are_kept_for_it_until_it_is_complete_there(house: House) -> None:
    nobody, (row, _offer) = house.shop.add_product("NOBODY", 3), mug(house, ours=7)
    house.tend()
    order = house.shop.sell((nobody, 1), (row, 2))
    house.tend()
    house.settle()
    house.tend()
    assert (ShopOrder.objects.get().state, row["stock_quantity"]) == ("refused", 5)

    house.shop.change(order, status="completed")
    house.tend()
    house.tend()

    assert (ShopOrder.objects.get().state, row["stock_quantity"]) == ("refused", 7)


def test_a_number_that_somebody_changed_in_the_shop_is_told_again(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    row["stock_quantity"] = 99
    Channel.objects.update(listings_wanted=True)

    house.tend()

    assert row["stock_quantity"] == 7


def test_a_shop_that_falls_over_says_so_and_goes_on(house: House) -> None:
    mug(house, ours=7)
    house.shop.faults.append(lambda call: error("internal", "Fatal", 500))

    channel = house.tend()

    assert channel.problem == "unsure"
    assert house.tend().problem == ""
    kinds = HistoryEntry.objects.filter(thread=f"channel:{channel.pk}").order_by("pk")
    assert [entry.kind for entry in kinds if entry.kind.startswith("channel.")] == [
        "channel.connected",
        "channel.ailing",
        "channel.well",
    ]


def test_a_key_that_may_not_touch_webhooks_still_has_its_orders_read(house: House) -> None:
    row, _offer = mug(house, ours=7)
    refusal = error("woocommerce_rest_cannot_create", "Sorry, you are not allowed.", 403)
    house.shop.faults.append(lambda call: refusal if call == "POST /wc/v3/webhooks" else None)
    house.tend()
    house.shop.sell((row, 1))

    channel = house.tend()
    house.settle()

    assert (channel.problem, channel.facts["missing"]) == ("", ["write_webhooks"])
    assert Order.objects.count() == 1


def test_a_person_takes_in_what_was_refused_once_its_listing_is_matched(house: House) -> None:
    row = house.shop.add_product("NOBODY", 3)
    house.tend()
    house.shop.sell((row, 1))
    house.tend()
    house.settle()
    refused = ShopOrder.objects.get()
    assert refused.state == "refused"
    offer = stocked("MUG-1", 4)
    match_by_hand(Listing.objects.get(), offer.product, by=BY)

    assert take_anyway(refused.pk)
    house.settle()

    refused.refresh_from_db()
    assert (refused.state, refused.our_number) == ("taken", Order.objects.get().number)
    assert not take_anyway(refused.pk)


def test_an_order_that_was_complete_before_we_saw_it_waits_for_a_person(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    house.shop.sell((row, 1), status="completed")
    house.tend()
    house.settle()
    seen = ShopOrder.objects.get()
    assert (seen.state, seen.problems, Order.objects.count()) == ("apart", [{"code": "complete"}], 0)

    assert take_anyway(seen.pk)
    house.settle()

    assert Order.objects.count() == 1
