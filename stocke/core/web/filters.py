"""The filters of a list page: a search box, and fields that become chips."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import BoundField, ChoiceField, Form
from django.forms.models import ModelChoiceField
from django.utils.choices import flatten_choices, normalize_choices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.widgets import BooleanWidget

from stocke.core.templatetags.stocke import is_day
from stocke.core.web.formats import day


class StaffFilter(django_filters.FilterSet):
    """A FilterSet with a search box. Subclasses say what `search` looks at (an index, please).

    Filters leave rows out and add nothing to them: few rows that were searched for are shown by their keys.
    """

    q = django_filters.CharFilter(method="filter_q", max_length=100)

    def filter_q(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return self.search(queryset, value.strip())

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        """The rows that what was typed may mean."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to search")


class YesNoWidget(BooleanWidget):
    """django-filter calls an unset filter "unknown", which is a state of the house and means something else."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("", "–"), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]


class YesNoFilter(django_filters.BooleanFilter):
    """Yes, no, or no matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=YesNoWidget, **kwargs)


def used_fields(form: Form) -> Iterator[BoundField]:
    """The filters that are set, the search box aside."""
    cleaned = form.cleaned_data if form.is_valid() else {}
    for name in form.fields:
        if name != "q" and cleaned.get(name) not in (None, "", [], ()) and not is_empty(cleaned[name]):
            yield form[name]


def is_empty(value: Any) -> bool:
    return isinstance(value, QuerySet) and not value


def in_words(field: BoundField) -> str:
    """A filter as its chip says it: "State: late"."""
    value = field.form.cleaned_data[field.name]
    if value is True:
        return str(field.label)
    return _("%(label)s: %(value)s") % {"label": field.label, "value": shown(field, value)}


def shown(field: BoundField, value: Any) -> str:
    if isinstance(value, (list, tuple, set, QuerySet)):
        return ", ".join(shown(field, one) for one in value)
    if isinstance(value, slice):
        return f"{shown(field, value.start)} – {shown(field, value.stop)}"
    if value is False:
        return _("no")
    if is_day(value):
        return day(value)
    if isinstance(field.field, ChoiceField) and not isinstance(field.field, ModelChoiceField):
        return str(words_of(field.field).get(str(value), value))
    return str(value)


def words_of(field: ChoiceField) -> dict[str, object]:
    """The words of each choice, groups or not."""
    choices: Iterable[tuple[object, object]] = flatten_choices(normalize_choices(field.choices))
    return {str(value): words for value, words in choices}
