"""Writing by hand, and saying what a received message is about."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.correspondence import Written
from stocke.core.models import IncomingMessage

LONGEST = 10_000


class LetterForm(forms.Form):
    """A letter in a conversation. `key` makes the same form twice one letter; `answers` is what it settles."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    answers = forms.IntegerField(required=False, widget=forms.HiddenInput)
    case = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("To"))
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        help_text=_("Greeting and signature come by themselves."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, addresses: Sequence[str], data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"key": uuid4().hex, **initial}, auto_id="write_%s")
        self.fields["to"].choices = [(one, one) for one in addresses]  # type: ignore[attr-defined]
        if len(addresses) == 1:
            self.fields["to"].widget = forms.HiddenInput()
            self.initial["to"] = addresses[0]

    @property
    def written(self) -> Written:
        """What was written; call it when the form is valid."""
        said = self.cleaned_data
        return Written(said["key"], said["subject"], said["text"], said["answers"])


class AboutForm(forms.Form):
    """What a message is about: the number of an order or of a purchase order."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("Of the order or of the purchase order.")
    )


def subject_of_answer(received: IncomingMessage) -> str:
    """ "Re:" once, however long they have been writing."""
    subject = received.subject
    return subject if subject.lower().startswith(("re:", "re :")) else f"Re: {subject}"[:200]
