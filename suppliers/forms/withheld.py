"""Which withheld lines a person means, and what becomes of them."""

from typing import Any

from django import forms

ACTS = ("count", "drop", "count_all", "drop_all")


class LinesField(forms.Field):
    """Numbers of lines, as checkboxes of one name send them."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[int]:
        return [int(one) for one in value or [] if str(one).isdecimal() and len(str(one)) < 19]


class WithheldForm(forms.Form):
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    line = LinesField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_about_all and not cleaned.get("line"):
            self.add_error("line", "")
        return cleaned

    @property
    def is_about_all(self) -> bool:
        return str(self.cleaned_data.get("act", "")).endswith("_all")

    @property
    def lets_count(self) -> bool:
        return str(self.cleaned_data["act"]).startswith("count")

    @property
    def lines(self) -> list[int] | None:
        """The chosen lines; None means all that wait."""
        return None if self.is_about_all else self.cleaned_data["line"]
