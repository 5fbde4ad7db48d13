"""Forms about returns: what comes back, what its supplier says, what happened to it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from orders.domain.returns.labels import LARGEST, Label, LabelRefused, judged
from orders.domain.returns.requesting import Wanted
from orders.models import Condition, OrderLine, Receiver, ReturnLine, ReturnReason


class ReturnForm(forms.Form):
    """How many of each line come back, and why. `left` is what was sent and is not coming back already."""

    note = forms.CharField(
        label=_("Something we should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, lines: Sequence[OrderLine], left: Mapping[int, int], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if left.get(line.pk)]
        for line in self.lines:
            name = line.product.name if line.product else line.ordered_name
            self.fields[f"units_{line.pk}"] = forms.IntegerField(
                label=_("How many of: %(name)s") % {"name": name},
                min_value=0,
                max_value=left[line.pk],
                initial=0,
                required=False,
                help_text=_("of %(n)s") % {"n": left[line.pk]},
                widget=forms.NumberInput({"data-width": "short"}),
            )
            self.fields[f"reason_{line.pk}"] = forms.ChoiceField(
                label=_("Why"), required=False, choices=[("", _("Choose")), *ReturnReason.choices]
            )
        self.order_fields([name for name in self.fields if name != "note"])

    def rows(self) -> list[tuple[OrderLine, forms.BoundField, forms.BoundField]]:
        return [(line, self[f"units_{line.pk}"], self[f"reason_{line.pk}"]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            if cleaned.get(f"units_{line.pk}") and not cleaned.get(f"reason_{line.pk}"):
                self.add_error(f"reason_{line.pk}", _("Say why it comes back."))
        if not self.errors and not any(cleaned.get(f"units_{line.pk}") for line in self.lines):
            raise forms.ValidationError(_("Say what comes back: at least one unit."))
        return cleaned

    def wanted(self) -> list[Wanted]:
        """What was said; call it when the form is valid."""
        said = self.cleaned_data
        return [
            Wanted(line.pk, said[f"units_{line.pk}"], ReturnReason(said[f"reason_{line.pk}"]))
            for line in self.lines
            if said[f"units_{line.pk}"]
        ]


LABEL_REFUSED = {
    "large": _("The label is larger than 2 MB. Nothing was recorded."),
    "type": _("The label is neither a PDF nor a PNG. Nothing was recorded."),
    "active": _("This PDF would run a program or carries other files. Nothing was recorded."),
}


class ApprovalForm(forms.Form):
    """Where a return goes, and the label for its parcel."""

    address = forms.CharField(
        label=_("Address for the return"), max_length=500, widget=forms.Textarea({"rows": 4})
    )
    supplier_number = forms.CharField(
        label=_("Return number"),
        max_length=60,
        required=False,
        help_text=_("The customer writes it on the parcel."),
    )
    label_file = forms.FileField(
        label=_("Return label"),
        required=False,
        help_text=_("A PDF or PNG of at most 2 MB; the customer gets it with the e-mail."),
        widget=forms.FileInput({"accept": ".pdf,.png,application/pdf,image/png"}),
    )
    label_link = forms.URLField(
        label=_("Or the page where he prints it"),
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(["https"])],
        error_messages={"invalid": _("The address of the label begins with https://.")},
    )

    def clean_label_file(self) -> Label:
        file = self.cleaned_data.get("label_file")
        try:
            return judged(file.read(LARGEST + 1)) if file else Label()
        except LabelRefused as refused:
            raise forms.ValidationError(LABEL_REFUSED[refused.code]) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("label_link") and self.label.content:
            self.add_error("label_link", _("Give the label as a file or as a link, not both."))
        return cleaned

    @property
    def label(self) -> Label:
        """The label that was given, as a file or as a link."""
        file = self.cleaned_data.get("label_file") or Label()
        return file if file.content else Label(link=self.cleaned_data.get("label_link") or "")


class RefusalForm(forms.Form):
    """Why a return is not taken back."""

    reason = forms.CharField(label=_("The reason"), max_length=250)


class SentForm(forms.Form):
    """How a return can be followed."""

    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60)


class ConditionForm(forms.Form):
    """How a return was when it arrived."""

    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices)


class ReceivedForm(ConditionForm):
    """By whom a return was received, and how it was."""

    receiver = forms.ChoiceField(label=_("Received by"), choices=Receiver.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["receiver", "condition"])
        self.fields["condition"].help_text = _(
            "As new: its price is owed to the customer at once. Else you decide how much."
        )


def euros(label: Any, **given: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=1_000_000,
        decimal_places=2,
        widget=forms.NumberInput({"data-width": "short", "step": "any"}),
        **given,
    )


class CreditForm(forms.Form):
    """What the supplier has credited."""

    amount = euros(_("Amount credited"))
    reference = forms.CharField(label=_("Number of his credit note"), max_length=120, required=False)

    def cents(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class LetBeForm(forms.Form):
    """Why refund and credit may differ."""

    why = forms.CharField(label=_("Why the difference is accepted"), max_length=250)


class OweForm(forms.Form):
    """How much of each entry is paid back; no more than `most` by entry."""

    def __init__(
        self, entries: Iterable[ReturnLine], most: Mapping[int, int], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = [entry for entry in entries if entry.pk in most]
        for entry in self.entries:
            limit = Decimal(most[entry.pk]).scaleb(-2)
            field = euros(f"{entry.quantity} × {entry.line.ordered_name}", initial=limit)
            self.fields[f"amount_{entry.pk}"] = field

    def amounts(self) -> dict[int, int]:
        said = self.cleaned_data
        return {entry.pk: int(said[f"amount_{entry.pk}"] * 100) for entry in self.entries}
