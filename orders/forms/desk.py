"""What people decide on the verification desk, and the policy that decides for them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.policy_trial import Conduct, conduct_of
from orders.models import OrderLine, VerificationPolicy


class ConfirmForm(forms.Form):
    """The chosen source of each line; a line without one keeps what was proposed."""

    def __init__(self, lines: Iterable[OrderLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"source_{line.pk}"] = forms.IntegerField(
                min_value=1, max_value=2**62, required=False
            )

    def choices(self) -> dict[int, int]:
        chosen = ((name.removeprefix("source_"), offer) for name, offer in self.cleaned_data.items())
        return {int(line): offer for line, offer in chosen if offer is not None}


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules of verification and sourcing; those of settlements stand beside them."""

    class Meta:
        model = VerificationPolicy
        fields = (
            "confirms_itself",
            "fresh_hours",
            "thin_below",
            "margin_percent",
            "may_split",
            "silence_is_no",
            "respond_hours",
            "customer_days",
            "voucher_percent",
            "voucher_days",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = {
            "fresh_hours": (1, 720),
            "thin_below": (0, 1000),
            "margin_percent": (0, 95),
            "respond_hours": (1, 240),
            "customer_days": (1, 60),
            "voucher_percent": (100, 200),
            "voucher_days": (30, 1825),
        }
        for name, (least, most) in bounds.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                min_value=least,
                max_value=most,
                widget=forms.NumberInput({"data-width": "short"}),
            )

    def rules(self) -> dict[str, int | bool]:
        return {name: self.cleaned_data[name] for name in self.fields}

    def conduct(self) -> Conduct:
        """What is to be tried, apart from what is saved."""
        return conduct_of(VerificationPolicy(**self.rules()))
