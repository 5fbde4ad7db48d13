import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
import redis

from stocke.localservices import ServiceError, ensure, remove
from stocke.localservices.binaries import postgres_version
from stocke.localservices.children import wait_until
from stocke.localservices.temporary import PREFIX, remove_abandoned, temporary_root

RUN_AND_WAIT = """
import sys, pathlib, signal
from stocke.localservices import ensure
print([child.process.pid for child in ensure(pathlib.Path(sys.argv[1]), fast=True).children], flush=True)
signal.pause()
"""
ASK_AND_LEAVE = """
import sys, pathlib
from stocke.localservices import ensure
with ensure(pathlib.Path(sys.argv[1])) as services:
    print(services.is_borrowed)
"""


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """An empty project folder, in an environment that names no server."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    with temporary_root() as folder:
        yield folder


def query(sql: str, url: str = "") -> object:
    with psycopg.connect(url or os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def cache() -> "redis.Redis":
    return redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


def test_data_survives_a_stop_and_a_new_start(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensure(root):
        query("CREATE TABLE kept AS SELECT 'Étagère' AS name")
        cache().set("kept", "oui")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")

    with ensure(root):
        found = [query("SELECT lower(name) FROM kept"), cache().get("kept")]

    assert found == ["étagère", "oui"]


def test_a_stop_ends_both_servers_and_forgets_their_addresses(root: Path) -> None:
    services = ensure(root, fast=True)
    running = [child.is_running() for child in services.children]

    services.stop()

    assert running == [True, True]
    assert [child.is_running() for child in services.children] == [False, False]
    assert not (root / "services.json").exists()


def test_nothing_starts_when_both_addresses_are_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/stocke")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    services = ensure(root)

    assert services.children == []
    assert list(root.iterdir()) == []


def test_only_the_server_that_is_missing_starts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with ensure(root, fast=True) as services:
        names = [child.name for child in services.children]

    assert names == ["postgres"]
    assert os.environ["REDIS_URL"] == "redis://elsewhere/0"


def test_a_wrong_password_is_refused(root: Path) -> None:
    with ensure(root, fast=True) as services:
        secret = (root / "password").read_text()
        wrong = {name: url.replace(secret, "wrong") for name, url in services.urls.items()}

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            query("SELECT 1", wrong["DATABASE_URL"])
        with pytest.raises(redis.AuthenticationError):
            redis.from_url(wrong["REDIS_URL"]).ping()


def test_the_folder_may_be_named_from_where_we_stand(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)

    with ensure(Path(root.name), fast=True):
        assert query("SELECT 1") == 1


def test_secrets_are_for_the_owner_only(root: Path) -> None:
    with ensure(root, fast=True):
        modes = {name: (root / name).stat().st_mode & 0o777 for name in ("password", "services.json")}

    assert modes == {"password": 0o600, "services.json": 0o600}


def test_a_second_process_borrows_the_servers_and_leaves_them_running(root: Path) -> None:
    with ensure(root, fast=True):
        environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        said = subprocess.run(
            [sys.executable, "-c", ASK_AND_LEAVE, root],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )

        assert said.stdout == "True\n"
        assert query("SELECT 1") == 1


def test_data_in_use_is_not_removed(root: Path) -> None:
    with ensure(root, fast=True):
        with pytest.raises(ServiceError, match="are running; stop them first"):
            remove(root)

        assert query("SELECT 1") == 1


def test_what_killed_commands_left_is_removed_and_what_is_in_use_stays(tmp_path: Path) -> None:
    used, left, new = (tmp_path / f"{PREFIX}{name}" for name in ("used", "left", "new"))
    for folder in (used, left, new):
        folder.mkdir()
    (left / "postgres").mkdir()
    with (used / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for folder in (used, left):
            os.utime(folder, (0, 0))

        remove_abandoned(tmp_path)

    assert sorted(tmp_path.iterdir()) == [new, used]


def test_a_killed_parent_leaves_no_server_behind_and_the_next_start_works(root: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", RUN_AND_WAIT, root], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().strip("[]\n").split(",")]

    with parent:
        parent.send_signal(signal.SIGKILL)

    assert len(pids) == 2
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids), seconds=20)
    with ensure(root, fast=True):
        assert query("SELECT 1") == 1


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def test_a_stale_pid_file_with_the_number_of_an_innocent_process_does_no_harm(root: Path) -> None:
    with ensure(root, fast=True):
        pass
    os.environ.pop("DATABASE_URL")
    os.environ.pop("REDIS_URL")
    pid_file = root / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{root / 'postgres'}\n")

    with ensure(root, fast=True):
        assert query("SELECT 1") == 1


def test_data_of_another_version_is_refused_and_untouched(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ensure(root, fast=True):
        pass
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    version = root / "postgres" / "PG_VERSION"
    version.write_text("9\n")

    with pytest.raises(ServiceError, match="is of PostgreSQL 9, and this machine now has"):
        ensure(root, fast=True)

    assert version.read_text() == "9\n"
    assert not (root / "services.json").exists()


def test_a_database_of_the_distribution_will_do(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL of a distribution on this machine")
    monkeypatch.setenv("STOCKE_POSTGRES_PROGRAMS", str(found[-1].parent))

    with ensure(root, fast=True):
        version = query("SHOW server_version_num")

    assert int(str(version)) // 10000 == postgres_version(found[-1].parent)
