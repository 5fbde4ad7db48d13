"""Other keys for a shop, given on their page while it goes on: nothing is lost, and nothing stops."""

import logging
from collections.abc import Generator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from orders.models import Order
from stocke.channels.connectors.standard_webhooks import key_of, signature
from stocke.channels.domain.connecting import keys_of
from stocke.channels.models import Channel, Listing
from stocke.core.models import HistoryEntry
from tests.channels.conftest import House, restate, stocked
from tests.channels.kinds import KINDS, connected
from tests.channels.test_bigcommerce_at_work import deliver as deliver_standard
from tests.channels.test_generic import SECRET, again, channel, levels, web
from tests.channels.test_shopify_at_work import deliver as deliver_shopify
from tests.factories.people import client_as
from tests.fakes import bigcommerce, shopify

__all__ = ["channel", "web"]
NEWER = "whsec_" + "bmV3ZXItc2VjcmV0LW5ld2VyLXNlY3JldA=="
CREATED = {"scope": "store/order/created", "store_id": "1", "hash": "a", "created_at": 1}


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, settings: Any, db: None) -> Generator[House]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with KINDS[request.param].running() as shop:
        yield House(shop, connected(request.param, shop))


@pytest.fixture
def operator() -> Client:
    return client_as("operations", language="en")


def page(house: House) -> str:
    return f"/channels/{house.channel.pk}/keys/"


def test_a_shop_goes_on_by_a_new_key_that_replaces_one_alone(house: House, operator: Client) -> None:
    kind = KINDS[house.channel.kind]
    row, offer = kind.add(house.shop, "MUG-1"), stocked("MUG-1", 7)
    house.tend()
    kind.rekey(house.shop, kind.newer)
    kind.sell(house.shop, row)
    restate(offer, 9)
    given = {name: value for name, value in kind.newer.items() if kind.keys[name] != value}

    answer = operator.post(page(house), given)
    house.channel.refresh_from_db()

    assert (answer.status_code, keys_of(house.channel)) == (303, kind.newer)
    assert house.tend().problem == ""
    house.settle()
    house.tend()
    assert (Order.objects.count(), Listing.objects.get().told) == (1, 8)


def test_no_key_is_ever_logged_or_kept_in_the_open_whatever_goes_wrong(
    house: House, operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = {
        *KINDS[house.channel.kind].keys.values(),
        *KINDS[house.channel.kind].newer.values(),
        "not-our-key",
    }

    house.tend()
    operator.post(page(house), dict.fromkeys(KINDS[house.channel.kind].keys, "not-our-key"))
    KINDS[house.channel.kind].rekey(house.shop, KINDS[house.channel.kind].newer)
    house.tend()

    told = " ".join(record.getMessage() + str(record.exc_info or "") for record in caplog.records)
    kept = str([list(model.objects.values()) for model in (Channel, HistoryEntry)])
    shown = (
        operator.get(f"/channels/{house.channel.pk}/").content.decode()
        + operator.get(page(house)).content.decode()
    )
    assert "credentials" in kept
    assert [one for one in secrets if one in told or one in kept or one in shown] == []


def test_keys_that_the_shop_does_not_know_replace_nothing(house: House, operator: Client) -> None:
    kind = KINDS[house.channel.kind]
    house.tend()

    wrong = operator.post(page(house), {next(iter(kind.keys)): "wrong"})
    none = operator.post(page(house), dict.fromkeys(kind.keys, ""))

    assert (wrong.status_code, none.status_code) == (422, 422)
    assert "Nothing is saved" in wrong.content.decode()
    assert "to correct" not in wrong.content.decode()
    assert "Give at least one of them." in none.content.decode()
    house.channel.refresh_from_db()
    assert (keys_of(house.channel), house.tend().problem) == (kind.keys, "")


def message_signed_with(house: House, secret: str, order: int) -> int:
    if house.channel.kind == "shopify":
        return deliver_shopify(b'{"id": %d}' % order, secret)
    return deliver_standard({**CREATED, "data": {"type": "order", "id": order}}, secret=secret)


@pytest.mark.parametrize(
    ("house", "before"),
    [("shopify", shopify.CLIENT_SECRET), ("bigcommerce", bigcommerce.CLIENT_SECRET)],
    indirect=["house"],
)
def test_messages_signed_with_the_old_secret_of_the_app_count_beside_those_with_the_new_one(
    house: House, before: str, operator: Client
) -> None:
    operator.post(page(house), {"client_secret": "newer"})
    # There is no secret of ours in such a shop that could take the place of the old one.
    assert operator.post(f"/channels/{house.channel.pk}/act/secret/").status_code == 404
    assert "act/secret" not in operator.get(f"/channels/{house.channel.pk}/").content.decode()

    answers = [
        message_signed_with(house, secret, order) for order, secret in enumerate((before, "newer", "no"), 1)
    ]

    assert answers == [200, 200, 401]
    assert house.tend().problem == ""


@pytest.mark.parametrize("house", ["woocommerce"], indirect=True)
def test_webhooks_of_a_shop_are_believed_before_and_after_they_get_their_new_secret(
    house: House, operator: Client
) -> None:
    house.tend()

    operator.post(f"/channels/{house.channel.pk}/act/secret/")
    with_the_old = house.deliver("order.updated", b'{"id": 1}')
    before = set(house.shop.secrets.values())
    house.tend()

    assert before.isdisjoint(house.shop.secrets.values())
    assert (with_the_old, house.deliver("order.updated", b'{"id": 2}')) == (200, 200)


@pytest.mark.parametrize("house", ["woocommerce"], indirect=True)
def test_a_shop_whose_sealed_keys_nobody_can_open_any_more_works_as_before_once_it_has_them_anew(
    house: House, operator: Client, settings: Any
) -> None:
    house.tend()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    lost = house.tend().problem

    operator.post(page(house), KINDS["woocommerce"].keys)

    assert (lost, house.tend().problem) == ("sealed", "")
    assert len(house.channel.facts["hooks"]) == len(house.shop.hooks) > 0
    assert house.deliver("order.updated", b'{"id": 1}') == 200


def test_a_program_gets_what_follows_signed_with_its_new_secret(
    web: Any, channel: Any, operator: Client
) -> None:
    offer = stocked("MUG-1", 7)
    again(channel)

    operator.post(f"/channels/{channel.pk}/keys/", {"signing": NEWER})
    restate(offer, 4)
    again(channel)

    told = {name.lower(): value for name, value in web.headers[-1].items()}
    signed = signature(key_of(NEWER), told["webhook-id"], told["webhook-timestamp"], web.bodies[-1])
    assert (told["webhook-signature"], SECRET != NEWER) == (signed, True)
    assert levels(web)[-1] == [{"sku": "MUG-1", "sellable": 4, "light": "in_stock"}]
