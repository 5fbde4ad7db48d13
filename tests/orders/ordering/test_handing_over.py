"""Purchase orders on their way to suppliers' own servers, real SFTP and HTTP: nothing is ever handed over twice."""

import json
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.domain.allocations import release_line
from orders.domain.cancelling_lines import Fate, cancel_lines
from orders.domain.deciding_transmissions import NotWaiting, note_handed_over, send_anyway
from orders.domain.handing_over import ending_of, send_waiting, settle, sweep
from orders.domain.ordering import change_rules
from orders.models import PurchaseOrder, Transmission
from stocke.core.actors import Actor
from stocke.core.domain.delivery import Delivery, Ending
from stocke.core.models import Credential, HistoryEntry, Message
from suppliers.models import Supplier
from tests.factories.ordering import SupplierWithRules, asked_of
from tests.factories.people import client_as
from tests.fakes.sftp import PASSWORD, USER, FakeSftp, running_sftp
from tests.fakes.web import FakeWeb, running_web

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
LONG_AGO = timedelta(hours=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FakeSftp]:
    with running_sftp(tmp_path_factory.mktemp("sftp")) as started:
        (started.root / "in").mkdir()
        yield started


@pytest.fixture
def server(running: FakeSftp, settings: Settings) -> FakeSftp:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    for path in files(running):
        path.unlink()
    return running


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def files(server: FakeSftp) -> list[Path]:
    return sorted((server.root / "in").iterdir())


def by_sftp(server: FakeSftp, **access: Any) -> Supplier:
    place = {"host": "localhost", "port": server.port, "user": USER, "path": "in", **access}
    return SupplierWithRules(
        rules={"way": "sftp", "pattern": "N-{number}", "access": place}, secrets={"password": PASSWORD}
    )


def by_api(url: str, *, secrets: dict[str, str] | None = None, **access: Any) -> Supplier:
    place = {"url": url, "auth": "none", "keeps_keys": False, **access}
    return SupplierWithRules(
        rules={"way": "api", "pattern": "N-{number}", "access": place}, secrets=secrets or {}
    )


def ready(supplier: Supplier) -> PurchaseOrder:
    """A purchase order whose order can no longer be taken back by a click."""
    return asked_of(supplier, confirmed_at=timezone.now() - LONG_AGO, offer={"supplier_sku": "N-7"})


def the_one() -> Transmission:
    return Transmission.objects.get()


def test_a_file_lies_on_his_server_under_its_name_and_nothing_else(server: FakeSftp) -> None:
    purchase = ready(by_sftp(server))

    assert send_waiting() == 1

    [file] = files(server)
    assert file.name == "N-1.csv"
    assert "N-7" in file.read_text("utf-8-sig")
    purchase.refresh_from_db()
    assert (the_one().status, purchase.status) == ("sent", "waiting")
    assert purchase.asked_at is not None
    kinds = HistoryEntry.objects.filter(thread=f"purchaseorder:{purchase.pk}").order_by("pk")
    assert [entry.kind for entry in kinds] == ["purchase.created", "purchase.handed_over"]


def test_nothing_leaves_while_the_confirmation_can_be_taken_back(server: FakeSftp) -> None:
    asked_of(by_sftp(server))

    assert (send_waiting(), files(server), the_one().status) == (0, [], "ready")


@pytest.mark.parametrize("form", ["xlsx", "pdf", "json"])
def test_the_file_has_the_form_that_he_wants(server: FakeSftp, form: str) -> None:
    ready(by_sftp(server, form=form))

    send_waiting()

    [file] = files(server)
    assert (file.name, file.stat().st_size > 200) == (f"N-1.{form}", True)


def test_the_same_file_again_is_the_same_delivery(server: FakeSftp) -> None:
    ready(by_sftp(server))
    send_waiting()
    written = files(server)[0].stat().st_mtime_ns
    Transmission.objects.update(status="unsure")

    send_anyway(the_one().pk, by=BY)
    send_waiting()

    assert the_one().status == "sent"
    assert [file.stat().st_mtime_ns for file in files(server)] == [written]


def test_another_file_of_that_name_is_never_written_over(server: FakeSftp) -> None:
    (server.root / "in" / "N-1.csv").write_text("theirs")
    ready(by_sftp(server))

    send_waiting()

    assert (the_one().status, [file.read_text() for file in files(server)]) == ("failed", ["theirs"])


def test_a_server_that_does_not_answer_is_tried_again_later(server: FakeSftp) -> None:
    purchase = ready(by_sftp(server, port=1))

    assert (send_waiting(), send_waiting()) == (1, 0)

    one = the_one()
    purchase.refresh_from_db()
    assert (one.status, one.attempts, purchase.status) == ("ready", 1, "prepared")
    assert one.not_before is not None
    assert one.not_before > timezone.now()


def test_a_wrong_password_waits_for_a_person_and_says_so(server: FakeSftp) -> None:
    supplier = by_sftp(server)
    Credential.objects.all().delete()
    ready(supplier)

    send_waiting()

    assert the_one().status == "failed"
    assert "localhost" in the_one().error


def test_no_server_inside_our_own_network_is_visited(server: FakeSftp, settings: Settings) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    server.logins.clear()
    ready(by_sftp(server))

    send_waiting()

    assert (the_one().status, server.logins, files(server)) == ("failed", [], [])


def test_his_interface_gets_the_purchase_order_once_with_its_key(web: FakeWeb) -> None:
    url = web.put("/orders", b'{"id": 9}', status=201)
    purchase = ready(by_api(url, auth="bearer", secrets={"token": "not-to-be-seen"}))

    assert (send_waiting(), send_waiting()) == (1, 0)

    [body], [headers] = web.bodies, web.headers
    assert json.loads(body)["order_number"] == "N-1"
    assert headers["Authorization"] == "Bearer not-to-be-seen"
    assert headers["Idempotency-Key"] == str(the_one().key)
    purchase.refresh_from_db()
    assert (the_one().status, the_one().reply, purchase.status) == ("sent", '201 {"id": 9}', "waiting")


def test_a_token_that_no_header_can_carry_is_said_and_nothing_is_sent(web: FakeWeb) -> None:
    ready(by_api(web.put("/orders", b"", status=200), auth="bearer", secrets={"token": "clé"}))

    send_waiting()

    assert (the_one().status, web.bodies) == ("failed", [])


def test_a_header_of_his_own_opens_his_interface(web: FakeWeb) -> None:
    url = web.put("/orders", b"", status=200)
    ready(by_api(url, auth="header", header="X-Api-Key", secrets={"token": "word"}))

    send_waiting()

    assert (web.headers[0]["X-Api-Key"], the_one().status) == ("word", "sent")


@pytest.mark.parametrize(
    ("status", "keeps_keys", "ending"),
    [
        (200, False, Ending.SENT),
        (202, False, Ending.SENT),
        (302, False, Ending.FAILED),
        (401, True, Ending.FAILED),
        (422, False, Ending.FAILED),
        (429, False, Ending.LATER),
        (503, False, Ending.LATER),
        (500, False, Ending.UNSURE),
        (500, True, Ending.LATER),
        (504, False, Ending.UNSURE),
    ],
)
def test_what_his_reply_means(status: int, keeps_keys: bool, ending: Ending) -> None:
    assert ending_of(status, keeps_keys=keeps_keys) == ending


def test_a_line_that_breaks_after_the_request_leaves_it_unsure(web: FakeWeb) -> None:
    purchase = ready(by_api(web.hang_up("/orders")))

    assert (send_waiting(), send_waiting()) == (1, 0)

    purchase.refresh_from_db()
    assert (the_one().status, purchase.status, len(web.bodies)) == ("unsure", "prepared", 1)


def test_who_keeps_to_the_key_is_asked_again_with_the_same_one(web: FakeWeb) -> None:
    url = web.hang_up("/orders")
    ready(by_api(url, keeps_keys=True))
    send_waiting()
    assert the_one().status == "ready"
    web.put("/orders", b"", status=200)
    Transmission.objects.update(not_before=timezone.now())

    send_waiting()

    assert the_one().status == "sent"
    assert len({headers["Idempotency-Key"] for headers in web.headers}) == 1
    assert web.bodies[0] == web.bodies[1]


def test_a_redirect_is_no_yes_and_is_not_followed(web: FakeWeb) -> None:
    ready(by_api(web.redirect("/orders", web.url("/elsewhere"))))

    send_waiting()

    assert (the_one().status, web.asked) == ("failed", ["/orders"])


def test_a_dead_server_holds_up_no_other_supplier(web: FakeWeb) -> None:
    dead = by_api("http://localhost:1/orders")
    for _time in range(2):
        asked_of(dead, confirmed_at=timezone.now() - LONG_AGO)
    change_rules(dead, by=BY, pattern="D-{number}")
    alive = SupplierWithRules(
        rules={"way": "api", "pattern": "A-{number}", "access": {"url": web.put("/orders", b"")}}
    )
    ready(alive)

    assert send_waiting() == 2

    states = Transmission.objects.order_by("pk").values_list("number", "status", "attempts")
    assert list(states) == [("N-1", "ready", 1), ("N-2", "ready", 0), ("A-1", "sent", 1)]


def test_after_the_last_pause_a_person_decides(web: FakeWeb) -> None:
    ready(by_api(web.put("/orders", b"busy", status=503)))
    Transmission.objects.update(attempts=7)

    send_waiting()

    assert (the_one().status, the_one().error) == ("failed", "503 busy")


def test_a_person_sees_why_it_did_not_work_and_tries_again_at_once(web: FakeWeb) -> None:
    ready(by_api(web.put("/orders", b"busy", status=503)))
    agent, place = client_as("operations"), f"/purchasing/transmissions/{the_one().pk}/"
    with pytest.raises(NotWaiting):
        send_anyway(the_one().pk, by=BY)
    send_waiting()
    shown = agent.get(place).content.decode()
    assert ("It was tried once." in shown, "503 busy" in shown) == (True, True)
    web.put("/orders", b"")
    assert send_waiting() == 0

    agent.post(f"{place}send/", {"seen": "ready"})

    assert (send_waiting(), the_one().status, the_one().attempts) == (1, "sent", 2)


def test_who_tries_again_what_has_become_unsure_meanwhile_is_asked_first(web: FakeWeb) -> None:
    ready(by_api(web.put("/orders", b"busy", status=503)))
    send_waiting()
    Transmission.objects.update(status="unsure")
    before = Transmission.objects.values().get()

    client_as("operations").post(f"/purchasing/transmissions/{the_one().pk}/send/", {"seen": "ready"})

    assert Transmission.objects.values().get() == before


def test_what_a_dead_worker_left_is_unsure_and_its_late_news_changes_no_decision(web: FakeWeb) -> None:
    purchase = ready(by_api(web.put("/orders", b"")))
    claimed = timezone.now() - LONG_AGO
    Transmission.objects.update(status="sending", claimed_at=claimed)
    one = the_one()

    assert (sweep(), sweep(), the_one().status) == (1, 0, "unsure")
    assert (send_waiting(), web.bodies) == (0, [])

    note_handed_over(one.pk, by=BY)
    settle(one, Delivery(Ending.FAILED, "too late"))

    purchase.refresh_from_db()
    assert (the_one().status, purchase.status, purchase.asked_at) == ("sent", "waiting", claimed)


def test_what_was_taken_back_before_is_not_handed_over(web: FakeWeb) -> None:
    purchase = ready(by_api(web.put("/orders", b"")))
    line = purchase.order.lines.get()

    release_line(line, reason="amended", by=BY)

    assert (send_waiting(), the_one().status, web.bodies) == (0, "cancelled", [])


def test_who_was_asked_by_another_way_than_mail_is_told_when_it_is_no_longer_needed(web: FakeWeb) -> None:
    supplier = by_api(web.put("/orders", b""))
    asked, prepared = ready(supplier), asked_of(supplier)
    send_waiting()

    for purchase in (asked, prepared):
        line = purchase.order.lines.get()
        cancel_lines(purchase.order_id, {line.pk: Fate.NOW}, by=BY)

    letter = Message.objects.get(kind="purchase_withdrawn")
    assert asked.number in letter.text
    assert list(Transmission.objects.order_by("pk").values_list("status", flat=True)) == ["sent", "cancelled"]
