"""What a person says of a feed's source, one group of fields per way to fetch it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocke.core.outbound import AddressRefused, check_url
from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Feed, Transport
from suppliers.transports import NotFetched, check_address, check_host, watched_folder
from suppliers.transports.sftp import private_key

SERVER_KEY = re.compile(r"(ssh|ecdsa)-[a-z0-9-]+ SHA256:[A-Za-z0-9+/]{43}=?|SHA256:[A-Za-z0-9+/]{43}=?")
WHERE = _("Say where the file is.")
STORED = _("Stored. Leave it empty to keep it.")
OTHER_SERVER = _("The server is another one now: what opened the first is not shown to it. Enter this again.")
AUTH_KINDS = [
    ("", _("nothing")),
    ("basic", _("user name and password")),
    ("bearer", _("a token (Bearer)")),
    ("header", _("a key in a header")),
    ("query", _("a key in the address")),
]


@dataclass(frozen=True)
class SourceFacts:
    """A source as the operations take it."""

    location: str
    access: Mapping[str, Any] = field(default_factory=dict)
    secrets: GivenSecrets = field(default_factory=GivenSecrets)


class DependentField(forms.CharField):
    """A field that another one makes necessary: it may be empty, and is not called optional."""

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
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        """The source that these fields describe. Raises ValidationError with messages by field."""
        raise NotImplementedError

    @classmethod
    def door(cls, location: str, access: Mapping[str, Any]) -> str:
        """The server that the secrets belong to: they are never shown to another one."""
        return location

    @classmethod
    def needed(cls, access: Mapping[str, Any]) -> Collection[str]:
        """The secrets that this access may use; those that are not `optional` it cannot do without."""
        return cls.secrets


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
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
    )
    name = DependentField(
        label=_("Name of the header or parameter"),
        required=False,
        max_length=100,
        help_text=_("For a key only, for example X-Api-Key."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
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


class ServerPart(SourcePart):
    """A server that has host, port and users of its own."""

    scheme: ClassVar[str]

    @classmethod
    def access_of(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in; an empty field means the usual."""
        return {name: value for name, value in values.items() if value and name not in cls.secrets}

    @classmethod
    def place(cls, access: Mapping[str, Any]) -> str:
        """How the source is called on pages and on the record."""
        port = f":{access['port']}" if access.get("port") else ""
        return f"{cls.scheme}://{access['host']}{port}/{str(access.get('path', '')).lstrip('/')}"

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        refuse("host", check_host, values["host"])
        access = cls.access_of(values)
        return SourceFacts(cls.place(access)[:500], access, given(values, cls.secrets))

    @classmethod
    def door(cls, location: str, access: Mapping[str, Any]) -> str:
        """Host, port and whether the line is secure: what opens a sealed line is not said on an open one."""
        return "|".join(str(access.get(name, "")) for name in ("host", "port", "security"))


def server_fields(path: Any) -> dict[str, forms.Field]:
    return {
        "host": forms.CharField(
            label=_("Server"), max_length=200, widget=plain(), help_text=_("Its name only.")
        ),
        "port": forms.IntegerField(
            label=_("Port"),
            min_value=1,
            max_value=65_535,
            required=False,
            widget=forms.NumberInput(attrs={"data-width": "short"}),
            help_text=_("Empty: the usual one."),
        ),
        "user": forms.CharField(label=_("User name"), max_length=200, widget=plain()),
        "path": forms.CharField(label=_("File or folder"), max_length=300, widget=plain(), help_text=path),
    }


def plain(width: str = "medium") -> forms.TextInput:
    """A field whose content belongs to somebody else's server: no browser offers one's own name in it."""
    return forms.TextInput(attrs={"autocomplete": "off", "data-width": width})


PATHS = _(
    "For example export/stock.csv. With a star the newest that fits: export/stock-*.csv. With a slash at its end the "
    "newest file of a folder."
)


class SftpPart(ServerPart):
    transport, scheme = Transport.SFTP, "sftp"
    secrets = optional = ("password", "private_key")
    host, port, user, path = server_fields(PATHS).values()
    password = secret_field(_("Password"))
    private_key = secret_field(
        _("Private key instead of a password"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As text, without a passphrase: it is kept sealed."),
    )
    host_key = forms.CharField(
        label=_("Key of the server"),
        required=False,
        max_length=200,
        widget=plain("full"),
        help_text=_(
            "SHA256:… as the supplier tells it. Empty: the key of the first visit is trusted and noted here."
        ),
    )

    @classmethod
    def facts(cls, values: Mapping[str, Any]) -> SourceFacts:
        facts = super().facts(values)
        if key := values.get("private_key"):
            refuse("private_key", private_key, key)
        if (known := values["host_key"]) and not SERVER_KEY.fullmatch(known):
            raise forms.ValidationError(
                {"host_key": _("A key of a server is written SHA256:…, with 43 signs.")}
            )
        return facts


class FtpPart(ServerPart):
    transport, scheme = Transport.FTP, "ftp"
    secrets = optional = ("password",)
    security = forms.ChoiceField(
        label=_("Security"),
        choices=[
            ("explicit", _("TLS (FTPS, usual port 21)")),
            ("implicit", _("TLS from the first word (port 990)")),
            ("none", _("none: password and file travel in the open")),
        ],
    )
    host, port, user, path = server_fields(PATHS).values()
    password = secret_field(_("Password"))


def is_header_name(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii()


def given(values: Mapping[str, Any], names: Collection[str]) -> GivenSecrets:
    return GivenSecrets({name: values[name] for name in names if values.get(name)})


def refuse(name: str, check: Any, place: str) -> None:
    """Run a transport's own check; its sentence becomes the field's."""
    try:
        check(place)
    except NotFetched as problem:
        raise forms.ValidationError({name: str(problem.message)}) from None


PARTS: tuple[type[SourcePart], ...] = (UploadPart, WebPart, SftpPart, FtpPart, FolderPart)
