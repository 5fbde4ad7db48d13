"""The hash that tells one file's content from another's."""

import random
from hashlib import sha256
from pathlib import Path

import pytest

from suppliers.transports.contents import BLOCK, hash_in_place, hash_of, hash_of_file

WHOLE = random.Random(7).randbytes(BLOCK)
SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 5]


def bytes_of(size: int) -> bytes:
    return (WHOLE * 4)[:size]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_the_hash_of_the_only_block_or_of_the_hashes_of_the_blocks(tmp_path: Path, size: int) -> None:
    data = bytes_of(size)
    (tmp_path / "file").write_bytes(data)
    blocks = [sha256(data[start : start + BLOCK]).digest() for start in range(0, size, BLOCK)]

    expected = (sha256(b"".join(blocks)) if size > BLOCK else sha256(data)).hexdigest()

    assert (hash_of([data]), hash_of_file(tmp_path / "file")) == (expected, expected)


@pytest.mark.parametrize("piece", [BLOCK // 3, BLOCK - 1, BLOCK + 1, 2 * BLOCK + 7])
def test_it_does_not_depend_on_the_pieces_in_which_a_file_comes(piece: int) -> None:
    data = bytes_of(3 * BLOCK + 5)
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)]

    assert hash_of([*pieces, b""]) == hash_of([data])


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 2 * BLOCK + 3])
def test_one_other_byte_is_another_hash(at: int) -> None:
    data = bytearray(bytes_of(2 * BLOCK + 4))
    before = hash_of([bytes(data)])
    data[at] ^= 1

    assert hash_of([bytes(data)]) != before


def test_blocks_that_changed_places_are_another_hash() -> None:
    one, other = WHOLE, WHOLE[::-1]

    assert hash_of([one, other]) != hash_of([other, one])


def test_who_waits_is_told_how_much_is_hashed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes_of(2 * BLOCK + 5))
    heard: list[int] = []

    with (tmp_path / "file").open("rb") as file:
        hash_in_place(file.fileno(), 2 * BLOCK + 5, heard.append)

    assert heard == [BLOCK, 2 * BLOCK, 2 * BLOCK + 5]
