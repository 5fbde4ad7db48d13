"""Damaged feeds, thousands of ways: no traceback, no line invented, no zero that nobody stated."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, Reading, read, summary
from suppliers.readers.availability import availability
from tests.suppliers.readers.files import as_csv, workbook, written

FEEDS = Path(__file__).parents[4] / "shared" / "data" / "feeds"
SMALL = 60_000
MUTANTS = 40


def a_csv(folder: Path) -> bytes:
    rows = [[f"K-{n}", f"Chaise n° {n}; “bois”", str(n % 7), f"{n},50", "4006381333931"] for n in range(200)]
    return as_csv([["Référence", "Désignation", "Quantité", "Prix HT", "EAN"], *rows]).encode()


def a_workbook(folder: Path) -> bytes:
    rows = [[f"K-{n}", f"Chair {n}", n % 7, n + 0.5] for n in range(200)]
    return workbook(folder, {"S": [["SKU", "Name", "Qty", "Price"], *rows]}).read_bytes()


def real_feeds() -> list[Path]:
    found = sorted(FEEDS.glob("f[0-9]*")) if FEEDS.is_dir() else []
    return [path for path in found if path.stat().st_size < SMALL]


def flip(content: bytearray, chance: random.Random) -> bytearray:
    content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def insert_signs(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    content[place:place] = bytes([chance.choice(b"\",;\t|\n\r'\\\x00=<>&")]) * chance.choice([1, 3, 100])
    return content


def cut_out(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    del content[place : place + chance.choice([1, 50, 5_000])]
    return content


def cut_off(content: bytearray, chance: random.Random) -> bytearray:
    return content[: max(1, int(len(content) * chance.random()))]


def repeat(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    content[place:place] = content[max(0, place - chance.choice([10, 5_000])) : place]
    return content


def swap_signs(content: bytearray, chance: random.Random) -> bytearray:
    old, new = (bytes([sign]) for sign in chance.sample(list(b',;\t\n"|'), 2))
    return bytearray(bytes(content).replace(old, new, chance.choice([1, 10, -1])))


def recode(content: bytearray, chance: random.Random) -> bytearray:
    text = bytes(content).decode("utf-8", "replace")
    return bytearray(text.encode(chance.choice(["cp1252", "utf-16", "cp1251", "utf-8-sig"]), "replace"))


def put_before(content: bytearray, chance: random.Random) -> bytearray:
    return bytearray(chance.choice([b"\n\n", b"Report\n", b"sep=;\n", b"\xef\xbb\xbf", b'"'])) + content


DAMAGES: list[Callable[[bytearray, random.Random], bytearray]] = [
    *(flip, insert_signs, cut_out, cut_off, repeat, swap_signs, recode, put_before),
]


def mutant(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _time in range(chance.choice([1, 1, 2, 5, 20])):
        damaged = chance.choice(DAMAGES)(damaged or bytearray(b"x"), chance)
    return bytes(damaged)


def assert_nothing_invented(reading: Reading) -> None:
    """Every number comes from a cell with a figure in it, or from words that state a zero."""
    stated = reading.lines.filter(reading.lines["quantity"].is_not_null())
    for row in stated.iter_rows(named=True):
        said = " ".join(filter(None, (row["quantity_raw"], row["availability_raw"])))
        assert any(sign.isdigit() for sign in said) or availability(said) == "out_of_stock", row
    assert not reading.lines["key"].null_count()


def assert_read_or_refused(path: Path) -> None:
    try:
        reading = read(path)
    except NotAFeed as refused:
        assert str(refused)
    else:
        summary(reading)
        assert_nothing_invented(reading)


@pytest.mark.parametrize("make", [a_csv, a_workbook])
def test_mutants_of_our_own_feeds(tmp_path: Path, make: Callable[[Path], bytes]) -> None:
    content = make(tmp_path)

    for seed in range(MUTANTS):
        assert_read_or_refused(written(tmp_path, mutant(content, random.Random(seed)), f"{seed}.bin"))


@pytest.mark.skipif(not real_feeds(), reason="the real feeds are not on this machine")
@pytest.mark.parametrize("seed", range(MUTANTS))
def test_mutants_of_real_feeds(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)

    assert_read_or_refused(written(tmp_path, mutant(chance.choice(real_feeds()).read_bytes(), chance)))
