"""`field__holds="words"`: whether a text holds these words, whatever their case, by its trigram index.

Django's `icontains` compares UPPER(column), which no index on the column can serve.
"""

from typing import Any

from django.db.models import CharField, Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler


@CharField.register_lookup
@TextField.register_lookup
class Holds(Lookup):
    lookup_name = "holds"

    def get_prep_lookup(self) -> str:
        words = str(self.rhs)
        for sign in ("\\", "%", "_"):
            words = words.replace(sign, f"\\{sign}")
        return f"%{words}%"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_values = self.process_lhs(compiler, connection)
        words, words_values = self.process_rhs(compiler, connection)
        return f"{column} ILIKE {words}", (*column_values, *words_values)
