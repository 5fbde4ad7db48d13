from datetime import UTC, datetime

import pytest
from django.db import connection

from suppliers.domain.partitions import ensure_partitions
from suppliers.models import Observation

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2031, 11, 30, 23, 30, tzinfo=UTC)


def say(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppliers_observation (at, offer_id, kind) VALUES (%s, 1, 'unknown')", [at]
        )


def homes() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, count(*) FROM suppliers_observation GROUP BY 1 ORDER BY 1"
        )
        return [(name.removeprefix("suppliers_observation_"), count) for name, count in cursor.fetchall()]


def test_this_month_and_the_next_two_get_a_partition_once() -> None:
    assert ensure_partitions(NOVEMBER) == [
        "suppliers_observation_2031_11",
        "suppliers_observation_2031_12",
        "suppliers_observation_2032_01",
    ]
    assert ensure_partitions(NOVEMBER) == []


def test_observations_land_in_their_month() -> None:
    ensure_partitions(NOVEMBER)

    say(NOVEMBER)
    say(datetime(2031, 12, 1, tzinfo=UTC))

    assert homes() == [("2031_11", 1), ("2031_12", 1)]


def test_strays_of_the_default_partition_move_to_their_month() -> None:
    say(datetime(2031, 9, 3, tzinfo=UTC))
    say(NOVEMBER)

    ensure_partitions(NOVEMBER)

    assert homes() == [("2031_09", 1), ("2031_11", 1)]


def test_a_partition_is_append_only_too() -> None:
    ensure_partitions(NOVEMBER)
    say(NOVEMBER)

    with pytest.raises(Exception, match="append-only"):
        Observation.objects.all().delete()
