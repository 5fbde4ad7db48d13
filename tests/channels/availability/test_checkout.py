"""At the checkout: what our figures say, what suppliers say in time, and what nobody has told."""

import threading
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Allocation, AvailabilityInterface
from stocke.channels.models import Channel
from suppliers.domain.levels import recompute
from suppliers.models import Offer
from tests.channels.availability.conftest import Scene, held, stocked
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.factories.tokens import token_headers
from tests.fakes.web import FakeWeb, running_web

LONG_AGO = timedelta(days=30)


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def check(scene: Scene, *lines: tuple[str, int], **given: Any) -> Any:
    headers = token_headers(channel=scene.channel.slug, scopes=("stock.read",))
    wanted = {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines], **given}
    return Client().post("/api/availability/check", wanted, content_type="application/json", headers=headers)


def said(answer: Any) -> list[tuple[str, int | None, str]]:
    assert answer.status_code == 200, answer.content
    return [(line["verdict"], line["units"], line["basis"]) for line in answer.json()["lines"]]


def offered(sku: str, quantity: int, *, url: str = "", days_old: int = 30, **given: Any) -> Offer:
    """A product that one supplier states, by default too long ago to be believed."""
    as_of = timezone.now() - timedelta(days=days_old)
    offer = OfferFactory(product=ProductFactory(sku=sku), quantity=quantity, as_of=as_of, **given)
    if url:
        AvailabilityInterface.objects.create(supplier=offer.supplier, access={"url": url, "auth": "none"})
    recompute([offer.product_id], cause="test")  # type: ignore[list-item]
    return offer


def test_each_line_has_its_verdict_and_lines_of_one_product_share_its_units(scene: Scene) -> None:
    stocked("MUG-1", 5)
    stocked("BOL-1", 0, "out")
    stocked("VASE-1", 0, "low")
    stocked("JAR-1", 0, "unknown")
    Channel.objects.filter(pk=scene.channel.pk).update(buffer=1)

    lines = [
        ("MUG-1", 3),
        ("MUG-1", 2),
        ("MUG-1", 1),
        ("BOL-1", 1),
        ("VASE-1", 1),
        ("JAR-1", 1),
        ("X", 1),
        ("\x00", 1),
    ]
    answer = check(scene, *lines)

    assert said(answer) == [
        ("yes", 3, "figures"),
        ("part", 1, "figures"),
        ("no", 0, "figures"),
        ("no", 0, "figures"),
        ("unknown", 0, "figures"),
        ("unknown", None, "figures"),
        ("unknown", None, "figures"),
        ("unknown", None, "figures"),
    ]
    assert [line["error"] for line in answer.json()["lines"][-2:]] == ["unknown_code", "malformed"]


def test_a_line_says_when_it_comes_and_how_old_the_figure_is(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    mug = stocked("MUG-1")
    held(mug, lead_days=4, cut_off="16:00", country="DE")
    held(mug, lead_days=6)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 21, 9, tzinfo=UTC))

    (line,) = check(scene, ("MUG-1", 1), country="FR").json()["lines"]

    assert line == {
        "sku": "MUG-1",
        "gtin": "",
        "quantity": 1,
        "verdict": "yes",
        "units": 1,
        "basis": "figures",
        "delivery": {"from": "2026-12-26", "to": "2026-12-28"},
        "restock_on": None,
        "as_of": "2026-11-30T08:00:00Z",
        "error": "",
    }


def test_a_line_of_which_there_is_none_says_the_day_that_a_supplier_has_stated(scene: Scene) -> None:
    supplier = SupplierFactory(lead_days=2)
    empty = OfferFactory(supplier=supplier, product=stocked("MUG-1", 0, "out"), quantity=0, lead_days=12)
    OfferFactory(supplier=supplier, product=stocked("BOL-1", 1), quantity=0, lead_days=12)

    soon = timezone.localtime(empty.stock.as_of).date() + timedelta(days=12)

    lines = check(scene, ("MUG-1", 1), ("BOL-1", 1), ("BOL-1", 1)).json()["lines"]

    assert [(line["verdict"], line["restock_on"]) for line in lines] == [
        ("no", soon.isoformat()),
        ("yes", None),
        ("no", None),
    ]


def test_a_supplier_is_asked_where_our_figure_is_not_sure(scene: Scene, web: FakeWeb) -> None:
    old = offered("MUG-1", 9, url=web.url("/have"), reserved=2)
    offered("BOL-1", 9, url=web.url("/never"), days_old=0)
    web.put("/have", b'{"lines": [{"sku": "%s", "available": 5}]}' % old.supplier_sku.encode())
    before = list(Allocation.objects.values_list("pk"))

    answer = check(scene, ("MUG-1", 4), ("BOL-1", 4), budget_ms=5_000)

    assert said(answer) == [("part", 3, "supplier"), ("yes", 4, "figures")]
    assert web.asked == ["/have"]
    assert b'"quantity": 6' in web.bodies[0]
    assert list(Allocation.objects.values_list("pk")) == before
    old.stock.refresh_from_db()
    assert (old.stock.quantity, old.stock.reserved) == (9, 2)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (b'{"available": true}', ("yes", 4, "supplier")),
        (b'{"available": 0, "from": "2099-12-09"}', ("no", 0, "supplier")),
        (b'{"available": null}', ("unknown", 4, "unanswered")),
        (b'{"available": "lots"}', ("unknown", 4, "unanswered")),
    ],
)
def test_his_word_counts_and_nonsense_does_not(
    scene: Scene, web: FakeWeb, told: bytes, expected: tuple[str, int, str]
) -> None:
    offer = offered("MUG-1", 9, url=web.url("/have"))
    line = b'{"sku": "%s", ' % offer.supplier_sku.encode() + told[1:]
    web.put("/have", b'{"lines": [%s]}' % line)

    answer = check(scene, ("MUG-1", 4), budget_ms=5_000)

    assert said(answer) == [expected]


def test_the_budget_holds_while_a_supplier_hangs_and_others_answer(scene: Scene, web: FakeWeb) -> None:
    never = threading.Event()
    web.answers["/hangs"] = lambda request: (never.wait(30), None)[1]
    offered("MUG-1", 9, url=web.url("/hangs"))
    quick = offered("BOL-1", 9, url=web.url("/quick"))
    web.put("/quick", b'{"lines": [{"sku": "%s", "available": 9}]}' % quick.supplier_sku.encode())

    began = time.monotonic()
    answer = check(scene, ("MUG-1", 4), ("BOL-1", 4), budget_ms=1_500)
    spent = time.monotonic() - began
    never.set()

    assert said(answer) == [("unknown", 4, "unanswered"), ("yes", 4, "supplier")]
    assert spent < 10


def test_without_a_budget_nobody_is_asked(scene: Scene, web: FakeWeb) -> None:
    offered("MUG-1", 9, url=web.url("/have"))

    assert said(check(scene, ("MUG-1", 4))) == [("yes", 4, "figures")]
    assert web.asked == []


def test_other_suppliers_of_the_product_count_as_they_have_stated(scene: Scene, web: FakeWeb) -> None:
    web.put("/have", b'{"lines": []}')
    silent = offered("MUG-1", 1, url=web.url("/have"))
    OfferFactory(product=silent.product, quantity=8, reserved=1, as_of=timezone.now() - LONG_AGO)

    assert said(check(scene, ("MUG-1", 7), budget_ms=5_000)) == [("yes", 7, "supplier")]
    assert said(check(scene, ("MUG-1", 8), budget_ms=5_000))[0][0] == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": [{"sku": "A", "quantity": 0}]},
        {"lines": [{"sku": "A", "quantity": 1}] * 51},
        {"lines": [{"sku": "A", "quantity": 1}], "budget_ms": 5_001},
        {"lines": [{"sku": "A", "quantity": 1}], "country": "France"},
    ],
)
def test_what_cannot_be_checked_is_refused_whole(scene: Scene, body: dict[str, Any]) -> None:
    headers = token_headers(channel=scene.channel.slug, scopes=("stock.read",))

    answer = Client().post("/api/availability/check", body, content_type="application/json", headers=headers)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 5_000, '{"lines": [{"sku": 7, "quantity": 1e400}]}', '"\\ud800"']
)
def test_a_body_that_is_cut_off_or_no_question_is_refused_in_the_shape_of_errors(
    scene: Scene, body: str
) -> None:
    headers = token_headers(channel=scene.channel.slug, scopes=("stock.read",))

    answer = Client().post("/api/availability/check", body, content_type="application/json", headers=headers)

    assert answer.status_code in {400, 422}
    assert [error["code"] for error in answer.json()["errors"]]


def test_only_a_program_of_the_channel_may_check_and_none_of_one_that_is_switched_off(scene: Scene) -> None:
    body = {"lines": [{"sku": "A", "quantity": 1}]}
    headers = token_headers(channel=scene.channel.slug, scopes=("orders.read",))
    post = Client().post
    address, kind = "/api/availability/check", "application/json"

    assert post(f"{address}?channel={scene.window.key}", body, content_type=kind).status_code == 401
    assert post(address, body, content_type=kind, headers=headers).status_code == 403
    Channel.objects.update(active=False)
    assert check(scene, ("A", 1)).status_code == 404


def test_many_lines_cost_as_many_statements_as_one(scene: Scene, django_assert_num_queries: Any) -> None:
    for number in range(12):
        stocked(f"S-{number}")

    headers = token_headers(channel=scene.channel.slug, scopes=("stock.read",))
    for count in (1, 12):
        lines = [{"sku": f"S-{number}", "quantity": 1} for number in range(count)]
        # The token, that it was used today, and the figures.
        with django_assert_num_queries(3 if count == 1 else 2):
            Client().post(
                "/api/availability/check", {"lines": lines}, content_type="application/json", headers=headers
            )
