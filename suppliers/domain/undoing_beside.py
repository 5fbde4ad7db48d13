"""What an undo changes of offers beside how much may be promised of them: counted, so that it can be said before.

Needs the temporary tables of suppliers.domain.undoing_sets in the same transaction.
"""

from django.db import connection

# Of one offer, several of these may change. `rests` are those of which nothing else does than whose word it is.
COUNT = """
SELECT count(*) FILTER (WHERE promisable = promisable_before AND change = 'other'
                              AND (kind, quantity) IS DISTINCT FROM (kind_before, quantity_before)) AS stated,
       count(*) FILTER (WHERE terms_differ) AS terms,
       count(*) FILTER (WHERE (name, gtin) IS DISTINCT FROM (name_now, gtin_now)) AS names,
       count(*) FILTER (WHERE is_lost) AS lost,
       count(*) FILTER (WHERE attached) AS found,
       count(*) FILTER (WHERE missing_files <> missing_files_before) AS absences,
       count(*) FILTER (WHERE is_others_word AND NOT says_new AND NOT slow_differ AND is_lost IS NOT TRUE
                              AND NOT attached AND missing_files = missing_files_before) AS rests
FROM undo_delta
"""


def changed_beside() -> dict[str, int]:
    """How many offers would change in which way; ways in which none would are left out."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        names = [column.name for column in cursor.description or ()]
        counted = dict(zip(names, cursor.fetchone() or (), strict=True))
    return {name: count for name, count in counted.items() if count}
