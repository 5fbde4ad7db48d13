"""What people do to an order on its page."""

import re

from django import forms

TICKED = re.compile(r"([0-9]{1,18})-([a-z_]+)")


class CancelForm(forms.Form):
    """The ticked lines, each as "line-fate": what was told of it. Anything else names no line."""

    lines = forms.Field(required=False, widget=forms.SelectMultiple)
    why = forms.CharField(required=False, max_length=500)

    def clean_lines(self) -> dict[int, str]:
        ticked = (TICKED.fullmatch(value) for value in self.cleaned_data["lines"])
        return {int(found[1]): found[2] for found in ticked if found}
