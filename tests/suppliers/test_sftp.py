"""Files on a real SFTP server."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pytest_django.fixtures import Settings

from suppliers.transports import Source
from tests.fakes.sftp import KEY, PASSWORD, USER, FakeSftp, running_sftp
from tests.suppliers.transports_at_work import MORNING, failed, fetched, source


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FakeSftp]:
    with running_sftp(tmp_path_factory.mktemp("sftp")) as started:
        yield started


@pytest.fixture
def server(running: FakeSftp, settings: Settings) -> FakeSftp:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    running.cut_after, running.grow = None, False
    running.logins.clear()
    for path in running.root.rglob("*.csv"):
        path.unlink()
    return running


def put(
    server: FakeSftp, name: str, content: str = "sku;qty\nA;4\n", *, at: float = MORNING.timestamp()
) -> Path:
    path = server.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def at(
    server: FakeSftp, path: str, *, password: str = PASSWORD, private_key: str = "", **more: Any
) -> Source:
    access = {"host": "localhost", "port": server.port, "user": USER, "path": path, **more}
    return source(access, password=password, private_key=private_key)


def test_a_file_comes_with_its_time_and_the_servers_key(server: FakeSftp, tmp_path: Path) -> None:
    put(server, "stock.csv")

    got = fetched("sftp", at(server, "/stock.csv"), tmp_path)

    assert (got.path.read_text(), got.file_name, got.size) == ("sku;qty\nA;4\n", "stock.csv", 12)
    assert (got.written_at, got.remember) == (MORNING, {"host_key": server.fingerprint})


def test_a_large_file_comes_whole(server: FakeSftp, tmp_path: Path) -> None:
    content = "".join(f"A-{number};{number % 7}\n" for number in range(400_000))
    put(server, "stock.csv", content)

    assert fetched("sftp", at(server, "stock.csv"), tmp_path).path.read_text() == content


def test_the_newest_file_that_fits_is_meant(server: FakeSftp, tmp_path: Path) -> None:
    put(server, "out/stock-01.csv", at=1000.0)
    put(server, "out/STOCK-02.CSV.csv", at=3000.0)
    put(server, "out/stock-03.csv.part.csv", at=2000.0)
    put(server, "out/prices.csv", at=4000.0)

    assert fetched("sftp", at(server, "/out/stock-*.csv"), tmp_path).file_name == "STOCK-02.CSV.csv"
    assert fetched("sftp", at(server, "/out/"), tmp_path).file_name == "prices.csv"


def test_a_key_opens_as_well_as_a_password(server: FakeSftp, tmp_path: Path) -> None:
    put(server, "stock.csv")
    text = KEY.export_private_key().decode()

    fetched("sftp", at(server, "stock.csv", password="", private_key=text), tmp_path)

    assert set(server.logins) == {"key"}


def test_what_is_no_key_is_refused_before_anybody_is_asked(server: FakeSftp, tmp_path: Path) -> None:
    assert failed("sftp", at(server, "x", private_key="-----BEGIN NONSENSE"), tmp_path) == (
        "private_key",
        False,
    )
    assert server.logins == []


def test_a_wrong_password_waits_for_a_person(server: FakeSftp, tmp_path: Path) -> None:
    assert failed("sftp", at(server, "x", password="wrong-word"), tmp_path) == ("login", False)


@pytest.mark.parametrize(
    "known", ["", "{fingerprint}", "SHA256:{hash}"], ids=["first visit", "algorithm and hash", "hash alone"]
)
def test_the_key_we_know_lets_us_in(server: FakeSftp, tmp_path: Path, known: str) -> None:
    put(server, "stock.csv")
    hash_alone = server.fingerprint.partition("SHA256:")[2]
    host_key = known.format(fingerprint=server.fingerprint, hash=hash_alone)

    assert fetched("sftp", at(server, "stock.csv", host_key=host_key), tmp_path).size == 12


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ssh-rsa"])
def test_another_key_than_we_know_ends_the_visit_before_the_password(
    server: FakeSftp, tmp_path: Path, algorithm: str
) -> None:
    other = f"{algorithm} {asyncssh.generate_private_key('ssh-ed25519').get_fingerprint()}"

    assert failed("sftp", at(server, "x", host_key=other), tmp_path) == ("host_key", False)
    assert server.logins == []


@pytest.mark.parametrize(
    ("path", "code"), [("missing.csv", "missing"), ("nowhere/*.csv", "missing"), ("*.xlsx", "no_match")]
)
def test_what_is_not_there_is_said(server: FakeSftp, tmp_path: Path, path: str, code: str) -> None:
    put(server, "stock.csv")

    assert failed("sftp", at(server, path), tmp_path) == (code, False)


def test_a_line_cut_in_mid_file_is_not_a_file(server: FakeSftp, tmp_path: Path) -> None:
    put(server, "stock.csv", "A;1\n" * 1_000_000)
    server.cut_after = 2_000_000

    assert failed("sftp", at(server, "stock.csv"), tmp_path) == ("cut", True)


def test_a_file_that_grows_while_it_is_read_waits(server: FakeSftp, tmp_path: Path) -> None:
    put(server, "stock.csv")
    server.grow = True

    assert failed("sftp", at(server, "stock.csv"), tmp_path) == ("unstable", True)


def test_a_file_over_the_bound_is_not_read(server: FakeSftp, tmp_path: Path, settings: Settings) -> None:
    settings.FEED_MAX_BYTES = 5
    put(server, "stock.csv")

    assert failed("sftp", at(server, "stock.csv"), tmp_path) == ("bytes", False)
    assert list(tmp_path.iterdir()) == []


def test_a_server_inside_is_not_visited(server: FakeSftp, tmp_path: Path) -> None:
    assert failed("sftp", at(server, "x", host="127.0.0.1"), tmp_path) == ("private", False)
    assert server.logins == []


def test_nobody_listening_may_be_tried_again(server: FakeSftp, tmp_path: Path) -> None:
    assert failed("sftp", at(server, "x", port=1), tmp_path) == ("connect", True)
