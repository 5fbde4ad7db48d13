"""A parcel that has left: what is in it, and how it can be followed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.carriers import CARRIERS
from orders.domain.shipping import Parcel
from orders.models import OrderLine


class ParcelForm(forms.Form):
    """`left` is what is still to be sent of each line; that much is proposed."""

    tracking_number = forms.CharField(label=_("Tracking number"), max_length=80, required=False)
    carrier = forms.ChoiceField(
        label=_("Carrier"),
        required=False,
        choices=[("", _("told from the number")), *((key, one.name) for key, one in CARRIERS.items())],
    )

    def __init__(
        self, lines: Sequence[OrderLine], left: Mapping[int, int], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if left.get(line.pk)]
        for line in self.lines:
            self.fields[f"units_{line.pk}"] = forms.IntegerField(
                label=line.product.name if line.product else line.ordered_name,
                min_value=0,
                max_value=left[line.pk],
                initial=left[line.pk],
                required=False,
                help_text=_("of %(n)s") % {"n": left[line.pk]},
            )

    def units(self) -> Iterator[forms.BoundField]:
        """The fields of the lines, in order."""
        return (self[f"units_{line.pk}"] for line in self.lines)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(f"units_{line.pk}") for line in self.lines):
            raise forms.ValidationError(_("Say what is in the parcel: at least one unit."))
        return cleaned

    def parcel(self) -> Parcel:
        """What was said; call it when the form is valid."""
        said = self.cleaned_data
        units = {line.pk: said[f"units_{line.pk}"] or 0 for line in self.lines}
        return Parcel(
            units={pk: quantity for pk, quantity in units.items() if quantity},
            tracking_number=said["tracking_number"],
            carrier=said["carrier"],
        )
