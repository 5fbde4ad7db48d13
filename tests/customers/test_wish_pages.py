"""The pages of a wish: asked on a public page, confirmed and ended behind a signed link, seen by staff."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.domain import wish_retention
from customers.models import Demand, Wish
from customers.views import wish_program
from stocke.channels.domain.windows import open_window
from stocke.channels.models import Channel, ShopWindow
from stocke.core.models import Message
from tests.core.listpage_checks import assert_same_queries
from tests.customers.shelf import BY, looked, rules, shelf, told, waiting
from tests.factories.channels import ChannelFactory, ListingFactory
from tests.factories.people import client_as
from tests.factories.tokens import token_headers

pytestmark = pytest.mark.django_db
ORIGIN = "https://shop.example"


@pytest.fixture
def shop() -> str:
    channel = ChannelFactory(slug="web", kind="woocommerce", url=ORIGIN)
    open_window(channel, by=BY)
    return channel.slug


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """All these tests ask from one address, perhaps within one minute."""
    monkeypatch.setattr(wish_program, "PER_MINUTE", 10_000)


def page_of(sku: str, channel: str = "-") -> str:
    return reverse("customers:wish_ask", args=[channel, sku])


def typed(client: Client, url: str, **given: Any) -> dict[str, Any]:
    """The form as a browser would send it."""
    html = client.get(url).content.decode()
    seal = re.search(r'name="seal" value="([^"]+)"', html)
    assert seal is not None
    return {"email": "Camille@Client.example", "quantity": "2", "seal": seal.group(1), "page": "", **given}


def link_in(kind: str, fact: str) -> str:
    return str(Message.objects.filter(kind=kind).latest("pk").facts[fact]).removeprefix(
        "http://127.0.0.1:8000"
    )


def states() -> list[tuple[str, str]]:
    return list(Wish.objects.order_by("pk").values_list("email", "state"))


def test_a_wish_is_asked_for_confirmed_and_ended_by_a_click_each() -> None:
    goods, client = shelf(sku="A/1"), Client()
    url = page_of("A/1")

    asked = client.post(url, typed(client, url))
    after_asking = states()
    mine = link_in("wish_confirm", "confirm_link")
    shown = client.get(mine)
    after_looking = states()
    confirmed = client.post(mine)
    after_confirming = states()
    ended = client.post(reverse("customers:wish_end", args=[mine.split("/")[2]]))

    address = "camille@client.example"
    assert [asked.status_code, shown.status_code, confirmed.status_code, ended.status_code] == [
        303,
        200,
        303,
        303,
    ]
    assert (after_asking, after_looking) == ([(address, "asked")], [(address, "asked")])
    assert (after_confirming, states()) == ([(address, "waiting")], [(address, "ended")])
    assert (Demand.objects.get().ended, Wish.objects.get().quantity, Wish.objects.get().product) == (
        1,
        2,
        goods.product,
    )


def test_a_shop_s_own_name_of_a_product_leads_to_it_after_asking_and_in_the_letter_too(shop: str) -> None:
    rules()
    goods, other, client = shelf(sku="A", name="Théière"), shelf(sku="B", name="Bol"), Client()
    ListingFactory(Channel.objects.get(slug=shop), 0, product=goods.product, sku="B")
    ListingFactory(Channel.objects.get(slug=shop), 0, product=other.product, sku="A")
    url = page_of("B", shop)

    asked = client.post(url, typed(client, url))
    Channel.objects.update(url="")
    client.post(link_in("wish_confirm", "confirm_link"))
    goods.says(3)
    looked()
    told()

    assert asked["Location"] == f"{url}?asked=1"
    assert link_in("wish_back", "product_link") == url
    assert "Théière" in client.get(url).content.decode()


def test_a_mail_program_unsubscribes_by_one_post_from_everything() -> None:
    rules()
    goods, others = shelf(), shelf()
    waiting(goods.product, "a@client.example")
    waiting(others.product, "a@client.example")
    waiting(others.product, "b@client.example")
    goods.says(3)
    looked()
    told()
    link = link_in("wish_back", "unsubscribe_link")

    Client().get(link)
    after_a_scanner = states()[0]
    answer = Client().post(link, {"List-Unsubscribe": "One-Click"})

    assert after_a_scanner == ("a@client.example", "telling")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert states() == [
        ("a@client.example", "ended"),
        ("a@client.example", "ended"),
        ("b@client.example", "waiting"),
    ]


def test_asking_twice_is_one_wish_and_one_mail_and_looks_the_same() -> None:
    goods, client = shelf(), Client()
    url = page_of(goods.product.sku)
    form = typed(client, url)

    answers = [client.post(url, form)["Location"] for _ in range(3)]
    confirmed_long_ago = waiting(goods.product, "known@client.example")
    answers.append(client.post(url, {**form, "email": "known@client.example"})["Location"])

    assert set(answers) == {f"{url}?asked=1"}
    assert states() == [("camille@client.example", "asked"), ("known@client.example", "waiting")]
    assert Message.objects.count() == 2
    assert Wish.objects.get(state="waiting") == confirmed_long_ago


def test_a_lost_link_is_sent_again_but_not_without_end() -> None:
    goods, client = shelf(), Client()
    url = page_of(goods.product.sku)
    form = typed(client, url)

    for _ in range(6):
        client.post(url, form)
        Wish.objects.update(mailed_at=timezone.now() - timedelta(hours=2))

    assert Message.objects.filter(kind="wish_confirm").count() == 3


def test_nobody_can_fill_a_mailbox_with_our_questions() -> None:
    client = Client()
    for goods in [shelf() for _ in range(12)]:
        url = page_of(goods.product.sku)
        client.post(url, typed(client, url))

    assert Message.objects.count() == 10


@pytest.mark.parametrize(
    ("given", "status", "wishes"),
    [
        ({"website": "https://spam.example"}, 303, 0),
        ({"seal": "forged"}, 422, 0),
        ({"seal": ""}, 422, 0),
        ({"email": "not an address"}, 422, 0),
        ({"email": "a@b.example\nBcc: c@d.example"}, 422, 0),
        ({"quantity": "0"}, 422, 0),
        ({"page": "https://phishing.example/"}, 303, 1),
    ],
)
def test_programs_and_typing_errors_write_nothing(given: dict[str, str], status: int, wishes: int) -> None:
    goods, client = shelf(), Client()
    url = page_of(goods.product.sku)

    answer = client.post(url, typed(client, url, **given))

    assert (answer.status_code, Wish.objects.count()) == (status, wishes)
    assert set(Wish.objects.values_list("page_url", flat=True)) <= {""}


def test_what_is_in_stock_unknown_or_of_a_closed_shop_takes_no_wish() -> None:
    goods, gone = shelf(), shelf(active=False)
    goods.says(3)
    ChannelFactory(slug="closed", active=False)
    client = Client()
    sku = goods.product.sku

    answers = {
        url: (client.get(url).status_code, client.post(url, {"email": "a@b.example"}).status_code)
        for url in (
            page_of(sku),
            page_of(gone.product.sku),
            page_of("none"),
            page_of(sku, "closed"),
            page_of(sku, "x"),
        )
    }

    assert list(answers.values()) == [(200, 200), (404, 404), (404, 404), (404, 404), (404, 404)]
    assert Wish.objects.count() == 0


def test_what_its_shop_shows_none_of_takes_a_wish_whatever_the_house_has(shop: str) -> None:
    goods = shelf()
    goods.says(3)
    Channel.objects.update(buffer=3)
    url = page_of(goods.product.sku, shop)
    client = Client()

    by_hand = client.post(url, typed(client, url))
    by_script = asked_by_script(goods.product.sku, BODY, Origin=ORIGIN)
    Channel.objects.update(buffer=2)
    shown = asked_by_script(goods.product.sku, {**BODY, "email": "b@client.example"}, Origin=ORIGIN)

    assert (by_hand.status_code, by_script.json()["state"], shown.json()["state"]) == (
        303,
        "asked",
        "in_stock",
    )
    assert states() == [("camille@client.example", "asked"), ("a@client.example", "asked")]


def test_a_link_that_is_forged_or_whose_wish_is_forgotten_opens_nothing() -> None:
    rules(keep_days=0)
    goods = shelf()
    wish = waiting(goods.product)
    mine = link_in("wish_confirm", "confirm_link")
    Wish.objects.update(ends_at=timezone.now())

    wish_retention.expire()
    wish_retention.forget(now=timezone.now() + timedelta(days=1))

    wish.refresh_from_db()
    assert (wish.email, wish.state) == ("", "ended")
    assert [Client().get(mine).status_code, Client().get(f"{mine[:-3]}x/").status_code] == [404, 404]


def test_a_wish_that_was_not_confirmed_in_time_is_confirmed_no_more() -> None:
    goods, client = shelf(), Client()
    url = page_of(goods.product.sku)
    client.post(url, typed(client, url))
    mine = link_in("wish_confirm", "confirm_link")
    Wish.objects.update(asked_at=timezone.now() - timedelta(days=8))

    client.post(mine)
    late = states()
    wish_retention.expire()
    wish_retention.forget()

    assert late == [("camille@client.example", "asked")]
    assert states() == [("", "ended")]
    assert client.get(mine).status_code == 404


def test_a_page_of_the_shop_is_kept_for_the_mail_and_no_other(shop: str) -> None:
    url = page_of(shelf().product.sku, shop)

    kept = [
        re.findall(r'name="page" (?:value="([^"]*)")?', Client().get(url, {"page": page}).content.decode())
        for page in (f"{ORIGIN}/kettle?a=1", "https://phishing.example/", f"{ORIGIN}/{'x' * 500}", "//[")
    ]

    assert kept == [[f"{ORIGIN}/kettle?a=1"], [""], [""], [""]]


def asked_by_script(sku: str, body: Any, *, channel: str = "web", **headers: str) -> Any:
    return Client().post(
        page_of(sku, channel), body, content_type="application/json", headers=headers or None
    )


BODY: Mapping[str, Any] = {
    "email": "a@client.example",
    "quantity": 3,
    "language": "en",
    "page": f"{ORIGIN}/kettle",
}


def test_a_script_of_the_shops_own_pages_may_ask(shop: str) -> None:
    goods = shelf()

    asked_first = Client().options(page_of(goods.product.sku, shop), headers={"Origin": ORIGIN})
    answer = asked_by_script(goods.product.sku, BODY, Origin=ORIGIN)

    allowed = "Access-Control-Allow-Origin"
    assert (asked_first.status_code, asked_first[allowed], answer[allowed]) == (204, ORIGIN, ORIGIN)
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    wish = Wish.objects.get()
    assert (wish.channel, wish.language, wish.quantity, wish.page_url) == ("web", "en", 3, f"{ORIGIN}/kettle")


def test_the_badges_key_names_the_shop_too_until_its_window_is_closed(shop: str) -> None:
    sku, window = shelf().product.sku, ShopWindow.objects.get()

    by_key = asked_by_script(sku, BODY, channel=window.key, Origin=ORIGIN)
    ShopWindow.objects.update(is_open=False)
    closed = asked_by_script(sku, {**BODY, "email": "b@client.example"}, channel=window.key, Origin=ORIGIN)

    assert (by_key.status_code, closed.status_code) == (202, 403)
    assert list(Wish.objects.values_list("channel", flat=True)) == [shop]


def test_whoever_asks_too_often_is_asked_for_patience(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    goods, client = shelf(), Client(REMOTE_ADDR="192.0.2.77")
    url = page_of(goods.product.sku)
    form = typed(client, url)
    monkeypatch.setattr(wish_program, "PER_MINUTE", 0)

    monkeypatch.setattr(wish_program, "PROGRAMS_PER_MINUTE", 0)

    by_hand = client.post(url, form)
    by_script = asked_by_script(goods.product.sku, BODY, Origin=ORIGIN)
    by_program = asked_by_script(goods.product.sku, BODY, Authorization="Bearer made-up")

    assert (by_hand.status_code, by_script.status_code, by_program.status_code) == (429, 429, 429)
    assert 1 <= int(by_script["Retry-After"]) <= 60
    assert Wish.objects.count() == 0


def test_a_program_with_the_right_may_ask(shop: str) -> None:
    sku = shelf().product.sku

    with_it = asked_by_script(sku, BODY, **token_headers(channel="web", scopes=("wishes.write",)))
    without = asked_by_script(sku, BODY, **token_headers(channel="web", scopes=("orders.read",)))
    of_another = asked_by_script(sku, BODY, **token_headers(channel="other", scopes=("wishes.write",)))
    forged = asked_by_script(sku, BODY, Authorization="Bearer none")

    assert [one.status_code for one in (with_it, without, of_another, forged)] == [202, 403, 403, 401]
    assert Wish.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "origin", "code"),
    [
        (BODY, "https://other.example", "wrong_origin"),
        (BODY, "", "wrong_origin"),
        ({**BODY, "email": "no"}, ORIGIN, "malformed"),
        ({**BODY, "email": None}, ORIGIN, "malformed"),
        ({**BODY, "email": f"a@{'b.' * 130}example"}, ORIGIN, "malformed"),
        ({**BODY, "quantity": True}, ORIGIN, "malformed"),
        ({**BODY, "quantity": "3"}, ORIGIN, "malformed"),
        ([1], ORIGIN, "malformed"),
        ("[" * 5000, ORIGIN, "malformed"),
        ("x" * 9000, ORIGIN, "malformed"),
    ],
)
def test_what_a_script_may_not_ask_is_said_and_not_done(shop: str, body: Any, origin: str, code: str) -> None:
    answer = asked_by_script(shelf().product.sku, body, **({"Origin": origin} if origin else {}))

    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert ("Access-Control-Allow-Origin" in answer) == (origin == ORIGIN)
    assert Wish.objects.count() == 0


def test_staff_see_who_waits_and_why_nobody_is_told_yet() -> None:
    rules(statements=2, minimum=2)
    goods = shelf()
    waiting(goods.product, "a@client.example", quantity=2)
    client, url = client_as(language="en"), reverse("customers:wish_product", args=[goods.product.pk])

    out = client.get(url).content.decode()
    goods.says(1)
    few = client.get(url).content.decode()
    goods.says(4)
    looked()
    once = client.get(url).content.decode()
    goods.says(4)
    looked()
    first = client.get(reverse("suppliers:product", args=[goods.product.pk])).content.decode()
    told()
    held = client.get(url).content.decode()

    waiting(goods.product, "c@client.example", channel=ChannelFactory(buffer=9).slug)
    elsewhere = client.get(url).content.decode()

    assert "4 there, but none in the shops from which people wait" in elsewhere
    assert "It is not back: nobody is told." in out
    assert "1 there, 2 at least are needed" in few
    assert "said 1 of 2 times in a row" in once
    assert "the first wave, for 4 units, is on its way" in first
    assert "Nobody waits for it." in held
    assert "a@client.example" in held


def test_the_rules_are_changed_by_those_who_may() -> None:
    url = reverse("customers:wish_rules")
    given = {
        "statements": 3, "minimum": 5, "minutes": 60, "factor_percent": 150, "hold_minutes": 30,
        "days": 90, "confirm_days": 3, "keep_days": 10,
    }  # fmt: skip

    refused = client_as("operations").post(url, given)
    saved = client_as("administrator").post(url, given)
    shown = client_as("administrator").get(url).content.decode()

    assert (refused.status_code, saved.status_code) == (403, 303)
    assert 'value="150"' in shown


def test_the_list_of_wishes_costs_the_same_for_three_products_as_for_one() -> None:
    assert_same_queries(client_as(), reverse("customers:wishes"), lambda: waiting(shelf().product))


def test_demand_is_exported_with_those_first_for_whom_most_wait() -> None:
    few, many = shelf(name="Few"), shelf(name="Many")
    waiting(few.product)
    for _ in range(3):
        waiting(many.product, quantity=2)

    answer = client_as(language="en").get(reverse("customers:wishes"), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert [line.split(";")[0] for line in lines[1:]] == ["Many", "Few"]
    assert lines[1].split(";")[3:5] == ["3", "6"]
