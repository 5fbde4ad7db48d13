import os
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, User
from suppliers.domain.deciding import FeedIsBusy, NotHeld, NothingToApply, apply_held, reject_held
from suppliers.domain.feeds import Overtaken, edit_feed, read_again, receive_file
from suppliers.domain.mappings import save_version
from suppliers.domain.runs import request_run
from suppliers.domain.words import learn
from suppliers.jobs.feeds import forget_old_files, run_feed
from suppliers.models import Feed, Observation, Offer, OfferStock, Run, RunStatus
from suppliers.readers import ColumnMap
from suppliers.tables.headlines import headline_of
from tests.factories.feeds import READ_AS, FeedFactory, RunFactory, csv
from tests.factories.suppliers import SupplierFactory
from tests.fakes.web import FakeWeb, running_web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0"), ("E", "7")]


@pytest.fixture
def lea() -> Actor:
    return Actor.person(User.objects.create_user("lea@shop.example", first_name="Léa"))


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Path:
    settings.WATCHED_ROOT = tmp_path
    (tmp_path / "north").mkdir()
    return tmp_path / "north"


def hand_in(feed: Feed, content: bytes, name: str = "stock.csv") -> Run:
    """Upload a file and let a worker import it."""
    run = receive_file(feed, ContentFile(content, name), by=CLOCK)
    return worked(run)


def fetched(feed: Feed) -> Run:
    run = request_run(feed, by=CLOCK, trigger="schedule")
    assert run is not None
    return worked(run)


def worked(run: Run) -> Run:
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def stock() -> dict[str, tuple[str, int | None]]:
    facts = OfferStock.objects.values_list("offer__supplier_sku", "kind", "quantity")
    return {sku: (kind, quantity) for sku, kind, quantity in facts}


def test_an_uploaded_file_becomes_offers_with_the_meaning_of_each_word() -> None:
    run = hand_in(FeedFactory(), csv(USUAL))

    assert (run.status, run.file_name, run.size_bytes) == (RunStatus.APPLIED, "stock.csv", len(csv(USUAL)))
    assert stock() == {
        "A": ("exact", 4),
        "B": ("at_least", 20),
        "C": ("flag", None),
        "D": ("exact", 0),
        "E": ("exact", 7),
    }
    assert Offer.objects.get(supplier_sku="A").cost_cents == 990
    assert (run.facts["format"], run.facts["columns"]) == ("csv", ["sku", "name", "qty", "price"])


def test_the_same_file_again_is_not_read_and_still_confirms(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = FeedFactory()
    first = hand_in(feed, csv(USUAL))
    monkeypatch.setattr("suppliers.domain.importing.read_file", None)

    second = hand_in(feed, csv(USUAL))

    feed.refresh_from_db()
    assert (second.status, second.facts["same_as"]) == (RunStatus.UNCHANGED, first.pk)
    assert feed.last_good_at == second.taken_at
    assert Observation.objects.count() == len(USUAL)


def test_after_a_change_of_settings_the_same_file_is_read_again() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))

    edit_feed(feed, by=CLOCK, limits={"lost": ["0.01", "0.1"]})

    assert hand_in(feed, csv(USUAL)).status == RunStatus.APPLIED


def test_under_a_new_mapping_the_same_file_is_read_again() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    save_version(feed, {**READ_AS.to_json(), "fields": {"key": 0, "name": 1, "quantity": 2}}, by=CLOCK)

    assert hand_in(feed, csv(USUAL)).status == RunStatus.APPLIED


@pytest.mark.parametrize(
    ("content", "check"),
    [
        (b"", "empty"),
        (b"   \n \n", "empty"),
        (b"sku;name;qty;price\n", "header_only"),
        (b"<!DOCTYPE html><html><body><h1>503 Service Unavailable</h1></body></html>", "html"),
    ],
)
def test_what_a_broken_server_sends_is_held_and_changes_nothing(content: bytes, check: str) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    before = stock()

    run = hand_in(feed, content)

    assert (run.status, run.verdict["checks"][0]["value"]) == (RunStatus.HELD, check)
    assert set(run.facts["problem"]["text"]) == {"fr", "en"}
    assert stock() == before


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 \x00\x01", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(64)]
)
def test_what_is_no_table_fails_with_a_plain_reason(content: bytes) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    before = stock()

    run = hand_in(feed, content)

    assert (run.status, run.facts["problem"]["retry"]) == (RunStatus.FAILED, False)
    assert run.error.endswith(".")
    assert stock() == before


def long_file(more: int) -> list[tuple[str, str]]:
    return [(f"A{n:03}", str(10 + n % 37 + more)) for n in range(200)]


def test_a_file_whose_last_number_was_cut_in_two_is_held_although_almost_nothing_is_missing() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(long_file(0)))
    before, moved = stock(), csv(long_file(1))

    cut = hand_in(feed, moved[: moved.rindex(b";9,90") - 1])
    in_mid_price = hand_in(feed, moved[:-2])

    assert [(run.status, failed(run)) for run in (cut, in_mid_price)] == [(RunStatus.HELD, ["ending"])] * 2
    assert headline_of(cut).title == "La dernière ligne du fichier est tronquée"
    assert stock() == before
    assert hand_in(feed, moved).status == RunStatus.APPLIED


def test_xml_that_breaks_off_is_held_until_a_person_says_so(lea: Actor) -> None:
    def xml(more: int) -> str:
        items = (f"<item><sku>{key}</sku><qty>{qty}</qty></item>" for key, qty in long_file(more))
        return f"<all>{''.join(items)}</all>"

    feed = FeedFactory(mapped=False)
    first = hand_in(feed, xml(0).encode())
    save_version(feed, ColumnMap(fields={"key": 0, "quantity": 1}, header=("sku", "qty")).to_json(), by=lea)
    worked(read_again(first, by=lea))

    cut = hand_in(feed, xml(1).removesuffix("</all>").encode())
    assert (cut.status, failed(cut), stock()["A000"]) == (RunStatus.HELD, ["ending"], ("exact", 10))

    apply_held(cut, by=lea)
    assert (worked(cut).status, stock()["A000"]) == (RunStatus.APPLIED, ("exact", 11))


def test_a_first_file_without_confirmed_columns_waits_for_a_person() -> None:
    run = hand_in(FeedFactory(mapped=False), csv(USUAL))

    assert (run.status, failed(run)) == (RunStatus.HELD, ["columns"])
    assert not Offer.objects.exists()


def failed(run: Run) -> list[str]:
    return [check["check"] for check in run.verdict["checks"] if not check["passed"]]


def test_moved_columns_are_held_and_read_right_once_a_person_says_so(lea: Actor) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    moved = b"sku;qty;name;price\nA;3;Article A;9,90\nB;2;x;1\nC;2;x;1\nD;2;x;1\nE;2;x;1\n"

    held = hand_in(feed, moved)
    apply_held(held, by=lea)
    worked(held)

    assert (held.facts["moved"], held.facts["columns_before"]) == (["name", "qty"], list(READ_AS.header))
    assert (held.status, failed(held)) == (RunStatus.APPLIED, ["columns", "units", "price"])
    assert stock()["A"] == ("exact", 3)
    assert hand_in(feed, moved.replace(b"A;3", b"A;1")).status == RunStatus.APPLIED


def test_a_missing_column_is_held() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))

    without_price = hand_in(feed, b"sku;name;qty\nA;x;3\nB;x;2\nC;x;2\nD;x;2\nE;x;2\n")
    without_code = hand_in(feed, b"name;qty;price\nx;3;1\nx;2;1\nx;2;1\n")

    assert (failed(without_price), without_price.facts["missing"]) == (
        ["columns", "units", "price"],
        ["price"],
    )
    assert (without_code.status, without_code.verdict["checks"][0]["value"]) == (
        RunStatus.HELD,
        "columns_changed",
    )


def test_a_column_that_nobody_reads_may_come_and_go() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))

    run = hand_in(feed, csv(USUAL).replace(b"price\n", b"price;colour\n").replace(b"9,90\n", b"9,90;red\n"))

    assert run.status == RunStatus.APPLIED


def test_a_person_applies_what_he_saw(lea: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))
    monkeypatch.setattr("suppliers.domain.importing.read_file", None)

    apply_held(held, by=lea, why="Le fournisseur confirme")
    worked(held)

    assert (held.status, held.decided_by_id, held.decision_why) == (
        "applied",
        lea.user_id,
        "Le fournisseur confirme",
    )
    assert stock() == {"A": ("exact", 4), **dict.fromkeys("BCDE", ("unknown", None))}
    kinds = HistoryEntry.objects.filter(thread=f"run:{held.pk}").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["run.held", "run.apply_decided", "run.applied"]


def lost(kept: Path) -> None:
    kept.unlink()


def broken(kept: Path) -> None:
    """What it says of itself stands at its end, and is whole."""
    content = bytearray(kept.read_bytes())
    content[4:40] = bytes(36)
    kept.write_bytes(content)


@pytest.mark.parametrize("become", [lost, broken])
def test_a_decision_survives_the_loss_of_the_kept_rows(
    lea: Actor, media: Path, become: Callable[[Path], None]
) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))
    become(media / "feeds" / held.rows_file)

    apply_held(held, by=lea)

    assert worked(held).status == RunStatus.APPLIED
    assert stock()["E"] == ("unknown", None)


def test_a_rejected_file_leaves_no_trace_in_the_numbers(lea: Actor) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held, before = hand_in(feed, csv(USUAL[:1])), stock()

    reject_held(held, by=lea, why="Fichier coupé")

    held.refresh_from_db()
    assert (held.status, held.decided_by_id, held.decision_why) == ("rejected", lea.user_id, "Fichier coupé")
    assert stock() == before
    again = hand_in(feed, csv(USUAL[:1]))
    assert (again.status, again.facts["same_as"]) == (RunStatus.UNCHANGED, held.pk)


def test_the_same_file_as_a_held_one_is_no_second_question() -> None:
    feed = FeedFactory()
    good = hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))

    again = hand_in(feed, csv(USUAL[:1]))

    held.refresh_from_db()
    feed.refresh_from_db()
    assert (again.status, held.status) == (RunStatus.UNCHANGED, RunStatus.HELD)
    assert feed.last_good_at == good.taken_at


def test_the_old_file_again_settles_the_held_one() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))

    again = hand_in(feed, csv(USUAL))

    held.refresh_from_db()
    assert (again.status, held.status) == (RunStatus.UNCHANGED, RunStatus.SUPERSEDED)


def test_a_run_is_decided_once(lea: Actor) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))
    apply_held(held, by=lea)

    with pytest.raises(NotHeld):
        reject_held(held, by=lea)

    held.refresh_from_db()
    assert (held.status, held.facts["decision"]) == (RunStatus.QUEUED, "apply")


def test_what_states_nothing_cannot_be_applied(lea: Actor) -> None:
    held = hand_in(FeedFactory(), b"")

    with pytest.raises(NothingToApply):
        apply_held(held, by=lea)

    held.refresh_from_db()
    assert (held.status, held.decided_by_id) == (RunStatus.HELD, None)


def test_a_decision_waits_for_the_import_at_work(lea: Actor) -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    held = hand_in(feed, csv(USUAL[:1]))
    RunFactory(feed)

    with pytest.raises(FeedIsBusy):
        apply_held(held, by=lea)

    held.refresh_from_db()
    assert (held.status, held.decided_by_id) == (RunStatus.HELD, None)


def test_a_file_handed_in_while_another_is_read_is_refused_and_not_kept(media: Path) -> None:
    feed = FeedFactory()
    RunFactory(feed)

    with pytest.raises(FeedIsBusy):
        receive_file(feed, ContentFile(csv(USUAL), "stock.csv"), by=CLOCK)

    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert Run.objects.count() == 1


def test_a_kept_file_is_read_again_under_the_new_columns(lea: Actor) -> None:
    feed = FeedFactory(mapped=False)
    held = hand_in(feed, csv(USUAL))
    save_version(feed, READ_AS.to_json(), by=lea)

    again = worked(read_again(held, by=lea))

    held.refresh_from_db()
    assert (again.status, held.status, len(stock())) == (RunStatus.APPLIED, RunStatus.SUPERSEDED, 5)


def test_an_overtaken_file_is_not_read_again(lea: Actor) -> None:
    feed = FeedFactory()
    old = hand_in(feed, csv(USUAL))
    same = hand_in(feed, csv(USUAL))
    assert same.status == RunStatus.UNCHANGED
    assert worked(read_again(old, by=lea)).status == RunStatus.UNCHANGED
    hand_in(feed, csv([("A", "1"), *USUAL[1:]]))

    with pytest.raises(Overtaken):
        read_again(old, by=lea)

    assert stock()["A"] == ("exact", 1)


def test_old_files_are_forgotten_but_the_newest_and_the_waiting(media: Path) -> None:
    feed = FeedFactory()
    first = hand_in(feed, csv(USUAL))
    second = hand_in(feed, csv([("A", "1"), *USUAL[1:]]))
    held = hand_in(feed, csv(USUAL[:1]))
    newest = hand_in(FeedFactory(), csv(USUAL))
    Run.objects.update(finished_at=timezone.now() - timedelta(days=31))

    forget_old_files()

    kept = set(Run.objects.exclude(file="").values_list("pk", flat=True))
    assert kept == {held.pk, newest.pk}
    assert not (media / "feeds" / first.file).exists()
    assert not (media / "feeds" / second.file).exists()
    assert (media / "feeds" / held.file).exists()


def test_a_feed_is_fetched_from_its_address(web: FakeWeb, media: Path) -> None:
    feed = FeedFactory(transport="url", location=web.put("/stock.csv", csv(USUAL)))

    run = fetched(feed)

    assert (run.status, run.file_name, len(stock())) == (RunStatus.APPLIED, "stock.csv", 5)
    assert (media / "feeds" / run.file).read_bytes() == csv(USUAL)


def test_an_unchanged_file_is_not_kept_twice(web: FakeWeb, media: Path) -> None:
    feed = FeedFactory(transport="url", location=web.put("/stock.csv", csv(USUAL)))
    fetched(feed)

    assert fetched(feed).file == ""
    assert len([path for path in media.rglob("file*") if path.is_file()]) == 1


def test_a_failure_plans_the_next_attempt_and_asks_for_a_person_in_the_end(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("suppliers.domain.runs.publish", told.append)
    feed = FeedFactory(transport="url", location=web.put("/stock.csv", b"", status=503))

    run = fetched(feed)
    feed.refresh_from_db()
    assert feed.next_run_at is not None
    planned = feed.next_run_at - timezone.now()
    for _attempt in range(5):
        last = fetched(feed)

    assert (run.status, run.facts["problem"]["code"]) == (RunStatus.FAILED, "status_later")
    assert timedelta(minutes=4) < planned <= timedelta(minutes=5)
    assert [event.run_id for event in told] == [last.pk - 1]


def test_an_address_inside_fails_and_asks_nothing(web: FakeWeb) -> None:
    feed = FeedFactory(transport="url", location=web.url("/stock.csv", "127.0.0.1"))

    run = fetched(feed)

    assert (run.status, run.facts["problem"]["code"], web.asked) == (RunStatus.FAILED, "private", [])
    assert "127.0.0.1" in run.error


def test_a_dropped_file_is_read_and_put_aside(watched: Path) -> None:
    path, written = watched / "stock.csv", datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
    path.write_bytes(csv(USUAL))
    os.utime(path, (written.timestamp(), written.timestamp()))

    run = fetched(FeedFactory(transport="folder", location="north"))

    assert (run.status, run.taken_at, path.exists()) == (RunStatus.APPLIED, written, False)
    assert (watched / "done" / f"{run.pk}-stock.csv").read_bytes() == csv(USUAL)


def test_a_bug_of_ours_ends_the_run_with_a_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = FeedFactory()
    monkeypatch.setattr("suppliers.domain.importing.read_file", None)

    with pytest.raises(TypeError):
        hand_in(feed, csv(USUAL))

    run = Run.objects.get()
    assert (run.status, run.facts["problem"]["code"]) == (RunStatus.FAILED, "broken")


def test_a_run_is_claimed_once() -> None:
    run = hand_in(FeedFactory(), csv(USUAL))

    run_feed(run.pk)

    assert Run.objects.get(pk=run.pk).attempts == 1


def test_a_word_explained_since_is_read_again_in_the_same_file() -> None:
    feed = FeedFactory()
    content = csv([("A", "dans nos murs"), ("B", "2")])
    first = hand_in(feed, content)
    unread = OfferStock.objects.get(offer__supplier_sku="A").kind
    learn({"Dans nos murs": ">5"}, supplier=feed.supplier, by=CLOCK)

    second, third = hand_in(feed, content), hand_in(feed, content)

    stock = OfferStock.objects.get(offer__supplier_sku="A")
    words = [(word["text"], word["lines"], word["keys"]) for word in first.facts["unknown_words"]]
    assert words == [("dans nos murs", 1, ["A"])]
    assert (unread, stock.kind, stock.quantity) == ("unknown", "at_least", 5)
    assert [run.status for run in (first, second, third)] == ["applied", "applied", "unchanged"]


def test_a_word_of_another_supplier_changes_no_reading() -> None:
    feed = FeedFactory()
    hand_in(feed, csv([("A", "1")]))
    learn({"dans nos murs": ">5"}, supplier=SupplierFactory(), by=CLOCK)

    assert hand_in(feed, csv([("A", "1")])).status == "unchanged"
