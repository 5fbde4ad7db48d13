"""What ads have cost for products that nobody could buy, and the reports that say what ads have cost."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import number
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.uploads import BoundedUpload, announced_bytes
from stocke.insights.domain.ad_files import MAX_BYTES, AdFileRefused, read_ad_file
from stocke.insights.domain.ad_spend import Taken, take_in_spend
from stocke.insights.forms import AdSpendForm
from stocke.insights.queries.ad_spend import spend_by_feed, spend_for_list
from stocke.insights.tables import AdSpendFilter, AdSpendTable

UPLOAD = PageAction(
    gettext_lazy("Hand in a report"),
    "insights:ad_spend_upload",
    permission="channels.edit",
    icon="plus",
    primary=True,
    key="n",
)
SPEND = ListPage(
    key="ad-spend",
    title=gettext_lazy("Ads for what nobody could buy"),
    rows=lambda request: spend_for_list(),
    table=AdSpendTable,
    filters=AdSpendFilter,
    search_label=gettext_lazy("Search by SKU or name"),
    views=(
        NamedView(gettext_lazy("Last 7 days"), "days=7"),
        NamedView(gettext_lazy("Last 30 days"), "days=30"),
    ),
    actions=(UPLOAD,),
    empty=Empty(
        gettext_lazy("No report yet"),
        gettext_lazy(
            "Hand in what Google Ads, Meta or Microsoft say of clicks and cost per product and day."
        ),
        action=UPLOAD,
    ),
    template="insights/ad_spend.html",
    context={"nav_key": "channels"},
)
SUMMED_DAYS = 30
REFUSED = {
    "empty": gettext_lazy("The file is empty. Nothing was kept."),
    "columns_missing": gettext_lazy(
        "Columns are missing: the product’s id, the day, clicks and cost are needed. Nothing was kept."
    ),
    "too_many_rows": gettext_lazy(
        "The file has more than 100,000 lines. Nothing was kept. Split it by days."
    ),
    "too_large": gettext_lazy("The file is too large. Nothing was kept. Split it by days."),
}
NO_REPORT = gettext_lazy("This is no CSV file that we can read. Nothing was kept. Export the report as CSV.")
TEMPLATE = "insights/ad_spend_upload.html"


@staff_can("insights.view")
def ad_spend(request: StaffRequest) -> HttpResponseBase:
    since = timezone.localdate() - timedelta(days=SUMMED_DAYS)
    totals = {"totals": spend_by_feed(since), "summed_days": SUMMED_DAYS}
    return list_response(request, replace(SPEND, context={**SPEND.context, **totals}))


@csrf_exempt
@staff_can("channels.edit")
def ad_spend_upload(request: StaffRequest) -> HttpResponseBase:
    """The form. A file too large is refused before it is read, and so before its token can be."""
    if announced_bytes(request, MAX_BYTES):
        return page(request, TEMPLATE, status=413, form=AdSpendForm(), refusal=REFUSED["too_large"])
    request.upload_handlers = [BoundedUpload(request, MAX_BYTES)]
    return receive(request)


@csrf_protect
def receive(request: Any) -> HttpResponse:
    form = AdSpendForm(request.POST, request.FILES) if request.method == "POST" else AdSpendForm()
    if form.is_bound and form.is_valid() and (taken := taken_from(form, request)):
        messages.success(request, in_words(taken))
        return go_on(request, reverse("insights:ad_spend"))
    return form_page(request, TEMPLATE, form=form, nav_key="channels")


def taken_from(form: AdSpendForm, request: StaffRequest) -> Taken | None:
    """What became of the report; None, with the reason at its field, where nothing was kept."""
    feed, path = form.cleaned_data["feed"], Path(form.cleaned_data["file"].temporary_file_path())
    try:
        file = read_ad_file(path, fallback_currency=feed.currency)
    except AdFileRefused as refused:
        form.add_error("file", str(REFUSED.get(refused.code, NO_REPORT)))
        return None
    return take_in_spend(feed, file, by=request.staff)


def in_words(taken: Taken) -> str:
    """How many rows were kept, and what was left out and why."""
    kept = ngettext("%(count)s row was kept.", "%(count)s rows were kept.", taken.rows)
    left = {
        _("Of ids that this feed never sent: %(count)s."): taken.unknown,
        _("Of days that have not ended: %(count)s."): taken.unfinished,
        _("Unreadable lines: %(count)s."): taken.unreadable,
    }
    said = [kept % {"count": number(taken.rows)}]
    return " ".join([*said, *(words % {"count": number(count)} for words, count in left.items() if count)])
