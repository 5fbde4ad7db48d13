"""The page of one wish behind the signed link of its mails. GET shows, POST acts: scanners of links do nothing."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.domain.wish_letters import LINK_DAYS, PURPOSE, product_link
from customers.domain.wishes import confirm, unsubscribe
from customers.models import Wish
from customers.queries.wishes import wish_with_product
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_http_methods(["GET", "HEAD", "POST"])
def wish_mine(request: HttpRequest, token: str) -> HttpResponse:
    """How the wish stands; by POST it is confirmed."""
    wish = _wish(token)
    with override(_language(request, wish)):
        if wish is None:
            return _dead_end(request)
        if request.method == "POST":
            confirm(wish.pk, by=Actor.customer(_("a shopper")))
            return _back(request, "customers:wish_mine", token)
        return _show(request, wish, token)


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_http_methods(["GET", "HEAD", "POST"])
def wish_end(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribing: one button for people, one POST for mail programs (RFC 8058), from all that is open."""
    wish = _wish(token)
    with override(_language(request, wish)):
        if wish is None:
            return _dead_end(request)
        if request.method != "POST":
            return _show(request, wish, token, is_leaving=True)
        unsubscribe(wish.pk, by=Actor.customer(_("a shopper")))
        if request.POST.get("List-Unsubscribe"):
            return HttpResponse(
                _("You get no more alerts from us."), content_type="text/plain; charset=utf-8"
            )
        return _back(request, "customers:wish_end", token, done="1")


def _wish(token: str) -> Wish | None:
    try:
        return wish_with_product(read(PURPOSE, token, days=LINK_DAYS).subject_id)
    except (LinkExpired, LinkTampered):
        return None


def _language(request: HttpRequest, wish: Wish | None) -> str:
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return wish.language if wish else settings.LANGUAGE_CODE


def _show(request: HttpRequest, wish: Wish, token: str, *, is_leaving: bool = False) -> HttpResponse:
    return page(
        request,
        "public/customers_wish_mine.html",
        wish=wish,
        product=wish.product,
        token=token,
        is_leaving=is_leaving,
        has_left="done" in request.GET,
        product_url=product_link(wish, wish.product),
        language=_language(request, wish),
    )


def _dead_end(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "public/told.html",
        status=HTTPStatus.NOT_FOUND,
        title=_("This link does not work"),
        text=_("It was perhaps cut short or changed on the way, or its alert ended long ago and is erased."),
        more=_("Write to us or call us if anything is unclear: a person will answer."),
    )


def _back(request: HttpRequest, name: str, token: str, **said: str) -> HttpResponse:
    """To the page itself, so that reloading it acts no second time."""
    language = request.GET.get("lang", "")
    query = {**said, "lang": language} if language in LANGUAGES else said
    url = reverse(name, args=[token], query=query or None)
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": url})
