"""What people send about cases: the customer's choice, the agent's proposal, staff's word on a refund."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.case_letters import KINDS
from orders.domain.proposals import LetterDraft
from orders.models import GoodwillKind
from stocke.core.domain.letter_kinds import label_of

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


class QuestionForm(forms.Form):
    """What a customer asks on his page. `key` makes one question of a form that was sent twice."""

    text = forms.CharField(
        max_length=2000,
        error_messages={
            "required": _("Write your question first."),
            "max_length": _("Your question is too long: 2,000 signs at most."),
        },
    )
    key = forms.RegexField(r"^[0-9a-f]{32}$", error_messages={"required": _("Send the form of this page.")})


class ProposalForm(forms.Form):
    """The agent's letter and what it offers. `known` are the keys of the options that can be offered now."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    # An option that has gone since the page was drawn is an error to look at, not a silent omission.
    options = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _(
                "An option that you had ticked is no longer available. Look at the list again."
            )
        },
    )
    kind = forms.ChoiceField(label=_("Template"))
    language = forms.ChoiceField(label=_("Language"), choices=[("fr", "FR"), ("en", "EN")])
    subject = forms.CharField(label=_("Subject"), max_length=250)
    body = forms.CharField(
        label=_("Letter"), max_length=8000, strip=False, widget=forms.Textarea(attrs={"rows": 16})
    )

    def __init__(self, *args: Any, known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["options"].choices = [(key, key) for key in known]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind, label_of(kind)) for kind in KINDS]  # type: ignore[attr-defined]

    @property
    def letter(self) -> LetterDraft:
        cleaned = self.cleaned_data
        return LetterDraft(cleaned["kind"], cleaned["subject"], cleaned["body"], cleaned["language"])


class SeenForm(forms.Form):
    """The version of the proposal that somebody saw when he decided."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SpokenChoiceForm(SeenForm):
    """What the customer said on the phone."""

    option = forms.IntegerField(min_value=1)


class RefundDoneForm(forms.Form):
    """The bank accepted a refund."""

    reference = forms.CharField(
        label=_("Payment reference"),
        max_length=120,
        help_text=_("What the bank or the payment provider calls this operation."),
    )
    method = forms.CharField(
        label=_("Paid back to"),
        max_length=80,
        help_text=_("As the customer will read it, for example “the card you paid with”."),
    )
    bank_days = forms.IntegerField(
        label=_("The bank may take"),
        min_value=1,
        max_value=30,
        initial=5,
        widget=forms.NumberInput(attrs={"data-unit": _("working days"), "data-width": "short"}),
    )


class GoodwillForm(forms.Form):
    """Something on top of what is owed."""

    kind = forms.ChoiceField(label=_("As"), choices=GoodwillKind.choices)
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=250)

    @property
    def cents(self) -> int:
        return int(self.cleaned_data["amount"] * 100)
