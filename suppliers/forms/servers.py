"""Sources on servers that have host, port and users of their own."""

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.forms.sources import SourceFacts, SourcePart, given, plain, refuse, secret_field
from suppliers.models import Transport
from suppliers.transports import check_host
from suppliers.transports.sftp import private_key

SERVER_KEY = re.compile(r"(ssh|ecdsa)-[a-z0-9-]+ SHA256:[A-Za-z0-9+/]{43}=?|SHA256:[A-Za-z0-9+/]{43}=?")


class ServerPart(SourcePart):
    scheme: ClassVar[str]
    secrets: ClassVar[Collection[str]] = ("password",)
    host = forms.CharField(label=_("Server"), max_length=200, widget=plain(), help_text=_("Its name only."))
    port = forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65_535,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
        help_text=_("Empty: the usual one."),
    )
    user = forms.CharField(label=_("User name"), max_length=200, widget=plain())
    password = secret_field(_("Password"))

    @classmethod
    def access_of(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in; an empty field means the usual."""
        access = {name: value for name, value in values.items() if value and name not in cls.secrets}
        for name, value in access.items():
            if isinstance(value, str) and not value.isprintable():
                raise forms.ValidationError({name: _("This holds signs that nobody can see. Type it anew.")})
        return access

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


def path_field() -> forms.CharField:
    return forms.CharField(
        label=_("File or folder"),
        max_length=300,
        widget=plain(),
        help_text=_(
            "For example export/stock.csv. With a star the newest that fits: export/stock-*.csv. With a slash at its "
            "end the newest file of a folder."
        ),
    )


class SftpPart(ServerPart):
    transport, scheme = Transport.SFTP, "sftp"
    secrets = optional = ("password", "private_key")
    private_key = secret_field(
        _("Private key instead of a password"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As text, without a passphrase: it is kept sealed."),
    )
    path = path_field()
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
    optional = ("password",)
    security = forms.ChoiceField(
        label=_("Security"),
        choices=[
            ("explicit", _("TLS (FTPS, usual port 21)")),
            ("implicit", _("TLS from the first word (port 990)")),
            ("none", _("none: password and file travel in the open")),
        ],
    )
    path = path_field()


class MailboxPart(ServerPart):
    transport, scheme = Transport.MAILBOX, "imap"
    security = forms.ChoiceField(
        label=_("Security"),
        choices=[
            ("tls", _("TLS from the first word (port 993)")),
            ("starttls", _("TLS after the greeting (STARTTLS, port 143)")),
            ("none", _("none: password and mails travel in the open")),
        ],
    )
    folder = forms.CharField(
        label=_("Mail folder"), required=False, max_length=200, widget=plain(), help_text=_("Empty: INBOX.")
    )
    sender = forms.CharField(
        label=_("Sender"),
        max_length=200,
        widget=plain(),
        help_text=_("An address, or the domain of the supplier: nobody else’s mail is opened."),
    )
    subject = forms.CharField(label=_("Words of the subject"), required=False, max_length=200, widget=plain())
    take = forms.ChoiceField(
        label=_("What to take"),
        choices=[("attachment", _("a file attached to the mail")), ("link", _("a link in the mail"))],
    )
    pattern = forms.CharField(
        label=_("Name of the file, or words of the link"),
        required=False,
        max_length=200,
        widget=plain(),
        help_text=_("For example stock-*.csv. Empty: the first that may be a feed."),
    )

    @classmethod
    def place(cls, access: Mapping[str, Any]) -> str:
        folder = access.get("folder", "INBOX")
        return f"imap://{access['user']}@{access['host']}/{folder} · {access['sender']}"
