"""Writing many listings at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from stocke.channels.models import Channel, Listing
from stocke.core.domain.many_rows import update_many

pytestmark = pytest.mark.django_db
FIELDS = ["told", "told_at", "problem", "problem_facts", "own_stock", "product"]
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def listings(count: int) -> list[Listing]:
    channel = Channel.objects.create(
        slug="boutique", name="Boutique", kind="generic", url="https://shop.example"
    )
    rows = [Listing(channel=channel, remote_id=str(number)) for number in range(count)]
    return list(Listing.objects.bulk_create(rows))


def kept() -> list[tuple[Any, ...]]:
    return list(Listing.objects.order_by("pk").values_list(*FIELDS))


def test_each_row_gets_its_own_values_and_no_other_field_or_row_is_touched() -> None:
    rows = listings(4)
    rows[0].told, rows[0].told_at, rows[0].problem_facts = 7, AT, {"words": 'a "b" \\ {c},d', "n": [1, None]}
    rows[1].problem, rows[1].own_stock = "NULL", True
    rows[2].problem, rows[2].name = "it’s, {}", "not asked for"

    assert update_many(rows[:3], FIELDS) == 3

    assert kept() == [
        (7, AT, "", {"words": 'a "b" \\ {c},d', "n": [1, None]}, False, None),
        (None, None, "NULL", {}, True, None),
        (None, None, "it’s, {}", {}, False, None),
        (None, None, "", {}, False, None),
    ]
    assert not Listing.objects.exclude(name="").exists()


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    rows = listings(2)
    rows[0].problem, rows[1].problem = "fits", "x" * 41

    with pytest.raises(DataError), transaction.atomic():
        update_many(rows, ["problem"])

    assert [row[2] for row in kept()] == ["", ""]


def test_any_number_of_rows_takes_one_statement_and_none_takes_none() -> None:
    rows = listings(9)

    with CaptureQueriesContext(connection) as seen:
        done = [update_many(rows, FIELDS), update_many([], FIELDS)]

    assert (done, len(seen)) == ([9, 0], 1)
