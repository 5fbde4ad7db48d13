"""The supplier's page behind the signed link to his stock. GET shows, POST acts."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.domain.statements import take_statement
from orders.domain.stock_links import (
    LinkWithdrawn,
    TooManySaves,
    count_save,
    expired_supplier,
    find_link,
)
from orders.forms.stock import StockForm, kept
from orders.models import StockLink
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page
from suppliers.domain.observing import Outcome, Wish
from suppliers.models import Supplier
from suppliers.queries.stated import OffersPage, offers_to_state

PER_PAGE = 25
LONGEST_SEARCH = 80


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stock(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's offers, and what he says of them. Every other link gets a page that says why."""
    try:
        link = find_link(token)
    except LinkExpired as expired:
        return dead_end(request, expired_supplier(expired), status=410)
    except LinkWithdrawn as withdrawn:
        return dead_end(request, withdrawn.link.supplier, status=410)
    except LinkTampered:
        return dead_end(request, None, status=404)
    with override(language_of(request, link.supplier)):
        return take(request, link, token) if request.method == "POST" else show(request, link, token)


def take(request: HttpRequest, link: StockLink, token: str) -> HttpResponse:
    """Record what was changed. What somebody else has changed meanwhile is shown, not overwritten."""
    listed = listed_for(request, link)
    form = StockForm(listed.offers, request.POST)
    if not form.is_valid():
        return show(request, link, token, form=form, status=422)
    try:
        count_save(link)
    except TooManySaves:
        return show(request, link, token, form=form, problem="busy", status=429)
    wishes = form.wishes()
    outcome = take_statement(link.supplier, wishes, by=Actor.supplier(link.supplier.name))
    if outcome.conflicts:
        return show_conflicts(request, link, token, wishes, outcome)
    onward = listed.next_after if "next" in request.POST else request.GET.get("after", "")
    return back(request, token, after=onward, saved=len(outcome.stated))


def show_conflicts(
    request: HttpRequest, link: StockLink, token: str, wishes: list[Wish], outcome: Outcome
) -> HttpResponse:
    """The page anew, with what is on record now, and what he wrote still in the fields."""
    listed = listed_for(request, link)
    form = StockForm(listed.offers, wanted=kept(wishes, outcome.conflicts))
    return show(request, link, token, form=form, problem="changed", saved=len(outcome.stated), status=409)


def listed_for(request: HttpRequest, link: StockLink) -> OffersPage:
    words, after = request.GET.get("q", "")[:LONGEST_SEARCH], request.GET.get("after", "")[:120]
    return offers_to_state(
        link.supplier_id, words.replace("\0", ""), after=after.replace("\0", ""), limit=PER_PAGE
    )


def show(
    request: HttpRequest,
    link: StockLink,
    token: str,
    *,
    form: StockForm | None = None,
    problem: str = "",
    saved: int | None = None,
    status: int = 200,
) -> HttpResponse:
    listed = listed_for(request, link)
    told = request.GET.get("saved", "")
    if saved is None and not problem and told.isdecimal() and len(told) <= 3:
        saved = int(told)
    return page(
        request,
        "public/orders_stock.html",
        status=status,
        link=link,
        supplier=link.supplier,
        form=form or StockForm(listed.offers),
        next_after=listed.next_after,
        words=request.GET.get("q", "")[:LONGEST_SEARCH],
        is_first_page=not request.GET.get("after"),
        problem=problem,
        saved=saved,
        here=address(request, token, after=request.GET.get("after", "")),
        start=address(request, token),
        onward=address(request, token, after=listed.next_after),
        language=language_of(request, link.supplier),
    )


def address(request: HttpRequest, token: str, **more: Any) -> str:
    """This page with its search and language, and with `more` of what is not empty."""
    kept_words: Mapping[str, Any] = {
        "lang": request.GET.get("lang") if request.GET.get("lang") in LANGUAGES else "",
        "q": request.GET.get("q", "")[:LONGEST_SEARCH],
        **more,
    }
    query = {name: value for name, value in kept_words.items() if value not in ("", None)}
    return reverse("orders:stock", args=[token], query=query or None)


def back(request: HttpRequest, token: str, *, after: str, saved: int) -> HttpResponse:
    """To the page itself, so that reloading it saves no second time."""
    return HttpResponseRedirect(address(request, token, after=after, saved=saved), status=303)


def dead_end(request: HttpRequest, supplier: Supplier | None, *, status: int) -> HttpResponse:
    """A link that opens nothing: the same frame, one sentence, one way on."""
    with override(language_of(request, supplier)):
        is_over = status == 410
        title = _("This link is no longer valid") if is_over else _("This link does not work")
        text = (
            _("It has ended, or was withdrawn. Nothing of what you said before is lost.")
            if is_over
            else _(
                "It was perhaps cut short or changed on the way. Please use the link of our mail as it stands."
            )
        )
        more = _("Write to us or call us: we send you a new one.")
        return page(request, "public/told.html", status=status, title=title, text=text, more=more)


def language_of(request: HttpRequest, supplier: Supplier | None) -> str:
    """The language link's, else the supplier's own."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return supplier.language if supplier else "fr"
