"""How a supplier is ordered from, on pages of his own: rules, server, and what would be sent."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from orders.domain.documents import TYPES, file_name, file_of
from orders.domain.documents.content import Document
from orders.domain.ordering import UnknownArticles, change_rules, is_complete, rules_of, save_rules
from orders.domain.previewing import Preview, preview_for
from orders.forms.ordering import OrderingForm
from orders.forms.ordering_servers import SERVER_FORMS
from orders.models import Grouping, Way
from orders.queries.transmissions import latest_to, living_keys
from orders.tables.transmissions import hold_in_words
from stocke.core.mail_tables import state_of
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.panels import Panel
from stocke.core.web.partials import form_page, go_on, page
from suppliers.models import Supplier
from suppliers.tables.opening import next_cut_off_of

JSON = "application/json"


def ordering_panel(supplier_id: int) -> Panel:
    """The part of a supplier's page that says how he is ordered from, and what went to him last."""
    supplier = Supplier.objects.get(pk=supplier_id)
    rules = rules_of(supplier)
    return Panel(
        "orders/supplier_ordering.html",
        {
            "supplier": supplier,
            "rules": rules,
            "is_complete": is_complete(rules),
            "keys": living_keys(supplier_id),
            "transmissions": [
                (one, state_of(one.message) if one.message else one.state) for one in latest_to(supplier_id)
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("suppliers.edit")
def ordering(request: StaffRequest, pk: int) -> HttpResponse:
    supplier = get_object_or_404(Supplier, pk=pk)
    rules = rules_of(supplier)
    form = OrderingForm(request.POST or None, supplier=supplier, rules=rules)
    if request.method == "POST" and form.is_valid() and saved(request, supplier, form):
        if form.cleaned_data["way"] in SERVER_FORMS and not is_complete(rules_of(supplier)):
            messages.success(request, _("Saved. Now say where his server is."))
            return go_on(request, reverse("orders:ordering_server", args=[pk]))
        messages.success(request, _("Rules of %(name)s saved") % {"name": supplier.name})
        return go_on(request, reverse("orders:ordering_preview", args=[pk]))
    return form_page(request, "orders/ordering.html", form=form, **shown(supplier, "rules"))


def saved(request: StaffRequest, supplier: Supplier, form: OrderingForm) -> bool:
    try:
        save_rules(supplier, form.facts(), form.cleaned_data["terms"], by=request.staff)
    except UnknownArticles as problem:
        form.refuse_articles(problem.skus)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("suppliers.edit")
def ordering_server(request: StaffRequest, pk: int) -> HttpResponse:
    """Where his server is; nobody whose purchase orders go by mail has such a page."""
    supplier = get_object_or_404(Supplier, pk=pk)
    rules = rules_of(supplier)
    if rules.way not in SERVER_FORMS:
        raise Http404
    form = SERVER_FORMS[rules.way](request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        change_rules(supplier, by=request.staff, secrets=form.given, **form.facts())
        messages.success(request, _("Server of %(name)s saved") % {"name": supplier.name})
        return go_on(request, reverse("orders:ordering_preview", args=[pk]))
    return form_page(request, "orders/ordering.html", form=form, **shown(supplier, "server"))


@require_GET
@staff_can("purchasing.view")
def ordering_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """What would be sent, made of what is there; nothing leaves and nothing is written."""
    supplier = get_object_or_404(Supplier, pk=pk)
    preview = preview_for(supplier)
    return page(
        request,
        "orders/ordering_preview.html",
        preview=preview,
        hold=would_hold(preview),
        next_cut_off=next_cut_off_of(supplier) if preview.rules.grouping == Grouping.CUT_OFF else "",
        attached=[form for form in preview.rules.formats if form in TYPES],
        files=list(TYPES),
        drop_form=str(preview.rules.access.get("form") or "csv"),
        **shown(supplier, "preview"),
    )


def would_hold(preview: Preview) -> str:
    """Why it would wait for a person; that a person places all of his orders is said by the way itself."""
    if preview.hold is None or preview.hold.code == "person":
        return ""
    return hold_in_words(preview.hold.code, preview.hold.facts)


@require_GET
@staff_can("purchasing.view")
def ordering_preview_file(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    preview = preview_for(get_object_or_404(Supplier, pk=pk))
    if form == "json":
        return as_download(preview.body.encode(), JSON, f"{preview.document.number}.json")
    return download(preview.document, form)


def download(document: Document, form: str) -> HttpResponse:
    if form not in TYPES:
        raise Http404
    return as_download(file_of(document, form), TYPES[form], file_name(document, form))


def as_download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name.replace("…", "0")}"'
    answer["Cache-Control"] = "no-store"
    return answer


def shown(supplier: Supplier, tab: str) -> dict[str, Any]:
    rules = rules_of(supplier)
    return {
        "supplier": supplier,
        "tab": tab,
        "has_server": rules.way in SERVER_FORMS,
        "is_group": rules.grouping == Grouping.CUT_OFF,
        "by_mail": rules.way == Way.MAIL,
        "nav_key": "suppliers",
    }
