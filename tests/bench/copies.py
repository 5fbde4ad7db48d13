"""What the server can do at best: its own COPY of the same bytes into an unlogged table."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from tests.bench.reading_peak import READ_AS

TIMES = 3
BLOCK = 1024 * 1024


def copy_limit(*paths: Path) -> float:
    """Seconds of the quickest of three COPYs of these files, one after another."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"{column} text" for column in READ_AS.header)
        cursor.execute(f"CREATE UNLOGGED TABLE bench_copy ({columns})")
        seconds = min(copy_once(cursor, paths) for _ in range(TIMES))
        cursor.execute("DROP TABLE bench_copy")
    return seconds


def copy_once(cursor: Any, paths: Sequence[Path]) -> float:
    cursor.execute("TRUNCATE bench_copy")
    began = time.perf_counter()
    for path in paths:
        with path.open("rb") as file, cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(BLOCK):
                copy.write(block)
    return time.perf_counter() - began
