"""The choice of one column of a file: from a list, or typed where the file has too many for one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

# A longer list is no help; written out for every field it would be most of the page.
LONGEST_CHOICE = 60
# All columns stand once on the page, in a list of this name that every typed field shares.
LIST = "all-columns"

type Choices = Sequence[tuple[str, str]]


class _TypedWidget(forms.TextInput):
    """Shows the column's letter and title in the place of its index."""

    def __init__(self) -> None:
        super().__init__(attrs={"list": LIST, "autocomplete": "off"})
        self.choices: Choices = ()

    def format_value(self, value: Any) -> str | None:
        return dict(self.choices[1:]).get(str(value)) or super().format_value(value)


class TypedColumn(forms.ChoiceField):
    """A column by its letter and title as they stand in the list, its title, its letter, or its index: in this order,
    for a title may look like another column's letter or index.
    """

    widget = _TypedWidget
    default_error_messages = {
        "invalid_choice": gettext_lazy("No column has the letter or the title “%(value)s”."),
    }

    def __init__(self, *, choices: Choices, **given: Any) -> None:
        super().__init__(choices=choices, **given)
        self._columns = dict(choices[1:])

    def to_python(self, value: Any) -> str:
        """The index of the column; what names none, or several, stays as it was typed."""
        typed = str(super().to_python(value)).strip()
        for written in (lambda label: label, title_of, letter_of):
            found = [
                index
                for index, label in self._columns.items()
                if written(label).casefold() == typed.casefold()
            ]
            if len(found) == 1:
                return found[0]
        return typed


def letter_of(label: str) -> str:
    return label.partition(" · ")[0]


def title_of(label: str) -> str:
    return label.partition(" · ")[2]


def is_typed(choices: Choices) -> bool:
    return len(choices) > LONGEST_CHOICE


def column_field(label: str, choices: Choices) -> forms.ChoiceField:
    """The field for one column; `choices` begin with the answer that there is none."""
    if is_typed(choices):
        return TypedColumn(label=label, choices=choices, required=False)
    return forms.ChoiceField(label=label, choices=choices, required=False)
