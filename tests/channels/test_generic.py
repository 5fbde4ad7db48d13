"""A program of one's own: signed messages out, orders in by the API."""

import json
import re
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from stocke.channels.connectors.errors import ShopError
from stocke.channels.connectors.standard_webhooks import headers, key_of, signature
from stocke.channels.domain.connecting import connect, knock
from stocke.channels.domain.reporting import owe
from stocke.channels.domain.tending import tend
from stocke.channels.models import Channel, Listing, Report
from tests.channels.conftest import BY, restate, stocked
from tests.fakes.web import FakeWeb, running_web

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def web(settings: Any) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        started.put("/in", b"ok")
        yield started


@pytest.fixture
def channel(web: FakeWeb, db: None) -> Channel:
    given, url = {"signing": SECRET}, web.url("/in")
    return connect("generic", url, given, knock("generic", url, given), by=BY, slug="program")


def sent(web: FakeWeb) -> list[dict[str, Any]]:
    return [json.loads(body) for body in web.bodies]


def levels(web: FakeWeb) -> list[Any]:
    return [one["data"]["levels"] for one in sent(web) if one["type"] == "stock.changed"]


def again(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(compared_at=None, not_before=None, listings_wanted=True)
    assert tend(channel.pk)


def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of the standard's own text."""
    assert (
        signature(key_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_program_has_no_webhooks_of_which_a_permission_could_be_missing(channel: Channel) -> None:
    assert tend(channel.pk)

    channel.refresh_from_db()
    assert (channel.problem, channel.facts["missing"]) == ("", [])


def test_a_program_is_told_of_every_product_and_then_of_what_changes(web: FakeWeb, channel: Channel) -> None:
    offer = stocked("MUG-1", 7)
    again(channel)
    again(channel)
    restate(offer, 3)

    again(channel)

    assert levels(web) == [
        [{"sku": "MUG-1", "sellable": 7, "light": "in_stock"}],
        [{"sku": "MUG-1", "sellable": 3, "light": "in_stock"}],
    ]
    headers = {name.lower(): value for name, value in web.headers[-1].items()}
    at = headers["webhook-timestamp"]
    assert headers["webhook-signature"] == signature(
        key_of(SECRET), headers["webhook-id"], at, web.bodies[-1]
    )


def test_a_message_that_was_not_taken_is_sent_again(web: FakeWeb, channel: Channel) -> None:
    stocked("MUG-1", 7)
    web.put("/in", b"", status=500)
    again(channel)
    assert (Channel.objects.get().problem, Listing.objects.get().told) == ("down", None)

    web.put("/in", b"ok")
    again(channel)

    assert Listing.objects.get().told == 7


def test_a_parcel_is_a_message_under_its_own_id(web: FakeWeb, channel: Channel) -> None:
    facts = {
        "lines": {"1": 2},
        "carrier": "DPD",
        "number": "0123",
        "url": "https://dpd.example/0123",
        "completes": True,
    }
    for _ in range(2):
        owe("program", key="parcel:5", kind="parcel", remote_order="B-1", facts=facts)

    again(channel)

    (told,) = [one["data"] for one in sent(web) if one["type"] == "order.parcel_sent"]
    assert told == {
        "external_id": "B-1",
        "lines": [{"line_id": "1", "quantity": 2}],
        "tracking": {"carrier": "DPD", "number": "0123", "url": "https://dpd.example/0123"},
        "complete": True,
    }
    assert Report.objects.get().state == "done"


def test_an_address_that_does_not_take_the_test_is_not_connected(web: FakeWeb) -> None:
    with pytest.raises(ShopError):
        knock("generic", web.url("/elsewhere"), {"signing": SECRET})


def test_the_receiver_in_our_documents_believes_what_we_sign_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    monkeypatch.setenv("SECRETS", f"whsec_bmV3ZXI= {SECRET}")
    receiver: dict[str, Any] = {"__name__": "receiver"}
    exec(code[0], receiver)
    now, body = int(time.time()), b'{"type": "channel.test"}'

    signed = headers(key_of(SECRET), "msg_1", now, body)

    assert receiver["is_genuine"](signed, body) is True
    assert receiver["is_genuine"](signed, body + b" ") is False
    assert receiver["is_genuine"](headers(key_of("whsec_b3RoZXI="), "msg_1", now, body), body) is False
    assert receiver["is_genuine"](headers(key_of(SECRET), "msg_1", now - 400, body), body) is False
