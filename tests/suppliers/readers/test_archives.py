"""Feeds in archives: what is inside is found, chosen and named; bombs and damage end in a sentence."""

import bz2
import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from suppliers.readers import ColumnMap, Limits, NotAFeed, read
from suppliers.readers.sampling import sample
from tests.suppliers.readers.files import rows_of, workbook, written

STOCK = b"sku;name;qty;price\nA1;Chair;5;12,50\nA2;Lamp;0;3,00\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(500)
ROWS = [("A1", "exact", 5), ("A2", "exact", 0)]


def zipped(members: Mapping[str, bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return out.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(NotAFeed) as error:
        read(path, limits=limits or Limits())
    assert str(error.value).endswith(".")
    return error.value.code


@pytest.mark.parametrize(
    ("content", "packing", "member"),
    [
        (gzip.compress(STOCK), ("gzip",), ""),
        (gzip.compress(STOCK[:30]) + gzip.compress(STOCK[30:]), ("gzip",), ""),
        (bz2.compress(STOCK), ("bzip2",), ""),
        (zipped({"stock.csv": STOCK}), ("ZIP",), "stock.csv"),
        (tarred({"stock.csv": STOCK}), ("TAR",), "stock.csv"),
        (gzip.compress(tarred({"out/stock.csv": STOCK})), ("gzip", "TAR"), "out/stock.csv"),
        (zipped({"stock.csv.gz": gzip.compress(STOCK)}), ("ZIP", "gzip"), "stock.csv.gz"),
        (gzip.compress(gzip.compress(STOCK)), ("gzip", "gzip"), ""),
        (zipped({"a/b.zip": zipped({"stock.csv": STOCK})}), ("ZIP", "ZIP"), "stock.csv"),
    ],
    # Packed bytes hold the time: as names of tests they would differ from process to process.
    ids=[
        "gzip",
        "gzip twice in a row",
        "bzip2",
        "zip",
        "tar",
        "tar.gz",
        "gzip in zip",
        "gzip in gzip",
        "zip in zip",
    ],
)
def test_a_packed_feed_reads_like_the_feed(
    tmp_path: Path, content: bytes, packing: tuple[str, ...], member: str
) -> None:
    reading = read(written(tmp_path, content))

    assert (reading.facts.format, reading.facts.packing, reading.facts.member) == ("csv", packing, member)
    assert rows_of(reading, "key", "quantity_kind", "quantity") == ROWS
    assert reading.doubts == ()


def test_other_formats_are_read_from_archives_too(tmp_path: Path) -> None:
    book = workbook(tmp_path, {"S": [["SKU", "Qty"], ["A1", 5], ["A2", 0]]}).read_bytes()
    items = b"<items><item><sku>A1</sku><qty>5</qty></item><item><sku>A2</sku><qty>0</qty></item></items>"

    for content in (zipped({"s.xlsx": book}), gzip.compress(items), zipped({"s.xml": items})):
        assert rows_of(read(written(tmp_path, content)), "key", "quantity_kind", "quantity") == ROWS


def test_the_member_that_looks_most_like_the_feed_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    members = {
        "readme.txt": b"Hello,\nhere is our stock, as agreed.\nBye\n",
        "prices.csv": b"sku;price\n" + b"".join(b"A%d;1.50\n" % number for number in range(500)),
        "__MACOSX/._stock.csv": b"\x00\x05\x16\x07",
        "logo.png": PICTURE,
        "stock.csv": STOCK,
    }

    reading = read(written(tmp_path, zipped(members)))

    assert (reading.facts.member, rows_of(reading, "key", "quantity_kind", "quantity")) == ("stock.csv", ROWS)
    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [
        ("members", {"members": "prices.csv", "member": "stock.csv"})
    ]


def test_a_saved_mapping_finds_its_member_under_the_name_of_another_day(tmp_path: Path) -> None:
    yesterday = {"old_20260130.csv": b"sku;qty\nZ9;1\nZ8;1\n", "stock_20260130.csv": STOCK}
    today = {"old_20260131.csv": b"sku;qty;price\nZ9;1;2.50\nZ8;1;2.50\n", "stock_20260131.csv": STOCK}
    mapping = read(written(tmp_path, zipped(yesterday))).mapping
    mapping = ColumnMap.from_json(mapping.to_json() | {"member": "stock_20260130.csv"})

    reading = read(written(tmp_path, zipped(today)), column_map=mapping)

    assert (reading.facts.member, reading.doubts) == ("stock_20260131.csv", ())


def test_the_sample_of_a_packed_file_says_where_it_was(tmp_path: Path) -> None:
    looked = sample(written(tmp_path, zipped({"stock.csv": STOCK})))

    assert (looked.packing, looked.member, looked.names) == (
        ("ZIP",),
        "stock.csv",
        ("sku", "name", "qty", "price"),
    )


def test_a_name_that_leads_out_of_the_archive_leads_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"

    reading = read(written(tmp_path, zipped({"../outside.csv": STOCK, "/etc/x.csv": b"no"})))

    assert reading.facts.member == "outside.csv"
    assert not outside.exists()


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_half_an_archive_says_that_it_was_cut(tmp_path: Path, keep: float) -> None:
    lines = b"sku;qty\n" + b"".join(b"A%d;%d\n" % (number, number * 7919 % 83) for number in range(5_000))

    for content in (gzip.compress(lines), bz2.compress(lines), zipped({"stock.csv": lines})):
        assert refused(written(tmp_path, content[: int(len(content) * keep)])) == "cut_short"


def test_damage_in_the_middle_is_found(tmp_path: Path) -> None:
    for content in (gzip.compress(STOCK * 50), bz2.compress(STOCK * 50), zipped({"stock.csv": STOCK * 50})):
        damaged = bytearray(content)
        damaged[len(damaged) // 2] ^= 0xFF

        assert refused(written(tmp_path, bytes(damaged))) in {"unreadable", "nothing_inside"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda zeros: zipped({"stock.csv": zeros})])
def test_a_bomb_of_zeros_is_stopped_by_what_was_written(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = written(tmp_path, pack(bytes(30_000_000)))

    assert refused(path, Limits(max_unpacked=5_000_000)) == "too_large_unpacked"


def test_the_bound_holds_for_all_members_together(tmp_path: Path) -> None:
    members = {f"{number}.csv": STOCK * 20_000 for number in range(10)}

    assert refused(written(tmp_path, zipped(members)), Limits(max_unpacked=5_000_000)) == "too_large_unpacked"


def test_an_archive_in_an_archive_in_an_archive_has_an_end(tmp_path: Path) -> None:
    content = STOCK
    for _time in range(6):
        content = zipped({"more.zip": content})

    assert refused(written(tmp_path, content)) == "too_nested"


def test_a_member_behind_a_password(tmp_path: Path) -> None:
    content = bytearray(zipped({"stock.csv": STOCK}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + place] |= 1

    assert refused(written(tmp_path, bytes(content))) == "encrypted"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, "nothing_inside"),
        ({"logo.png": PICTURE, "b.png": PICTURE}, "nothing_inside"),
        ({"error.html": b"<!DOCTYPE html><html><body>Error</body></html>"}, "html"),
        ({"stock.csv": b"sku;qty\n"}, "header_only"),
        ({"a.txt": b"nothing\n", "b.txt": b"nothing either\n"}, "nothing_inside"),
    ],
)
def test_an_archive_without_a_table(tmp_path: Path, members: Mapping[str, bytes], code: str) -> None:
    assert refused(written(tmp_path, zipped(members))) == code


def test_a_code_may_begin_like_an_archive(tmp_path: Path) -> None:
    for name in ("PK", "BZh", "PAR1", "Rar"):
        reading = read(written(tmp_path, f"{name};sku;qty\nx;A1;5\nx;A2;0\n"))

        assert rows_of(reading, "key", "quantity_kind", "quantity") == ROWS
