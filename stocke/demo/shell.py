"""What the demonstration adds to the shell: the way to its mailbox, where there is one."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.timeline import register_job

# Who is behind what was made up.
register_job("demo", _("demonstration"))
if settings.MAILBOX_DIR:
    register(
        NavEntry(
            "mailbox",
            "insight",
            _("Mailbox"),
            "demo:mailbox",
            "mail",
            "messages.view",
        )
    )
