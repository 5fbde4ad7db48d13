"""What shops and programs may ask about stock. Docs: docs/shop-window.md and the page at /api/docs."""

from datetime import date, datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from stocke.channels.domain.checkout import Checked, Wanted, check
from stocke.channels.queries.availability import Code
from stocke.channels.views.availability import availability
from stocke.channels.views.visitors import (
    MOST_CODES,
    NOTHING,
    PROGRAM_PER_MINUTE,
    PROGRAMS_PER_ADDRESS,
    SCOPE,
    bare,
    is_sound,
)
from stocke.core.models import ApiToken
from stocke.core.web.api import ApiRequest, ErrorsOut, TokenAuth
from stocke.core.web.limits import address_of, counts

router = Router(tags=["availability"])


def parameter(name: str, description: str, **schema: object) -> dict[str, object]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


MANY = {"type": "array", "items": {"type": "string"}, "maxItems": 50}
ITEM = {
    "type": "object",
    "properties": {
        "sku": {"type": "string", "description": "as it was asked for; or `gtin`"},
        "error": {"type": "string", "enum": ["unknown_code", "several_products", "malformed"]},
        "state": {"type": "string", "enum": ["in_stock", "limited", "restocking", "out", "unknown"]},
        "light": {"type": "string", "enum": ["green", "amber", "red", "grey"]},
        "words": {"type": "string", "description": "for the shopper, in his language"},
        "units": {
            "type": "integer",
            "description": "by the channel's rules; left out where the shop hides it",
        },
        "or_more": {"type": "boolean"},
        "confidence": {"type": "number", "description": "between 0 and 1"},
        "delivery": {
            "type": ["object", "null"],
            "properties": {
                "from": {"type": "string", "format": "date"},
                "to": {"type": "string", "format": "date"},
            },
        },
        "restock_on": {"type": ["string", "null"], "format": "date"},
        "when": {"type": "string", "description": "delivery or restock in words, or nothing"},
        "as_of": {"type": ["string", "null"], "format": "date-time"},
        "wish": {
            "type": ["object", "null"],
            "description": "where there is none to buy: the page on which to ask for a word when it is back",
            "properties": {"url": {"type": "string", "format": "uri"}, "words": {"type": "string"}},
        },
    },
}
ANSWER = {"type": "object", "properties": {"items": {"type": "array", "items": ITEM}}}
ASKED = {
    "parameters": [
        parameter("sku", "your SKU or ours; several times for several", **MANY),
        parameter("gtin", "a barcode; several times for several", **MANY),
        parameter("channel", "the public key of your channel; not needed with a token"),
        parameter("country", "where it would be delivered, as two letters: for its holidays"),
        parameter("lang", "`fr` or `en`; else Accept-Language decides", enum=["fr", "en"]),
    ],
    "responses": {
        200: {"description": "one item for each code", "content": {"application/json": {"schema": ANSWER}}},
        304: {"description": "as you have it already, by If-None-Match"},
        403: {"description": "this site may not ask for this channel"},
        404: {"description": "no channel answers under this key"},
        429: {"description": "too many questions: Retry-After tells when to ask again"},
    },
}


@router.get("", openapi_extra=ASKED, url_name="availability", summary="What is in stock, for shoppers")
def ask(request: HttpRequest) -> HttpResponse:
    """Open to every page of a shop by its public key, and to its programs by a token with `stock.read`.

    At most 50 codes at once. Answers may be kept for half a minute and carry an ETag. How many units there are is
    told to strangers only where the shop shows it; a token is told always.
    """
    return availability(request)


class AskedLineIn(Schema):
    sku: str = Field(default="", description="your SKU or ours", examples=["MUG-1"])
    gtin: str = Field(default="", description="a barcode, where there is no SKU")
    quantity: int = Field(ge=1, le=1_000_000, examples=[2])

    @property
    def code(self) -> Code:
        return Code(self.sku.strip()) if self.sku else Code(bare(self.gtin), is_gtin=True)


class CheckIn(Schema):
    lines: list[AskedLineIn] = Field(min_length=1, max_length=MOST_CODES)
    country: str = Field(default="", pattern="^([A-Z]{2})?$", description="of the delivery: for its holidays")
    budget_ms: int = Field(
        default=0,
        ge=0,
        le=5_000,
        description="how long suppliers may be asked where our figures are not sure",
    )


class WindowOut(Schema):
    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")


class CheckedOut(Schema):
    sku: str
    gtin: str
    quantity: int
    verdict: str = Field(description="`yes`, `part`, `no`, or `unknown`")
    units: int | None = Field(description="how many of the wanted units there are, as far as we know")
    basis: str = Field(
        description="`figures`: ours; `supplier`: told just now; `unanswered`: asked and not told in time"
    )
    delivery: WindowOut | None
    restock_on: date | None
    as_of: datetime | None = Field(
        description="when our figures were stated; null for what was told just now"
    )
    error: str = Field(description="`unknown_code`, `several_products`, `malformed`, or nothing")

    @classmethod
    def of(cls, line: AskedLineIn, one: Checked) -> "CheckedOut":
        window = WindowOut(first=one.window.first, last=one.window.last) if one.window else None
        return cls(
            sku=line.sku[:120],
            gtin=line.gtin[:120],
            quantity=line.quantity,
            verdict=one.verdict,
            units=one.units,
            basis=one.basis,
            delivery=window,
            restock_on=one.restock_on,
            as_of=one.as_of,
            error=one.error if is_sound(line.code) else "malformed",
        )


class ChecksOut(Schema):
    lines: list[CheckedOut]


class CountedAuth(TokenAuth):
    """Counts the address first: a token that somebody makes up is not looked up more often than programs may ask."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        within(f"program:{address_of(request)}", PROGRAMS_PER_ADDRESS)
        return super().authenticate(request, token)


def within(name: str, most: int) -> None:
    if counts().add(name, most) > most:
        raise HttpError(HTTPStatus.TOO_MANY_REQUESTS, "ask again in a while")


@router.post(
    "/check",
    auth=CountedAuth(SCOPE),
    by_alias=True,
    response={200: ChecksOut, **dict.fromkeys([401, 403, 404, 422, 429], ErrorsOut)},
    url_name="availability_check",
    summary="At the checkout: can these lines be delivered?",
)
def check_lines(request: ApiRequest, payload: CheckIn) -> ChecksOut:
    """A verdict for each line, by your channel's rules, from the level and what was sold since. Nothing is reserved.

    With a budget, suppliers who have an interface are asked about lines of which our figures are not sure, all at
    once. Whoever has not told within the budget leaves his lines `unknown`, with `basis` `unanswered` and our figures.
    """
    within(f"check:{request.auth.pk}", PROGRAM_PER_MINUTE)
    checked = check(
        [Wanted(line.code if is_sound(line.code) else NOTHING, line.quantity) for line in payload.lines],
        slug=request.auth.channel,
        seconds=payload.budget_ms / 1000,
        now=timezone.now(),
        country=payload.country,
    )
    if checked is None:
        raise HttpError(HTTPStatus.NOT_FOUND, "this channel is switched off")
    lines = [CheckedOut.of(line, one) for line, one in zip(payload.lines, checked, strict=True)]
    return ChecksOut(lines=lines)
