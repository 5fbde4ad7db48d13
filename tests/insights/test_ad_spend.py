"""What ads have cost for products that nobody could buy: reports read, and reckoned by what was published."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.models import AdFeed
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.insights.domain.ad_files import AdFile, AdFileRefused, SpendLine, read_ad_file
from stocke.insights.domain.ad_spend import Taken, take_in_spend
from stocke.insights.models import AdDay, AdSpend
from stocke.insights.queries.ad_spend import spend_by_feed
from stocke.products.models import Product, Publication
from tests.core.listpage_checks import assert_same_queries
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import ChannelFactory
from tests.factories.people import client_as

BY = Actor.job("test")
DAY = date(2026, 11, 20)
PARIS = ZoneInfo("Europe/Paris")
GOOGLE = """Shopping product report
"November 1, 2026 - November 29, 2026"
Item ID,Day,Currency code,Clicks,Cost
mug-1,2026-11-20,EUR,12,"1,234.50"
mug-1,2026-11-20,EUR,3,0.256
lamp-2,2026-11-21,EUR,0,0.00
Total: Account,,EUR,15,"1,234.76"
"""
GOOGLE_BY_HOUR = """Item ID\tDay\tHour of the day\tClicks\tCost
MUG-1\t2026-11-20\t7\t4\t2.10
MUG-1\t2026-11-20\t23\t1\t0.40
"""
META = """Identifiant du produit;Jour;Clics sur un lien;Montant dépensé (EUR)
MUG-1, Tasse Brume;20/11/2026;5;3,90
;;5;3,90
"""


def line(item: str, clicks: int, cost_cents: int, *, hour: int | None = None, day: date = DAY) -> SpendLine:
    return SpendLine(item, day, hour, clicks, cost_cents, "EUR")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            GOOGLE.encode(),
            [
                line("mug-1", 12, 123_450),
                line("mug-1", 3, 26),
                line("lamp-2", 0, 0, day=DAY + timedelta(days=1)),
            ],
        ),
        (GOOGLE.encode("utf-16"), None),
        (
            GOOGLE_BY_HOUR.encode("utf-16"),
            [line("MUG-1", 4, 210, hour=7), line("MUG-1", 1, 40, hour=23)],
        ),
        (META.encode("cp1252"), [line("MUG-1, Tasse Brume", 5, 390)]),
    ],
)
def test_reports_are_read_as_platforms_export_them(
    tmp_path: Path, content: bytes, lines: list[SpendLine] | None
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(content)
    expected = lines or read_again(tmp_path, GOOGLE.encode())

    assert read_ad_file(path, fallback_currency="EUR") == AdFile(expected, [])


def read_again(folder: Path, content: bytes) -> list[SpendLine]:
    path = folder / "again.csv"
    path.write_bytes(content)
    return read_ad_file(path, fallback_currency="EUR").lines


def test_lines_that_nobody_can_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "Item ID,Day,Clicks,Cost\nA,2026-11-20,1,0.50\nB,some day,1,0.50\nC,2026-11-20,-1,0.50\nD,2026-11-20,1,much\n"
    )

    assert read_ad_file(path, fallback_currency="EUR") == AdFile([line("A", 1, 50)], [3, 4, 5])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Item ID,Day,Clicks\nA,2026-11-20,1\n", "columns_missing"),
        (b"PK\x03\x04" + b"x" * 99, None),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes, code: str | None) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(content)

    with pytest.raises(AdFileRefused) as refused:
        read_ad_file(path, fallback_currency="EUR")
    assert code is None or refused.value.code == code


@pytest.fixture
def feed(db: None) -> AdFeed:
    return AdFeedFactory(ChannelFactory())


def advertised(feed: AdFeed, sku: str) -> Product:
    product = AdvertisedFactory(feed.channel, 5, sku=sku)
    build(feed.pk)
    return product


def publish(product: Product, sellable: int, *, hour: int, day: date = DAY) -> None:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)
    Publication.objects.create(
        product=product, sellable=sellable, light="in_stock" if sellable else "out", at=at.astimezone(UTC)
    )


def kept() -> list[tuple[int, int | None, int, int, int, int]]:
    fields = ("product", "hour", "clicks", "cost_cents", "idle_seconds", "wasted_cents")
    return list(AdSpend.objects.order_by("product", "hour").values_list(*fields))


def test_the_cost_of_the_time_without_anything_to_sell_is_wasted(feed: AdFeed) -> None:
    mug = advertised(feed, "MUG-1")
    publish(mug, 5, hour=1, day=DAY - timedelta(days=1))
    publish(mug, 0, hour=6)
    publish(mug, 3, hour=12)
    publish(mug, 0, hour=18)

    taken = take_in_spend(feed, AdFile([line("mug-1", 12, 2000), line("MUG-1, Tasse", 4, 400)]), by=BY)

    assert taken == Taken(rows=1, unknown=0, unfinished=0, unreadable=0)
    assert kept() == [(mug.pk, None, 16, 2400, 12 * 3600, 1200)]


def test_where_hours_are_named_each_hour_is_reckoned(feed: AdFeed) -> None:
    mug = advertised(feed, "MUG-1")
    publish(mug, 5, hour=1)
    publish(mug, 0, hour=6)
    hours = [line("MUG-1", 1, 100, hour=hour) for hour in (5, 6)]

    take_in_spend(feed, AdFile(hours), by=BY)

    assert kept() == [(mug.pk, 5, 1, 100, 0, 0), (mug.pk, 6, 1, 100, 3600, 100)]


def test_in_the_hour_that_the_clock_skips_nothing_is_wasted(feed: AdFeed) -> None:
    mug, spring = advertised(feed, "MUG-1"), date(2026, 3, 29)
    publish(mug, 0, hour=0, day=spring)
    hours = [line("MUG-1", 1, 100, hour=hour, day=spring) for hour in (1, 2, 3)]

    take_in_spend(feed, AdFile(hours), by=BY)

    assert kept() == [
        (mug.pk, 1, 1, 100, 3600, 100),
        (mug.pk, 2, 1, 100, 0, 0),
        (mug.pk, 3, 1, 100, 3600, 100),
    ]


def test_before_the_first_word_nobody_knows_and_nothing_is_wasted(feed: AdFeed) -> None:
    mug, lamp = advertised(feed, "MUG-1"), advertised(feed, "LAMP-2")
    publish(mug, 0, hour=12)
    publish(mug, 0, hour=0, day=DAY + timedelta(days=3))

    take_in_spend(feed, AdFile([line("MUG-1", 1, 100), line("LAMP-2", 1, 100)]), by=BY)

    assert kept() == [(mug.pk, None, 1, 100, 12 * 3600, 50), (lamp.pk, None, 1, 100, 0, 0)]


def test_a_day_reported_again_is_replaced_and_what_is_none_of_ours_is_counted(feed: AdFeed) -> None:
    mug = advertised(feed, "MUG-1")
    take_in_spend(feed, AdFile([line("MUG-1", 1, 100)]), by=BY)
    again = [
        line("MUG-1", 2, 250),
        line("NOBODY", 1, 100),
        line("MUG-1", 1, 100, day=timezone.localdate()),
    ]

    taken = take_in_spend(feed, AdFile(again, [7]), by=BY)

    assert taken == Taken(rows=1, unknown=1, unfinished=1, unreadable=1)
    assert kept() == [(mug.pk, None, 2, 250, 0, 0)]
    assert HistoryEntry.objects.filter(thread=f"adfeed:{feed.pk}", kind="adspend.taken").count() == 2


def test_a_report_replaces_its_days_whole_by_hour_or_not(feed: AdFeed) -> None:
    mug, lamp = advertised(feed, "MUG-1"), advertised(feed, "LAMP-2")
    other = AdFeedFactory(ChannelFactory())
    AdSpend.objects.create(feed=other, product=mug, day=DAY, clicks=9, cost_cents=900, currency="EUR")
    before = [line("LAMP-2", 1, 100, day=DAY - timedelta(days=1))]
    take_in_spend(feed, AdFile([line("MUG-1", 3, 300), line("LAMP-2", 1, 50), *before]), by=BY)

    take_in_spend(feed, AdFile([line("MUG-1", 1, 100, hour=7), line("MUG-1", 2, 200, hour=8)]), by=BY)
    take_in_spend(feed, AdFile([line("NOBODY", 1, 100)]), by=BY)

    assert sorted(
        AdSpend.objects.values_list("feed", "product", "day", "hour", "cost_cents"), key=str
    ) == sorted(
        [
            (other.pk, mug.pk, DAY, None, 900),
            (feed.pk, mug.pk, DAY, 7, 100),
            (feed.pk, mug.pk, DAY, 8, 200),
            (feed.pk, lamp.pk, DAY - timedelta(days=1), None, 100),
        ],
        key=str,
    )


def test_the_sums_of_its_days_follow_a_report_and_are_all_that_the_page_adds_up(feed: AdFeed) -> None:
    mug, lamp = advertised(feed, "MUG-1"), advertised(feed, "LAMP-2")
    publish(mug, 0, hour=0)
    publish(lamp, 5, hour=0)
    later = DAY + timedelta(days=1)
    lines = [line("MUG-1", 1, 100), line("LAMP-2", 2, 50), line("LAMP-2", 4, 30, day=later)]
    take_in_spend(feed, AdFile(lines), by=BY)

    take_in_spend(feed, AdFile([line("MUG-1", 3, 200)]), by=BY)
    take_in_spend(feed, AdFile([line("NOBODYS", 9, 900, day=later)]), by=BY)

    fields = ("day", "clicks", "cost_cents", "wasted_cents")
    assert list(AdDay.objects.order_by("day").values_list(*fields)) == [(DAY, 3, 200, 200), (later, 4, 30, 0)]
    assert spend_by_feed(later) == [
        {"feed__name": feed.name, "feed": feed.pk, "currency": "EUR", "clicks": 4, "cost": 30, "wasted": 0}
    ]
    with CaptureQueriesContext(connection) as seen:
        spend_by_feed(DAY)
    assert [AdSpend._meta.db_table in one["sql"] for one in seen.captured_queries] == [False]


def test_large_costs_are_kept_and_those_that_no_column_holds_are_named(feed: AdFeed, tmp_path: Path) -> None:
    mug = advertised(feed, "MUG-1")
    publish(mug, 0, hour=0)
    path = tmp_path / "report.csv"
    path.write_text(
        "Item ID,Day,Clicks,Cost\nMUG-1,2026-11-20,3000000000,9999999999.00\nMUG-1,2026-11-20,1,99999999999.00\n"
    )

    taken = take_in_spend(feed, read_ad_file(path, fallback_currency="EUR"), by=BY)

    assert taken == Taken(rows=1, unknown=0, unfinished=0, unreadable=1)
    assert kept() == [(mug.pk, None, 3_000_000_000, 999_999_999_900, 86_400, 999_999_999_900)]


def hand_in(client: Client, feed: AdFeed, content: bytes) -> int:
    file = SimpleUploadedFile("report.csv", content)
    return client.post("/channels/ads/spend/upload/", {"feed": feed.pk, "file": file}).status_code


def test_a_report_is_handed_in_on_a_page_and_one_that_is_none_keeps_nothing(feed: AdFeed) -> None:
    advertised(feed, "MUG-1")
    operator = client_as("operations")

    assert hand_in(operator, feed, b"a,b\n1,2\n") == 422
    assert AdSpend.objects.count() == 0
    assert hand_in(operator, feed, GOOGLE.encode()) == 303
    assert hand_in(client_as("viewer"), feed, GOOGLE.encode()) == 403

    assert AdSpend.objects.values_list("clicks", "cost_cents").get() == (15, 123_476)
    exported = operator.get("/channels/ads/spend/?export=csv")
    text = b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]
    assert ";1234.76;" in text


def test_the_list_costs_the_same_however_long_it_is(feed: AdFeed) -> None:
    def spent() -> None:
        product = AdvertisedFactory(feed.channel, 5)
        AdSpend.objects.create(feed=feed, product=product, day=DAY, clicks=1, cost_cents=9, currency="EUR")

    assert_same_queries(client_as("operations"), "/channels/ads/spend/", spent)
