from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.mappings import go_back, save_version
from suppliers.domain.matching import Matching
from suppliers.models import Feed, FeedMapping
from suppliers.tables.versions import differences
from tests.core.listpage_checks import assert_same_queries
from tests.factories.feeds import READ_AS, FeedFactory
from tests.factories.people import client_as

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")
OTHER = replace(READ_AS, fields={"key": 0, "name": 1, "quantity": 3}, repeated="sum", currency="USD")


@pytest.fixture
def feed() -> Feed:
    """A feed in its third version."""
    feed = FeedFactory()
    save_version(feed, OTHER.to_json(), by=LEA)
    save_version(feed, OTHER.to_json(), matching=Matching(by=("gtin",)), by=LEA)
    return feed


def versions(feed: Feed) -> list[FeedMapping]:
    return list(FeedMapping.objects.filter(feed=feed).order_by("version"))


def seen(client: Client, feed: Feed, query: str = "") -> str:
    answer = client.get(reverse("suppliers:feed_versions", args=[feed.pk]) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def back(feed: Feed, version: int, role: str = "operations") -> Any:
    return client_as(role).post(reverse("suppliers:version_back", args=[feed.pk, version]))


def test_each_version_says_what_it_changed(feed: Feed) -> None:
    first, second, third = versions(feed)

    with translation.override("en"):
        told = [(str(one.label), one.before, one.after) for one in differences(first, second)]
        matching = [(str(one.label), one.before, one.after) for one in differences(second, third)]

    assert told == [
        ("quantity", "C · qty", "D · price"),
        ("price", "D · price", ""),
        ("Several lines of one SKU", "The last line counts", "Add the quantities up"),
        ("Currency where none is written", "", "USD"),
    ]
    assert matching == [
        ("Products", "our SKU is his SKU, the barcode is the same", "the barcode is the same"),
    ]


def test_one_goes_back_by_a_new_version_and_nothing_is_rewritten(feed: Feed) -> None:
    before = list(FeedMapping.objects.order_by("version").values())

    answer = back(feed, 1)

    feed.refresh_from_db()
    assert answer.status_code == 303
    assert list(FeedMapping.objects.order_by("version").values())[:3] == before
    assert feed.mapping is not None
    assert (feed.mapping.version, feed.mapping.column_map) == (4, READ_AS.to_json())
    assert Matching.from_json(feed.mapping.matching) == Matching()
    entry = HistoryEntry.objects.latest("pk")
    assert (entry.kind, entry.after, entry.data["like"]) == ("feed.mapped", {"version": 4}, 1)


def test_going_back_to_what_is_in_use_changes_nothing(feed: Feed) -> None:
    assert feed.mapping is not None
    assert go_back(feed, versions(feed)[2], by=LEA) == feed.mapping
    assert len(versions(feed)) == 3


def test_a_version_that_an_older_program_wrote_is_the_same_without_its_new_entries() -> None:
    feed = FeedFactory()
    old = {"fields": READ_AS.to_json()["fields"], "header": list(READ_AS.header), "header_row": 1}
    FeedMapping.objects.update(column_map=old)
    feed.refresh_from_db()

    save_version(feed, READ_AS.to_json(), by=LEA)

    assert FeedMapping.objects.count() == 1


def test_the_page_lists_who_saved_what_and_leads_back(feed: Feed) -> None:
    page = seen(client_as("operations"), feed)

    assert "in use" in page
    assert "D · price" in page
    assert page.count("Go back to it") == 2


def test_a_viewer_reads_and_changes_nothing(feed: Feed) -> None:
    page = seen(client_as("viewer"), feed)
    answer = back(feed, 1, "viewer")

    assert "Go back to it" not in page
    assert (answer.status_code, len(versions(feed))) == (403, 3)


def test_the_page_asks_as_much_for_three_versions_as_for_one() -> None:
    feed = FeedFactory(mapped=False)
    currencies = iter(("EUR", "USD", "GBP"))

    assert_same_queries(
        client_as(),
        reverse("suppliers:feed_versions", args=[feed.pk]),
        lambda: save_version(feed, replace(READ_AS, currency=next(currencies)).to_json(), by=LEA),
    )


def test_many_versions_stand_on_several_pages() -> None:
    feed = FeedFactory()
    for row in range(2, 24):
        save_version(feed, replace(READ_AS, header_row=row).to_json(), by=LEA)

    first, second = seen(client_as(), feed), seen(client_as(), feed, "?page=2")

    assert "1 to 20 of 23" in first
    assert "21 to 23 of 23" in second
    assert first.count("<del>") == 20
    assert second.count("<del>") == 2
