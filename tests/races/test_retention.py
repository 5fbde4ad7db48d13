"""Old months are dropped, and new ones made, beside imports: nobody waits long, and nothing is lost."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.observing import observe
from suppliers.domain.partitions import ensure_partitions
from suppliers.domain.retention import forget_statements
from suppliers.models import Observation, Offer
from tests.factories.suppliers import OfferFactory
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("test")
LONG_AGO = datetime(2018, 3, 5, tzinfo=UTC)
FUTURE = datetime(2033, 1, 15, tzinfo=UTC)
OLD = "suppliers_observation_2018_03"


@pytest.fixture
def offer() -> Offer:
    offer = OfferFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppliers_observation (at, offer_id, kind, quantity) VALUES (%s, %s, 'exact', 5)",
            [LONG_AGO, offer.pk],
        )
    ensure_partitions(timezone.now())
    return offer


@pytest.fixture(autouse=True)
def months_of_the_future() -> Generator[None]:
    """A test that commits leaves no partition of its own behind."""
    yield
    with connection.cursor() as cursor:
        for name in (OLD, *(f"suppliers_observation_2033_0{month}" for month in (1, 2, 3))):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def elsewhere[T](act: Callable[[], T]) -> T:
    """In a connection of its own, while this one's transaction stays open."""
    found: list[T] = []

    def run() -> None:
        try:
            found.append(act())
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert found
    return found[0]


def drop_old() -> list[str]:
    return forget_statements(timezone.now(), months=24, by=BY, wait_ms=100)


def test_a_month_is_left_for_later_while_an_import_is_at_work(offer: Offer) -> None:
    with transaction.atomic():
        observe(offer, kind="exact", quantity=6, by=BY)
        assert elsewhere(drop_old) == []

    assert drop_old() == [OLD]
    assert list(Observation.objects.order_by("at").values_list("source", "quantity")) == [
        ("carried", 5),
        ("person", 6),
    ]


def test_months_of_the_future_are_made_while_an_import_is_at_work(offer: Offer) -> None:
    with transaction.atomic():
        observe(offer, kind="exact", quantity=6, by=BY)
        made = elsewhere(lambda: ensure_partitions(FUTURE))

    assert made == [f"suppliers_observation_2033_0{month}" for month in (1, 2, 3)]


def test_two_jobs_and_statements_at_once_carry_each_word_once(offer: Offer) -> None:
    offers = [offer, *(OfferFactory() for _ in range(3))]

    at_once(
        drop_old, drop_old, *(lambda one=one: observe(one, kind="exact", quantity=7, by=BY) for one in offers)
    )
    drop_old()

    carried = Observation.objects.filter(source="carried").values_list("offer_id", "quantity")
    assert list(carried) == [(offer.pk, 5)]
    assert Observation.objects.filter(at__lt=timezone.now() - timedelta(days=800)).count() == 0
