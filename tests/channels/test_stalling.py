"""A shop with which nobody speaks, because no worker serves its queue or the clock stands, is said on its page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stocke.channels.domain.stalling import minutes_stalled
from stocke.channels.models import Channel
from stocke.core.jobs import count_workers
from tests.factories.channels import ChannelFactory

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


@dataclass
class Case:
    given: dict[str, Any]
    workers: int | None
    minutes: int


@pytest.mark.parametrize(
    "case",
    [
        Case({"orders_read_at": ago(1), "compared_at": ago(40)}, 0, 0),
        Case({"orders_read_at": ago(3), "compared_at": ago(4)}, 0, 3),
        Case({"orders_read_at": ago(3), "compared_at": ago(4)}, 1, 0),
        Case({"orders_read_at": ago(7), "compared_at": ago(6)}, 1, 6),
        Case({"orders_read_at": ago(7), "compared_at": ago(6)}, None, 6),
        Case({"orders_read_at": ago(7), "claimed_until": NOON + timedelta(minutes=1)}, 0, 0),
        Case({"orders_read_at": ago(30), "not_before": NOON + timedelta(minutes=1)}, 0, 0),
        Case({"orders_read_at": ago(30), "not_before": ago(8)}, 1, 8),
        Case({"orders_read_at": ago(30), "active": False}, 0, 0),
        Case({"orders_read_at": ago(30), "takes_orders": False, "tells_stock": False}, 0, 0),
        Case({"connected_at": ago(9)}, 0, 9),
        Case({"connected_at": ago(900), "listings_read_at": ago(800)}, 1, 0),
    ],
    ids=str,
)
def test_a_shop_waits_since_it_was_spoken_with_last(case: Case) -> None:
    channel = Channel(**{"connected_at": ago(900), **case.given})

    assert minutes_stalled(channel, now=NOON, workers=case.workers) == case.minutes


def test_its_page_says_so_and_what_to_do(client: Client, admin_user: Any) -> None:
    channel = ChannelFactory(orders_read_at=timezone.now() - timedelta(minutes=9), compared_at=None)
    client.force_login(admin_user)

    page = client.get(f"/channels/{channel.pk}/").content.decode()

    assert count_workers("channels") == 0
    assert "Personne n’a parlé avec cette boutique depuis 9\u00a0minutes." in page.replace("&nbsp;", "\u00a0")
    assert "manage.py rqworker channels" in page


def test_how_many_workers_there_are_is_not_known_without_the_queues_server(monkeypatch: Any) -> None:
    def refuse(queue: str) -> None:
        raise ConnectionError(queue)

    monkeypatch.setattr("stocke.core.jobs.django_rq.get_connection", refuse)

    assert count_workers("channels") is None
