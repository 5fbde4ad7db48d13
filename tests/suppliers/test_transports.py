import os
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from suppliers.transports import (
    Fetched,
    NotFetched,
    Progress,
    Source,
    has_waiting_file,
    open_source,
    put_aside,
    save,
    take,
)
from suppliers.transports.contents import hash_of_file
from suppliers.transports.sources import stamp_of
from tests.fakes.web import FakeWeb, running_web

MORNING = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)


def nothing(done: int, total: int | None) -> None: ...


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


@pytest.fixture
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.WATCHED_ROOT = tmp_path / "watched"
    folder = tmp_path / "watched" / "north"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the local copy goes."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


def drop(folder: Path, name: str, text: str = "sku;qty\n", *, at: datetime = MORNING) -> Path:
    path = folder / name
    path.write_text(text)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def fetch_from_address(url: str, desk: Path, *, progress: Progress) -> Fetched:
    with open_source("url", Source(url)) as incoming:
        return save(incoming, desk, asked_at=datetime.now(UTC), progress=progress)


def fetch_from_folder(location: str, desk: Path, *, progress: Progress) -> Fetched:
    with open_source("folder", Source(location)) as incoming:
        return save(incoming, desk, asked_at=datetime.now(UTC), progress=progress)


def failure(location: str, desk: Path) -> tuple[str, bool]:
    with pytest.raises(NotFetched) as caught:
        fetch_from_folder(location, desk, progress=nothing)
    return caught.value.code, caught.value.retry


def test_a_file_at_an_address_comes_with_the_moment_we_asked(web: FakeWeb, desk: Path) -> None:
    before = datetime.now(UTC)

    fetched = fetch_from_address(web.put("/stock.csv", b"sku;qty\n"), desk, progress=nothing)

    assert (fetched.path.read_bytes(), fetched.file_name) == (b"sku;qty\n", "stock.csv")
    assert before <= fetched.taken_at <= datetime.now(UTC)


def test_a_failure_is_a_sentence_in_the_readers_language(web: FakeWeb, desk: Path) -> None:
    with pytest.raises(NotFetched) as caught:
        fetch_from_address(web.put("/x", b"", status=503), desk, progress=nothing)

    with translation.override("en"):
        assert str(caught.value) == "The server answered 503 instead of the file."
    assert caught.value.retry


def test_an_address_inside_is_refused_with_the_operators_way_out(web: FakeWeb, desk: Path) -> None:
    with pytest.raises(NotFetched) as caught:
        fetch_from_address(web.url("/x", "127.0.0.1"), desk, progress=nothing)

    with translation.override("en"):
        assert str(caught.value).startswith("127.0.0.1 is inside a private network, where we do not go.")
    assert web.asked == []


def test_the_newest_complete_file_is_read_with_its_own_time(root: Path, desk: Path) -> None:
    drop(root, "old.csv", at=datetime(2026, 11, 19, tzinfo=UTC))
    newest = drop(root, "new.csv", "sku;qty\nA;1\n")

    fetched = fetch_from_folder("north", desk, progress=nothing)

    assert (fetched.file_name, fetched.taken_at, fetched.origin) == ("new.csv", MORNING, newest)
    assert fetched.path.read_text() == "sku;qty\nA;1\n"
    assert fetched.sha256 == hash_of_file(newest)


def test_a_file_that_is_read_is_copied_first(root: Path, desk: Path) -> None:
    drop(root, "stock.csv", "sku;qty\nA;1\n")
    fetched = fetch_from_folder("north", desk, progress=nothing)

    taken = take(fetched, desk)

    assert (list(desk.iterdir()), taken) == ([taken.path], replace(fetched, path=desk / "fetched"))
    assert taken.path.read_text() == "sku;qty\nA;1\n"


def other_bytes(path: Path) -> None:
    path.write_text("sku;qty\nA;2\n")


def other_file(path: Path) -> None:
    """As long and as old as the one before."""
    path.rename(path.with_suffix(".old"))
    drop(path.parent, path.name, "sku;qty\nA;2\n")


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize("happens", [other_bytes, other_file, link, Path.unlink])
def test_a_file_that_was_changed_since_it_was_looked_at_is_not_copied(
    root: Path, desk: Path, happens: Callable[[Path], None]
) -> None:
    path = drop(root, "stock.csv", "sku;qty\nA;1\n")
    fetched = fetch_from_folder("north", desk, progress=nothing)
    happens(path)

    with pytest.raises(NotFetched) as caught:
        take(fetched, desk)

    assert (caught.value.code, caught.value.retry) == ("unstable", True)


@pytest.mark.parametrize("name", [".stock.csv", "stock.csv.part", "stock.tmp", "stock.csv.filepart"])
def test_what_is_still_being_uploaded_does_not_count(root: Path, desk: Path, name: str) -> None:
    drop(root, name)

    assert not has_waiting_file("north")
    assert failure("north", desk) == ("no_file", False)


def test_what_was_written_a_moment_ago_does_not_count_yet(root: Path, desk: Path) -> None:
    drop(root, "stock.csv", at=datetime.now(UTC))

    assert failure("north", desk) == ("no_file", False)


def test_a_link_in_the_folder_is_not_followed(root: Path, desk: Path) -> None:
    (root / "stock.csv").symlink_to("/etc/passwd")

    assert failure("north", desk) == ("no_file", False)


@pytest.mark.parametrize("location", ["..", "../..", "/etc", "north/../../..", "north\0"])
def test_no_path_leads_out_of_the_watched_folder(root: Path, desk: Path, location: str) -> None:
    assert failure(location, desk) == ("outside", False)
    assert not has_waiting_file(location.replace("\0", ""))


def test_a_linked_folder_does_not_lead_out_either(root: Path, desk: Path) -> None:
    (root.parent / "out").symlink_to("/etc")

    assert failure("out", desk) == ("outside", False)


def test_a_folder_that_does_not_exist_is_said(root: Path, desk: Path) -> None:
    assert failure("south", desk) == ("no_folder", False)
    assert not has_waiting_file("south")


def test_a_file_that_grows_while_it_is_copied_waits(root: Path, desk: Path) -> None:
    path = drop(root, "stock.csv")

    def touched(done: int, total: int | None) -> None:
        os.utime(path, (time.time(), time.time()))

    with pytest.raises(NotFetched) as caught:
        fetch_from_folder("north", desk, progress=touched)
    assert (caught.value.code, caught.value.retry) == ("unstable", True)


def test_a_file_over_the_bound_is_not_copied(root: Path, desk: Path, settings: Settings) -> None:
    settings.FEED_MAX_BYTES = 5
    drop(root, "stock.csv", "sku;qty\n")

    assert failure("north", desk) == ("bytes", False)
    assert list(desk.iterdir()) == []


def test_a_file_that_was_read_is_put_aside_with_those_it_overtook(root: Path) -> None:
    drop(root, "old.csv", at=datetime(2026, 11, 19, tzinfo=UTC))
    read = drop(root, "new.csv")
    drop(root, "newer.csv", at=datetime(2026, 11, 21, tzinfo=UTC))

    assert put_aside(read, stamp_of(read.stat()), 12)

    assert sorted(path.name for path in root.iterdir()) == ["done", "newer.csv"]
    assert sorted(path.name for path in (root / "done").iterdir()) == ["12-new.csv", "12-old.csv"]


def test_a_file_that_came_in_place_of_the_one_that_was_read_waits_for_the_next_run(root: Path) -> None:
    drop(root, "old.csv", at=datetime(2026, 11, 19, tzinfo=UTC))
    path = drop(root, "stock.csv")
    read = stamp_of(path.stat())
    path.unlink()
    drop(root, "stock.csv", "sku;qty\nB;1\n", at=datetime(2026, 11, 21, tzinfo=UTC))

    assert put_aside(path, read, 12)

    assert sorted(entry.name for entry in root.iterdir()) == ["done", "stock.csv"]
    assert [entry.name for entry in (root / "done").iterdir()] == ["12-old.csv"]


def test_a_folder_that_keeps_its_files_is_no_failure(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = drop(root, "stock.csv")

    def forbidden(self: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "rename", forbidden)

    assert not put_aside(read, stamp_of(read.stat()), 12)
    assert read.exists()
