"""Orders from a CSV file: handed in, tried out, and only then taken in."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from orders.domain.intake import Outcome
from orders.domain.order_files import COLUMNS, MAX_BYTES, FileRefused, OrderFile, dry_run, read_order_file
from orders.domain.order_files.carrying_out import Standing, standing, start, take_in_kept
from orders.domain.order_files.keeping import KeptFile, NoLongerKept, keep, kept_file, read_kept
from orders.forms.order_files import OrderFileForm, too_large
from orders.jobs.order_files import progress_key, take_in_file
from orders.queries.order_files import sample_products
from orders.views.order_file_rows import (
    OUTCOMES,
    counts_of,
    delimiter_in_words,
    order_row,
    problem_rows,
    result_in_words,
)
from orders.views.order_file_sample import sample_lines
from stocke.core.jobs import enqueue
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.exports import csv_response
from stocke.core.web.partials import form_page, go_on, page, partial, wants_fragment
from stocke.core.web.uploads import BoundedUpload, announced_bytes

AT_ONCE = 100
PER_PAGE = 50
PROBLEMS_SHOWN = 100


@csrf_exempt
@staff_can("orders.edit")
def order_import(request: StaffRequest) -> HttpResponseBase:
    """The form. A file too large is refused before it is read, and so before its token can be."""
    if announced := announced_bytes(request, MAX_BYTES):
        refusal = too_large(announced).message
        return page(
            request, "orders/import.html", status=413, form=OrderFileForm(), refusal=refusal, columns=COLUMNS
        )
    request.upload_handlers = [BoundedUpload(request, MAX_BYTES)]
    return receive(request)


@csrf_protect
def receive(request: Any) -> HttpResponse:
    form = OrderFileForm(request.POST, request.FILES) if request.method == "POST" else OrderFileForm()
    if form.is_bound and form.is_valid() and (kept := kept_from(form)):
        return go_on(request, reverse("orders:import_check", args=[kept.token]))
    return form_page(request, "orders/import.html", form=form, columns=COLUMNS, nav_key="orders")


def kept_from(form: OrderFileForm) -> KeptFile | None:
    """The file put away, once it can be read; None, with the reason at its field, when it cannot."""
    file, channel = form.cleaned_data["file"], form.cleaned_data["channel"]
    try:
        read_order_file(Path(file.temporary_file_path()), channel)
    except FileRefused as refused:
        form.add_error("file", str(refused.message))
        return None
    return keep(file, file_name=file.name, channel=channel)


@require_GET
@staff_can("orders.edit")
def order_import_sample(request: StaffRequest) -> HttpResponseBase:
    return csv_response(_("orders-sample"), sample_lines(sample_products(), timezone.localdate()))


@require_GET
@staff_can("orders.edit")
def order_import_check(request: StaffRequest, token: str) -> HttpResponse:
    """What taking the file in would do now; while a job takes it in, how far it is."""
    kept = kept_or_404(token)
    now = standing(kept)
    if now.is_running:
        return running(request, kept, now)
    if wants_fragment(request):
        # The last question of a page that has watched the job: the whole page shows its end.
        return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
    try:
        return checked(request, kept, read_kept(kept), now)
    except NoLongerKept:
        return gone(request)


@require_POST
@staff_can("orders.edit")
def order_import_take(request: StaffRequest, token: str) -> HttpResponse:
    """Take the file in: small ones at once, large ones by a job."""
    kept = kept_or_404(token)
    try:
        file = read_kept(kept)
    except NoLongerKept:
        return gone(request)
    if len(file.orders) > AT_ONCE:
        start(kept, orders=len(file.orders), by=request.staff)
        enqueue("orders", take_in_file, token, request.user.pk)
    else:
        outcomes = take_in_kept(kept, by=request.staff)
        messages.success(request, result_in_words({one.value: n for one, n in outcomes.items()}))
    return go_on(request, reverse("orders:import_check", args=[token]))


def kept_or_404(token: str) -> KeptFile:
    try:
        return kept_file(token)
    except signing.BadSignature:
        raise Http404 from None


def gone(request: StaffRequest) -> HttpResponse:
    messages.warning(request, _("This file is no longer kept: hand it in again. Nothing was changed."))
    return go_on(request, reverse("orders:import"))


def running(request: StaffRequest, kept: KeptFile, now: Standing) -> HttpResponse:
    done = cache.get(progress_key(kept.thread), 0)
    return partial(
        request,
        "orders/import_running.html#progress",
        kept=kept,
        done=done,
        total=now.orders,
        nav_key="orders",
    )


def checked(request: StaffRequest, kept: KeptFile, file: OrderFile, now: Standing) -> HttpResponse:
    verdicts = dry_run(file.orders)
    counts, problems = counts_of(verdicts), problem_rows(file, verdicts)
    shown = request.GET.get("show", "")
    wanted = [verdict for verdict in verdicts if shown in ("", verdict.outcome)]
    orders = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "orders/import_check.html",
        kept=kept,
        file=file,
        delimiter=delimiter_in_words(file.delimiter),
        counts=counts,
        to_take_in=counts[Outcome.CREATED] + counts[Outcome.AMENDED],
        problems=problems[:PROBLEMS_SHOWN],
        more_problems=max(0, len(problems) - PROBLEMS_SHOWN),
        chips=[(one.value, OUTCOMES[one][1], counts[one]) for one in Outcome if counts[one]],
        show=shown,
        orders=orders,
        rows=[order_row(verdict) for verdict in orders],
        standing=now,
        result=result_in_words(now.taken_in.after) if now.taken_in else "",
        nav_key="orders",
    )
