"""Files that come by mail, from a real IMAP server."""

from collections.abc import Generator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from suppliers.transports import Fetched, NotFetched, Source
from suppliers.transports.mails import is_about, is_from
from tests.fakes.certificates import Certificates
from tests.fakes.imap import PASSWORD, USER, FakeImap, mail, running_imap
from tests.fakes.web import running_web
from tests.suppliers.transports_at_work import failed, fetched, source

STOCK = b"sku;qty\nA;4\n"


@pytest.fixture(scope="module")
def running(certificates: Certificates) -> Generator[FakeImap]:
    with running_imap(certificates.server) as started:
        yield started


@pytest.fixture
def box(running: FakeImap, certificates: Certificates, settings: Settings) -> FakeImap:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    settings.EXTRA_CA_FILE = str(certificates.authority)
    running.empty()
    return running


def at(
    box: FakeImap,
    *,
    after: Fetched | None = None,
    password: str = PASSWORD,
    security: str = "tls",
    **more: Any,
) -> Source:
    """The mailbox as the run after the one that fetched `after` asks for it."""
    port = box.tls_port if security == "tls" else box.port
    access = {
        "host": "localhost",
        "port": port,
        "security": security,
        "user": USER,
        "sender": "supplier.example",
    }
    asked = source({**access, **more}, password=password)
    return Source(asked.location, asked.access, asked.secrets, dict(after.remember) if after else {}, 20)


def test_the_file_of_the_newest_mail_that_fits_is_taken_and_no_mail_looks_read(
    box: FakeImap, tmp_path: Path
) -> None:
    box.put(mail(old_csv=b"old"))
    box.put(mail(stock_csv=STOCK, logo_png=b"x" * 500), at=datetime(2026, 11, 20, 7, 12, tzinfo=UTC))
    box.put(mail(sender="somebody@elsewhere.example", other_csv=b"other"))
    box.put(mail(subject="Invoice", invoice_csv=b"invoice"))

    got = fetched("mailbox", at(box, subject="daily"), tmp_path)

    assert (got.path.read_bytes(), got.file_name) == (STOCK, "stock.csv")
    assert got.written_at == datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
    assert all(b"Seen" not in flags for flags in box.flags())


def test_each_mail_is_looked_at_once(box: FakeImap, tmp_path: Path) -> None:
    box.put(mail(stock_csv=STOCK))
    first = fetched("mailbox", at(box), tmp_path)

    assert failed("mailbox", at(box, after=first), tmp_path) == ("nothing_new", False)

    box.put(mail(stock_csv=b"sku;qty\nA;3\n"))
    second = fetched("mailbox", at(box, after=first), tmp_path)
    assert second.path.read_bytes() == b"sku;qty\nA;3\n"
    assert failed("mailbox", at(box, after=second), tmp_path) == ("nothing_new", False)


def test_a_mailbox_that_was_made_anew_is_read_from_its_beginning(box: FakeImap, tmp_path: Path) -> None:
    box.put(mail(stock_csv=STOCK))
    first = fetched("mailbox", at(box), tmp_path)
    box.empty()
    box.put(mail(stock_csv=b"sku;qty\nA;3\n"))

    assert fetched("mailbox", at(box, after=first), tmp_path).path.read_bytes() == b"sku;qty\nA;3\n"


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_each_kind_of_line_leads_to_the_mails(box: FakeImap, tmp_path: Path, security: str) -> None:
    box.put(mail(stock_csv=STOCK))

    assert fetched("mailbox", at(box, security=security), tmp_path).size == len(STOCK)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_ends_the_visit(
    box: FakeImap, tmp_path: Path, security: str, settings: Settings
) -> None:
    settings.EXTRA_CA_FILE = ""

    assert failed("mailbox", at(box, security=security), tmp_path) == ("secure", True)


def test_a_large_attachment_comes_whole_and_the_pattern_chooses(box: FakeImap, tmp_path: Path) -> None:
    big = b"".join(b"A-%d;%d\n" % (number, number % 7) for number in range(200_000))
    box.put(mail(stock_csv=big, prices_csv=b"x" * 10, STOCK_old_csv=b"old"))

    assert fetched("mailbox", at(box, pattern="stock*.csv"), tmp_path).path.read_bytes() == big
    assert fetched("mailbox", at(box, pattern="Prices.*"), tmp_path).file_name == "prices.csv"


def cut(whole: EmailMessage) -> bytes:
    raw = whole.as_bytes()
    return raw[: len(raw) * 2 // 3]


def test_a_mail_that_was_cut_is_passed_over_for_the_last_whole_one(box: FakeImap, tmp_path: Path) -> None:
    box.put(mail(stock_csv=STOCK))
    box.put(cut(mail(stock_csv=b"sku;qty\n" + b"A;1\n" * 500)))

    assert fetched("mailbox", at(box), tmp_path).path.read_bytes() == STOCK


@pytest.mark.parametrize("content", [{}, {"logo_png": b"x"}], ids=["no file", "a picture"])
def test_mails_without_a_file_are_said(box: FakeImap, tmp_path: Path, content: dict[str, bytes]) -> None:
    box.put(mail(**content))  # type: ignore[arg-type]  # only the files are given

    assert failed("mailbox", at(box), tmp_path) == ("no_file_in_mail", False)


@pytest.mark.parametrize("where", ["text", "html"])
def test_a_link_in_the_mail_is_followed(box: FakeImap, tmp_path: Path, where: str) -> None:
    with running_web() as web:
        url = web.put("/files/stock.csv?id=7", STOCK)
        other = '<a href="https://elsewhere.example/unsubscribe">Leave</a>'
        said = (
            {"text": f"See {url}."}
            if where == "text"
            else {"html": f'<p>{other} <a href="{url}">Stock</a></p>'}
        )
        box.put(mail(**said))  # type: ignore[arg-type]  # only the text is given

        got = fetched("mailbox", at(box, take="link"), tmp_path)

    assert (got.path.read_bytes(), got.file_name) == (STOCK, "stock.csv")


def test_a_link_into_the_private_network_is_not_followed(box: FakeImap, tmp_path: Path) -> None:
    box.put(mail(text="http://127.0.0.1/stock.csv"))

    assert failed("mailbox", at(box, take="link"), tmp_path) == ("private", False)


def test_a_dead_link_is_told_with_the_mail_that_holds_it(box: FakeImap, tmp_path: Path) -> None:
    with running_web() as web:
        box.put(mail(subject="Friday's stock", text=web.url("/stock.csv")))

        with pytest.raises(NotFetched) as caught:
            fetched("mailbox", at(box, take="link"), tmp_path)

    with translation.override("en"):
        assert str(caught.value) == (
            "The link in the mail “Friday's stock” is dead: its server answered 404. Ask the supplier for a new one."
        )
    assert (caught.value.code, caught.value.retry) == ("dead_link", False)


def test_a_link_that_needs_a_password_is_not_called_dead(box: FakeImap, tmp_path: Path) -> None:
    with running_web() as web:
        box.put(mail(text=web.put("/stock.csv", b"", status=401)))

        assert failed("mailbox", at(box, take="link"), tmp_path) == ("denied", False)


def test_a_wrong_password_waits_for_a_person(box: FakeImap, tmp_path: Path) -> None:
    assert failed("mailbox", at(box, password="wrong-word"), tmp_path) == ("login", False)
    assert failed("mailbox", at(box, password="pässword"), tmp_path) == ("login", False)


def test_a_folder_that_is_not_there_is_said(box: FakeImap, tmp_path: Path) -> None:
    box.put(mail(stock_csv=STOCK), folder="Stocks")

    assert failed("mailbox", at(box, folder="Nowhere"), tmp_path) == ("no_mail_folder", False)
    assert fetched("mailbox", at(box, folder="Stocks"), tmp_path).size == len(STOCK)


@pytest.mark.parametrize(
    ("address", "sender", "fits"),
    [
        ("Stock@Supplier.example", "stock@supplier.example", True),
        ("stock@supplier.example", "supplier.example", True),
        ("stock@supplier.example", "@supplier.example", True),
        ("stock@supplier.example.evil.example", "stock@supplier.example", False),
        ("stock@evil-supplier.example", "supplier.example", False),
        ("supplier.example@evil.example", "supplier.example", False),
    ],
)
def test_nobody_chooses_an_address_that_passes_for_the_suppliers(
    address: str, sender: str, fits: bool
) -> None:
    assert is_from(address, sender) == fits


def test_the_subject_may_be_broken_over_lines() -> None:
    assert is_about("Daily\r\n stock of today", "daily stock")
