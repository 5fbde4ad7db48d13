"""Forms around letters."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.core.domain.letter_facts import FACTS, unknown_in
from stocke.core.web.fact_sources import offered, written_messages


class AddressForm(forms.Form):
    """Where a mail that came back goes next."""

    recipient = forms.EmailField(label=_("Address"))


class MissingFactsForm(forms.Form):
    """One field for each fact that a held message lacks."""

    def __init__(self, data: Any = None, *, names: Collection[str]) -> None:
        super().__init__(data)
        for name in names:
            self.fields[name] = forms.CharField(label=str(FACTS.get(name, name)), max_length=500)


class WordsForm(forms.Form):
    """The words of one kind of letter. Names of facts stand in braces."""

    subject = forms.CharField(label=_("Subject"), max_length=250)
    body = forms.CharField(
        label=_("Text"), max_length=10_000, strip=False, widget=forms.Textarea(attrs={"rows": 18})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse names that nobody records, and say which."""
        cleaned = super().clean() or {}
        for field in ("subject", "body"):
            if names := unknown_in(cleaned.get(field, "")):
                self.add_error(field, unknown_facts(names))
        return cleaned


def unknown_facts(names: list[str]) -> forms.ValidationError:
    return forms.ValidationError(
        _("No such fact: %(names)s. Choose one of the list, or correct the spelling."),
        params={"names": ", ".join(f"{{{name}}}" for name in names)},
    )


class FactsChoice(forms.Form):
    """Whose facts fill the preview: an invented order's, or those of a real case or letter."""

    facts = forms.ChoiceField(label=_("With the facts of"), required=False)

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data)
        written = [(_("Letters written"), written_messages(kind))]
        groups = [group for group in [*offered(kind), *written] if group[1]]
        self.fields["facts"].choices = [("", _("an invented order")), *groups]  # type: ignore[attr-defined]
