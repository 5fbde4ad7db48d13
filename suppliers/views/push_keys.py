"""Keys by which a supplier's program sends levels to a feed."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, page
from suppliers.domain.push_keys import issue_key, revoke_key
from suppliers.models import Feed, PushKey


@require_POST
@staff_can("feeds.edit")
def push_key_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Issue a key. Its secret is on this answer and nowhere else, so there is no redirect."""
    feed = get_object_or_404(Feed.objects.select_related("supplier"), pk=pk)
    key, secret = issue_key(feed, name=f"{feed.supplier} · {feed}"[:80], by=request.staff)
    answer = page(
        request,
        "suppliers/push_key.html",
        feed=feed,
        key=key,
        secret=secret,
        address=address_of_pushes(),
        nav_key="feeds",
    )
    answer["Cache-Control"] = "no-store"
    return answer


def address_of_pushes() -> str:
    return f"{settings.PUBLIC_URL}{reverse('api:push_levels')}"


@require_POST
@staff_can("feeds.edit")
def push_key_revoke(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    found = get_object_or_404(PushKey.objects.select_related("feed", "token"), pk=key, feed=pk)
    revoke_key(found, by=request.staff)
    messages.success(request, _("Key revoked: whoever uses it is refused from now on"))
    return go_on(request, reverse("suppliers:feed", args=[pk]))
