"""Levels that a supplier's program sends: taken once, taken whole, and told apart from a whole file."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.jobs.undoing import undo_import
from stocke.core.actors import Actor
from stocke.core.models import ApiToken, HistoryEntry
from suppliers.domain import pushes
from suppliers.domain.deciding import apply_held, reject_held
from suppliers.domain.feeds import create_feed, edit_feed, read_again
from suppliers.domain.fetching import feed_storage
from suppliers.domain.observing import observe
from suppliers.domain.push_keys import issue_key
from suppliers.domain.releasing import count_decided, let_count
from suppliers.domain.schedules import dispatch_due
from suppliers.domain.undoing import request_undo
from suppliers.jobs.feeds import forget_old_files, run_feed, sweep_runs
from suppliers.models import Feed, Offer, OfferStock, Push, PushKey, Run, RunStatus
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import SupplierFactory
from tests.factories.tokens import token_headers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
PUSHES = "/api/v1/stock/pushes"
LINES = "application/x-ndjson"


def push_feed(**given: Any) -> tuple[Feed, str]:
    feed = create_feed(SupplierFactory(), by=CLOCK, name="ERP", transport="push", **given)
    return feed, issue_key(feed, name="ERP", by=CLOCK)[1]


@pytest.fixture
def feed() -> Feed:
    return push_feed()[0]


@pytest.fixture
def secret(feed: Feed) -> str:
    return issue_key(feed, name="ERP", by=CLOCK)[1]


def send(secret: str, body: Any, *, query: str = "", key: str = "", kind: str = "application/json") -> Any:
    data = body if isinstance(body, (str, bytes)) else json.dumps({"levels": body})
    headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}
    return Client(headers=headers).post(f"{PUSHES}{query}", data, content_type=kind)


def level(sku: str, quantity: Any, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **more}


def worked() -> list[str]:
    """Let workers do what is queued; the states of all imports, oldest first."""
    while queued := Run.objects.filter(status=RunStatus.QUEUED).first():
        run_feed(queued.pk)
    return list(Run.objects.order_by("pk").values_list("status", flat=True))


def stocks() -> dict[str, tuple[str, int | None]]:
    stated = OfferStock.objects.order_by("offer__supplier_sku")
    return {
        sku: (kind, quantity)
        for sku, kind, quantity in stated.values_list("offer__supplier_sku", "kind", "quantity")
    }


def test_levels_count_within_one_import_and_sell(secret: str) -> None:
    product = ProductFactory(sku="A-1")

    answer = send(
        secret,
        [
            level(
                "A-1",
                12,
                name='Lampe; "Lune"',
                price=1234.5,
                currency="EUR",
                lead_days=5,
                gtin="4006381333931",
            ),
            level("A-2", ">20"),
            level("A-3", None),
            level("A-4", "en stock"),
            level("A-5", -3),
        ],
    )

    assert (answer.status_code, answer.json()["outcome"], answer.json()["rows"]) == (202, "stored", 5)
    assert worked() == [RunStatus.APPLIED]
    assert stocks() == {
        "A-1": ("exact", 12),
        "A-2": ("at_least", 20),
        "A-3": ("unknown", None),
        "A-4": ("flag", None),
        "A-5": ("exact", 0),
    }
    offer = product.offers.get()
    assert (offer.name, offer.cost_cents, offer.lead_days, offer.gtin) == (
        'Lampe; "Lune"',
        123450,
        5,
        "4006381333931",
    )


def test_an_unknown_quantity_is_unknown_from_now_on(secret: str) -> None:
    send(secret, [level("A-1", 12), level("A-2", 7)])
    worked()

    send(secret, [level("A-1", None)])

    worked()
    assert stocks() == {"A-1": ("unknown", None), "A-2": ("exact", 7)}


def test_what_a_complete_push_says_to_be_unknown_is_no_unreadable_cell(feed: Feed, secret: str) -> None:
    unknown = [level(f"B-{number}", None) for number in range(5)]
    send(secret, [*(level(f"A-{number}", number) for number in range(9)), *unknown], query="?complete=true")
    worked()
    send(
        secret, [*(level(f"A-{number}", 9 - number) for number in range(9)), *unknown], query="?complete=true"
    )
    worked()

    edit_feed(feed, by=CLOCK, absent_policy="keep")
    read_again(Run.objects.latest("pk"), by=CLOCK)

    worked()
    judged = Run.objects.order_by("pk").values_list("status", "verdict__result", "figures__file__unreadable")
    assert list(judged) == [(RunStatus.APPLIED, "apply", 0)] * 3
    assert stocks()["A-1"] == ("exact", 8)
    assert stocks()["B-1"] == ("unknown", None)


def test_a_sku_that_is_not_named_keeps_what_it_stated(secret: str) -> None:
    send(secret, [level("A-1", 12), level("A-2", 7), level("A-3", 1)])
    worked()

    send(secret, [level("A-2", 6)])

    assert worked() == [RunStatus.APPLIED, RunStatus.APPLIED]
    assert stocks() == {"A-1": ("exact", 12), "A-2": ("exact", 6), "A-3": ("exact", 1)}
    assert Run.objects.latest("pk").counts == {
        **dict.fromkeys(["new", "more", "zeroed", "gone", "unreadable", "other", "same", "rejected"], 0),
        "rows": 1,
        "less": 1,
    }


def test_a_complete_push_names_everything(secret: str) -> None:
    send(secret, [level(f"A-{number}", 5) for number in range(10)])
    worked()

    send(secret, [level(f"A-{number}", 5) for number in range(9)], query="?complete=true")

    worked()
    assert stocks()["A-9"] == ("unknown", None)


def test_the_same_complete_push_again_takes_back_what_was_said_in_between(secret: str) -> None:
    """It is byte for byte the file of the import before last, and means something all the same."""
    whole = [level(f"A-{number}", 5) for number in range(10)]
    send(secret, whole, query="?complete=true")
    worked()
    send(secret, [level("A-3", 1)])
    worked()

    send(secret, whole, query="?complete=true")

    assert worked() == [RunStatus.APPLIED] * 3
    assert stocks()["A-3"] == ("exact", 5)


def test_the_same_under_the_same_key_is_one_push(secret: str) -> None:
    first = send(secret, [level("A-1", 12)], key="2026-11-29/1")
    again = send(secret, [level("A-1", 12)], key="2026-11-29/1")
    other = send(secret, [level("A-1", 11)], key="2026-11-29/1")
    whole = send(secret, [level("A-1", 12)], key="2026-11-29/1", query="?complete=true")

    assert (first.status_code, again.status_code, other.status_code, whole.status_code) == (
        202,
        200,
        409,
        409,
    )
    assert again.json() == {**first.json(), "outcome": "same"}
    assert other.json()["errors"][0]["code"] == "key_taken"
    assert Push.objects.count() == 1


def test_what_arrives_while_an_import_is_at_work_is_in_the_next_with_the_last_word(
    feed: Feed, secret: str
) -> None:
    send(secret, [level("A-1", 12), level("A-2", 7)])
    send(secret, [level("A-1", 11)])
    Run.objects.update(status=RunStatus.RUNNING, attempts=1, heartbeat_at=timezone.now())
    send(secret, [level("A-1", 10)])
    Run.objects.update(status=RunStatus.QUEUED)

    assert worked() == [RunStatus.APPLIED]
    assert stocks() == {"A-1": ("exact", 10), "A-2": ("exact", 7)}

    assert Run.objects.create(feed=feed, status=RunStatus.RUNNING, heartbeat_at=timezone.now(), attempts=1)
    send(secret, [level("A-2", 1)])
    assert (dispatch_due(), Run.objects.filter(status=RunStatus.QUEUED).count()) == (0, 0)
    Run.objects.filter(status=RunStatus.RUNNING).delete()
    assert dispatch_due() == 1
    worked()
    assert stocks() == {"A-1": ("exact", 10), "A-2": ("exact", 1)}


def test_a_worker_that_dies_loses_nothing(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    send(secret, [level("A-1", 12)])
    with monkeypatch.context() as killed:
        killed.setattr("suppliers.domain.importing.work_off", dies)
        with pytest.raises(KeyboardInterrupt):
            run_feed(Run.objects.get().pk)
    assert stocks() == {}
    send(secret, [level("A-2", 7)])
    Run.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))

    sweep_runs()

    assert worked() == [RunStatus.APPLIED]
    assert stocks() == {"A-1": ("exact", 12), "A-2": ("exact", 7)}


def dies(*arguments: Any, **options: Any) -> None:
    raise KeyboardInterrupt


def test_levels_of_a_failed_import_are_in_the_next(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = send(secret, [level("A-1", 12)]).json()["push"]
    with monkeypatch.context() as broken:
        broken.setattr("suppliers.domain.importing.read_file", dies_of_a_bug)
        with pytest.raises(ZeroDivisionError):
            run_feed(Run.objects.get().pk)
    assert state(secret, sent) == "waiting"

    send(secret, [level("A-2", 7)])

    assert worked() == [RunStatus.FAILED, RunStatus.APPLIED]
    assert stocks() == {"A-1": ("exact", 12), "A-2": ("exact", 7)}
    assert state(secret, sent) == "counted"


def dies_of_a_bug(*arguments: Any, **options: Any) -> None:
    raise ZeroDivisionError


def told_of(secret: str, push: int) -> dict[str, Any]:
    answer: dict[str, Any] = (
        Client(headers={"Authorization": f"Bearer {secret}"}).get(f"{PUSHES}/{push}").json()
    )
    return answer


def state(secret: str, push: int) -> str:
    return str(told_of(secret, push)["state"])


def zeroed_by_mistake(secret: str) -> int:
    """Forty offers in stock, of which all fall to zero at once."""
    send(secret, [level(f"A-{number}", 5) for number in range(40)])
    worked()
    push: int = send(secret, [level(f"A-{number}", 0) for number in range(40)]).json()["push"]
    worked()
    return push


def test_a_push_that_would_empty_the_stock_is_held_and_says_so(secret: str) -> None:
    push = zeroed_by_mistake(secret)

    assert (Run.objects.latest("pk").status, state(secret, push)) == (RunStatus.HELD, "held")
    assert set(stocks().values()) == {("exact", 5)}


def test_any_number_of_held_pushes_are_one_import_and_ask_for_no_other(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "MERGED_AT_ONCE", 2)
    zeroed_by_mistake(secret)
    for number in range(5):
        send(secret, [level(f"A-{number}", 0)])

    states = worked()

    assert states == [RunStatus.APPLIED, RunStatus.SUPERSEDED, RunStatus.HELD]
    assert set(Push.objects.filter(open=True).values_list("run", flat=True)) == {Run.objects.latest("pk").pk}

    send(secret, [level(f"A-{number}", 4) for number in range(40)])
    assert worked() == [RunStatus.APPLIED, RunStatus.SUPERSEDED, RunStatus.SUPERSEDED, RunStatus.APPLIED]
    assert set(stocks().values()) == {("exact", 4)}


def test_what_an_earlier_import_has_merged_is_not_read_push_by_push_again(secret: str) -> None:
    push = zeroed_by_mistake(secret)
    feed_storage().delete(Push.objects.get(pk=push).file)

    send(secret, [level("B-1", 3)])

    assert worked()[-1] == RunStatus.HELD
    with feed_storage().open(Run.objects.latest("pk").file) as file:
        lines = file.read().decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1].split(",")[0], lines[-1].split(",")[0]) == (42, '"A-0"', '"B-1"')


def test_where_the_merged_file_is_gone_the_pushes_are_read_again(secret: str) -> None:
    zeroed_by_mistake(secret)
    feed_storage().delete(Run.objects.latest("pk").file)

    send(secret, [level(f"A-{number}", 4) for number in range(1, 40)])

    assert worked()[-1] == RunStatus.APPLIED
    assert (stocks()["A-0"], stocks()["A-1"]) == (("exact", 0), ("exact", 4))


def test_a_word_between_two_pushes_of_one_import_stands_over_the_first_and_not_over_the_second(
    secret: str,
) -> None:
    send(secret, [level(f"A-{number}", 5) for number in range(40)])
    worked()
    send(secret, [level(f"A-{number}", 0) for number in range(40)])
    for sku in ("A-1", "A-2"):
        observe(Offer.objects.get(supplier_sku=sku), kind="exact", quantity=7, source="answer", by=CLOCK)
    send(secret, [level("A-2", 3)])
    worked()
    apply_held(Run.objects.latest("pk"), by=CLOCK)
    worked()

    run = Run.objects.latest("pk")
    assert (stocks()["A-0"], stocks()["A-1"], stocks()["A-2"]) == (("exact", 0), ("exact", 7), ("exact", 3))
    assert run.counts["overtaken"] == 1


def test_one_article_that_sells_out_is_no_reason_to_hold(secret: str) -> None:
    send(secret, [level(f"A-{number}", 5) for number in range(40)])
    send(secret, [level("B-1", 3)])
    worked()

    send(secret, [level("A-7", 0)])

    worked()
    assert Run.objects.latest("pk").status == RunStatus.APPLIED
    assert stocks()["A-7"] == ("exact", 0)


def test_what_was_held_is_judged_again_with_what_came_since(secret: str) -> None:
    push = zeroed_by_mistake(secret)

    send(secret, [level(f"A-{number}", 4) for number in range(40)])

    assert worked() == [RunStatus.APPLIED, RunStatus.SUPERSEDED, RunStatus.APPLIED]
    assert (state(secret, push), set(stocks().values())) == ("counted", {("exact", 4)})


def test_what_a_person_rejected_never_comes_back(secret: str) -> None:
    push = zeroed_by_mistake(secret)
    reject_held(Run.objects.latest("pk"), by=CLOCK)

    send(secret, [level("A-1", 4)])

    worked()
    assert state(secret, push) == "rejected"
    assert sorted(set(stocks().values())) == [("exact", 4), ("exact", 5)]


def test_a_held_push_that_a_person_lets_count_touches_only_what_it_names(secret: str) -> None:
    send(secret, [level("B-1", 9)])
    worked()
    zeroed_by_mistake(secret)
    held = Run.objects.latest("pk")

    client_as("operations").post(f"/imports/{held.pk}/apply/")

    worked()
    held.refresh_from_db()
    assert (held.status, stocks()["B-1"], stocks()["A-1"]) == (RunStatus.APPLIED, ("exact", 9), ("exact", 0))


def doubtful(secret: str, **said: int) -> Run:
    """A dozen articles are known, and of five of them nothing is known any more: that is applied safely."""
    send(secret, [level(f"B-{n}", 9) for n in range(1, 13)])
    worked()
    send(secret, [*(level(f"B-{n}", None) for n in range(1, 6)), *(level(sku, n) for sku, n in said.items())])
    worked()
    return Run.objects.latest("pk")


def withheld(run: Run) -> dict[str, tuple[str, str]]:
    return {line.supplier_sku: (line.change, line.state) for line in run.withheld.all()}


def test_what_a_doubtful_push_raises_much_waits_until_a_push_that_names_it_says_so_too(secret: str) -> None:
    run = doubtful(secret, **{"B-6": 900, "B-7": 500, "B-8": 4})

    assert (run.status, run.verdict["result"], run.counts["withheld"]) == (RunStatus.APPLIED, "safe", 2)
    waits = {"B-6": ("more", "waiting"), "B-7": ("more", "waiting")}
    told = told_of(secret, run.pushes.get().pk)
    assert (withheld(run), told["state"], told["withheld"]) == (waits, "counted", 2)
    known = {sku: stocks()[sku] for sku in ("B-1", "B-6", "B-8")}
    assert known == {"B-1": ("unknown", None), "B-6": ("exact", 9), "B-8": ("exact", 4)}

    send(secret, [level("B-9", 8)])
    worked()
    assert (withheld(run), stocks()["B-6"]) == (waits, ("exact", 9))

    send(secret, [level("B-6", 905), level("B-7", 10)])
    worked()
    assert withheld(run) == {"B-6": ("more", "counted"), "B-7": ("more", "overtaken")}
    assert (stocks()["B-6"], stocks()["B-7"]) == (("exact", 905), ("exact", 10))


def test_a_person_lets_what_a_doubtful_push_raises_count(secret: str) -> None:
    run = doubtful(secret, **{"B-6": 900})

    let_count(run, by=CLOCK)
    count_decided(run.pk, by=CLOCK)

    assert (withheld(run), stocks()["B-6"]) == ({"B-6": ("more", "counted")}, ("exact", 900))
    assert stocks()["B-12"] == ("exact", 9)


def test_a_held_push_that_a_person_applies_safely_raises_nothing_much(secret: str) -> None:
    send(secret, [level("B-1", 9), level("B-2", 9), level("B-3", 9), level("B-4", 9)])
    worked()
    send(secret, [level("B-1", 0), level("B-2", 0), level("B-3", 900)])
    worked()
    held = Run.objects.latest("pk")

    client_as("operations").post(f"/imports/{held.pk}/apply-safely/")

    worked()
    assert withheld(held) == {"B-3": ("more", "waiting")}
    assert stocks() == {f"B-{n}": ("exact", units) for n, units in enumerate((0, 0, 9, 9), start=1)}


def undone(run: Run) -> None:
    undo = request_undo(run, by=CLOCK, ask=False)
    undo_import(undo.pk)


def test_undo_of_a_push_touches_what_it_named_and_keeps_what_came_since(secret: str) -> None:
    send(secret, [level("A-1", 12), level("A-2", 7), level("A-3", 3)])
    worked()
    push = send(secret, [level("A-1", 9), level("A-2", 6)]).json()["push"]
    worked()
    wrong = Run.objects.latest("pk")
    send(secret, [level("A-2", 5)])
    worked()

    undone(wrong)
    send(secret, [level("A-3", 2)])

    worked()
    assert stocks() == {"A-1": ("exact", 12), "A-2": ("exact", 5), "A-3": ("exact", 2)}
    assert state(secret, push) == "undone"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ([level("A-1", 1), {"sku": "", "quantity": 2}], [("missing", "sku", 2)]),
        ([{"sku": "A-1"}], [("missing", "quantity", 1)]),
        (
            [level("A-1", 1.5), level("A-2", True), level("A-3", [])],
            [("malformed", "quantity", row) for row in (1, 2, 3)],
        ),
        ([level("A-1", 1, price="1.234,50")], [("malformed", "price", 1)]),
        (
            [level("A-1", 1, lead_days=-1), level("x" * 121, 1)],
            [("malformed", "lead_days", 1), ("too_long", "sku", 2)],
        ),
        ([7, level("A-1", "null\x00")], [("malformed", "", 1), ("malformed", "quantity", 2)]),
        ([], [("missing", "levels", None)]),
    ],
)
def test_one_wrong_level_refuses_all_and_each_is_named(secret: str, body: Any, errors: list[Any]) -> None:
    answer = send(secret, body)

    assert answer.status_code == 422
    assert [(error["code"], error["field"], error["row"]) for error in answer.json()["errors"]] == errors
    assert (Push.objects.count(), Run.objects.count()) == (0, 0)


def test_a_thousand_wrong_levels_are_named_up_to_a_bound(secret: str) -> None:
    answer = send(secret, [level("", 1) for _number in range(1000)])

    assert len(answer.json()["errors"]) == 100


@pytest.mark.parametrize("body", ["{", "[]", '{"levels": 7}', "[" * 100_000])
def test_a_body_of_another_shape_is_refused(secret: str, body: str) -> None:
    answer = send(secret, body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "malformed")


def test_another_type_is_refused(secret: str) -> None:
    answer = send(secret, "sku;quantity\nA;1", kind="text/csv")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (415, "wrong_type")


def test_large_bodies_come_line_by_line(secret: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    lines = [json.dumps(level(f"A-{number}", number)) for number in range(2000)]

    refused = send(secret, json.dumps({"levels": [json.loads(line) for line in lines]}))
    taken = send(secret, "\r\n\n".join(lines), kind=LINES)

    assert (refused.status_code, taken.status_code, taken.json()["rows"]) == (413, 202, 2000)
    worked()
    assert len(stocks()) == 2000


def test_a_line_that_never_ends_is_refused_in_little_memory(secret: str, settings: Settings) -> None:
    settings.FEED_MAX_BYTES = 3_000_000
    long = '{"sku": "A-1", "quantity": "' + "x" * 1_000_000

    answer = send(secret, f"{json.dumps(level('A', 1))}\n{long}\n", kind=LINES)
    over = send(secret, "x" * 3_000_001, kind=LINES)

    assert (answer.status_code, answer.json()["errors"][0]["row"]) == (422, 2)
    assert over.status_code == 413


def test_a_key_opens_one_feed_and_nothing_else(secret: str) -> None:
    other, _key = push_feed()
    sent = send(secret, [level("A-1", 1)]).json()["push"]
    stranger = issue_key(other, name="other", by=CLOCK)[1]

    assert Client(headers={"Authorization": f"Bearer {stranger}"}).get(f"{PUSHES}/{sent}").status_code == 404
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/orders").status_code == 403
    assert send("ste_nobody", [level("A-1", 1)]).status_code == 401
    of_a_shop = token_headers()["Authorization"].removeprefix("Bearer ")
    assert send(of_a_shop, [level("A-1", 1)]).status_code == 403


def test_a_feed_that_is_off_or_fetched_otherwise_takes_nothing(feed: Feed, secret: str) -> None:
    edit_feed(feed, by=CLOCK, active=False)
    off = send(secret, [level("A-1", 1)])
    edit_feed(feed, by=CLOCK, active=True, transport="upload")
    other = send(secret, [level("A-1", 1)])

    assert (off.status_code, other.status_code, Push.objects.count()) == (409, 409, 0)


def test_a_key_is_made_on_the_feeds_page_shown_once_and_revoked(feed: Feed) -> None:
    client = client_as("operations")
    made = client.post(f"/feeds/{feed.pk}/keys/new/")
    secret = made.context["secret"]
    key = PushKey.objects.latest("pk")
    page = client.get(f"/feeds/{feed.pk}/").content.decode()

    assert (secret in made.content.decode(), made["Cache-Control"], secret in page) == (
        True,
        "no-store",
        False,
    )
    assert send(secret, [level("A-1", 1)]).status_code == 202
    client.post(f"/feeds/{feed.pk}/keys/{key.pk}/revoke/")
    assert send(secret, [level("A-1", 2)]).status_code == 401
    kinds = HistoryEntry.objects.filter(thread=f"feed:{feed.pk}").values_list("kind", flat=True)
    assert {"feed.key_issued", "feed.key_revoked"} <= set(kinds)


def test_the_page_of_a_feed_that_nobody_has_sent_to_says_what_to_do(feed: Feed) -> None:
    page = client_as("operations").get(f"/feeds/{feed.pk}/").content.decode()

    assert ("Give the supplier the address and a key" in page, "Hand one in" in page) == (True, False)


def test_customer_service_makes_no_keys(feed: Feed) -> None:
    assert client_as("service").post(f"/feeds/{feed.pk}/keys/new/").status_code == 403
    assert ApiToken.objects.count() == 1


def test_what_is_over_and_old_is_forgotten(secret: str) -> None:
    send(secret, [level("A-1", 1)])
    worked()
    send(secret, [level("A-1", 2)])
    worked()
    send(secret, [level("A-1", 3)])
    Push.objects.update(received_at=timezone.now() - timedelta(days=60))

    forget_old_files()

    assert list(Push.objects.values_list("open", flat=True)) == [True, True]
