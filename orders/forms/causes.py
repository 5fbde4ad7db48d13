"""What an agent decides for the cases of one cause."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from orders.models import DecisionAct

CASES_AT_MOST = 500


class ManyField(forms.MultipleChoiceField):
    """Values of a known shape, as many as were ticked; which of them still stand is judged under their locks."""

    def __init__(self, shape: str, **given: Any) -> None:
        super().__init__(**given)
        self.shape = RegexValidator(shape)

    def valid_value(self, value: Any) -> bool:
        return True

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        for one in value[:CASES_AT_MOST]:
            self.shape(one)


class CauseForm(forms.Form):
    """The ticked options, and the ticked cases with the version that was shown of each."""

    act = forms.ChoiceField(choices=DecisionAct.choices)
    options = ManyField(r"^(substitute:\d{1,18}|wait:\d{4}-\d\d-\d\d|refund|voucher)$", required=False)
    cases = ManyField(r"^\d{1,18}:\d{1,5}$")

    @property
    def decided(self) -> DecisionAct:
        return DecisionAct(self.cleaned_data["act"])

    @property
    def seen(self) -> dict[int, int]:
        """The version of each case that the agent saw."""
        pairs = (one.split(":") for one in self.cleaned_data["cases"][:CASES_AT_MOST])
        return {int(case): int(version) for case, version in pairs}
