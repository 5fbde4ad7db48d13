"""What core itself adds to the shell: acts with a page of their own, and how changes to people are told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stocke.core import incoming_shell as incoming_shell
from stocke.core import mail_shell as mail_shell
from stocke.core import settings_shell as settings_shell
from stocke.core.web.commands import Command, register_command
from stocke.core.web.timeline import register_sentence

register_command(Command(_("Add a user"), lambda: reverse("core:user_new"), "users.manage", icon="plus"))
register_command(Command(_("Users"), lambda: reverse("core:users"), "users.manage", icon="users"))
register_command(Command(_("My preferences"), lambda: reverse("core:profile"), "orders.view", icon="users"))

register_sentence("user.invited", lambda entry: _("Account opened"), shape="done", group="people")
register_sentence(
    "user.renamed",
    lambda entry: _("Name or e-mail changed"),
    group="people",
    changes={"name": _("Name"), "email": _("E-mail")},
)
register_sentence(
    "user.role_changed", lambda entry: _("Role changed"), group="people", changes={"role": _("Role")}
)
register_sentence("user.deactivated", lambda entry: _("Account closed"), shape="stopped", group="people")
register_sentence("user.reactivated", lambda entry: _("Account open again"), shape="done", group="people")
register_sentence("user.password_reset", lambda entry: _("New password given"), group="people")
