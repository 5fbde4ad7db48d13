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
    """The ticked options, and the ticked cases with the version that was shown of each.

    `scope` is "all" when those that were not shown are meant, too; `shown` names those that were.
    """

    act = forms.ChoiceField(choices=DecisionAct.choices)
    options = ManyField(r"^(substitute:\d{1,18}|wait:\d{4}-\d\d-\d\d|refund|voucher)$", required=False)
    cases = ManyField(r"^\d{1,18}:\d{1,5}$", required=False)
    scope = forms.ChoiceField(choices=[("all", "all"), ("ticked", "ticked")], required=False)
    shown = ManyField(r"^\d{1,18}$", required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("scope") != "all" and not given.get("cases"):
            self.add_error("cases", self.fields["cases"].error_messages["required"])
        return given

    @property
    def decided(self) -> DecisionAct:
        return DecisionAct(self.cleaned_data["act"])

    @property
    def seen(self) -> dict[int, int]:
        """The version of each case that the agent saw."""
        pairs = (one.split(":") for one in self.cleaned_data["cases"][:CASES_AT_MOST])
        return {int(case): int(version) for case, version in pairs}

    @property
    def rest_but(self) -> list[int] | None:
        """With every other case but these; None when only the ticked ones are meant."""
        if self.cleaned_data["scope"] != "all":
            return None
        return [int(case) for case in self.cleaned_data["shown"][:CASES_AT_MOST]]
