"""Numbers that people read aloud."""

from django.db import connection


def next_numbers(sequence: str, count: int = 1) -> list[int]:
    """The next numbers of a PostgreSQL sequence. Gaps are normal: a rolled-back transaction keeps its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]
