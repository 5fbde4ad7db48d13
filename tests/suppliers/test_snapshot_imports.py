"""An import by differences and an import of the whole file leave the same offers, ledger and levels behind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stocke.core.actors import Actor
from stocke.products.models import Level, Publication
from suppliers.domain import importing
from suppliers.domain.fetching import feed_storage, last_applied
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.level_policy import change_policy
from suppliers.domain.limits import DEFAULT_BOUNDS
from suppliers.domain.observing import observe
from suppliers.domain.reading import read_differences
from suppliers.domain.snapshots import distrust
from suppliers.jobs.feeds import reconcile_feeds
from suppliers.models import Distrust, Feed, Observation, Offer, OfferStock, Run, RunStatus, Snapshot
from suppliers.readers import read_again, shelves
from suppliers.transports import Fetched
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
BY = Actor.job("test")
CODES = [*"ABCDEFGH"]


def written(lines: Mapping[str, str]) -> bytes:
    return "\n".join(["sku;name;qty;price", *(f"{code};{said}" for code, said in lines.items()), ""]).encode()


def import_file(feed: Feed, content: bytes, folder: Path, *, taken_at: datetime | None = None) -> Run:
    run = RunFactory(feed, taken_at=taken_at or timezone.now())
    path = folder / f"file-{run.pk}"
    path.write_bytes(content)
    fetched = Fetched(path, "stock.csv", len(content), f"hash of {run.pk}", run.stated_at)
    importing.work_off(run, fetched, last_applied(run), folder, Heartbeat(run), by=BY)
    return Run.objects.get(pk=run.pk)


def is_by_differences(run: Run) -> bool:
    return "read_anew" in run.facts


# --- Any sequence of files and other events -------------------------------------------------------------------


@dataclass
class World:
    """Two feeds of one supplier, of which one may say anything, and a product for most codes."""

    folder: Path
    began: datetime
    feeds: list[Feed] = field(default_factory=list)
    by_differences: int = 0

    def __post_init__(self) -> None:
        anything = {name: [None, None] for name in DEFAULT_BOUNDS}
        self.feeds = [FeedFactory(limits=anything, absent_policy="zero", absent_files=2)]
        self.feeds.append(FeedFactory(supplier=self.feeds[0].supplier))
        for code in CODES[:6]:
            ProductFactory(sku=code)

    def file(self, at: int, which: int, lines: dict[str, str]) -> None:
        feed = Feed.objects.get(pk=self.feeds[which].pk)
        run = import_file(feed, written(lines), self.folder, taken_at=self.began + timedelta(seconds=at))
        self.by_differences += is_by_differences(run)

    def person(self, at: int, code: str, quantity: int) -> None:
        for offer in Offer.objects.filter(supplier_sku=code):
            observe(offer, kind="exact", quantity=quantity, by=BY)
            OfferStock.objects.filter(offer=offer).update(as_of=self.began + timedelta(seconds=at))

    def policy(self, _at: int, flag_counts_as: int) -> None:
        change_policy(by=BY, flag_counts_as=flag_counts_as)

    def doubt(self, _at: int, which: int) -> None:
        distrust(self.feeds[which])


said = st.tuples(
    st.sampled_from(["Chair", "Lamp", ""]),
    st.sampled_from(["5", "6", "0", ">20", "-3", "soon", "yes", ""]),
    st.sampled_from(["1,50", "2,50", "call", ""]),
).map(";".join)
lines = st.dictionaries(st.sampled_from(CODES), said, min_size=1)
events = st.one_of(
    st.tuples(st.just("file"), st.just(0), lines),
    st.tuples(st.just("file"), st.just(0), lines),
    st.tuples(st.just("file"), st.sampled_from([0, 1]), lines),
    st.tuples(st.just("person"), st.sampled_from(CODES), st.integers(0, 3)),
    st.tuples(st.just("policy"), st.integers(0, 2)),
    st.tuples(st.just("doubt"), st.sampled_from([0, 1])),
)


def play(world: World, story: list[tuple[Any, ...]]) -> None:
    """Each file says again what the one before it said, but for a few lines: otherwise nothing would be the same."""
    spoken: list[dict[str, str]] = [{"Z": "Zero;1;9,90"}, {"Z": "Zero;1;9,90"}]
    for at, (kind, *facts) in enumerate(story):
        if kind == "file":
            which, changes = facts
            kept = {code: text for code, text in spoken[which].items() if (at + ord(code)) % 5 or code == "Z"}
            spoken[which] = kept | changes
            world.file(at, which, spoken[which])
        else:
            getattr(world, kind)(at, *facts)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


TABLES = {
    "offers": """
        SELECT supplier_sku, product.sku, offer.name, offer.gtin, cost_cents, offer.currency, lead_days, rank,
               offer.active, kind, quantity, promisable, reserved, as_of, run_id - (SELECT min(id) FROM suppliers_run),
               offer.id - (SELECT min(id) FROM suppliers_offer)
        FROM suppliers_offer offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
        LEFT JOIN products_product product ON product.id = offer.product_id ORDER BY supplier_sku
    """,
    "observations": """
        SELECT offer.supplier_sku, run_id - (SELECT min(id) FROM suppliers_run), source, raw, kind, quantity,
               said.cost_cents, said.lead_days
        FROM suppliers_observation said JOIN suppliers_offer offer ON offer.id = said.offer_id
        ORDER BY said.run_id NULLS FIRST, offer.supplier_sku, said.id
    """,
    "levels": """
        SELECT sku, sellable, light, confidence, lead_days_min, lead_days_max, as_of
        FROM products_level JOIN products_product product ON product.id = product_id ORDER BY sku
    """,
    "runs": """
        SELECT id - (SELECT min(id) FROM suppliers_run), status, counts, figures -> 'file', verdict -> 'result'
        FROM suppliers_run ORDER BY id
    """,
}


def tables() -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, query in TABLES.items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
    found["steps"] = [steps_of(level.steps) for level in Level.objects.order_by("product__sku")]
    found["told"] = [
        (told.sellable, told.light, steps_of(told.steps))
        for told in Publication.objects.order_by("product__sku", "id")
    ]
    return found


def steps_of(steps: list[dict[str, Any]]) -> Any:
    return [
        {name: value for name, value in step.items() if name not in {"offer", "supplier"}} for step in steps
    ]


def outcome(folder: Path, story: list[tuple[Any, ...]], began: datetime) -> tuple[dict[str, Any], int]:
    with undone():
        world = World(folder, began)
        play(world, story)
        result = tables()
    return result, world.by_differences


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=2, max_size=8))
def test_differences_and_whole_files_come_to_the_same(tmp_path: Path, story: list[tuple[Any, ...]]) -> None:
    began = timezone.now()
    quick, _ = outcome(tmp_path, story, began)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(importing, "recall", lambda run, *, flag_counts_as, beside: None)
        whole, by_differences = outcome(tmp_path, story, began)

    assert by_differences == 0
    assert quick == whole


# --- When a snapshot is trusted -------------------------------------------------------------------------------

FIRST = {code: f"Article {code};{place};1,50" for place, code in enumerate("ABCDEFGH", start=1)}
SECOND = {**FIRST, "A": "Article A;9;1,50"}
THIRD = {**SECOND, "B": "Article B;3;1,50"}


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """A feed that has said something before."""
    made = FeedFactory()
    import_file(made, written(FIRST), tmp_path)
    return made


def quantities() -> dict[str, int | None]:
    return dict(Offer.objects.values_list("supplier_sku", "stock__quantity"))


AFTER = {"A": 9, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6, "G": 7, "H": 8}


def test_a_file_like_the_last_is_imported_by_its_differences(feed: Feed, tmp_path: Path) -> None:
    run = import_file(feed, written(SECOND), tmp_path)

    assert (run.status, run.facts["read_anew"], run.facts["lines"]) == (RunStatus.APPLIED, 1, 9)
    assert (run.counts["rows"], run.counts["same"], run.counts["more"]) == (8, 7, 1)
    assert quantities() == AFTER
    assert Observation.objects.filter(run_id=run.pk).count() == 1
    snapshot = Snapshot.objects.get(feed=feed)
    assert (snapshot.run_id, feed_storage().exists(snapshot.file)) == (run.pk, True)


def lose_the_file(feed: Feed) -> None:
    feed_storage().delete(Snapshot.objects.get(feed=feed).file)


def spoil_the_file(feed: Feed) -> None:
    Path(feed_storage().path(Snapshot.objects.get(feed=feed).file)).write_bytes(b"no parquet")


def swap_the_file(feed: Feed) -> None:
    """As another host's storage would that is not shared, or a half of one."""
    path = Path(feed_storage().path(Snapshot.objects.get(feed=feed).file))
    path.write_bytes(path.read_bytes()[:200])


def update_the_readers(feed: Feed) -> None:
    Snapshot.objects.filter(feed=feed).update(read_as="by an older version of the readers")


def count_flags_otherwise(feed: Feed) -> None:
    change_policy(by=BY, flag_counts_as=7)


def say_that_something_changed(feed: Feed) -> None:
    distrust(feed)


def apply_without_lines(feed: Feed) -> None:
    """An import that changed offers and left no snapshot, such as one that a person decided."""
    RunFactory(feed, status=RunStatus.APPLIED)


def end_otherwise(feed: Feed) -> None:
    """A way to end an import that this module does not know, and which may have changed anything."""
    RunFactory(feed, status="undone")


@pytest.mark.parametrize(
    "happens",
    [
        lose_the_file,
        spoil_the_file,
        swap_the_file,
        update_the_readers,
        count_flags_otherwise,
        say_that_something_changed,
        apply_without_lines,
        end_otherwise,
    ],
)
def test_a_snapshot_that_is_not_trusted_costs_only_the_whole_way(
    feed: Feed, happens: Callable[[Feed], None], tmp_path: Path
) -> None:
    happens(feed)

    run = import_file(feed, written(SECOND), tmp_path)

    assert (run.status, is_by_differences(run)) == (RunStatus.APPLIED, False)
    assert quantities() == AFTER
    assert is_by_differences(import_file(feed, written(THIRD), tmp_path))


def test_a_snapshot_that_is_lost_while_its_lines_are_told_apart_costs_only_the_whole_way(
    feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_lose(*given: Any, **named: Any) -> Any:
        read = read_again(*given, **named)
        lose_the_file(feed)
        return read

    monkeypatch.setattr("suppliers.domain.reading.read_again", read_and_lose)

    run = import_file(feed, written(SECOND), tmp_path)

    assert (run.status, is_by_differences(run)) == (RunStatus.APPLIED, False)
    assert quantities() == AFTER


def test_a_long_file_that_lies_on_disk_while_it_is_read_is_imported_alike(
    feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_HELD", 2)
    other = FeedFactory()

    by_differences = import_file(feed, written(SECOND), tmp_path)
    in_whole = import_file(other, written(SECOND), tmp_path)

    assert (is_by_differences(by_differences), is_by_differences(in_whole)) == (True, False)
    assert (by_differences.status, in_whole.status) == (RunStatus.APPLIED, RunStatus.APPLIED)
    assert by_differences.figures["file"] == in_whole.figures["file"]
    assert sorted(remembered_of(feed)) == sorted(remembered_of(other))
    assert len(remembered_of(other)) == 8


def remembered_of(feed: Feed) -> list[tuple[Any, ...]]:
    kept = Path(feed_storage().path(Snapshot.objects.get(feed=feed).file))
    return pl.read_parquet(kept).drop("text").rows()


def test_imports_that_changed_nothing_leave_the_snapshot_trusted(feed: Feed, tmp_path: Path) -> None:
    held = import_file(feed, written({"A": "Article A;1;1,50"}), tmp_path)
    RunFactory(feed, status=RunStatus.FAILED)

    run = import_file(feed, written(SECOND), tmp_path)

    assert (held.status, run.status) == (RunStatus.HELD, RunStatus.APPLIED)
    assert is_by_differences(run)


def test_differences_that_look_wrong_are_compared_in_whole_and_held(feed: Feed, tmp_path: Path) -> None:
    before = quantities()

    run = import_file(feed, written({"A": "Article A;1;1,50", "B": "Article B;2;1,50"}), tmp_path)

    assert (run.status, is_by_differences(run)) == (RunStatus.HELD, False)
    assert (run.counts["gone"], run.changes.count()) == (6, 6)
    assert quantities() == before
    folder = f"{feed.pk}/snapshots"
    assert [f"{folder}/{name}" for name in feed_storage().listdir(folder)[1]] == [
        Snapshot.objects.get(feed=feed).file
    ]


def test_distrust_outlives_an_import_that_was_held(feed: Feed, tmp_path: Path) -> None:
    observe(Offer.objects.get(supplier_sku="B"), kind="exact", quantity=0, by=BY)

    import_file(feed, written({"A": "Article A;1;1,50"}), tmp_path)
    import_file(feed, written(SECOND), tmp_path)

    assert quantities() == AFTER
    assert not Distrust.objects.exists()


def test_what_a_person_said_in_between_is_overruled_by_the_next_file(feed: Feed, tmp_path: Path) -> None:
    observe(Offer.objects.get(supplier_sku="B"), kind="exact", quantity=0, by=BY)

    run = import_file(feed, written(SECOND), tmp_path)

    assert (is_by_differences(run), run.facts["read_anew"]) == (True, 2)
    assert quantities() == AFTER


def test_what_is_said_while_a_file_is_read_sends_it_the_whole_way_and_stands(
    feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = read_differences

    def meanwhile(*given: Any, **more: Any) -> Any:
        observe(Offer.objects.get(supplier_sku="B"), kind="exact", quantity=0, by=BY)
        return usual(*given, **more)

    monkeypatch.setattr(importing, "read_differences", meanwhile)

    run = import_file(feed, written(SECOND), tmp_path)

    assert (run.status, is_by_differences(run)) == (RunStatus.APPLIED, False)
    assert quantities() == {**AFTER, "B": 0}


def test_a_feed_takes_back_what_another_feed_of_the_supplier_said(feed: Feed, tmp_path: Path) -> None:
    other = FeedFactory(supplier=feed.supplier)
    import_file(other, written({"B": "Article B;77;1,50"}), tmp_path)
    assert quantities()["B"] == 77

    run = import_file(feed, written(SECOND), tmp_path)

    assert (is_by_differences(run), quantities()) == (True, AFTER)


def test_doubts_about_unread_lines_stand_apart_until_the_whole_file_is_read_again(
    feed: Feed, tmp_path: Path
) -> None:
    first = {**FIRST, "A": "Article A;-5;1,50", "B": "Article B;-1;1,50"}
    whole = import_file(feed, written(first), tmp_path)
    import_file(feed, written({**first, "B": "Article B;soon;1,50"}), tmp_path)

    run = import_file(feed, written({**first, "B": "Article B;-2;1,50", "C": "Article C;0;1,50"}), tmp_path)

    counted = {
        name: [(doubt["code"], doubt["facts"]["count"]) for doubt in run.facts[name]]
        for name in ("doubts", "doubts_before")
    }
    assert (is_by_differences(run), run.facts["read_anew"]) == (True, 2)
    assert counted == {"doubts": [("negative", 1)], "doubts_before": [("negative", 2), ("not_understood", 1)]}
    assert run.facts["read_whole"] == whole.facts["read_whole"]
    shown = client_as("operations").get(reverse("suppliers:run", args=[run.pk])).context
    assert shown["read_whole"].isoformat() == run.facts["read_whole"]
    assert (len(shown["doubts"]), len(shown["doubts_before"])) == (1, 2)


def test_a_single_new_zero_is_no_doubt_about_the_whole_column(feed: Feed, tmp_path: Path) -> None:
    run = import_file(feed, written({**FIRST, "A": "Article A;0;1,50"}), tmp_path)

    assert (is_by_differences(run), run.facts["doubts"], run.facts["doubts_before"]) == (True, [], [])


def test_the_newer_snapshot_replaces_the_older_file(
    feed: Feed, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    older = Snapshot.objects.get(feed=feed).file

    with django_capture_on_commit_callbacks(execute=True):
        import_file(feed, written(SECOND), tmp_path)

    newer = Snapshot.objects.get(feed=feed).file
    assert (feed_storage().exists(older), feed_storage().exists(newer)) == (False, True)


def test_every_night_what_went_astray_is_healed_by_the_next_file(feed: Feed, tmp_path: Path) -> None:
    import_file(feed, written(SECOND), tmp_path)
    OfferStock.objects.filter(offer__supplier_sku="H").update(quantity=99)
    stray = feed_storage().save(
        f"{feed.pk}/snapshots/{feed.runs.earliest('pk').pk}-9.parquet", ContentFile(b"")
    )

    reconcile_feeds()
    reconcile_feeds()
    run = import_file(feed, written({**SECOND, "B": "Article B;9;1,50"}), tmp_path)

    assert (is_by_differences(run), quantities()) == (False, {**AFTER, "B": 9})
    assert not Distrust.objects.exists()
    assert not feed_storage().exists(stray)
