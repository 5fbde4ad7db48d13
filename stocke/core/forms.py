"""Forms of accounts and of the shell."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from stocke.core.models import SavedView, User
from stocke.core.models.user import Role


class LoginForm(AuthenticationForm):
    """The address and the password; the answer never tells which of the two was wrong."""

    error_messages = {
        "invalid_login": _("This e-mail and this password do not go together. Check both, then try again."),
        "inactive": _("This account is closed. An administrator can open it again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail"),
            widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a member of staff is called, reached and spoken to, and his role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "language")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "off", "data-width": "medium"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "language": forms.Select(attrs={"data-width": "medium"}),
        }

    def clean_email(self) -> str:
        """The login is kept in lower case, and is nobody else's."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody already has this e-mail."))
        return email


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How one likes the screen."""

    class Meta:
        model = User
        fields = ("language", "theme", "density", "single_keys")
        widgets = {
            "language": forms.RadioSelect,
            "theme": forms.RadioSelect,
            "density": forms.RadioSelect,
        }
        help_texts = {
            "density": _("The height of the rows in lists."),
            "single_keys": _("J, K, C… act without Ctrl. Switch them off when you dictate or use a switch."),
        }


class SwitchForm(forms.ModelForm):  # type: ignore[type-arg]
    """One preference at a time, from the foot of the column."""

    class Meta:
        model = User
        fields = ("language", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class SaveViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list's filters under a name."""

    class Meta:
        model = SavedView
        fields = ("page", "name", "query", "shared")
