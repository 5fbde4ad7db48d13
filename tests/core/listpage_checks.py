"""What every list page promises: as many queries for three rows as for one."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def assert_same_queries(client: Client, url: str, make_row: Callable[[], object]) -> None:
    """Makes one row, then two more, and compares the number of queries of the page."""
    make_row()
    client.get(url)
    once = queries_of(client, url)
    make_row()
    make_row()

    assert len(queries_of(client, url)) == len(once), "\n".join(queries_of(client, url))
