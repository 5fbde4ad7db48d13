"""Which transactions need not wait for the disk."""

from django.db import connection


def in_no_hurry() -> None:
    """Let this transaction's commit not wait for the disk.

    Others see it as ever. If the server itself crashes within the next half second, it may never have been: for what
    is then simply done once more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
