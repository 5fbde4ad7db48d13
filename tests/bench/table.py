"""Figures as a table inside a document: `BENCH_TABLE=docs/quality.md BENCH=substitutes make bench`.

Only what stands between the two marks is written; the words around it are a person's. A document with several tables
names the place of each: `BENCH_TABLE=docs/performance.md#pages`.
"""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import django
from django.db import connection
from django.utils import timezone

from tests.bench.figure import Figure

BEGIN, END = "<!-- {place}: begin -->", "<!-- {place}: end -->"
PLACE = "figures"
HEADER = ("figure", "value", "unit", "limit", "ratio", "bar", "")


def write_table(target: str, figures: Sequence[Figure]) -> None:
    """Put the figures between the marks of the document. Raises ValueError where it has no marks."""
    document, _, place = target.partition("#")
    begin, end = (mark.format(place=place or PLACE) for mark in (BEGIN, END))
    text = Path(document).read_text()
    before, begun, rest = text.partition(begin)
    _old, ended, after = rest.partition(end)
    if not begun or not ended:
        raise ValueError(f"{document} has no place for figures: {begin} … {end}")
    Path(document).write_text("\n".join([before + begin, machine(), "", *rows(figures), end + after]))


def machine() -> str:
    """Where and when it was measured, and who else was at work there."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    with connection.cursor() as cursor:
        cursor.execute("SHOW shared_buffers")
        (cache,) = cursor.fetchone()
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
    return (
        f"Measured on {timezone.now():%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, Django {django.__version__}, polars {version('polars')}, PostgreSQL "
        f"{postgresql} with {cache} of cache. Load of the machine over the last quarter of an hour, ours included: "
        f"{os.getloadavg()[2]:.1f}."
    )


def rows(figures: Sequence[Figure]) -> list[str]:
    lines = [cells(figure) for figure in figures]
    return ["| " + " | ".join(line) + " |" for line in (HEADER, ("---",) * len(HEADER), *lines)]


def cells(figure: Figure) -> tuple[str, ...]:
    bar = "–" if figure.bar is None else f"{'≤' if figure.better == 'at_most' else '≥'} {figure.bar:g}"
    return (
        figure.name,
        f"{figure.value:,.3f}",
        figure.unit,
        f"{figure.limit:,.3f}",
        f"{figure.ratio:.3f}",
        bar,
        figure.verdict,
    )
