"""Figures as a table inside a document: `BENCH_TABLE=docs/quality.md BENCH=substitutes make bench`.

Only what stands between the two marks is written; the words around it are a person's.
"""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figure import Figure

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEADER = ("figure", "value", "unit", "limit", "ratio", "bar", "")


def write_table(target: Path, figures: Sequence[Figure]) -> None:
    """Put the figures between the marks of the document. Raises ValueError where it has no marks."""
    text = target.read_text()
    before, begun, rest = text.partition(BEGIN)
    _old, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"{target} has no place for figures: {BEGIN} … {END}")
    target.write_text("\n".join([before + BEGIN, machine(), "", *rows(figures), END + after]))


def machine() -> str:
    return f"Measured on {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."


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
