"""How the record of received messages is told."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from stocke.core.models import HistoryEntry
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.status import Words
from stocke.core.web.timeline import register_job, register_sentence

TOLD: Mapping[str, tuple[Words, str]] = {
    "incoming.received": (_("Message received"), ""),
    "incoming.put": (_("Message put to what it is about"), ""),
    "incoming.unmatched": (_("Nobody knows yet what the message is about"), "unsure"),
    "incoming.done": (_("Message settled"), "done"),
    "incoming.noted": (_("Message noted; it asks nothing of anybody"), ""),
    "incoming.reopened": (_("Message needs a person again"), "waiting"),
}


def say(entry: HistoryEntry) -> Words:
    return TOLD[entry.kind][0]


for kind, (_words, shape) in TOLD.items():
    register_sentence(kind, say, shape=shape, group="mails")
register_sentence(
    "mailbox.connected",
    lambda entry: _("Mailbox for answers set"),
    group="people",
    changes={
        "address": _("Address"),
        "host": _("Server"),
        "port": _("Port"),
        "security": _("Encryption"),
        "user": _("User name"),
        "folder": _("Folder"),
        "active": _("Read this mailbox"),
    },
)
register_settings(SettingsTab("mailbox", _("Mailbox"), "core:settings_mailbox", "settings.manage"))
register_job("mailbox", _("mailbox for answers"))
