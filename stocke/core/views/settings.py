"""Settings: the shop, the tokens of programs, the activity log."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.domain import tokens
from stocke.core.domain.shops import edit_shop
from stocke.core.journal import JournalPage, read_journal
from stocke.core.models import ApiToken, Shop
from stocke.core.queries import timeline
from stocke.core.settings_forms import JournalForm, ShopForm, TokenForm
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on, page
from stocke.core.web.places import places_of
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline, told


@staff_can("settings.view")
def settings_home(request: StaffRequest) -> HttpResponse:
    return go_on(request, reverse("core:settings_shop"))


@staff_can("settings.view")
def shop_page(request: StaffRequest) -> HttpResponse:
    return shop_answer(request, ShopForm(instance=Shop.current()))


@require_POST
@staff_can("settings.manage")
def shop_save(request: StaffRequest) -> HttpResponse:
    form = ShopForm(request.POST, instance=Shop.current())
    if not form.is_valid():
        return shop_answer(request, form)
    edit_shop(by=request.staff, **form.cleaned_data)
    messages.success(request, _("Shop saved"))
    return go_on(request, reverse("core:settings_shop"))


def shop_answer(request: HttpRequest, form: ShopForm) -> HttpResponse:
    entries = build_timeline(timeline("shop:1"), request)
    return form_page(
        request,
        "core/settings_shop.html",
        form=form,
        timeline=entries,
        tabs=tabs_for(request),
        nav_key="settings",
    )


@staff_can("settings.manage")
def token_list(request: StaffRequest) -> HttpResponse:
    return tokens_answer(request, TokenForm())


@require_POST
@staff_can("settings.manage")
def token_new(request: StaffRequest) -> HttpResponse:
    """Issue a token. Its secret is on this answer and nowhere else, so there is no redirect."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return tokens_answer(request, form)
    token, secret = tokens.issue(**form.cleaned_data, by=request.staff)
    response = page(
        request,
        "core/settings_token.html",
        token=token,
        secret=secret,
        tabs=tabs_for(request),
        nav_key="settings",
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_can("settings.manage")
def token_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk)
    tokens.revoke(token, by=request.staff)
    messages.success(request, _("Token %(name)s revoked") % {"name": token})
    return go_on(request, reverse("core:settings_tokens"))


def tokens_answer(request: HttpRequest, form: TokenForm) -> HttpResponse:
    known = ApiToken.objects.select_related("created_by").order_by("revoked_at", "name", "pk")
    return form_page(
        request,
        "core/settings_tokens.html",
        form=form,
        tokens=[(token, [tokens.scope_label(scope) for scope in token.scopes]) for token in known],
        tabs=tabs_for(request),
        nav_key="settings",
    )


@staff_can("settings.view")
def journal(request: StaffRequest) -> HttpResponse:
    form = JournalForm(request.GET or None)
    found = journal_page(request, form)
    places = places_of({entry.thread for entry in found.entries})
    return page(
        request,
        "core/settings_journal.html",
        form=form,
        rows=[(told(entry), entry.thread, places.get(entry.thread)) for entry in found.entries],
        older=found.older,
        tabs=tabs_for(request),
        nav_key="settings",
    )


def journal_page(request: HttpRequest, form: JournalForm) -> JournalPage:
    """What the address asks for; an unreadable filter finds nothing rather than everything."""
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() else None
    if not form.is_bound:
        return read_journal(before=start)
    if not form.is_valid():
        return JournalPage([], None)
    wanted = form.cleaned_data
    person = wanted["person"].pk if wanted["person"] else None
    return read_journal(kind=wanted["kind"], person=person, thread=wanted["thing"], before=start)
