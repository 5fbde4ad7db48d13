"""What no statement may do, whoever writes it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("customers", "orders", "stocke", "suppliers")
BEGIN = re.compile(r"\bIN \(\s*SELECT\b")
LOCKS = re.compile(r"\bLIMIT\b.*\bFOR (NO KEY )?UPDATE\b", re.DOTALL)


def subqueries(text: str) -> Iterator[str]:
    """What stands in the brackets after each IN (SELECT."""
    for found in BEGIN.finditer(text):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[found.end() : end]


def locks_a_helping(text: str) -> bool:
    """Whether a subquery behind IN locks so many rows and no more.

    A plan may run it once for each outer row, and each time it skips what was taken and takes others: more rows than
    its limit. Select them in a WITH ... AS MATERIALIZED instead.
    """
    return any(LOCKS.search(subquery) for subquery in subqueries(text))


def test_no_statement_takes_more_rows_than_its_limit_by_a_repeated_subquery() -> None:
    files = [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))]

    assert [str(path.relative_to(ROOT)) for path in files if locks_a_helping(path.read_text())] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DELETE FROM a WHERE id IN (SELECT id FROM a WHERE b = lower('x') LIMIT 5 FOR UPDATE SKIP LOCKED)",
            True,
        ),
        ("DELETE FROM a WHERE id IN (SELECT id FROM a LIMIT 5)", False),
        ("UPDATE a SET b = 1 WHERE id IN (SELECT id FROM a FOR UPDATE)", False),
    ],
)
def test_the_look_sees_what_it_looks_for(text: str, expected: bool) -> None:
    assert locks_a_helping(text) is expected
