"""Sources that are an address or a folder."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.core.outbound import AddressRefused, check_url
from suppliers.forms.sources import (
    WHERE,
    DependentField,
    SourceFacts,
    SourcePart,
    given,
    plain,
    refuse,
    secret_field,
)
from suppliers.models import Feed, Transport
from suppliers.transports import check_address, watched_folder

AUTH_KINDS = [
    ("", _("nothing")),
    ("basic", _("user name and password")),
    ("bearer", _("a token (Bearer)")),
    ("header", _("a key in a header")),
    ("query", _("a key in the address")),
]


class UploadPart(SourcePart):
    transport = Transport.UPLOAD

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        return SourceFacts("")


class FolderPart(SourcePart):
    transport = Transport.FOLDER
    folder = forms.CharField(
        label=_("Folder"),
        max_length=500,
        help_text=_("The name of a folder below the watched folder."),
        error_messages={"required": WHERE},
    )

    @classmethod
    def initial_of(cls, feed: Feed) -> dict[str, Any]:
        return {"folder": feed.location}

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        refuse("folder", watched_folder, values["folder"])
        return SourceFacts(values["folder"])


class WebPart(SourcePart):
    """An address and how its server lets us in."""

    transport = Transport.URL
    secrets = ("secret",)
    location = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("The address of the file, https://…"),
        error_messages={"required": WHERE},
    )
    auth = forms.ChoiceField(label=_("The server asks for"), choices=AUTH_KINDS, required=False)
    user = DependentField(
        label=_("User name"),
        required=False,
        max_length=200,
        widget=plain(),
    )
    name = DependentField(
        label=_("Name of the header or parameter"),
        required=False,
        max_length=100,
        help_text=_("For a key only, for example X-Api-Key."),
        widget=plain(),
    )
    secret = secret_field(_("Password, token or key"))

    @classmethod
    def initial_of(cls, feed: Feed) -> dict[str, Any]:
        return {"location": feed.location, **feed.access}

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        refuse("location", check_address, values["location"])
        return SourceFacts(values["location"], cls.access_of(values), given(values, cls.secrets))

    @classmethod
    def access_of(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        kind = values["auth"]
        asked = {"basic": "user", "header": "name", "query": "name"}.get(kind)
        if asked is None:
            return {"auth": kind} if kind else {}
        if not values[asked]:
            raise forms.ValidationError({asked: _("The server asks for it: fill it in.")})
        if kind == "header" and not is_header_name(values["name"]):
            raise forms.ValidationError({"name": _("A header has letters, digits and dashes only.")})
        return {"auth": kind, asked: values[asked]}

    @classmethod
    def door(cls, location: str, access: Mapping[str, Any]) -> str:
        try:
            parsed = check_url(location)
        except AddressRefused:
            return ""
        return f"{parsed.scheme}://{parsed.netloc.decode()}"

    @classmethod
    def needed(cls, access: Mapping[str, Any]) -> Collection[str]:
        return cls.secrets if access.get("auth") else ()


def is_header_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii()
