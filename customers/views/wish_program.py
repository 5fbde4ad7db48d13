"""Wishes asked for by the scripts of a shop's own pages, and by programs with a token."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from customers.domain.wishes import MOST_UNITS, Asked, ask
from stocke.core.actors import Actor
from stocke.core.domain.tokens import recognise
from stocke.core.storefronts import Storefront
from stocke.core.web.limits import address_of, counts, seconds_left
from stocke.core.web.middleware import LANGUAGES
from stocke.products.models import Product

SCOPE = "wishes.write"
LONGEST_BODY, LONGEST_PAGE, LONGEST_ADDRESS = 8_000, 500, 254
ALLOWED = "Authorization, Content-Type"
# From one network: a person wishes for little at once, a program for all that its shop's visitors wish.
PER_MINUTE, PROGRAMS_PER_MINUTE = 20, 1_200


class Refusal(Exception):
    """In the one shape of the API's errors."""

    def __init__(self, status: int, code: str, message: str, field: str = "") -> None:
        super().__init__(code)
        self.status, self.error = status, {"code": code, "message": message, "field": field}


def is_program(request: HttpRequest) -> bool:
    """A question before a script's POST, or that POST: everything else is a person."""
    return request.method == "OPTIONS" or (
        request.method == "POST" and request.content_type == "application/json"
    )


def answer(request: HttpRequest, shop: Storefront | None, product: Product | None) -> HttpResponse:
    """202 and what happens now, the same for every address; or one error that says what is wrong."""
    response: HttpResponse
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Allow-Headers"] = ALLOWED
        response["Access-Control-Max-Age"] = "86400"
    else:
        try:
            response = _take(request, shop, product)
        except Refusal as refusal:
            errors = [{**refusal.error, "row": None, "value": None}]
            response = JsonResponse({"errors": errors}, status=refusal.status)
            if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
                response["Retry-After"] = str(seconds_left())
    if shop and _is_own(request.headers.get("Origin", ""), shop):
        response["Access-Control-Allow-Origin"] = request.headers["Origin"]
    response["Vary"] = "Origin"
    return response


def _take(request: HttpRequest, shop: Storefront | None, product: Product | None) -> HttpResponse:
    if shop is None or product is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "there is no such shop or product")
    by = _who(request, shop)
    asked = _asked(_body(request), shop)
    if product.level.sellable > 0:
        return JsonResponse({"state": "in_stock", "message": _say("in_stock", asked.language)})
    ask(product, asked, by=by)
    answer = {"state": "asked", "message": _say("asked", asked.language)}
    return JsonResponse(answer, status=HTTPStatus.ACCEPTED)


def _who(request: HttpRequest, shop: Storefront) -> Actor:
    """Raises Refusal for a page that is none of the shop's, and for a program without the right."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if asks_too_often(request, is_token=bool(kind)):
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "try again in a minute")
    if kind:
        token = recognise(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", "send a valid token")
        if SCOPE not in token.scopes or token.channel not in ("", shop.slug):
            raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", "this token may not ask for this shop")
        return Actor.channel(token.name)
    if not _is_own(request.headers.get("Origin", ""), shop):
        raise Refusal(HTTPStatus.FORBIDDEN, "wrong_origin", "this page is none of the shop's")
    return Actor.customer(_("a shopper"))


def asks_too_often(request: HttpRequest, *, is_token: bool = False) -> bool:
    """Counts this one, too, by the address alone: before a token that may be made up is looked up."""
    kind, most = ("wish-program", PROGRAMS_PER_MINUTE) if is_token else ("wish", PER_MINUTE)
    return counts().add(f"{kind}:{address_of(request)}", most) > most


def _is_own(origin: str, shop: Storefront) -> bool:
    return bool(origin) and (origin == settings.PUBLIC_URL or origin.lower() in shop.origins)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body[: LONGEST_BODY + 1]) if len(request.body) <= LONGEST_BODY else None
    except (ValueError, RecursionError, RequestDataTooBig):
        body = None
    if not isinstance(body, dict):
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "send a small JSON object")
    return body


def _asked(body: dict[str, Any], shop: Storefront) -> Asked:
    email, quantity, language = body.get("email"), body.get("quantity", 1), body.get("language")
    if not _is_address(str(email or "").strip()):
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", _say("email", str(language)), "email")
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_UNITS:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", f"1 to {MOST_UNITS}", "quantity")
    return Asked(
        email=str(email),
        channel=shop.slug,
        language=str(language) if language in LANGUAGES else settings.LANGUAGE_CODE,
        quantity=quantity,
        page_url=own_page(str(body.get("page") or ""), shop),
    )


def _is_address(address: str) -> bool:
    """One that fits its column, in small letters too: some letters are two then."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address.lower()) <= LONGEST_ADDRESS


def own_page(url: str, shop: Storefront) -> str:
    """The address if it is one of the shop's own pages: our mails lead nowhere else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_own = f"{parts.scheme}://{parts.netloc}".lower() in shop.origins and parts.scheme in {"http", "https"}
    return url if is_own and len(url) <= LONGEST_PAGE and url.isprintable() else ""


def _say(code: str, language: str) -> str:
    with translation.override(language if language in LANGUAGES else settings.LANGUAGE_CODE):
        return {
            "asked": _("Look into your mailbox: your alert begins once you have confirmed it there."),
            "in_stock": _("This product is in stock now."),
            "email": _("This is not an e-mail address."),
        }[code]
