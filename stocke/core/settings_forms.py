"""Forms of the settings."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.core.domain.shops import EDITABLE, carries_white_text
from stocke.core.domain.tokens import SCOPES
from stocke.core.models import HistoryEntry, Shop, User
from stocke.core.web.timeline import GROUPS, SENTENCES

COLOUR = re.compile(r"#[0-9a-f]{6}")


class ShopForm(forms.ModelForm):  # type: ignore[type-arg]
    """The merchant as his customers and suppliers see him."""

    class Meta:
        model = Shop
        fields = EDITABLE
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color", "data-width": "short"}),
            "currency": forms.TextInput(attrs={"data-width": "short"}),
            "contact_phone": forms.TextInput(attrs={"data-width": "medium"}),
        }
        help_texts = {
            "contact_email": _("Customers answer to this address."),
            "signature": _("Who signs letters; the name of the shop when it is empty."),
            "accent": _("Buttons of letters and public pages, with white words on them."),
        }

    def clean_accent(self) -> str:
        accent = str(self.cleaned_data["accent"]).strip().lower()
        if not COLOUR.fullmatch(accent):
            raise forms.ValidationError(_("A colour is written #rrggbb, for example #3346bd."))
        if not carries_white_text(accent):
            raise forms.ValidationError(_("White words cannot be read on this colour. Choose a darker one."))
        return accent

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise forms.ValidationError(_("A currency has three letters, for example EUR."))
        return currency


class TokenForm(forms.Form):
    """A new right for a program."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Which program uses it, so that you know what you revoke."),
    )
    channel = forms.SlugField(
        label=_("Channel"),
        max_length=40,
        help_text=_("The shop it speaks for. Orders are unique within a channel."),
        widget=forms.TextInput(attrs={"data-width": "medium"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Rights"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )


class JournalForm(forms.Form):
    """Which part of the record to read."""

    kind = forms.ChoiceField(label=_("What happened"), required=False)
    person = forms.ModelChoiceField(
        label=_("By"), required=False, queryset=User.objects.none(), empty_label=_("anybody")
    )
    thing = forms.CharField(
        label=_("Thing"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "order:12", "data-width": "medium"}),
    )

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["kind"].choices = [("", _("anything")), *kind_choices()]  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.order_by("first_name", "pk")  # type: ignore[attr-defined]


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of entry that somebody words, by group of the timeline."""
    by_group = [
        (
            str(label),
            sorted((kind, kind_in_words(kind)) for kind, said in SENTENCES.items() if said.group == key),
        )
        for key, label in GROUPS.items()
    ]
    return [(label, kinds) for label, kinds in by_group if kinds]


def kind_in_words(kind: str) -> str:
    """What such an entry says when it holds nothing of its own; its bare name where that says nothing."""
    try:
        return str(SENTENCES[kind].say(HistoryEntry(kind=kind)))
    except (KeyError, TypeError, ValueError, IndexError):
        return kind
