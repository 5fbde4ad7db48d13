"""Files that are no feeds: each ends with a plain sentence and nothing read."""

import random
from pathlib import Path

import pytest

from suppliers.readers import Limits, NotAFeed, read, sniff
from tests.suppliers.readers.files import read_text, rows_of, written


def refused(path: Path, limits: Limits | None = None) -> NotAFeed:
    with pytest.raises(NotAFeed) as error:
        read(path, limits=limits or Limits())
    return error.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\n\t", "empty"),
        (bytes(5_000), "empty"),
        (b"sku;qty;price\n", "header_only"),
        (b"sku;qty;price\n\n;;\n", "header_only"),
        (b"<!DOCTYPE html><html><body>Error 500</body></html>", "html"),
        (b"\xef\xbb\xbf\n <html lang='fr'><head><title>Login</title></head></html>", "html"),
        (b"Fatal error: Uncaught Exception in /var/www/feed.php on line 12\n", "no_table"),
        (b"Dear customer, our feed is down, sorry.\nWe will be back, soon, I promise.\n", "no_table"),
        (b"sku\nA1\nA2\n", "no_table"),
        (b"%PDF-1.4\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        (b"\x00\x01\x02\x03\x04\x05" * 500, "binary"),
        (b"PK\x03\x04" + b"x" * 100, "cut_short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (b"\x1f\x8b\x08" + bytes(20), "unreadable"),
        (b"Rar!\x1a\x07\x01" + bytes(50), "not_read_yet"),
        (b"weight;colour\n5;red\n6;blue\n", "no_key"),
    ],
)
def test_what_is_no_feed_says_so(tmp_path: Path, content: bytes, code: str) -> None:
    error = refused(written(tmp_path, content))

    assert error.code == code
    assert len(str(error)) > 20


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.csv").code == "missing"
    assert refused(tmp_path).code == "missing"


def test_random_bytes_are_refused_in_a_sentence(tmp_path: Path) -> None:
    chance = random.Random(1)

    for size in (10, 20, 500, 70_000):
        assert str(refused(written(tmp_path, chance.randbytes(size)))).endswith(".")


def test_an_upload_of_two_gigabytes_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)

    error = refused(path)

    assert error.code == "too_large"
    assert "2.1 GB" in str(error)


def test_too_many_columns(tmp_path: Path) -> None:
    wide = ";".join(f"c{place}" for place in range(5_000))

    assert refused(written(tmp_path, f"{wide}\n{wide}\n")).code == "too_wide"


def test_too_many_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\n" + "A1;5\n" * 2_000)

    assert refused(path, Limits(max_rows=1_000)).code == "too_many_rows"


def test_too_slow(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;5\n")

    assert refused(path, Limits(seconds=0)).code == "too_slow"


def test_a_cell_of_megabytes_rejects_its_line_and_no_other(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;name;qty\nA1;" + "x" * 3_000_000 + ";5\nA2;ok;6\nA3;ok;7\n")

    assert rows_of(reading, "key", "quantity") == [("A2", 6), ("A3", 7)]
    assert reading.rejects.select("line", "reason").rows() == [(2, "cell_too_long")]


X = "x" * 40_000_000


@pytest.mark.parametrize(
    "content",
    [
        f"sku;name;qty\nA1;{X};5\nA2;ok;6\n",
        'sku;name;qty\nA1;"' + 'lorem ""ipsum""\n' * 3_000_000 + '";5\nA2;ok;6\n',
        f'[{{"sku": "A1", "name": "{X}", "qty": 5}}, {{"sku": "A2", "qty": 6}}]',
        f"UNB+UNOC:3+S+R+260101:1200+1'UNH+1+INVRPT:D:96A:UN'LIN+1++{X}:EN'QTY+145:12'",
    ],
    ids=["csv", "cell over many lines", "json", "edifact"],
)
def test_a_value_of_many_megabytes_is_refused_before_it_is_read(tmp_path: Path, content: str) -> None:
    assert refused(written(tmp_path, content)).code == "too_long_piece"


def test_a_line_with_more_cells_than_columns_is_rejected_because_they_may_have_moved(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;name;qty\nA1;chair;5\nA2;ta;ble;7\nA3;lamp;8\nA4;x;1\nA5;y;2\n")

    assert rows_of(reading, "key") == [("A1",), ("A3",), ("A4",), ("A5",)]
    assert reading.rejects.rows() == [(3, "", "A2 | ta | ble", "too_many_cells")]
    assert reading.rejected_lines == 1


def test_a_line_with_fewer_cells_keeps_what_it_states(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;qty;price\nA1;5;1.50\nA2;6\nA3\n")

    assert rows_of(reading, "key", "quantity_kind", "quantity") == [("A1", "exact", 5), ("A2", "exact", 6)]
    assert reading.skipped.headings == 1


def test_lines_without_a_code_are_rejected_and_their_sums_said_apart(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;qty;price\nA1;5;1.50\n;7;2.50\nA3;1;1.00\n")

    assert rows_of(reading, "key") == [("A1",), ("A3",)]
    assert reading.rejects.select("line", "reason").rows() == [(3, "no_code")]
    assert (reading.totals.without_code, reading.totals.quantity_sum_without_code) == (1, 7)


def test_a_code_longer_than_the_database_holds_is_rejected(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"sku;qty\n{'A' * 121};5\nA2;6\nA3;7\n")

    assert rows_of(reading, "key") == [("A2",), ("A3",)]
    assert reading.rejects["reason"].to_list() == ["code_too_long"]


def test_sniffing_refuses_as_reading_does(tmp_path: Path) -> None:
    with pytest.raises(NotAFeed) as error:
        sniff(written(tmp_path, b"<html></html>"))

    assert error.value.code == "html"
