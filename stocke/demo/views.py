"""The demonstration's mailbox: what customers and suppliers would have received."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from stocke.core.web.access import StaffRequest, staff_can
from stocke.demo.mailbox import CaughtMail, find_mail, find_mails

PER_PAGE = 50
FRAME_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@staff_can("messages.view")
def mailbox(request: StaffRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    pages = Paginator(list(find_mails(mailbox_folder(), words)), PER_PAGE)
    return render(
        request, "demo/mailbox.html", {"page": pages.get_page(request.GET.get("page")), "words": words}
    )


@staff_can("messages.view")
def mail(request: StaffRequest, number: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": mail_or_404(number)})


@staff_can("messages.view")
@xframe_options_sameorigin
@csp_override(FRAME_POLICY)
def mail_frame(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part alone, under a policy of its own: a mail may hold anything, and may do nothing."""
    return HttpResponse(mail_or_404(number).framed_html)


def mailbox_folder() -> Path:
    """Where the catcher keeps its mails. Outside the demonstration there is no such page."""
    if not settings.MAILBOX_DIR:
        raise Http404("no mail catcher here")
    return Path(settings.MAILBOX_DIR)


def mail_or_404(number: int) -> CaughtMail:
    found = find_mail(mailbox_folder(), number)
    if found is None:
        raise Http404("no such mail")
    return found
