"""Columns that show values as the house does, and say the same as plain words in exports."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django_tables2.utils import Accessor

from stocke.core.templatetags.stocke import due as due_time
from stocke.core.templatetags.stocke import show_status
from stocke.core.templatetags.stocke import since as since_time
from stocke.core.web import formats
from stocke.core.web.exports import NOTHING
from stocke.core.web.status import Status, status_of

ONE_LINE = {"td": {"class": "se-nowrap"}}
RIGHT = {"td": {"class": "se-n"}, "th": {"class": "se-n"}}


class StaffTable(tables.Table):
    """A table of a list page. Its first column names the thing and is the row's heading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", NOTHING)
        super().__init__(*args, **kwargs)


class PickColumn(tables.Column):
    """A box to choose the row, named after it. It belongs to the bulk form that stands above the table."""

    empty_values = ()

    def __init__(self) -> None:
        super().__init__(accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)
        self.attrs = {"td": {"class": "se-pick"}, "th": {"class": "se-pick"}}

    def render(self, value: Any, record: Any) -> str:
        name = gettext("Choose %(thing)s") % {"thing": record}
        return format_html(
            '<input type="checkbox" name="ids" value="{}" form="bulk" aria-label="{}">', value, name
        )


class LinkColumn(tables.Column):
    """The thing's name, linking to its page. `hint` is the attribute shown quietly below it."""

    def __init__(self, url_name: str, args: Sequence[str] = ("pk",), *, hint: str = "", **extra: Any) -> None:
        super().__init__(**extra)
        self.url_name, self.url_args, self.hint = url_name, args, hint

    def render(self, value: Any, record: Any) -> str:
        url = reverse(self.url_name, args=[Accessor(name).resolve(record) for name in self.url_args])
        hint = Accessor(self.hint).resolve(record) if self.hint else ""
        return format_html(
            '<a href="{}">{}</a>{}', url, value, format_html("<small>{}</small>", hint) if hint else ""
        )

    def value(self, value: Any) -> Any:
        return value


class StatusColumn(tables.Column):
    """A Status, a kind, or a (kind, word): shape, word and colour; the word in exports."""

    def render(self, value: Status | str | tuple[str, str]) -> str:
        return show_status(value)

    def value(self, value: Status | str | tuple[str, str]) -> str:
        return status_of(value).word


class ShownColumn(tables.Column):
    """A column whose value is worded by one of the house's formats; exported in the same words."""

    say: Callable[[Any], str] = staticmethod(str)

    def __init__(self, **extra: Any) -> None:
        super().__init__(**{"attrs": ONE_LINE, **extra})

    def render(self, value: Any) -> str:
        return type(self).say(value)

    def value(self, value: Any) -> Any:
        return type(self).say(value)


class DayColumn(ShownColumn):
    say = staticmethod(formats.day)

    def value(self, value: date | datetime) -> str:
        return formats.local_day(value).isoformat()


class MomentColumn(ShownColumn):
    say = staticmethod(formats.moment)

    def value(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


class AgeColumn(tables.Column):
    """How old a number is; amber once it is older than the record's `limit` attribute allows."""

    def __init__(self, *, limit: str = "", **extra: Any) -> None:
        super().__init__(**{"attrs": RIGHT, **extra})
        self.limit = limit

    def render(self, value: datetime, record: Any) -> str:
        return str(since_time(value, Accessor(self.limit).resolve(record) if self.limit else None))

    def value(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


class DueColumn(tables.Column):
    """What is left until a promise."""

    def render(self, value: datetime) -> str:
        return str(due_time(value))

    def value(self, value: datetime) -> str:
        return value.isoformat(timespec="seconds")


class NumberColumn(tables.Column):
    """A whole number, or one with so many decimals; exported as a number."""

    def __init__(self, *, decimals: int = 0, **extra: Any) -> None:
        super().__init__(**{"attrs": RIGHT, **extra})
        self.decimals = decimals

    def render(self, value: Any) -> str:
        return formats.number(value, self.decimals)

    def value(self, value: Any) -> Any:
        return value


class PercentColumn(tables.Column):
    """A ratio between 0 and 1 as a percentage; exported as the ratio."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(**{"attrs": RIGHT, **extra})

    def render(self, value: Any) -> str:
        return formats.percent(value)

    def value(self, value: Any) -> Any:
        return float(value)


class MoneyColumn(tables.Column):
    """Cents, in the currency that the record's attribute names; exported as a decimal number."""

    def __init__(self, *, currency: str = "currency", **extra: Any) -> None:
        super().__init__(**{"attrs": RIGHT, **extra})
        self.currency = currency

    def render(self, value: int, record: Any) -> str:
        return formats.money(value, Accessor(self.currency).resolve(record))

    def value(self, value: int) -> float:
        return value / 100


class QuantityColumn(tables.Column):
    """Units with their kind: exact, at least, in stock without a number, unknown. Never a zero for unknown."""

    empty_values = ()

    def __init__(self, *, kind: str = "kind", **extra: Any) -> None:
        super().__init__(**{"attrs": RIGHT, **extra})
        self.kind = kind

    def render(self, value: int | None, record: Any) -> str:
        return formats.quantity(value, str(Accessor(self.kind).resolve(record)))

    def value(self, value: int | None, record: Any) -> Any:
        kind = str(Accessor(self.kind).resolve(record))
        return value if kind == "exact" else formats.quantity(value, kind)
