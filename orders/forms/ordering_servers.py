"""What a person says of a supplier's own server, and of the JSON that it wants."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.domain.documents.body import USUAL, BadTemplate, check_template
from orders.models import OrderingRules, Way
from stocke.core.domain.credentials import stored
from stocke.core.outbound import is_sendable
from suppliers.domain.feeds import GivenSecrets
from suppliers.forms.servers import SftpPart
from suppliers.forms.sources import (
    NOT_SENDABLE,
    OTHER_SERVER,
    STORED,
    DependentField,
    plain,
    refuse,
    secret_field,
)
from suppliers.transports import check_address

MISSING = gettext_lazy("Without this his server does not let us in.")


def template_words(problem: BadTemplate) -> str:
    return {
        "json": _("This is no JSON. Nothing was saved."),
        "long": _("The template is too long: at most 20,000 signs."),
        "deep": _("The template is nested too deep."),
        "field": _("No field is called {%(name)s}.") % {"name": problem.detail},
    }[problem.code]


class ServerForm(forms.Form):
    """Where his server is and what opens it. Stored secrets are never shown, and never to another server."""

    secrets: ClassVar[Collection[str]] = ()

    def __init__(self, *args: Any, rules: OrderingRules, **kwargs: Any) -> None:
        kwargs["initial"] = {**rules.access, **self.more_initial(rules)}
        super().__init__(*args, **kwargs)
        self.rules, self.stored = rules, set(stored(rules.credential))
        self.access: dict[str, Any] = {}
        self.given = GivenSecrets()
        for name in self.stored & set(self.secrets):
            self.fields[name].help_text = STORED

    def more_initial(self, rules: OrderingRules) -> dict[str, Any]:
        return {}

    def access_of(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The access that the fields describe. Raises ValidationError with messages by field."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its fields describe")

    def needed(self, access: Mapping[str, Any]) -> Collection[str]:
        """The secrets that this access cannot do without."""
        return ()

    def door(self, access: Mapping[str, Any]) -> str:
        """The server that the secrets belong to."""
        raise NotImplementedError(f"{type(self).__name__} does not say whose secrets it keeps")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.access = self.access_of(cleaned)
            self.given = self.completed(cleaned)
        return cleaned

    def completed(self, cleaned: Mapping[str, Any]) -> GivenSecrets:
        typed = {name: cleaned[name] for name in self.secrets if cleaned.get(name)}
        kept = frozenset((self.stored & set(self.secrets)) - set(typed))
        if kept and self.rules.access and self.door(self.rules.access) != self.door(self.access):
            raise forms.ValidationError(dict.fromkeys(kept, OTHER_SERVER))
        if absent := set(self.needed(self.access)) - set(typed) - kept:
            raise forms.ValidationError(dict.fromkeys(absent, MISSING))
        return GivenSecrets(typed, kept)

    def facts(self) -> dict[str, Any]:
        return {"access": self.access}


class SftpForm(ServerForm):
    """A folder on his SFTP server, and the form of the file that is put there."""

    secrets = ("password", "private_key")
    host = SftpPart.base_fields["host"]
    port = SftpPart.base_fields["port"]
    user = SftpPart.base_fields["user"]
    password = SftpPart.base_fields["password"]
    private_key = SftpPart.base_fields["private_key"]
    path = forms.CharField(
        label=gettext_lazy("Folder"),
        max_length=300,
        required=False,
        widget=plain(),
        help_text=gettext_lazy("For example orders/in. Empty: where we arrive."),
    )
    host_key = SftpPart.base_fields["host_key"]
    form = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("pdf", "PDF"), ("json", "JSON")],
    )

    def access_of(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        access = dict(SftpPart.facts({name: cleaned[name] for name in SftpPart.base_fields}).access)
        return {**access, "form": cleaned["form"]}

    def needed(self, access: Mapping[str, Any]) -> Collection[str]:
        has_one = self.stored or any(self.data.get(name) for name in self.secrets)
        return () if has_one else ("password",)

    def door(self, access: Mapping[str, Any]) -> str:
        return f"{access.get('host')}|{access.get('port') or ''}"


class ApiForm(ServerForm):
    """His interface: its address, what opens it, and the JSON that it wants."""

    secrets = ("password", "token")
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=plain("full"),
        help_text=gettext_lazy("We send by POST."),
    )
    auth = forms.ChoiceField(
        label=pgettext_lazy("of an interface", "Access"),
        choices=[
            ("none", gettext_lazy("open")),
            ("bearer", gettext_lazy("a token (Authorization: Bearer)")),
            ("header", gettext_lazy("a token in a header of his own")),
            ("basic", gettext_lazy("user name and password")),
        ],
    )
    token = secret_field(gettext_lazy("Token"))
    header = DependentField(
        label=gettext_lazy("Name of the header"), required=False, max_length=80, widget=plain()
    )
    user = DependentField(label=gettext_lazy("User name"), required=False, max_length=200, widget=plain())
    password = secret_field(gettext_lazy("Password"))
    keeps_keys = forms.BooleanField(
        label=gettext_lazy("He recognises a purchase order by its Idempotency-Key"),
        required=False,
        help_text=gettext_lazy(
            "Then we ask again by ourselves when his answer is lost. Else a person finds out first whether it arrived."
        ),
    )
    body_template = forms.CharField(
        label=gettext_lazy("JSON"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "false", "class": "se-mono"}),
    )

    def more_initial(self, rules: OrderingRules) -> dict[str, Any]:
        return {"body_template": rules.body_template or USUAL}

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        refuse_address(url)
        return url

    def clean_header(self) -> str:
        name = str(self.cleaned_data["header"]).strip()
        if name and not all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in name):
            raise forms.ValidationError(_("A header is written in letters, digits and hyphens."))
        return name

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        if not is_sendable(token):
            raise forms.ValidationError(NOT_SENDABLE)
        return token

    def clean_body_template(self) -> str:
        text = str(self.cleaned_data["body_template"])
        try:
            check_template(text)
        except BadTemplate as problem:
            raise forms.ValidationError(template_words(problem)) from None
        return text

    def access_of(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        used = {"header": ("header",), "basic": ("user",)}.get(cleaned["auth"], ())
        if absent := [name for name in used if not cleaned[name]]:
            raise forms.ValidationError(dict.fromkeys(absent, MISSING))
        kept = {name: cleaned[name] for name in used}
        return {"url": cleaned["url"], "auth": cleaned["auth"], "keeps_keys": cleaned["keeps_keys"], **kept}

    def needed(self, access: Mapping[str, Any]) -> Collection[str]:
        return {"basic": ("password",), "bearer": ("token",), "header": ("token",)}.get(access["auth"], ())

    def door(self, access: Mapping[str, Any]) -> str:
        return str(access.get("url"))

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "body_template": self.cleaned_data["body_template"]}


def refuse_address(url: str) -> None:
    try:
        refuse("url", check_address, url)
    except forms.ValidationError as problem:
        raise forms.ValidationError(problem.message_dict["url"]) from None


SERVER_FORMS: Mapping[str, type[ServerForm]] = {Way.SFTP.value: SftpForm, Way.API.value: ApiForm}
