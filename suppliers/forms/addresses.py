"""Sources that are an address or a folder."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from stocke.core.outbound import is_sendable
from suppliers.forms.sources import (
    NOT_SENDABLE,
    WHERE,
    DependentField,
    OpenChoice,
    SourceFacts,
    SourcePart,
    given,
    plain,
    refuse,
    secret_field,
)
from suppliers.models import Feed, Transport
from suppliers.transports import check_address, watched_folder
from suppliers.transports.sheets import export_address
from suppliers.transports.web import door_of

AUTH_KINDS = [
    ("", _("nothing")),
    ("basic", _("user name and password")),
    ("bearer", _("a token (Bearer)")),
    ("header", _("a key in a header")),
    ("query", _("a key in the address")),
]
# Parameters of an address that open doors; a plain "key" may be that of a sheet or of a column. An address is read by
# everybody who sees the feed, and stays on its record.
OPENS = frozenset(
    {
        *("apikey", "accesskey", "token", "accesstoken", "authtoken", "secret", "clientsecret"),
        *("password", "passwd", "pwd", "motdepasse"),
    }
)
OPEN_KEY = _(
    "Everybody who sees this feed could read “{name}” in the address. Take it out, say that the server asks for a key "
    "in the address, and enter it there: it is kept sealed."
)
# User name and password are written in other letters on their way.
IN_HEADERS = frozenset({"bearer", "header"})


class UploadPart(SourcePart):
    transport = Transport.UPLOAD

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        return SourceFacts("")


class PushPart(SourcePart):
    """Nothing to fill in: the keys are made on the feed's page."""

    transport = Transport.PUSH

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


def web_address(hint: Any) -> forms.CharField:
    """Where it is, with what is meant by it here."""
    return forms.CharField(
        label=_("Address"), max_length=500, help_text=hint, error_messages={"required": WHERE}
    )


class WebPart(SourcePart):
    """An address and how its server lets us in."""

    transport = Transport.URL
    secrets = ("secret",)
    location = web_address(_("The address of the file, https://…"))
    auth = OpenChoice(label=_("The server asks for"), choices=AUTH_KINDS, required=False)
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
        if values["auth"] in IN_HEADERS and not is_sendable(values["secret"]):
            raise forms.ValidationError({"secret": NOT_SENDABLE})
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
    def check_new(cls, facts: SourceFacts) -> None:
        """One key can be sealed: where one is, another may stand in the address."""
        if facts.access.get("auth") != "query":
            refuse_open_key(facts.location)

    @classmethod
    def door(cls, location: str, access: Mapping[str, Any]) -> str:
        return door_of(location)

    @classmethod
    def needed(cls, access: Mapping[str, Any]) -> Collection[str]:
        return cls.secrets if access.get("auth") else ()


class SheetPart(SourcePart):
    transport = Transport.SHEET
    link = forms.CharField(
        label=_("Link of the sheet"),
        max_length=500,
        help_text=_(
            "As you copy it from the browser. The sheet must be shared with everybody who has the link, or published."
        ),
        error_messages={"required": WHERE},
    )

    @classmethod
    def initial_of(cls, feed: Feed) -> dict[str, Any]:
        return {"link": feed.location}

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        refuse("link", check_address, export_address(values["link"]))
        return SourceFacts(values["link"].strip())


class RestPart(WebPart):
    """An interface described without code: where the articles are, and how the next page is asked for."""

    transport = Transport.REST
    location = web_address(_("The address of the interface, https://…"))
    items = forms.CharField(
        label=_("Where the articles are in the answer"),
        required=False,
        max_length=200,
        widget=plain(),
        help_text=_("For example data.products. Empty: the answer is the list, or holds one list."),
    )
    paging = OpenChoice(
        label=_("How the next page is asked for"),
        required=False,
        choices=[
            ("", _("not at all: one answer holds everything")),
            ("page", _("by its number")),
            ("offset", _("by how many articles came before")),
            ("cursor", _("by a mark that the answer gives")),
            ("next", _("by an address that the answer gives")),
            ("link", _("by an address in the head of the answer (Link)")),
        ],
    )
    parameter = DependentField(
        label=_("Name of the parameter"),
        required=False,
        max_length=100,
        widget=plain(),
        help_text=_("Empty: page, offset or cursor."),
    )
    first = forms.IntegerField(
        label=_("Number of the first page"),
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
        help_text=_("0 or 1. Empty: 1."),
    )
    next_path = DependentField(
        label=_("Where the mark or address is in the answer"),
        required=False,
        max_length=200,
        widget=plain(),
        help_text=_("For example meta.next."),
    )
    size_parameter = forms.CharField(
        label=_("Parameter for articles per page"), required=False, max_length=100, widget=plain()
    )
    size = forms.IntegerField(
        label=_("Articles per page"),
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
        help_text=_("The last page is the first empty one, however many articles the others hold."),
    )
    per_minute = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=1,
        max_value=6_000,
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": _("pages a minute")}),
    )

    @classmethod
    def access_of(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        names = ("items", "paging", "parameter", "first", "next_path", "size_parameter", "size", "per_minute")
        asked = {name: values[name] for name in names if values[name] not in (None, "")}
        if asked.get("paging") in ("cursor", "next") and not asked.get("next_path"):
            raise forms.ValidationError({"next_path": _("Say where it is in the answer.")})
        return {**super().access_of(values), **asked}


def refuse_open_key(address: str) -> None:
    for name, value in parse_qsl(urlsplit(address).query):
        if value and "".join(filter(str.isalnum, name.lower())) in OPENS:
            raise forms.ValidationError({"location": format_lazy(OPEN_KEY, name=name)})


def is_header_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii()
