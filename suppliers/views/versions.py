"""The versions of a feed's mapping: who saved which, what it changed, and the way back to it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, page
from stocke.core.web.undo import offer_undo
from suppliers.domain.mappings import go_back
from suppliers.queries.feeds import mappings_of
from suppliers.tables.versions import versions_of
from suppliers.views.feeds import feed_or_404

PER_PAGE = 20


@staff_can("feeds.view")
def feed_versions(request: StaffRequest, pk: int) -> HttpResponse:
    feed = feed_or_404(pk)
    found = Paginator(mappings_of(pk), PER_PAGE).get_page(request.GET.get("page"))
    # One more, so that the last of the page has its older one to be compared with.
    shown = list(mappings_of(pk)[found.start_index() - 1 :][: PER_PAGE + 1]) if found.paginator.count else []
    versions = versions_of(shown, feed.mapping_id, is_last_page=not found.has_next())
    return page(
        request,
        "suppliers/feed_versions.html",
        feed=feed,
        versions=versions,
        found=found,
        nav_key="feeds",
    )


@require_POST
@staff_can("feeds.edit")
def version_back(request: StaffRequest, pk: int, version: int) -> HttpResponse:
    """Read the feed as an earlier version did, from the next file on."""
    feed, before = feed_or_404(pk), feed_or_404(pk).mapping
    saved = go_back(feed, get_object_or_404(mappings_of(pk), version=version), by=request.staff)
    words = _("Read as in version %(version)s again, from the next file on") % {"version": version}
    if before and saved.pk != before.pk:
        offer_undo(request, words, reverse("suppliers:version_back", args=[pk, before.version]))
    return go_on(request, reverse("suppliers:feed_versions", args=[pk]))
