"""What people send about cases: the customer's choice, the agent's proposal, staff's word on a refund."""

from django import forms
from django.utils.translation import gettext_lazy as _

ORIGINAL = "original"


class ChoiceForm(forms.Form):
    """One way out of one version of the proposal."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    option = forms.RegexField(
        rf"^(\d{{1,18}}|{ORIGINAL})$",
        error_messages={
            "required": _("Choose one of the answers first."),
            "invalid": _("Choose one of the answers on this page."),
        },
    )

    @property
    def wants_original(self) -> bool:
        return bool(self.cleaned_data["option"] == ORIGINAL)
