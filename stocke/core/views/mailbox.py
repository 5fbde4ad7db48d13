"""The mailbox where answers arrive: connected, looked into, and how it is."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stocke.core.domain import mailboxes
from stocke.core.mailbox_forms import MailboxForm, trouble_in_words
from stocke.core.models import Mailbox
from stocke.core.queries import timeline
from stocke.core.sealing import NotOpened
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline


@staff_can("settings.manage")
def mailbox_page(request: StaffRequest) -> HttpResponse:
    return mailbox_answer(request, MailboxForm(instance=mailboxes.current() or Mailbox()))


@require_POST
@staff_can("settings.manage")
def mailbox_save(request: StaffRequest) -> HttpResponse:
    form = MailboxForm(request.POST, instance=mailboxes.current() or Mailbox())
    if not form.is_valid():
        return mailbox_answer(request, form)
    mailboxes.connect(form.values(), password=form.cleaned_data["password"], by=request.staff)
    messages.success(request, _("Mailbox saved"))
    return go_on(request, reverse("core:settings_mailbox"))


@require_POST
@staff_can("settings.manage")
def mailbox_look(request: StaffRequest) -> HttpResponse:
    """Enter as the job would, and say what was found."""
    mailbox = mailboxes.current()
    if mailbox is not None:
        try:
            found = mailboxes.probe(mailboxes.place_of(mailbox))
        except NotOpened:
            found = mailboxes.Probe(error="sealed")
        if found.error:
            messages.error(request, trouble_in_words(found.error))
        else:
            said = ngettext("The mailbox opens: %(n)s mail.", "The mailbox opens: %(n)s mails.", found.mails)
            messages.success(request, said % {"n": found.mails})
    return go_on(request, reverse("core:settings_mailbox"))


def mailbox_answer(request: StaffRequest, form: MailboxForm) -> HttpResponse:
    mailbox = mailboxes.current()
    return form_page(
        request,
        "core/settings_mailbox.html",
        form=form,
        mailbox=mailbox,
        trouble=trouble_in_words(mailbox.error) if mailbox and mailbox.error else "",
        sender=settings.DEFAULT_FROM_EMAIL,
        timeline=build_timeline(timeline(mailboxes.THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )
