"""How the mailbox for answers is entered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.core.models import Mailbox
from stocke.core.outbound import OutboundError, Unreachable
from stocke.core.outbound.addresses import addresses_of

SENTENCES = {
    "login": _("The server refuses the user name or the password. Correct them."),
    "no_mail_folder": _("The mailbox has no such folder. Correct its name."),
    "protocol": _(
        "The server answers in a way that we do not understand. Check the port and the encryption."
    ),
    "secure": _("The secure connection failed: the certificate is not valid."),
    "slow": _("The server was too slow and we stopped waiting. We try again by ourselves."),
    "cut": _("The connection was cut. We try again by ourselves."),
    "connect": _("The server does not answer. We try again by ourselves."),
    "unknown_host": _("No server is known under this name. Check it."),
    "private": _(
        "The server is inside a private network, where we do not go. An operator can allow it in "
        "STOCKE_ALLOWED_PRIVATE_HOSTS."
    ),
    "sealed": _("The password cannot be opened any more: the keys have changed. Enter it again."),
    "mail_large": _("A mail is larger than we take. Move it out of the folder."),
}


def trouble_in_words(code: str) -> str:
    """What is wrong with the mailbox; the bare code for one that is no longer known."""
    return str(SENTENCES.get(code, code))


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]
    """An empty password keeps the stored one."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-width": "medium"}),
    )
    field_order = ("address", "host", "port", "security", "user", "password", "folder", "active")

    class Meta:
        model = Mailbox
        fields = ("address", "host", "port", "security", "user", "folder", "active")
        help_texts = {
            "address": _(
                "Mails ask to be answered here, with a signed part after a plus sign: reponses+m12-…@shop.example. "
                "Most mailboxes take such addresses as their own."
            ),
            "port": _("Empty: the usual one of this encryption."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_host = self.instance.host if self.instance.credential_id else ""
        self.fields["password"].required = not self.stored_host
        if self.stored_host:
            self.fields["password"].help_text = _("Stored. Leave it empty to keep it.")

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip()
        if any(sign in host for sign in " /@:?#"):
            raise forms.ValidationError(
                _("Write only the name of the server here, for example imap.shop.example.")
            )
        try:
            addresses_of(host, 0)
        except Unreachable:
            return host
        except OutboundError as error:
            raise forms.ValidationError(trouble_in_words(error.code)) from None
        return host

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("password") and self.stored_host != cleaned.get("host"):
            self.add_error("password", _("Enter the password of this server."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is kept openly; call it when the form is valid."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
