"""What visitors of shops' pages, and programs of shops, may ask: who asks, what for, how often, from which site.

Every answer says which site may read it, how long it may be kept, and by which tag it is recognised.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from stocke.channels.queries.availability import Code, Shown, shown
from stocke.core.domain.tokens import recognise
from stocke.core.web.limits import address_of, counts, seconds_left

SCOPE = "stock.read"
MOST_CODES, LONGEST_SKU, LONGEST_GTIN, LONGEST_KEY = 50, 120, 14, 40
KEPT_SECONDS = 30
# Nobody's page asks so often: beyond this we do not even look up what the channel allows.
EVER_PER_ADDRESS, PROGRAM_PER_MINUTE = 1_200, 6_000
# One machine may run the programs of several shops; tokens that are none are looked up no more often than this.
PROGRAMS_PER_ADDRESS = 4 * PROGRAM_PER_MINUTE
NOTHING = Code("", is_gtin=True)
COUNTRY = re.compile("[A-Z]{2}")
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class Refusal(Exception):
    """No answer: a stable code, and a status."""

    def __init__(self, status: HTTPStatus, code: str, field: str = "", **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.field = status, code, field
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


MESSAGES: Mapping[str, str] = {
    "missing": "name the channel by its public key, or send a token",
    "unauthorized": "send a valid token as Authorization: Bearer …",
    "forbidden": f"this token lacks the scope {SCOPE}",
    "not_open": "no channel answers under this key",
    "wrong_origin": "this site may not ask for this channel",
    "too_many_requests": "ask again in a while",
    "too_many": f"at most {MOST_CODES} codes are answered at once",
    "nothing_asked": "name a sku or a gtin",
    "method_not_allowed": "ask by GET",
    "not_now": "our figures cannot be read at the moment",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: anybody with a channel's public key, or a program with a token of the channel."""

    key: str = ""
    slug: str = ""
    token: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """A question, and a row for each of its codes. `sound`: whether it can be a code. `country`: where it would go."""

    caller: Caller
    address: str
    codes: Sequence[Code]
    rows: Sequence[Shown]
    sound: Sequence[bool]
    country: str

    @property
    def channel(self) -> Shown:
        return self.rows[0]


type Compose = Callable[[Heard], HttpResponse]


def answered(request: HttpRequest, compose: Compose, *, most: int = MOST_CODES) -> HttpResponse:
    """`compose` makes the body, in the language of whoever asks. Every refusal is an answer, too."""
    rows: Sequence[Shown] = ()
    try:
        language = language_of(request)
        with translation.override(language):
            heard = looked_up(request, most)
            rows = heard.rows
            check(request, heard, most)
            response = told(request, heard, compose)
        response["Content-Language"] = language
    except Refusal as refusal:
        response = refused(refusal)
    except TooManyFieldsSent:
        response = refused(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "too_many", "sku"))
    except OperationalError:
        response = refused(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "not_now", Retry_After="5"))
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Vary"] = "Origin, Accept-Language"
    response["Content-Length"] = str(len(response.content))
    allow(request, response, rows)
    return response


def looked_up(request: HttpRequest, most: int) -> Heard:
    """Count the question, and read what is asked for in one statement. Raises Refusal."""
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", Allow="GET, HEAD, OPTIONS")
    address = counted_address(request)
    codes, caller = codes_in(request), caller_of(request)
    sound = [is_sound(code) for code in codes[:most]]
    # What cannot be a code is not looked up, and still has its row: the first row tells about the channel.
    known = [code if fine else NOTHING for code, fine in zip(codes, sound, strict=False)] or [NOTHING]
    rows = shown(known, key=caller.key, slug=caller.slug)
    return Heard(caller, address, codes, rows, sound, country_in(request))


def counted_address(request: HttpRequest) -> str:
    """Who asks, counted by the address alone: a channel or token that he makes up must not begin a count of its own."""
    address = address_of(request)
    if authorization_of(request):
        count(f"program:{address}", PROGRAMS_PER_ADDRESS)
    else:
        count(f"page:{address}", EVER_PER_ADDRESS)
    return address


def authorization_of(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").strip()


def codes_in(request: HttpRequest) -> list[Code]:
    """What is asked for, in order. A SKU may hold a comma, so each is a parameter of its own."""
    skus, gtins = request.GET.getlist("sku"), request.GET.getlist("gtin")
    return [Code(sku.strip()) for sku in skus] + [Code(bare(gtin), is_gtin=True) for gtin in gtins]


def country_in(request: HttpRequest) -> str:
    """Where the parcel would go; what names no country names none."""
    country = request.GET.get("country", "").upper()
    return country if COUNTRY.fullmatch(country) else ""


def bare(gtin: str) -> str:
    """A barcode as people write it, without what they part it by."""
    return gtin.replace(" ", "").replace("-", "")


def is_sound(code: Code) -> bool:
    """Whether it can be a SKU or a barcode at all."""
    if code.is_gtin:
        return code.text.isascii() and code.text.isdigit() and len(code.text) <= LONGEST_GTIN
    if not 0 < len(code.text) <= LONGEST_SKU:
        return False
    return all(unicodedata.category(sign) not in {"Cc", "Cs"} for sign in code.text)


def caller_of(request: HttpRequest) -> Caller:
    kind, _space, secret = authorization_of(request).partition(" ")
    if kind:
        token = recognise(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", WWW_Authenticate="Bearer")
        if SCOPE not in token.scopes:
            raise Refusal(HTTPStatus.FORBIDDEN, "forbidden")
        return Caller(slug=token.channel, token=token.pk)
    key = request.GET.get("channel", "")
    if not key:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "missing", "channel")
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Refusal(HTTPStatus.NOT_FOUND, "not_open")
    return Caller(key=key)


def check(request: HttpRequest, heard: Heard, most: int) -> None:
    """Raises Refusal for whoever may not ask, asks too often, or asks for nothing or too much."""
    if heard.caller.token:
        check_program(heard)
    else:
        check_visitor(request, heard)
    if request.method == "OPTIONS":
        return
    if not heard.codes:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "nothing_asked", "sku")
    if len(heard.codes) > most:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "too_many", "sku")


def check_program(heard: Heard) -> None:
    """A token may speak for a shop that is no channel of ours: then no rules of a channel count."""
    if heard.channel.channel is not None and not heard.channel.is_open:
        raise Refusal(HTTPStatus.NOT_FOUND, "not_open")
    count(f"token:{heard.caller.token}", PROGRAM_PER_MINUTE)


def check_visitor(request: HttpRequest, heard: Heard) -> None:
    channel = heard.channel
    if not channel.is_open:
        raise Refusal(HTTPStatus.NOT_FOUND, "not_open")
    if not may_read(request, channel):
        raise Refusal(HTTPStatus.FORBIDDEN, "wrong_origin")
    count(f"{heard.caller.key}:{heard.address}", channel.per_address)
    # Only now: what one address asks beyond its own limit must not use up that of all others.
    count(heard.caller.key, channel.per_key)


def count(name: str, most: int) -> None:
    """One more question under this name. Raises Refusal beyond `most` of a minute."""
    if counts().add(name, most) > most:
        raise too_often()


def may_read(request: HttpRequest, channel: Shown) -> bool:
    """Whoever names no site is no script of a browser, and the key alone opens. Our own pages show a preview."""
    origin = request.headers.get("Origin", "")
    return not origin or origin == settings.PUBLIC_URL or origin.lower() in channel.origins


def too_often() -> Refusal:
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", Retry_After=str(seconds_left()))


def told(request: HttpRequest, heard: Heard, compose: Compose) -> HttpResponse:
    """The answer with its tag, or that whoever asks has it already."""
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
    response = compose(heard)
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if is_known(tag, request):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        del response["Content-Type"]
    response["ETag"] = tag
    who = "private" if heard.caller.token else "public"
    response["Cache-Control"] = f"{who}, max-age={KEPT_SECONDS}"
    return response


def is_known(tag: str, request: HttpRequest) -> bool:
    """Whether whoever asks has it already. Proxies that pack an answer on its way make its tag a weak one."""
    known = request.headers.get("If-None-Match", "").split(",")
    return tag in {one.strip().removeprefix("W/") for one in known}


def refused(refusal: Refusal) -> HttpResponse:
    """In the one shape of the API's errors."""
    wrong = {"code": refusal.code, "message": MESSAGES[refusal.code], "field": refusal.field}
    headers = {"Cache-Control": "no-store", **refusal.headers}
    errors = {"errors": [{**wrong, "row": None, "value": None}]}
    return JsonResponse(errors, status=refusal.status, headers=headers)


def allow(request: HttpRequest, response: HttpResponse, rows: Sequence[Shown]) -> None:
    """Let scripts of the channel's sites read the answer, also that it is closed."""
    origin = request.headers.get("Origin", "")
    if origin and rows and may_read(request, rows[0]):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"


def language_of(request: HttpRequest) -> str:
    """`lang`, else what the browser prefers, else the shop's."""
    wanted = request.GET.get("lang", "")
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    for code in (wanted, *(code for code, _ in accepted)):
        if code[:2].lower() in LANGUAGES:
            return code[:2].lower()
    return settings.LANGUAGE_CODE
