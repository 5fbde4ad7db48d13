"""What the settings add to the shell: their entry, their tabs, and how their changes are told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stocke.core.web.commands import Command, register_command
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_sentence

register(
    NavEntry(
        key="settings",
        group="insight",
        label=_("Settings"),
        url_name="core:settings",
        icon="settings",
        permission="settings.view",
    )
)
register_settings(SettingsTab("shop", _("Shop"), "core:settings_shop", "settings.view"))
register_settings(SettingsTab("users", _("Users"), "core:users", "users.manage"))
register_settings(SettingsTab("tokens", _("API tokens"), "core:settings_tokens", "settings.manage"))
register_settings(SettingsTab("journal", _("Activity log"), "core:settings_journal", "settings.view"))
register_command(
    Command(_("API tokens"), lambda: reverse("core:settings_tokens"), "settings.manage", icon="key")
)
register_command(
    Command(_("Activity log"), lambda: reverse("core:settings_journal"), "settings.view", icon="clock")
)
register_sentence(
    "shop.edited",
    lambda entry: _("Shop changed"),
    group="people",
    changes={
        "name": _("Name"),
        "contact_email": _("Contact e-mail"),
        "contact_phone": _("Contact phone"),
        "signature": _("Signature"),
        "website": _("Website"),
        "accent": _("Accent colour"),
        "currency": _("Currency"),
    },
)
register_sentence("token.issued", lambda entry: _("API token created"), shape="done", group="people")
register_sentence("token.revoked", lambda entry: _("API token revoked"), shape="stopped", group="people")
