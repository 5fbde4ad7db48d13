"""What platforms get: the last whole file, packed or not, nothing where theirs is still good, nothing for strangers."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.domain.feeds import change_link, switch_feed
from stocke.channels.adfeeds.domain.links import address_of
from stocke.channels.adfeeds.models import AdFeed, AdFetch
from stocke.core.actors import Actor
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import ChannelFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def feed(db: None) -> AdFeed:
    feed = AdFeedFactory(ChannelFactory())
    AdvertisedFactory(feed.channel, 5, sku="A", name="Théière")
    assert build(feed.pk)
    feed.refresh_from_db()
    return feed


def path_of(feed: AdFeed) -> str:
    return urlsplit(address_of(feed)).path


def get(url: str, headers: dict[str, str] | None = None) -> Any:
    return Client().get(url, headers=headers or {})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_platform_gets_the_file_packed_or_not(feed: AdFeed) -> None:
    plain, packed = get(path_of(feed)), get(path_of(feed), GZIP)
    content = body(plain)

    assert (plain.status_code, plain["Content-Type"]) == (200, "text/tab-separated-values; charset=utf-8")
    assert "Théière\tThéière\thttps://shop.example/p/A" in content.decode()
    assert int(plain["Content-Length"]) == len(content)
    assert packed["Content-Encoding"] == "gzip"
    squeezed = body(packed)
    assert gzip.decompress(squeezed) == content
    assert int(packed["Content-Length"]) == len(squeezed)
    assert plain["ETag"] != packed["ETag"]
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_who_has_it_already_gets_nothing(feed: AdFeed, headers: dict[str, str]) -> None:
    first = get(path_of(feed), headers)

    by_mark = get(path_of(feed), {**headers, "If-None-Match": first["ETag"]})
    by_time = get(path_of(feed), {**headers, "If-Modified-Since": first["Last-Modified"]})
    other = get(path_of(feed), {**headers, "If-None-Match": '"other"'})

    assert [one.status_code for one in (by_mark, by_time, other)] == [304, 304, 200]
    assert (by_mark.content, by_mark["ETag"]) == (b"", first["ETag"])


def test_who_only_asks_for_the_head_gets_it(feed: AdFeed) -> None:
    whole, head = get(path_of(feed), GZIP), Client().head(path_of(feed), headers=GZIP)
    names = ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Content-Encoding")

    assert head.status_code == 200
    assert [head[name] for name in names] == [whole[name] for name in names]
    assert head.content == b""


def test_nothing_is_changed_by_this_address(feed: AdFeed) -> None:
    assert Client().post(path_of(feed)).status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("-1.", "-2."),
        lambda token: token.partition(".")[0],
        lambda token: "x",
    ],
)
def test_a_changed_address_opens_nothing(feed: AdFeed, change: Callable[[str], str]) -> None:
    token = path_of(feed).split("/")[2]

    assert get(f"/ads/{change(token)}/google.tsv").status_code == 404
    assert AdFetch.objects.count() == 0


def test_a_new_address_lets_the_old_one_work_for_three_days(feed: AdFeed) -> None:
    old = path_of(feed)
    change_link(feed, at_once=False, by=BY)
    feed.refresh_from_db()

    assert [get(url).status_code for url in (old, path_of(feed))] == [200, 200]
    AdFeed.objects.update(old_link_until=timezone.now() - timedelta(seconds=1))
    assert [get(url).status_code for url in (old, path_of(feed))] == [410, 200]


def test_a_revoked_address_opens_nothing_from_now_on(feed: AdFeed) -> None:
    old = path_of(feed)
    change_link(feed, at_once=True, by=BY)
    feed.refresh_from_db()

    assert [get(url).status_code for url in (old, path_of(feed))] == [410, 200]


def test_a_feed_that_is_switched_off_is_gone(feed: AdFeed) -> None:
    switch_feed(feed, on=False, by=BY)

    assert get(path_of(feed)).status_code == 410


def test_before_the_first_file_a_platform_is_asked_to_come_again(db: None) -> None:
    answer = get(path_of(AdFeedFactory()))

    assert (answer.status_code, answer["Retry-After"]) == (503, "300")


def test_it_is_noted_who_fetched_and_what_he_got(feed: AdFeed) -> None:
    first = get(path_of(feed), {"User-Agent": "Google-Shopping"})
    get(path_of(feed), {"User-Agent": "x" * 500, "If-None-Match": first["ETag"]})

    fetches = list(AdFetch.objects.order_by("pk").values_list("agent", "status", "sha256"))
    assert fetches == [("Google-Shopping", 200, feed.sha256), ("x" * 200, 304, feed.sha256)]
    feed.refresh_from_db()
    assert feed.fetched_at is not None
