"""What tells the content of one file from another's: its SHA-256, or where it is long, that of its blocks' SHA-256s.

A SHA-256 of the whole is one chain of steps, which keeps one core busy however many there are. Blocks have their own,
so a long file that lies on a disk of ours is hashed by two threads. As sure as the plain one: two long files with the
same hash would need two blocks with the same SHA-256. A file of one block has the hash that `sha256sum` prints, and
that earlier releases kept of it: what was undone or held under that hash is still known.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

BLOCK = 8 * 1024**2
# What one thread has in hand fits the cache next to its core.
PIECE = 256 * 1024


class Contents:
    """The hash of a file that comes piece by piece, however long each is."""

    def __init__(self) -> None:
        self._ended: list[bytes] = []
        self._block, self._held = sha256(), 0

    def update(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            if self._held == BLOCK:
                self._ended.append(self._block.digest())
                self._block, self._held = sha256(), 0
            taken = rest[: BLOCK - self._held]
            self._block.update(taken)
            self._held += len(taken)
            rest = rest[len(taken) :]

    def hexdigest(self) -> str:
        return of_blocks([*self._ended, self._block.digest()])


def of_blocks(digests: Sequence[bytes]) -> str:
    """The hash of a file from those of its blocks, of which it has one at least."""
    return digests[0].hex() if len(digests) == 1 else sha256(b"".join(digests)).hexdigest()


def hash_of(pieces: Iterable[bytes]) -> str:
    contents = Contents()
    for piece in pieces:
        contents.update(piece)
    return contents.hexdigest()


def hash_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hash_in_place(file.fileno(), os.fstat(file.fileno()).st_size)


def hash_in_place(handle: int, size: int, hashed: Callable[[int], None] | None = None) -> str:
    """The same hash, of the first `size` bytes of an open file; `hashed` is told how many are done."""
    digests = []
    for digest in _digests(handle, size):
        digests.append(digest)
        if hashed:
            hashed(min(len(digests) * BLOCK, size))
    return of_blocks(digests)


def _digests(handle: int, size: int) -> Iterator[bytes]:
    starts, digest = range(0, max(size, 1), BLOCK), partial(_digest, handle, size)
    if len(starts) < 2:
        yield from map(digest, starts)
        return
    with ThreadPoolExecutor(2, "hashing") as both:
        yield from both.map(digest, starts)


def _digest(handle: int, size: int, start: int) -> bytes:
    """Of the block that starts there; of what there is of it, should the file be shorter by now."""
    digest, piece, end = sha256(), memoryview(bytearray(PIECE)), min(start + BLOCK, size)
    while count := os.preadv(handle, [piece[: end - start]], start):
        digest.update(piece[:count])
        start += count
    return digest.digest()
