"""A file that somebody hands in, refused before it is read when it is too large."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.uploads import BoundedUpload, announced_bytes
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import receive_file
from suppliers.domain.trials import receive_sample
from suppliers.forms.feeds import UploadForm, too_large
from suppliers.models import Feed


@csrf_exempt
@staff_can("feeds.edit")
def feed_upload(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The token is checked one step later: reading it means reading the body, and a body too large is not read."""
    limit = most_bytes()
    if announced := announced_bytes(request, limit):
        return refused(request, pk, announced)
    request.upload_handlers = [BoundedUpload(request, limit)]
    return receive(request, pk)


def most_bytes() -> int:
    return int(settings.FEED_MAX_BYTES)


def refused(request: StaffRequest, pk: int, size: int) -> HttpResponse:
    feed = get_object_or_404(Feed.objects.select_related("supplier"), pk=pk)
    return page(
        request,
        "suppliers/feed_upload.html",
        status=413,
        form=UploadForm(),
        feed=feed,
        refusal=too_large(size),
        limit=most_bytes(),
        nav_key="feeds",
    )


@csrf_protect
def receive(request: Any, pk: int) -> HttpResponse:
    feed = get_object_or_404(Feed.objects.select_related("supplier"), pk=pk)
    bounded = next(handler for handler in request.upload_handlers if isinstance(handler, BoundedUpload))
    form = UploadForm(request.POST or None, request.FILES or None)
    if bounded.is_over:
        return refused(request, pk, bounded.received)
    if request.method == "POST" and form.is_valid() and (goal := received(request, feed, form)):
        return go_on(request, goal)
    return form_page(
        request, "suppliers/feed_upload.html", form=form, feed=feed, limit=most_bytes(), nav_key="feeds"
    )


def received(request: StaffRequest, feed: Feed, form: UploadForm) -> str | None:
    """Keep the file, and where to go with it: to its import, or to its columns where it is only looked at.

    Nothing counts before somebody has confirmed what the columns mean, so a first file is looked at.
    """
    file = form.cleaned_data["file"]
    if feed.mapping_id is None or request.POST.get("act") == "look":
        trial = receive_sample(feed, file, by=request.staff)
        return f"{reverse('suppliers:feed_columns', args=[feed.pk])}?trial={trial.pk}"
    try:
        return reverse("suppliers:run", args=[receive_file(feed, file, by=request.staff).pk])
    except FeedIsBusy:
        form.add_error(
            "file",
            _("An import of this feed is at work. Nothing was kept; send the file again when it is done."),
        )
        return None
