"""Telling numbers where the shop stumbles, and who may speak meanwhile."""

import pytest

from stocke.channels.domain.claims import Claim
from stocke.channels.domain.tending import tend
from stocke.channels.models import Channel, Listing
from tests.channels.conftest import House, mug, restate, stocked
from tests.fakes.woocommerce import Answer, error


def calls_to(house: House, path: str) -> int:
    return sum(path in call for call in house.shop.calls)


def test_variations_of_a_product_that_is_gone_are_noted_and_stop_no_other(house: House) -> None:
    row, offer = mug(house, ours=7)
    tee = house.shop.add_product("TEE", None)
    house.shop.add_variation(tee, "TEE-S", 0)
    house.shop.add_variation(tee, "TEE-M", 0)
    small, medium = stocked("TEE-S", 3), stocked("TEE-M", 4)
    house.tend()
    for one, quantity in ((small, 1), (medium, 2), (offer, 5)):
        restate(one, quantity)
    house.shop.faults.append(lambda call: gone() if f"products/{tee['id']}" in call else None)

    channel = house.tend()

    assert (channel.problem, row["stock_quantity"]) == ("", 5)
    problems = dict(Listing.objects.exclude(problem="").values_list("sku", "problem"))
    assert {sku: problems.get(sku) for sku in ("TEE-S", "TEE-M")} == {"TEE-S": "gone", "TEE-M": "gone"}


def test_whether_a_listing_may_be_bought_at_zero_stays_as_the_merchant_has_set_it(house: House) -> None:
    row, offer = mug(house, ours=7)
    row["backorders"] = "notify"
    house.tend()
    restate(offer, 0)

    house.tend()

    assert (row["stock_quantity"], row["backorders"]) == (0, "notify")
    assert Listing.objects.get().backorders is True


def gone() -> Answer:
    return error("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)


def test_a_shop_without_its_interface_is_asked_once_and_not_once_for_each_half(house: House) -> None:
    offers = [mug(house, ours=7)[1]]
    house.shop.add_product("CUP-1", 0)
    offers.append(stocked("CUP-1", 2))
    house.tend()
    house.shop.calls.clear()
    for offer in offers:
        restate(offer, 1)
    house.shop.faults.append(
        lambda call: error("rest_no_route", "No route.", 404) if "batch" in call else None
    )

    channel = house.tend()

    assert (channel.problem, calls_to(house, "products/batch")) == ("no_interface", 1)
    assert set(Listing.objects.values_list("problem", flat=True)) == {""}


def test_before_each_word_to_a_shop_it_is_asked_who_may_speak(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making hooks takes many calls: somebody else may have come in between two of them."""
    renew = Claim.renew

    def lost_after_the_first_hook(claim: Claim) -> None:
        if house.shop.calls[-1:] == ["POST /wc/v3/webhooks"]:
            Channel.objects.update(claim=None)
        renew(claim)

    monkeypatch.setattr(Claim, "renew", lost_after_the_first_hook)

    assert not tend(house.channel.pk)
    assert house.shop.calls[-1] == "POST /wc/v3/webhooks"
    assert len(house.shop.hooks) == 1
