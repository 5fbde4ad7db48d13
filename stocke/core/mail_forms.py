"""Forms around letters."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.core.domain.letter_facts import FACTS
from stocke.core.domain.mail_templates import Fault, Lacking, faults_in, lacking_in
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

    def __init__(self, data: Any = None, *, kind: str, language: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.kind, self.language = kind, language

    def clean(self) -> dict[str, Any]:
        """Refuse names that nobody records and texts that leave out what must be said, and say in which line."""
        cleaned = super().clean() or {}
        for field in ("subject", "body"):
            for fault in faults_in(cleaned.get(field, "")):
                self.add_error(field, unknown_fact(fault, is_one_line=field == "subject"))
        for lacking in lacking_in(self.kind, self.language, cleaned.get("body", "")):
            self.add_error("body", lacks_fact(lacking))
        return cleaned


def unknown_fact(fault: Fault, *, is_one_line: bool) -> forms.ValidationError:
    said = {"name": f"{{{fault.name}}}", "line": fault.line, "words": fault.words[:80]}
    if is_one_line:
        return forms.ValidationError(
            _("No such fact: %(name)s. Choose one of the list, or correct the spelling."), params=said
        )
    return forms.ValidationError(
        _(
            "Line %(line)s, “%(words)s”: no such fact: %(name)s. Choose one of the list, or correct the spelling."
        ),
        params=said,
    )


def lacks_fact(lacking: Lacking) -> forms.ValidationError:
    return forms.ValidationError(
        _(
            "The text must say {%(name)s} (%(label)s) somewhere. In our words it stands in line %(line)s: “%(words)s”."
        ),
        params={
            "name": lacking.name,
            "label": str(FACTS[lacking.name]),
            "line": lacking.line,
            "words": lacking.words[:120],
        },
    )


class FactsChoice(forms.Form):
    """Whose facts fill the preview: an invented order's, or those of a real case or letter."""

    facts = forms.ChoiceField(label=_("With the facts of"), required=False)
    number = forms.CharField(
        label=_("or of the case or order with this number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"data-width": "medium"}),
    )

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data)
        written = [(_("Letters written"), written_messages(kind))]
        groups = [group for group in [*offered(kind), *written] if group[1]]
        self.fields["facts"].choices = [("", _("an invented order")), *groups]  # type: ignore[attr-defined]
