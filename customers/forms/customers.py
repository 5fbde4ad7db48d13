"""Forms about customers."""

from typing import Any

from django import forms

from customers.domain.customers import EDITABLE
from customers.models import Customer


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff may correct. Whether an address is taken is for the operation to say."""

    class Meta:
        model = Customer
        fields = EDITABLE
        widgets = {
            "phone": forms.TextInput(attrs={"data-width": "medium"}),
            "country": forms.TextInput(attrs={"data-width": "short"}),
            "language": forms.Select(attrs={"data-width": "medium"}),
            "customer_class": forms.TextInput(attrs={"data-width": "medium", "autocomplete": "off"}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def validate_unique(self) -> None:
        """Nothing: the operation checks under a lock, and its answer is shown at the field."""

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def changes(self) -> dict[str, Any]:
        """The fields that were corrected."""
        return {name: self.cleaned_data[name] for name in self.changed_data}
