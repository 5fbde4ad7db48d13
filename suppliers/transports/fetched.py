"""A file that was fetched, as a local copy."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

# Called with the bytes so far and the bytes announced, if the sender said how many there are.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Fetched:
    """`taken_at` is the moment of the statement. `origin` is the file in the watched folder it was copied from."""

    path: Path
    file_name: str
    size: int
    sha256: str
    taken_at: datetime
    origin: Path | None = None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
