"""Empties the database after tests that commit, at the cost of what they wrote instead of that of every table there is.

Django truncates all tables, which makes new files for each of them and for their indexes: a tenth of a second and
more after each test that wrote three rows. Here rows are deleted where there are any; a table that grew is truncated
all the same, because deleted rows stay in its pages. Append-only triggers and foreign keys rest meanwhile, for which
only a superuser may ask: elsewhere Django's way holds.

Every table is locked first, as truncating does, so that a server thread which still writes is waited for. Where it
waits for one of ours meanwhile, ours are let go, so that it comes to its end, and all are asked for again.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql.operations import DatabaseOperations

GROWN_BYTES = 128 * 1024
EMPTY = """
DO $empty$
DECLARE
    name regclass;
    is_filled boolean;
    bytes bigint;
BEGIN
    FOR tried IN 1..10 LOOP
        BEGIN
            LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION WHEN deadlock_detected THEN
            IF tried = 10 THEN RAISE; END IF;
        END;
    END LOOP;
    PERFORM set_config('session_replication_role', 'replica', true);
    FOREACH name IN ARRAY ARRAY[{names}]::regclass[] LOOP
        EXECUTE format('SELECT EXISTS(SELECT 1 FROM %s)', name) INTO is_filled;
        CONTINUE WHEN NOT is_filled;
        SELECT sum(pg_table_size(relid)) INTO bytes FROM pg_partition_tree(name);
        IF bytes > {grown} THEN
            EXECUTE format('TRUNCATE %s CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
END
$empty$
"""
django_flush = DatabaseOperations.sql_flush


def is_superuser(operations: DatabaseOperations) -> bool:
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone()[0] == "on")


def sql_flush(
    operations: DatabaseOperations,
    style: Style,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """Takes the place of Django's method of this name."""
    if reset_sequences or not is_superuser(operations):
        return django_flush(
            operations, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
        )
    quoted = [operations.quote_name(table) for table in tables]
    names = ", ".join(f"'{name}'" for name in quoted)
    return [EMPTY.format(tables=", ".join(quoted), names=names, grown=GROWN_BYTES)]


def install() -> None:
    operations: Any = DatabaseOperations
    operations.sql_flush = sql_flush
