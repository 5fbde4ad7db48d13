"""What the shell asks for: search, the numbers of the navigation, saved views, the kit."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.domain.people import drop_view, keep_view
from stocke.core.forms import SaveViewForm
from stocke.core.models import SavedView
from stocke.core.views.account import safe_next
from stocke.core.web.access import StaffRequest, permissions_of, staff_can
from stocke.core.web.commands import search as find
from stocke.core.web.kit import kit_context
from stocke.core.web.navigation import count, entries_for
from stocke.core.web.partials import go_on, page, partial
from stocke.core.web.shell import NavItem, numbers_of


@staff_can()
def search(request: StaffRequest) -> HttpResponse:
    """Everything this person may reach, as a page or as the list of the command menu."""
    words = request.GET.get("q", "")
    groups = find(words, request.user, permissions_of(request.user))
    found = sum(len(hits) for hits in groups.values())
    return partial(request, "core/search.html#hits", groups=groups, words=words, found=found)


@staff_can()
def counters(request: StaffRequest) -> HttpResponse:
    """The numbers of the navigation; nothing when they are those that the page shows already."""
    items = [NavItem(entry, count(entry)) for entry in entries_for(permissions_of(request.user))]
    seen = numbers_of(items)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return page(request, "core/counters.html", items=items, seen=seen)


@require_POST
@staff_can()
def save_view(request: StaffRequest) -> HttpResponse:
    form = SaveViewForm(request.POST)
    if form.is_valid():
        view = keep_view(request.user, **form.cleaned_data)
        messages.success(request, _("View “%(name)s” saved") % {"name": view})
    else:
        messages.error(request, _("A view needs a name of at most 80 characters. Nothing is saved."))
    return go_on(request, safe_next(request, "core:home"))


@require_POST
@staff_can()
def delete_view(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    drop_view(view)
    messages.success(request, _("View “%(name)s” deleted") % {"name": view})
    return go_on(request, safe_next(request, "core:home"))


@staff_can()
def kit(request: StaffRequest, part: str = "kit") -> HttpResponse:
    """Every part of the house on one page: for those who build, never in production."""
    if settings.ENVIRONMENT not in {"development", "test"}:
        raise Http404
    return page(request, f"core/{part}.html", **kit_context(request))
