"""Workers that die, and a queue that loses its memory: the rows say what is to be done."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from django.utils import timezone

from stocke.channels.connectors.woocommerce import WooCommerce
from stocke.channels.domain.claims import ClaimLost, claim
from stocke.channels.domain.tending import is_due, tend
from stocke.channels.jobs.tending import tend_due
from stocke.channels.models import Channel, Listing
from tests.channels.conftest import House, mug


class Killed(BaseException):
    """What a worker's death looks like from inside."""


def test_a_worker_killed_between_the_call_and_its_note_leaves_the_number_in_doubt_and_it_is_told_again(
    house: House, monkeypatch: Any
) -> None:
    row, _offer = mug(house, ours=7)
    done = WooCommerce.tell

    def tell_and_die(*arguments: Any, **named: Any) -> None:
        done(*arguments, **named)
        raise Killed

    monkeypatch.setattr(WooCommerce, "tell", staticmethod(tell_and_die))
    with pytest.raises(Killed):
        house.tend()
    assert (row["stock_quantity"], Listing.objects.get().told) == (7, None)
    monkeypatch.setattr(WooCommerce, "tell", staticmethod(done))

    house.tend()

    assert Listing.objects.get().told == 7


def test_a_dead_workers_claim_runs_out_and_he_says_nothing_more(house: House) -> None:
    dead = claim(house.channel.pk)
    assert dead is not None
    assert claim(house.channel.pk) is None
    Channel.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert tend(house.channel.pk)

    with pytest.raises(ClaimLost):
        dead.renew()


def test_a_message_whose_job_was_lost_is_worked_all_the_same(house: House) -> None:
    mug(house, ours=7)
    house.tend()
    Channel.objects.update(orders_read_at=timezone.now(), compared_at=timezone.now())
    assert not is_due(Channel.objects.get())
    house.deliver("order.created", b'{"id": 1}')

    assert is_due(Channel.objects.get())
    assert tend_due() == 1


def test_a_shop_that_is_down_delays_no_other(house: House) -> None:
    house.shop.faults.append(lambda call: (503, {}, {"Retry-After": "600"}))
    house.tend()
    other = Channel.objects.create(
        slug="other", name="Other", kind="woocommerce", url="https://other.example"
    )

    assert tend_due() == 1
    assert claim(other.pk) is not None
    assert claim(house.channel.pk) is None


def test_a_shop_of_which_nothing_can_be_told_keeps_no_other_from_being_tended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Channel.objects.create(slug="other", name="Other", kind="generic", url="https://other.example")
    seen = []

    def is_due(channel: Channel) -> bool:
        seen.append(channel.slug)
        if channel.pk == house.channel.pk:
            raise DataError("integer out of range")
        return False

    monkeypatch.setattr("stocke.channels.jobs.tending.is_due", is_due)

    assert (tend_due(), seen) == (1, [house.channel.slug, other.slug])
