"""Rows of models by the million: selected from something, with the models' own defaults."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone


@dataclass(frozen=True)
class Rows:
    """Rows of a model, selected FROM something. Fields that are not named have their defaults."""

    model: type[Model]
    columns: dict[str, str]
    source: str

    def insert(self, cursor: Any, sizes: dict[str, int]) -> None:
        others = dict(defaults(self.model, self.columns))
        values = [*self.columns.values(), *(f"%(default_{name})s" for name in others)]
        cursor.execute(
            f"INSERT INTO {self.model._meta.db_table} ({', '.join([*self.columns, *others])}) "
            f"SELECT {', '.join(values)} FROM {self.source}",
            {**sizes, **{f"default_{name}": value for name, value in others.items()}},
        )


def defaults(model: type[Model], named: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        is_given = field.null or field.has_db_default() or field.primary_key
        if field.column and field.column not in named and not is_given:
            yield field.column, default_of(field)


def default_of(field: "Field[Any, Any]") -> Any:
    is_now = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    value = timezone.now() if is_now else field.get_default()
    return field.get_db_prep_save(value, connection)
