"""A supplier's own page, behind the signed link that staff gave him. GET shows, POST acts."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import go_on, page
from suppliers.domain.portal import (
    PortalClosed,
    close_portal,
    open_portal,
    send_link,
    state_stock,
    supplier_behind,
)
from suppliers.forms.portal import PortalRow, rows_of, typed
from suppliers.models import Offer, Supplier
from suppliers.queries.portal import offers_of

ROWS = 40


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def portal(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's offers, and what he states of them. Every other link gets a page that says why."""
    try:
        supplier = supplier_behind(token)
    except (LinkTampered, Supplier.DoesNotExist):
        return dead_end(request, _not_ours, status=404)
    except (LinkExpired, PortalClosed) as ended:
        known = ended.supplier if isinstance(ended, PortalClosed) else None
        return dead_end(request, _ended, status=410, supplier=known)
    with override(language_of(request, supplier)):
        return save(request, supplier, token) if request.method == "POST" else show(request, supplier, token)


def save(request: HttpRequest, supplier: Supplier, token: str) -> HttpResponse:
    """Let what he wrote on this page of his list count; what is wrong is told and nothing of it counts."""
    shown = shown_page(request, supplier)
    said = typed(list(shown.object_list), request.POST)
    if not said.is_valid:
        return show(request, supplier, token, shown=shown, rows=said.rows, status=422)
    saved = state_stock(supplier, said.changes, by=Actor.supplier(supplier.name))
    fresh = shown_page(request, supplier)
    rows = rows_of(list(fresh.object_list), saved.conflicts)
    return show(
        request, supplier, token, shown=fresh, rows=rows, told=in_words(saved.changed, len(saved.conflicts))
    )


def in_words(changed: int, conflicts: int) -> list[str]:
    told = [
        ngettext("%(n)s figure saved.", "%(n)s figures saved.", changed) % {"n": changed}
        if changed
        else _("Nothing to save: no figure was changed.")
    ]
    if conflicts:
        said = ngettext(
            "%(n)s figure had changed meanwhile and was left as it is: please look again.",
            "%(n)s figures had changed meanwhile and were left as they are: please look again.",
            conflicts,
        )
        told.append(said % {"n": conflicts})
    return told


def shown_page(request: HttpRequest, supplier: Supplier) -> Page[Offer]:
    words = request.GET.get("q", "")[:80]
    return Paginator(offers_of(supplier, words), ROWS).get_page(request.GET.get("page"))


def show(
    request: HttpRequest,
    supplier: Supplier,
    token: str,
    *,
    shown: Page[Offer] | None = None,
    rows: Sequence[PortalRow] | None = None,
    told: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    shown = shown or shown_page(request, supplier)
    return page(
        request,
        "public/suppliers_portal.html",
        status=status,
        supplier=supplier,
        shown=shown,
        rows=rows if rows is not None else rows_of(list(shown.object_list)),
        told=told,
        words=request.GET.get("q", "")[:80],
        token=token,
        language=language_of(request, supplier),
    )


def _not_ours() -> tuple[str, str]:
    return _("This link does not work"), _(
        "It was perhaps cut short or changed on the way. Please use the link of our mail as it stands."
    )


def _ended() -> tuple[str, str]:
    return _("This link has expired"), _(
        "Your page was closed, or you were sent a newer link. Ask us for one."
    )


def dead_end(
    request: HttpRequest, say: Callable[[], tuple[str, str]], *, status: int, supplier: Supplier | None = None
) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, supplier)):
        title, text = say()
        more = _("Write to us or call us: a person will answer.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, supplier: Supplier | None) -> str:
    """The language link's, else the supplier's own."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else supplier.language if supplier else "fr"


@require_POST
@staff_can("suppliers.edit")
def portal_act(request: StaffRequest, pk: int) -> HttpResponse:
    """Open his page, give it a new link, send the link, or shut it."""
    supplier = get_object_or_404(Supplier, pk=pk)
    act = request.POST.get("act", "")
    if act == "close":
        close_portal(supplier, by=request.staff)
        messages.success(request, _("The supplier\u2019s page is closed: its link opens nothing any more."))
    elif act == "send":
        sent = send_link(supplier, by=request.staff)
        messages.success(
            request, _("The link is on its way.") if sent else _("There is no address to send it to.")
        )
    else:
        open_portal(supplier, by=request.staff)
        messages.success(request, _("The supplier\u2019s page is open. Older links open nothing any more."))
    return go_on(request, reverse("suppliers:supplier", args=[pk]))
