"""What shops and programs may ask about stock. Docs: docs/shop-window.md and the page at /api/docs."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from stocke.channels.views.availability import availability

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
    },
}
ANSWER = {"type": "object", "properties": {"items": {"type": "array", "items": ITEM}}}
ASKED = {
    "parameters": [
        parameter("sku", "your SKU or ours; several times for several", **MANY),
        parameter("gtin", "a barcode; several times for several", **MANY),
        parameter("channel", "the public key of your channel; not needed with a token"),
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
