"""What a person says of a feed's source: one group of fields for each way to fetch it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Feed, Transport
from suppliers.transports import NotFetched

WHERE = _("Say where the file is.")
STORED = _("Stored. Leave it empty to keep it.")
NOT_SENDABLE = _("A header carries only letters without accents, digits and signs. Check the token or key.")
OTHER_SERVER = _("The server is another one now: what opened the first is not shown to it. Enter this again.")


@dataclass(frozen=True)
class SourceFacts:
    """A source as the operations take it."""

    location: str
    access: Mapping[str, Any] = field(default_factory=dict)
    secrets: GivenSecrets = field(default_factory=GivenSecrets)


class DependentField(forms.CharField):
    """A field that another one makes necessary: it may be empty, and is not called optional."""

    depends = True


class OpenChoice(forms.ChoiceField):
    """A choice among whose answers one is "nothing": it is always answered, and not called optional."""

    depends = True


def secret_field(label: str | Promise, **more: Any) -> forms.CharField:
    """A word that is written and never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "data-width": "medium"})
    options = {"label": label, "required": False, "strip": False, "max_length": 500, "widget": widget}
    return DependentField(**{**options, **more})


class SourcePart(forms.Form):
    """The fields of one transport. They are drawn and bound as fields of the feed's own form."""

    transport: ClassVar[Transport]
    secrets: ClassVar[Collection[str]] = ()
    optional: ClassVar[Collection[str]] = ()

    @classmethod
    def initial_of(cls, feed: Feed) -> dict[str, Any]:
        return dict(feed.access)

    @classmethod
    def check_new(cls, facts: SourceFacts) -> None:
        """Raises ValidationError for what a feed may keep that has it, and no feed may get."""

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        """The source that these fields describe. Raises ValidationError with messages by field."""
        raise NotImplementedError(f"{cls.__name__} does not say what its fields describe")

    @classmethod
    def door(cls, location: str, access: Mapping[str, Any]) -> str:
        """The server that the secrets belong to: they are never shown to another one."""
        return location

    @classmethod
    def needed(cls, access: Mapping[str, Any]) -> Collection[str]:
        """The secrets that this access may use; those that are not `optional` it cannot do without."""
        return cls.secrets


def given(values: Mapping[str, Any], names: Collection[str]) -> GivenSecrets:
    return GivenSecrets({name: values[name] for name in names if values.get(name)})


def refuse(name: str, check: Any, place: str) -> None:
    """Run a transport's own check; its sentence becomes the field's."""
    try:
        check(place)
    except NotFetched as problem:
        raise forms.ValidationError({name: str(problem.message)}) from None


def plain(width: str = "medium") -> forms.TextInput:
    """A field whose content belongs to somebody else's server: no browser offers one's own name in it."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-width": width})
