"""A worker killed while it speaks with a shop: no order is lost or doubled, no number stale, no money noted twice."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Order
from stocke.channels.domain.connecting import connect, knock
from stocke.channels.domain.reporting import owe
from stocke.channels.domain.tending import tend
from stocke.channels.jobs.tending import tend_channel
from stocke.channels.models import Channel, Listing, Report, ShopOrder
from stocke.core.jobs import enqueue
from tests.channels.conftest import BY, KEYS, House, mug, restate
from tests.fakes.woocommerce import Shop, running_shop
from tests.kills.workers import work_off, worker_paused_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Generator[Shop]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setenv("STOCKE_ALLOWED_PRIVATE_HOSTS", "localhost")
    with running_shop() as started:
        yield started


@pytest.fixture
def house(shop: Shop, transactional_db: None) -> House:
    found = knock("woocommerce", shop.url, KEYS)
    return House(shop, connect("woocommerce", shop.url, KEYS, found, by=BY, slug="boutique"))


def due(house: House) -> None:
    """Time for everything, and a queue that has forgotten what was in it."""
    django_rq.get_connection("channels").flushdb()
    Channel.objects.update(orders_read_at=None, compared_at=None, not_before=None)
    Report.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    enqueue("channels", tend_channel, house.channel.pk)


def next_worker(house: House) -> None:
    """Nobody may speak before the dead one's claim has run out; then another does, and he once more."""
    assert not tend(house.channel.pk)
    Channel.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    for _ in range(2):
        due(house)
        work_off("channels")


def test_in_mid_batch_the_shop_ends_with_the_newest_number(house: House, tmp_path: Path) -> None:
    row, offer = mug(house, ours=7)
    house.tend()
    restate(offer, 5)
    due(house)

    with worker_paused_at("channels", "stocke.channels.domain.telling:settle", "before", tmp_path / "told"):
        assert (row["stock_quantity"], Listing.objects.get().told) == (5, None)
        restate(offer, 3)

    next_worker(house)
    assert (row["stock_quantity"], Listing.objects.get().told) == (3, 3)


def test_between_an_order_read_and_stored_it_comes_in_once(house: House, tmp_path: Path) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    there = house.shop.sell((row, 2))
    due(house)

    with worker_paused_at(
        "channels", "stocke.channels.domain.reading:note_orders", "before", tmp_path / "read"
    ):
        assert ShopOrder.objects.count() == 0

    next_worker(house)
    house.settle()
    house.settle()
    assert [order.external_id for order in Order.objects.all()] == [str(there["id"])]


def test_between_a_refund_sent_and_noted_it_is_on_the_shops_record_once(house: House, tmp_path: Path) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    there = house.shop.sell((row, 2))
    house.tend()
    facts = {"amount_cents": 500, "currency": "EUR"}
    owe("boutique", key="refund:1", kind="refund", remote_order=str(there["id"]), facts=facts)
    due(house)

    with worker_paused_at("channels", "stocke.channels.domain.reporting:settle", "before", tmp_path / "sent"):
        assert (len(house.shop.refunds[there["id"]]), Report.objects.get().state) == (1, "sending")

    next_worker(house)
    assert (len(house.shop.refunds[there["id"]]), Report.objects.get().state) == (1, "done")
