"""Files on a real FTP server, in the open and by TLS."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from suppliers.transports import Source
from suppliers.transports.ftp import ftp_time
from tests.fakes.certificates import Certificates
from tests.fakes.ftp import PASSWORD, USER, FakeFtp, TlsFront, running_ftp, running_tls_front
from tests.suppliers.transports_at_work import MORNING, failed, fetched, source


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FakeFtp]:
    with running_ftp(tmp_path_factory.mktemp("ftp")) as started:
        yield started


@pytest.fixture(scope="module")
def front(running: FakeFtp, certificates: Certificates) -> Generator[TlsFront]:
    with running_tls_front(running, certificates.server) as started:
        yield started


@pytest.fixture
def server(running: FakeFtp, settings: Settings) -> FakeFtp:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    running.cut = running.grow = False
    running.unknown.clear()
    running.commands.clear()
    for path in running.root.rglob("*.csv"):
        path.unlink()
    return running


def put(
    server: FakeFtp, name: str, content: str = "sku;qty\nA;4\n", *, at: float = MORNING.timestamp()
) -> None:
    path = server.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    os.utime(path, (at, at))


def at(server: FakeFtp, path: str, *, password: str = PASSWORD, **more: Any) -> Source:
    access = {"host": "localhost", "port": server.port, "user": USER, "path": path, **more}
    return source(access, password=password)


def test_a_file_comes_with_its_time(server: FakeFtp, tmp_path: Path) -> None:
    put(server, "stock.csv")

    got = fetched("ftp", at(server, "stock.csv"), tmp_path)

    assert (got.path.read_text(), got.file_name, got.written_at) == ("sku;qty\nA;4\n", "stock.csv", MORNING)


def test_a_large_file_comes_whole(server: FakeFtp, tmp_path: Path) -> None:
    content = "".join(f"A-{number};{number % 7}\n" for number in range(200_000))
    put(server, "stock.csv", content)

    assert fetched("ftp", at(server, "/stock.csv"), tmp_path).path.read_text() == content


@pytest.mark.parametrize(
    "unknown", [set(), {"MLSD"}, {"MLSD", "MDTM", "SIZE"}], ids=["new", "old", "very old"]
)
def test_the_newest_file_that_fits_is_meant(server: FakeFtp, tmp_path: Path, unknown: set[str]) -> None:
    """A server that tells no times leaves the names to go by."""
    put(server, "out/stock-01.csv", at=1000.0)
    put(server, "out/stock-02.csv", at=3000.0)
    put(server, "out/.stock-09.csv", at=9000.0)
    put(server, "out/prices.csv", at=4000.0)
    server.unknown |= unknown

    assert fetched("ftp", at(server, "/out/stock-*.csv"), tmp_path).file_name == "stock-02.csv"


@pytest.mark.parametrize("security", ["explicit", "implicit"])
def test_by_tls_nothing_is_said_in_the_open(
    server: FakeFtp,
    front: TlsFront,
    tmp_path: Path,
    certificates: Certificates,
    settings: Settings,
    security: str,
) -> None:
    settings.EXTRA_CA_FILE = str(certificates.authority)
    put(server, "out/stock.csv", "A;4\n" * 100_000)
    port = front.port if security == "explicit" else front.implicit_port

    got = fetched("ftp", at(server, "out/*", port=port, security=security), tmp_path)

    assert (got.file_name, got.size) == ("stock.csv", 400_000)


@pytest.mark.parametrize("security", ["explicit", "implicit"])
def test_a_certificate_that_nobody_vouches_for_ends_the_visit_before_the_password(
    server: FakeFtp, front: TlsFront, tmp_path: Path, security: str
) -> None:
    port = front.port if security == "explicit" else front.implicit_port

    assert failed("ftp", at(server, "x", port=port, security=security), tmp_path) == ("secure", True)
    assert "USER" not in server.commands


def test_a_wrong_password_waits_for_a_person(server: FakeFtp, tmp_path: Path) -> None:
    assert failed("ftp", at(server, "x", password="wrong-word"), tmp_path) == ("login", False)


@pytest.mark.parametrize(
    ("path", "code"), [("missing.csv", "missing"), ("nowhere/*.csv", "missing"), ("*.xlsx", "no_match")]
)
def test_what_is_not_there_is_said(server: FakeFtp, tmp_path: Path, path: str, code: str) -> None:
    put(server, "stock.csv")

    assert failed("ftp", at(server, path), tmp_path) == (code, False)


def test_a_path_cannot_carry_a_command(server: FakeFtp, tmp_path: Path) -> None:
    assert failed("ftp", at(server, "x\r\nDELE stock.csv"), tmp_path) == ("missing", False)
    assert "DELE" not in server.commands


def test_a_line_cut_in_mid_file_is_not_a_file(server: FakeFtp, tmp_path: Path) -> None:
    put(server, "stock.csv", "A;1\n" * 500_000)
    server.cut = True

    code, retry = failed("ftp", at(server, "stock.csv"), tmp_path)

    assert (code in {"cut", "server_later"}, retry) == (True, True)


def test_a_file_that_grows_while_it_is_read_waits(server: FakeFtp, tmp_path: Path) -> None:
    put(server, "stock.csv", "A;1\n" * 500_000)
    server.grow = True

    assert failed("ftp", at(server, "stock.csv"), tmp_path) == ("unstable", True)


def test_a_server_inside_is_not_visited(server: FakeFtp, tmp_path: Path) -> None:
    assert failed("ftp", at(server, "x", host="127.0.0.1"), tmp_path) == ("private", False)
    assert server.commands == []


@pytest.mark.parametrize("text", ["", "20261399000000", "yesterday"])
def test_a_time_that_is_none_is_no_time(text: str) -> None:
    assert ftp_time(text) is None
