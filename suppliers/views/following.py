"""One click for a file whose columns changed: the mapping follows them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on
from suppliers.domain.accepting import NothingToFollow, follow_columns
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import Overtaken
from suppliers.queries.runs import run_page


@require_POST
@staff_can("feeds.edit")
def run_follow(request: StaffRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(run_page(), pk=pk)
    try:
        again = follow_columns(shown, by=request.staff)
    except NothingToFollow:
        return go_on(request, reverse("suppliers:feed_columns", args=[shown.feed_id]))
    except FeedIsBusy:
        messages.warning(request, _("Another import of this feed is at work. Nothing was changed."))
        return go_on(request, reverse("suppliers:run", args=[pk]))
    except Overtaken:
        messages.warning(
            request, _("A newer file of this feed counts; this one would undo it. Nothing was changed.")
        )
        return go_on(request, reverse("suppliers:run", args=[pk]))
    messages.success(request, _("The columns are followed; the file is read again."))
    return go_on(request, reverse("suppliers:run", args=[again.pk]))
