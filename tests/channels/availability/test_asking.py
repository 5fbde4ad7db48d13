"""What shops' pages are told: light, words, units, delivery; by their channel's rules, and in few statements."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils.translation import override

from stocke.channels.domain.availability import State, delivered
from stocke.channels.models import CategoryRules, ShopOrder, ShopWindow
from stocke.channels.tables.availability import LIGHTS, WORDS
from stocke.products.models import LevelPolicy, Product
from tests.channels.availability.conftest import Scene, held, stocked
from tests.factories.channels import ChannelFactory, ListingFactory, ShopOrderFactory, ShopWindowFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.factories.tokens import token_headers


@pytest.fixture(autouse=True)
def a_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 30, 9, 0, tzinfo=UTC))


def test_a_shopper_is_told_light_words_and_days_in_his_language(scene: Scene) -> None:
    mug = stocked("MUG-1")
    held(mug, lead_days=3)
    held(mug, lead_days=6)

    french, english = scene.item("MUG-1"), scene.item("MUG-1", lang="en")

    assert french == {
        "sku": "MUG-1",
        "state": "in_stock",
        "light": "green",
        "words": "En stock",
        "confidence": 1.0,
        "delivery": {"from": "2026-12-03", "to": "2026-12-07"},
        "restock_on": None,
        "when": "Livraison entre le jeu. 3 déc. et le lun. 7 déc.",
        "as_of": "2026-11-30T08:00:00+00:00",
        "wish": None,
    }
    assert (english["words"], english["when"]) == (
        "In stock",
        "Delivery between Thu 3 Dec and Mon 7 Dec",
    )


@pytest.mark.parametrize(
    ("sellable", "light", "state"),
    [
        (7, "in_stock", State.IN_STOCK),
        (7, "low", State.LIMITED),
        (2, "in_stock", State.LIMITED),
        (0, "low", State.RESTOCKING),
        (0, "out", State.OUT),
        (0, "unknown", State.UNKNOWN),
    ],
)
def test_a_level_becomes_a_state_with_a_light_and_words(
    scene: Scene, sellable: int, light: str, state: State
) -> None:
    stocked("MUG-1", sellable, light)

    item = scene.item("MUG-1", lang="en")

    with override("en"):
        assert (item["state"], item["light"], item["words"]) == (state, LIGHTS[state], str(WORDS[state]))


def stated(product: Product, days: int, as_of: datetime = datetime(2026, 11, 30, 7, tzinfo=UTC)) -> None:
    """By the file of a supplier who usually needs two days: none now, and again so many days later."""
    OfferFactory(
        supplier=SupplierFactory(lead_days=2), product=product, quantity=0, lead_days=days, as_of=as_of
    )


def test_what_is_out_is_expected_back_on_the_day_that_a_supplier_has_stated(scene: Scene) -> None:
    stated(stocked("MUG-1", 0, "out"), 12)

    item = scene.item("MUG-1")
    picture = Client().get("/badge.svg", {"channel": scene.window.key, "sku": "MUG-1", "lang": "en"})

    assert (item["state"], item["light"], item["restock_on"]) == ("restocking", "amber", "2026-12-12")
    assert item["when"] == "Retour attendu le sam. 12 déc."
    assert "Being restocked, Expected back on Sat 12 Dec" in picture.content.decode()


def test_no_day_is_told_of_what_is_there_or_of_which_nobody_stated_one(scene: Scene) -> None:
    stated(stocked("MUG-1", 7), 12)
    stated(stocked("JAR-1", 0, "unknown"), 12)
    stated(stocked("VASE-1", 0, "out"), 2)
    stocked("BOL-1", 0, "out")
    stated(stocked("OLD-1", 0, "out"), 12, datetime(2026, 11, 18, 7, tzinfo=UTC))

    items = scene.ask("MUG-1", "JAR-1", "VASE-1", "BOL-1", "OLD-1").json()["items"]

    assert [(item["state"], item["restock_on"]) for item in items] == [
        ("in_stock", None),
        ("unknown", None),
        ("out", None),
        ("out", None),
        ("out", None),
    ]


def test_the_merchants_own_threshold_decides_what_is_limited(scene: Scene) -> None:
    stocked("MUG-1", 7)
    LevelPolicy.objects.create(low_below=10)

    assert scene.item("MUG-1")["words"] == "Stock limité"


def test_units_are_the_channels_own_and_told_only_where_the_shop_shows_them(scene: Scene) -> None:
    product = stocked("MUG-1", 40)
    assert product.category is not None
    ListingFactory(scene.channel, 40, product=product, share_percent=50)
    CategoryRules.objects.create(channel=scene.channel, category=product.category, share_percent=10, buffer=4)
    ShopOrderFactory(scene.channel, units={"MUG-1": 10})
    ShopOrderFactory(scene.channel, units={"MUG-1": 99}, uncounted=False)

    assert "units" not in scene.item("MUG-1")

    # (40 − 10) × 50 % − 4
    ShopWindow.objects.update(shows_units=True, most_units=20)
    assert (scene.item("MUG-1")["units"], scene.item("MUG-1")["or_more"]) == (11, False)

    ShopWindow.objects.update(most_units=5)
    assert (scene.item("MUG-1")["units"], scene.item("MUG-1")["or_more"]) == (5, True)


def test_what_is_kept_from_a_channel_is_out_there(scene: Scene) -> None:
    product = stocked("MUG-1", 3)
    ListingFactory(scene.channel, 3, product=product, buffer=3)

    item = scene.item("MUG-1")

    assert (item["state"], item["delivery"]) == ("out", None)


def test_what_is_out_leads_to_where_one_asks_to_be_told_when_it_is_back(scene: Scene, settings: Any) -> None:
    settings.PUBLIC_URL = "https://stock.example"
    ListingFactory(
        scene.channel,
        0,
        product=stocked("OURS", 0, "out", gtin="4006381333931", name="Théière"),
        sku="ÉTÉ/1?",
    )
    page = f"https://stock.example/wish/{scene.window.key}"

    by_sku, [by_code] = scene.item("ÉTÉ/1?"), scene.ask(gtin="4006381333931", lang="en").json()["items"]

    assert by_sku["wish"] == {"url": f"{page}/%C3%89T%C3%89/1%3F?lang=fr", "words": "Me prévenir du retour"}
    assert by_code["wish"] == {
        "url": f"{page}/%C3%89T%C3%89/1%3F?lang=en",
        "words": "Tell me when it is back",
    }
    for url in (by_sku["wish"]["url"], by_code["wish"]["url"]):
        assert "Théière" in Client().get(url.removeprefix("https://stock.example")).content.decode()


def test_a_barcode_leads_to_its_own_product_where_the_shop_calls_another_by_our_sku(scene: Scene) -> None:
    mine = stocked("A", 0, "out", gtin="4006381333931", name="Théière")
    other = stocked("B", 0, "out", gtin="0036000291452", name="Bol")
    ListingFactory(scene.channel, 0, product=mine, sku="B")
    ListingFactory(scene.channel, 0, product=other, sku="A")

    items = scene.ask(gtin=["4006381333931", "36000291452"]).json()["items"]

    pages = [Client().get(urlsplit(item["wish"]["url"]).path) for item in items]
    assert ["Théière" in page.content.decode() for page in pages] == [True, False]
    assert ["Bol" in page.content.decode() for page in pages] == [False, True]


@pytest.mark.parametrize("case", ["in stock", "unknown", "not sold any more", "not wanted by the shop"])
def test_nobody_is_led_to_an_alert_that_would_tell_him_nothing(scene: Scene, case: str) -> None:
    stocked("MUG-1", 7 if case == "in stock" else 0, "unknown" if case == "unknown" else "out")
    Product.objects.update(active=case != "not sold any more")
    ShopWindow.objects.update(offers_wishes=case != "not wanted by the shop")

    assert scene.item("MUG-1")["wish"] is None


def test_a_shop_asks_by_its_own_sku_and_only_of_what_it_lists(scene: Scene) -> None:
    ListingFactory(scene.channel, 0, product=stocked("OURS-1", 0, "out"), sku="THEIRS")
    ListingFactory(ChannelFactory(), 9, product=stocked("OURS-2", 9), sku="ELSEWHERE")
    stocked("theirs", 7)

    assert scene.item("THEIRS")["state"] == "out"
    assert scene.item("ELSEWHERE") == {"sku": "ELSEWHERE", "error": "unknown_code"}


def test_a_sku_counts_as_it_is_written_and_else_in_any_case(scene: Scene) -> None:
    stocked("ab-1", 0, "out")
    stocked("AB-1", 7)

    assert [scene.item(sku)["state"] for sku in ("ab-1", "AB-1")] == ["out", "in_stock"]
    assert scene.item("aB-1")["state"] in {"out", "in_stock"}
    stocked("CD-2", 7)
    assert scene.item("cd-2")["state"] == "in_stock"


def test_a_barcode_may_have_leading_zeros_and_says_nothing_of_several_products(scene: Scene) -> None:
    stocked("MUG-1", gtin="0036000291452")
    stocked("BOL-1", gtin="4006381333931")
    ProductFactory(gtin="4006381333931")

    answer = scene.ask(gtin=["36000291452", "00036000291452", "4006381333931", "40063813"])

    assert [(item["gtin"], item.get("state", item.get("error"))) for item in answer.json()["items"]] == [
        ("36000291452", "in_stock"),
        ("00036000291452", "in_stock"),
        ("4006381333931", "several_products"),
        ("40063813", "unknown_code"),
    ]


def test_what_cannot_be_a_code_is_said_for_that_one_alone(scene: Scene) -> None:
    stocked("MUG-1")

    answer = scene.ask("MUG-1", "NUL\x00", "a\nb", "x" * 10_000, " ", gtin="12AB")

    assert answer.status_code == 200
    assert [item.get("state", item.get("error")) for item in answer.json()["items"]] == [
        "in_stock",
        *["malformed"] * 5,
    ]
    assert max(len(item.get("sku", "")) for item in answer.json()["items"]) == 120


@pytest.mark.parametrize(("count", "status"), [(0, 422), (50, 200), (51, 422), (10_000, 422)])
def test_nothing_and_too_much_are_refused_whole(scene: Scene, count: int, status: int) -> None:
    assert scene.ask(*[f"S-{number}" for number in range(count)]).status_code == status


def test_many_cost_as_many_statements_as_one(scene: Scene, django_assert_num_queries: Any) -> None:
    for number in range(20):
        ListingFactory(scene.channel, 3, product=stocked(f"S-{number}"))

    with django_assert_num_queries(1):
        scene.ask("S-1")
    with django_assert_num_queries(1):
        scene.ask(*[f"S-{number}" for number in range(40)])


def test_stated_days_cost_no_statement_more(scene: Scene, django_assert_num_queries: Any) -> None:
    for number in range(12):
        stated(stocked(f"S-{number}", 0, "out"), 12)

    for count in (1, 12):
        with django_assert_num_queries(1):
            scene.ask(*[f"S-{number}" for number in range(count)])


def test_a_product_that_is_asked_for_twice_is_told_twice(scene: Scene) -> None:
    stated(stocked("MUG-1", 0, "out"), 12)
    stocked("BOL-1")

    items = scene.ask("MUG-1", "BOL-1", "MUG-1").json()["items"]

    assert [(item["sku"], item["restock_on"]) for item in items] == [
        ("MUG-1", "2026-12-12"),
        ("BOL-1", None),
        ("MUG-1", "2026-12-12"),
    ]


def test_an_answer_that_did_not_change_is_not_sent_again(scene: Scene) -> None:
    product = stocked("MUG-1")
    first = scene.ask("MUG-1")

    again = scene.ask("MUG-1", headers={"If-None-Match": f'"other", {first["ETag"]}'})
    packed = scene.ask("MUG-1", headers={"If-None-Match": f"W/{first['ETag']}"})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert packed.status_code == 304
    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=30"
    assert first["Vary"] == "Origin, Accept-Language"

    product.level.sellable = product.level.confidence = 0
    product.level.light = "out"
    product.level.save()
    assert scene.ask("MUG-1", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_only_sites_of_the_channel_read_it_and_programs_need_no_site(scene: Scene) -> None:
    stocked("MUG-1")
    mine, none = scene.ask("MUG-1"), scene.ask("MUG-1", origin="")
    strange, mixed = scene.ask("MUG-1", origin="https://evil.example"), scene.ask("MUG-1", origin="null")

    assert (mine.status_code, mine["Access-Control-Allow-Origin"]) == (200, "https://shop.example")
    assert (none.status_code, "Access-Control-Allow-Origin" in none) == (200, False)
    for refused in (strange, mixed):
        assert (refused.status_code, "Access-Control-Allow-Origin" in refused) == (403, False)
        assert refused.json()["errors"][0]["code"] == "wrong_origin"


def test_a_browser_is_told_beforehand_whether_it_may_ask(scene: Scene) -> None:
    address = f"/api/availability?channel={scene.window.key}"

    mine = Client().options(address, headers={"Origin": "https://shop.example"})
    strange = Client().options(address, headers={"Origin": "https://evil.example"})

    assert (mine.status_code, mine["Access-Control-Allow-Methods"]) == (204, "GET")
    assert mine["Access-Control-Allow-Origin"] == "https://shop.example"
    assert (strange.status_code, "Access-Control-Allow-Origin" in strange) == (403, False)


@pytest.mark.parametrize("case", ["closed", "switched off", "deleted", "other key"])
def test_a_channel_that_is_not_open_answers_nobody(scene: Scene, case: str) -> None:
    stocked("MUG-1")
    key = scene.window.key
    match case:
        case "closed":
            ShopWindow.objects.update(is_open=False)
        case "switched off":
            type(scene.channel).objects.update(active=False)
        case "deleted":
            ShopOrder.objects.all().delete()
            scene.channel.delete()
        case _:
            key = "stw_other"

    answer = scene.ask("MUG-1", channel=key)

    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert answer.json()["errors"][0]["code"] == "not_open"


@pytest.mark.parametrize(
    ("key", "status"), [("", 422), ("k" * 41, 404), ("é", 404), ("stw_\x00", 404), ("';--", 404)]
)
def test_a_key_that_is_none_opens_nothing(scene: Scene, key: str, status: int) -> None:
    assert scene.ask("MUG-1", channel=key).status_code == status


def test_a_program_asks_with_its_token_and_is_told_all_units(scene: Scene) -> None:
    stocked("MUG-1", 400)
    type(scene.channel).objects.update(cap=300)
    headers = token_headers(channel=scene.channel.slug, scopes=("stock.read",))

    answer = Client().get("/api/availability?sku=MUG-1", headers=headers)

    assert answer["Cache-Control"] == "private, max-age=30"
    assert answer.json()["items"][0]["units"] == 300
    elsewhere = token_headers(channel="no-channel-of-ours", scopes=("stock.read",))
    other = Client().get("/api/availability?sku=MUG-1", headers=elsewhere)
    assert other.json()["items"][0]["units"] == 400


def test_a_token_that_is_none_or_may_not_is_refused(scene: Scene) -> None:
    lacking = token_headers(scopes=("orders.read",))

    for headers, status in (
        ({"Authorization": "Bearer no"}, 401),
        ({"Authorization": "Basic x"}, 401),
        (lacking, 403),
    ):
        assert Client().get("/api/availability?sku=A", headers=headers).status_code == status


def test_other_methods_are_refused(scene: Scene) -> None:
    answer = Client().post(f"/api/availability?channel={scene.window.key}&sku=A")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_database_that_does_not_answer_is_said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr("stocke.channels.views.visitors.shown", broken)

    answer = scene.ask("MUG-1")

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")


@pytest.mark.django_db(transaction=True)
def test_a_line_that_was_cut_since_the_last_question_is_made_anew() -> None:
    scene = Scene(ShopWindowFactory())
    stocked("MUG-1")
    scene.ask("MUG-1")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    assert scene.ask("MUG-1").status_code == 200


@pytest.mark.parametrize(
    "asked", ["sku=%FF%FE", "sku=MUG-1&sku=", "lang=%00&sku=MUG-1", "gtin=٣&sku=MUG-1", "&" * 5_000]
)
def test_a_question_that_is_broken_is_no_error_of_ours(scene: Scene, asked: str) -> None:
    stocked("MUG-1")

    answer = Client().get(f"/api/availability?channel={scene.window.key}&{asked}")

    assert answer.status_code in {200, 422}
    assert answer.json().keys() <= {"items", "errors"}


def test_the_short_way_leaves_no_cookie_and_asks_for_none(scene: Scene) -> None:
    stocked("MUG-1")
    answer = scene.ask("MUG-1", headers={"Cookie": "sessionid=x; django_language=en"})

    assert (answer.cookies, "Cookie" in answer["Vary"]) == ({}, False)
    assert answer.json()["items"][0]["words"] == "En stock"


def test_nothing_arrives_on_a_sunday_or_a_holiday_there() -> None:
    christmas = date(2026, 12, 25)
    assert [delivered(date(2026, 12, 5) + timedelta(days=days)) for days in range(3)] == [
        date(2026, 12, 5),
        date(2026, 12, 7),
        date(2026, 12, 7),
    ]
    assert [delivered(christmas, country) for country in ("", "FR", "DE", "XX")] == [
        christmas,
        date(2026, 12, 26),
        date(2026, 12, 28),
        christmas,
    ]


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "country", "given", "window"),
    [
        # Until four, he still sends it on Friday.
        (
            datetime(2026, 12, 4, 15, 59, tzinfo=PARIS),
            "",
            {"cut_off": time(16)},
            ("2026-12-05", "2026-12-05"),
        ),
        # From four on, on Monday.
        (datetime(2026, 12, 4, 16, 0, tzinfo=PARIS), "", {"cut_off": time(16)}, ("2026-12-08", "2026-12-08")),
        (datetime(2026, 12, 5, 9, 0, tzinfo=PARIS), "", {}, ("2026-12-08", "2026-12-08")),
        # Friday the 25th is a holiday where he works: he begins on Monday.
        (datetime(2026, 12, 25, 9, 0, tzinfo=PARIS), "", {"country": "FR"}, ("2026-12-29", "2026-12-29")),
        (
            datetime(2026, 12, 25, 9, 0, tzinfo=PARIS),
            "",
            {"country": "FR", "keeps_holidays": False},
            ("2026-12-26", "2026-12-26"),
        ),
        # He sends it on the 24th; where it goes, two holidays and a Sunday follow.
        (datetime(2026, 12, 24, 9, 0, tzinfo=PARIS), "DE", {"country": "FR"}, ("2026-12-28", "2026-12-28")),
        (datetime(2026, 12, 24, 9, 0, tzinfo=PARIS), "de", {"country": "FR"}, ("2026-12-28", "2026-12-28")),
        (datetime(2026, 12, 24, 9, 0, tzinfo=PARIS), "D.", {"country": "FR"}, ("2026-12-25", "2026-12-25")),
        # Friday evening in Paris is Friday noon in New York, and Saturday morning in Tokyo.
        (
            datetime(2026, 12, 4, 18, 0, tzinfo=PARIS),
            "",
            {"time_zone": "America/New_York", "cut_off": time(14)},
            ("2026-12-05", "2026-12-05"),
        ),
        (
            datetime(2026, 12, 4, 18, 0, tzinfo=PARIS),
            "",
            {"time_zone": "Asia/Tokyo", "cut_off": time(14)},
            ("2026-12-08", "2026-12-08"),
        ),
        # Closed for a fortnight; the note is no part of the calendar, whatever stands in it.
        (
            datetime(2026, 12, 4, 9, 0, tzinfo=PARIS),
            "",
            {"closures": [{"first": "2026-12-04", "last": "2026-12-18", "note": "In|ven\u2028tory\n"}]},
            ("2026-12-22", "2026-12-22"),
        ),
    ],
)
def test_a_parcel_is_promised_by_the_calendar_of_who_sends_it_and_of_where_it_goes(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    country: str,
    given: dict[str, Any],
    window: tuple[str, str],
) -> None:
    held(stocked("MUG-1"), lead_days=1, **given)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    delivery = scene.item("MUG-1", **({"country": country} if country else {}))["delivery"]

    assert (delivery["from"], delivery["to"]) == window


def test_the_first_and_the_last_of_those_who_would_send_it_are_the_window(scene: Scene) -> None:
    mug = stocked("MUG-1")
    held(mug, lead_days=4)
    held(mug, lead_days=None, supplier_lead_days=2)
    # None of these would send it: all is promised, he is gone, the offer has ended, he never opens.
    held(mug, lead_days=9, reserved=9)
    held(mug, lead_days=9, active=False)
    OfferFactory(product=mug, quantity=9, lead_days=9, active=False)
    held(mug, lead_days=9, open_days=[])
    nobody = stocked("BOL-1")
    held(nobody, lead_days=1, open_days=[])

    assert [item["delivery"] for item in scene.ask("MUG-1", "BOL-1").json()["items"]] == [
        {"from": "2026-12-02", "to": "2026-12-04"},
        None,
    ]


def test_a_channel_has_one_window_with_a_key_of_its_own(scene: Scene) -> None:
    assert ShopWindowFactory().key != scene.window.key
