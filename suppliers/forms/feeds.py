"""Forms about feeds: what they are, and the files that people hand in."""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from suppliers.domain.feeds import GivenSecrets
from suppliers.forms.sources import OTHER_SERVER, STORED, SourceFacts, SourcePart
from suppliers.forms.transports import PARTS
from suppliers.models import AbsentPolicy, Feed, Supplier

OFFERED = [(part.transport.value, part.transport.label) for part in PARTS]
MISSING = _("The server asks for it: fill it in.")
FIVE_MINUTES, WEEK = 5, 7 * 24 * 60


class FeedForm(forms.Form):
    """A feed in one page: whose it is, where it comes from, how often, and when to stop it."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What his file is called among you: “Stock”, “Price list”."),
    )
    transport = forms.ChoiceField(
        label=_("Where the file comes from"),
        choices=[(part.transport.value, part.transport.label) for part in PARTS],
        widget=forms.RadioSelect,
    )
    every_minutes = forms.IntegerField(
        label=_("Read every"),
        min_value=FIVE_MINUTES,
        max_value=WEEK,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": _("minutes")}),
        help_text=_("Empty: only when somebody asks. For uploads: how often you expect a file."),
    )
    absent_policy = forms.ChoiceField(
        label=_("A SKU that is missing from the file"),
        choices=AbsentPolicy.choices,
        initial=AbsentPolicy.UNKNOWN,
        help_text=_(
            "Zero comes only after several files without it, each different from the one before; the limits of the "
            "guards say how many."
        ),
    )

    def __init__(
        self, *args: Any, feed: Feed | None = None, stored: Collection[str] = (), **kwargs: Any
    ) -> None:
        self.feed, self.stored = feed, stored
        if feed:
            kwargs["initial"] = initial_of(feed)
        super().__init__(*args, **kwargs)
        if feed:
            del self.fields["supplier"]
        self.source: SourceFacts | None = None
        for part in PARTS:
            self.take_in(part)

    def take_in(self, part: type[SourcePart]) -> None:
        """The fields of a part as our own."""
        for name, field in deepcopy(part.base_fields).items():
            if (
                name in part.secrets
                and name in self.stored
                and self.feed
                and self.feed.transport == part.transport
            ):
                field.help_text = STORED
            self.fields[field_name(part, name)] = field

    @property
    def parts(self) -> list[tuple[str, list[BoundField]]]:
        """Each source with its fields, as the page draws them."""
        return [
            (part.transport.value, [self[field_name(part, name)] for name in part.base_fields])
            for part in PARTS
            if part.base_fields
        ]

    @property
    def head(self) -> list[BoundField]:
        return [self[name] for name in ("supplier", "name", "transport") if name in self.fields]

    @property
    def rest(self) -> list[BoundField]:
        """What is asked after the source: how often, and when to stop."""
        own = [name for name in self.base_fields if name not in ("supplier", "name", "transport")]
        return [self[name] for name in own]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        part = next((part for part in PARTS if part.transport == cleaned.get("transport")), None)
        self.pass_over(other for other in PARTS if other is not part)
        names = [] if part is None else [field_name(part, name) for name in part.base_fields]
        if part and not any(name in self.errors for name in names):
            self.clean_source(part, cleaned)
        return cleaned

    def pass_over(self, parts: Iterable[type[SourcePart]]) -> None:
        """What stands in the fields of sources that were not chosen matters to nobody."""
        for part in parts:
            for name in part.base_fields:
                self.errors.pop(field_name(part, name), None)

    def clean_source(self, part: type[SourcePart], cleaned: Mapping[str, Any]) -> None:
        values = {name: cleaned[field_name(part, name)] for name in part.base_fields}
        try:
            facts = part.facts(values)
            if self.feed is None or (self.feed.location, self.feed.access) != (facts.location, facts.access):
                part.check_new(facts)
            self.source = replace(facts, secrets=self.completed(part, facts))
        except forms.ValidationError as problem:
            for name, messages in problem.message_dict.items():
                self.add_error(field_name(part, name), messages)

    def completed(self, part: type[SourcePart], facts: SourceFacts) -> GivenSecrets:
        """What was typed, and which stored secrets stay: never for another server than theirs."""
        needed = set(part.needed(facts.access))
        typed = {name: word for name, word in facts.secrets.given.items() if name in needed}
        missing = needed - set(typed)
        is_stored = self.feed is not None and self.feed.transport == part.transport
        kept = frozenset(missing & set(self.stored)) if is_stored else frozenset()
        if kept and self.feed and part.door(facts.location, facts.access) != self.feed_door(part):
            raise forms.ValidationError(dict.fromkeys(kept, OTHER_SERVER))
        if absent := missing - kept - set(part.optional):
            raise forms.ValidationError(dict.fromkeys(absent, MISSING))
        return GivenSecrets(typed, kept)

    def feed_door(self, part: type[SourcePart]) -> str:
        return part.door(self.feed.location, self.feed.access) if self.feed else ""

    def facts(self) -> dict[str, Any]:
        """The settings as the operations take them."""
        kept = ("name", "transport", "every_minutes", "absent_policy")
        source = self.source or SourceFacts("")
        return {
            **{name: self.cleaned_data[name] for name in kept},
            "location": source.location,
            "access": dict(source.access),
            "secrets": source.secrets,
        }

    def refuse_name(self) -> None:
        self.add_error("name", _("This supplier has a feed of this name. Choose another name."))


def initial_of(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "transport": feed.transport,
        **source_initial(feed),
        "every_minutes": feed.every_minutes,
        "absent_policy": feed.absent_policy,
    }


def source_initial(feed: Feed) -> dict[str, Any]:
    part = next(part for part in PARTS if part.transport == feed.transport)
    return {field_name(part, name): value for name, value in part.initial_of(feed).items()}


def field_name(part: type[SourcePart], name: str) -> str:
    return f"{part.transport.value}-{name}"


TOO_LARGE = _(
    "The file has {size}; at most {limit} are taken. Nothing was kept. Ask the supplier for a smaller one."
)


def too_large(size: int) -> Any:
    """The sentence about a file over the bound."""
    limit = settings.FEED_MAX_BYTES
    return format_lazy(TOO_LARGE, size=filesizeformat(size), limit=filesizeformat(limit))


class UploadForm(forms.Form):
    """One file from a member of staff."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("A table (CSV, XLSX, XLS, ODS), XML, JSON, X12 or EDIFACT, zipped or not."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.FEED_MAX_BYTES:
            raise forms.ValidationError(too_large(file.size))
        return file


class DecisionForm(forms.Form):
    """Why a person decides as he does."""

    why = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.TextInput(attrs={"data-width": "full"})
    )
