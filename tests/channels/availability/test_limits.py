"""How often one may ask: by address and by channel, for all processes; and while Valkey is away, for each."""

from random import randrange
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from stocke.channels.models import ShopWindow
from stocke.core.web import limits
from stocke.core.web.limits import Counts, address_of
from tests.channels.availability.conftest import Scene, stocked


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Ten seconds into a minute that is no other test's and no other run's."""
    now = [60.0 * randrange(10**8, 10**9) + 10]
    monkeypatch.setattr("stocke.core.web.limits.time.time", lambda: now[0])
    return now


def test_an_address_that_asks_too_often_is_told_when_to_ask_again(scene: Scene, clock: list[float]) -> None:
    stocked("MUG-1")
    ShopWindow.objects.update(per_address=2)

    statuses = [scene.ask("MUG-1").status_code for _ in range(3)]
    refused = scene.ask("MUG-1")

    assert statuses == [200, 200, 429]
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("50", "no-store")
    assert refused["Access-Control-Allow-Origin"] == "https://shop.example"
    assert Client(REMOTE_ADDR="203.0.113.9").get(asked(scene)).status_code == 200
    clock[0] += 60
    assert scene.ask("MUG-1").status_code == 200


def test_all_addresses_together_have_a_limit_too(scene: Scene, clock: list[float]) -> None:
    stocked("MUG-1")
    ShopWindow.objects.update(per_key=2)

    statuses = [Client(REMOTE_ADDR=f"203.0.113.{host}").get(asked(scene)).status_code for host in range(3)]

    assert statuses == [200, 200, 429]


def test_whoever_asks_beyond_his_own_limit_uses_up_nothing_of_the_others(
    scene: Scene, clock: list[float]
) -> None:
    stocked("MUG-1")
    ShopWindow.objects.update(per_address=1, per_key=2)

    statuses = [scene.ask("MUG-1").status_code for _ in range(4)]

    assert statuses == [200, 429, 429, 429]
    assert Client(REMOTE_ADDR="203.0.113.9").get(asked(scene)).status_code == 200


def test_a_channel_or_a_token_that_is_made_up_begins_no_count_of_its_own(
    db: None, clock: list[float], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("stocke.channels.views.visitors.EVER_PER_ADDRESS", 1)
    monkeypatch.setattr("stocke.channels.views.visitors.PROGRAMS_PER_ADDRESS", 1)
    monkeypatch.setattr("stocke.channels.api.availability.PROGRAMS_PER_ADDRESS", 1)

    def status(channel: str, **headers: str) -> int:
        return (
            Client()
            .get("/api/availability", {"channel": channel, "sku": "MUG-1"}, headers=headers)
            .status_code
        )

    assert (status("stw_one"), status("", Authorization="Bearer one")) == (404, 401)
    with django_assert_num_queries(0):
        assert (status("stw_two"), status("", Authorization="Bearer two")) == (429, 429)
        checked = Client().post(
            "/api/availability/check",
            {"lines": [{"sku": "MUG-1", "quantity": 1}]},
            content_type="application/json",
            headers={"Authorization": "Bearer three"},
        )
    assert (checked.status_code, checked["Retry-After"]) == (429, "50")
    assert checked.json()["errors"][0]["code"] == "too_many_requests"


def test_far_beyond_every_limit_nothing_is_looked_up(
    scene: Scene, clock: list[float], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("stocke.channels.views.visitors.EVER_PER_ADDRESS", 1)
    scene.ask("MUG-1")

    with django_assert_num_queries(0):
        assert scene.ask("MUG-1").status_code == 429


def asked(scene: Scene) -> str:
    return f"/api/availability?channel={scene.window.key}&sku=MUG-1"


def test_without_valkey_answers_still_come_and_each_process_counts_for_itself(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked("MUG-1")
    ShopWindow.objects.update(per_address=2)
    nowhere = Counts("redis://127.0.0.1:1/0")
    monkeypatch.setattr("stocke.channels.views.visitors.counts", lambda: nowhere)

    assert [scene.ask("MUG-1").status_code for _ in range(3)] == [200, 200, 429]


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> list[float]:
    """The clock by which it is seen whether it is time to settle. A busy machine may let Valkey answer late."""
    monkeypatch.setattr(limits, "PATIENCE", 10.0)
    now = [100.0]
    monkeypatch.setattr("stocke.core.web.limits.time.monotonic", lambda: now[0])
    return now


def trips_of(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names each way to Valkey takes along."""
    trips: list[int] = []
    script = counts.script

    def counted(*, keys: list[str], args: list[int]) -> Any:
        trips.append(len(keys))
        return script(keys=keys, args=args)

    monkeypatch.setattr(counts, "script", counted)
    return trips


def test_a_server_that_is_away_is_left_in_peace_and_learns_later_what_it_has_missed(
    monkeypatch: pytest.MonkeyPatch, moment: list[float]
) -> None:
    away = Counts("redis://127.0.0.1:1/0")
    trips = trips_of(away, monkeypatch)

    assert [away.add("a", 9), away.add("b", 9), away.add("a", 9), trips] == [1, 1, 2, [1]]
    moment[0] += limits.PAUSE
    assert [away.add("a", 9), trips] == [3, [1, 2]]
    away.script = Counts(settings.REDIS_URL).script
    moment[0] += limits.PAUSE
    assert [away.add("a", 9), Counts(settings.REDIS_URL).add("a", 9)] == [4, 5]


def test_counts_are_of_one_minute_and_forgotten_by_valkey(clock: list[float], moment: list[float]) -> None:
    kept = Counts(settings.REDIS_URL)

    assert [kept.add("x", 9), kept.add("x", 9), kept.add("y", 9)] == [1, 2, 1]
    assert 0 < kept.server.ttl(f"asked:{int(clock[0] // 60)}:x") <= 120
    clock[0] += 60
    assert kept.add("x", 9) == 1


@pytest.mark.parametrize(("most", "beyond"), [(2, 0), (39, 0), (120, 5), (1_200, 59)])
def test_a_process_lets_in_less_than_a_twentieth_too_much_of_what_others_have_used_up(
    moment: list[float], most: int, beyond: int
) -> None:
    processes = [Counts(settings.REDIS_URL) for _ in range(3)]

    let_in = [sum(each.add("x", most) <= most for _ in range(2 * most)) for each in processes]

    assert let_in[0] == most
    assert 0 <= sum(let_in) - most <= 2 * beyond


def test_what_other_processes_have_let_in_is_known_a_second_later(moment: list[float]) -> None:
    first, second = Counts(settings.REDIS_URL), Counts(settings.REDIS_URL)
    first.add("y", 1_000)
    second.add("z", 1_000)

    unknown = [first.add("x", 1_000) for _ in range(9)][-1], second.add("x", 1_000)
    moment[0] += limits.SETTLED_EVERY
    first.add("y", 1_000)

    assert (unknown, second.add("x", 1_000)) == ((9, 1), 11)


def test_most_questions_cost_no_way_to_valkey(monkeypatch: pytest.MonkeyPatch, moment: list[float]) -> None:
    counts = Counts(settings.REDIS_URL)
    trips = trips_of(counts, monkeypatch)

    for visitor in range(300):
        counts.add(f"page:{visitor}", 1_200)
        counts.add("key", 6_000)

    # The first, then one whenever a twentieth of the key's 6,000 is used up: the others go along.
    assert trips == [1, 300]


def test_a_server_that_was_wiped_takes_nothing_from_what_a_process_knows(moment: list[float]) -> None:
    counts = Counts(settings.REDIS_URL)
    before = [counts.add("x", 9) for _ in range(5)]

    counts.server.delete(f"asked:{counts.minute}:x")
    counts.server.script_flush()

    assert (before[-1], counts.add("x", 9), counts.add("x", 9)) == (5, 6, 7)


def test_what_a_whole_network_asks_is_not_kept_without_end(
    monkeypatch: pytest.MonkeyPatch, moment: list[float]
) -> None:
    monkeypatch.setattr(limits, "MOST_KEPT", 4)
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 2)
    counts = Counts("redis://127.0.0.1:1/0")

    kept = []
    for visitor in range(20):
        counts.add(f"page:{visitor}", 1_000)
        kept.append(len(counts.known) + len(counts.fresh))

    assert max(kept) == 5


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind", "address"),
    [
        ("203.0.113.9", "", False, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", False, "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.7", True, "198.51.100.7"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("127.0.0.1", "x" * 100, True, "nowhere"),
        ("2001:db8:1:2:3::4", "", False, "2001:0db8:0001:0002"),
        ("", "", False, "nowhere"),
    ],
)
def test_who_asks_is_what_our_own_proxy_has_seen(
    settings: Any, remote: str, forwarded: str, behind: bool, address: str
) -> None:
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert address_of(RequestFactory(REMOTE_ADDR=remote).get("/", headers=headers)) == address
