"""A worker killed while old statements are dropped: nothing is lost, and the next one ends it."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django_rq
import pytest
from django.db import connection
from django.utils import timezone

from stocke.core.jobs import enqueue
from suppliers.domain.partitions import ensure_partitions
from suppliers.jobs.retention import forget_old_records
from suppliers.models import Observation, Offer
from tests.factories.suppliers import OfferFactory
from tests.kills.workers import worker_paused_at

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = datetime(2019, 3, 5, tzinfo=UTC)
PLACES = [
    ("suppliers.domain.retention:move_horizon", "after"),
    ("suppliers.domain.retention:carry", "after"),
    ("suppliers.domain.retention:drop", "after"),
]
SAY = "INSERT INTO suppliers_observation (at, offer_id, kind, quantity) VALUES (%s, %s, 'exact', %s)"


@pytest.fixture(autouse=True)
def queue() -> Generator[None]:
    django_rq.get_queue("default").delete()
    yield
    django_rq.get_queue("default").delete()


def last_words() -> dict[int, int | None]:
    """What stands now, by offer."""
    return {said.offer_id: said.quantity for said in Observation.objects.order_by("at", "id")}


@pytest.fixture
def offers() -> list[Offer]:
    """Each was spoken of in two old months, and the second once more since."""
    offers = [OfferFactory(), OfferFactory()]
    with connection.cursor() as cursor:
        for offer in offers:
            for month, quantity in enumerate((4, 5)):
                cursor.execute(SAY, [LONG_AGO + timedelta(days=40 * month), offer.pk, quantity])
        cursor.execute(SAY, [timezone.now(), offers[1].pk, 6])
    ensure_partitions(timezone.now())
    return offers


@pytest.mark.parametrize(("place", "when"), PLACES)
def test_a_killed_worker_loses_no_last_word(
    place: str, when: str, offers: list[Offer], tmp_path: Path
) -> None:
    expected = {offers[0].pk: 5, offers[1].pk: 6}
    enqueue("default", "suppliers.jobs.retention.forget_old_records")

    with worker_paused_at("default", place, when, tmp_path / "reached"):
        assert last_words() == expected
    assert last_words() == expected

    forget_old_records()

    assert last_words() == expected
    said = Observation.objects.order_by("offer_id", "at", "id").values_list("source", "quantity")
    assert list(said) == [("carried", 5), ("carried", 5), ("feed", 6)]
