"""What is in stock, as JSON: for shops' pages, and for programs with a token."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from stocke.channels.domain.availability import Available, Unanswered, answer_of
from stocke.channels.queries.availability import Code, Shown
from stocke.channels.queries.storefronts import skus_there
from stocke.channels.tables.availability import LIGHTS, WORDS, when_in_words, wish_in_words
from stocke.channels.views.visitors import Heard, answered
from stocke.core.storefronts import wish_page


def availability(request: HttpRequest) -> HttpResponse:
    """Without sessions and users: see `stocke.core.web.middleware.SlimMiddleware`."""
    return answered(request, as_json)


def as_json(heard: Heard) -> HttpResponse:
    body = json.dumps({"items": items_of(heard)}, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json")


def items_of(heard: Heard) -> list[dict[str, Any]]:
    """One for each code, in their order, under the name by which it was asked for."""
    now = timezone.now()
    answers = [answer_of(row, now, heard.country) for row in heard.rows]
    names = names_for_wishes(heard, answers)
    found = zip(heard.codes, heard.rows, answers, names, heard.sound, strict=True)
    return [
        {**named(code), **(item_of(name, row, told, heard) if fine else {"error": "malformed"})}
        for code, row, told, name, fine in found
    ]


def names_for_wishes(heard: Heard, answers: Sequence[Available | Unanswered]) -> list[str]:
    """The SKU that means each product in this shop: as it was asked for; of a barcode the shop's own, else ours."""
    coded = [
        row.product
        for code, row, told in zip(heard.codes, heard.rows, answers, strict=True)
        if code.is_gtin and row.product and isinstance(told, Available) and told.takes_wishes
    ]
    there = skus_there(heard.channel.channel, coded) if heard.channel.channel and coded else {}
    return [
        there.get(row.product or 0, row.sku or "") if code.is_gtin else code.text
        for code, row in zip(heard.codes, heard.rows, strict=True)
    ]


def named(code: Code) -> dict[str, str]:
    return {"gtin" if code.is_gtin else "sku": code.text[:120]}


def item_of(name: str, row: Shown, told: Available | Unanswered, heard: Heard) -> dict[str, Any]:
    if isinstance(told, Unanswered):
        return {"error": told.value}
    window = told.window
    return {
        "state": told.state.value,
        "light": LIGHTS[told.state],
        "words": str(WORDS[told.state]),
        **units_for(row, told, heard),
        "confidence": float(told.confidence),
        "delivery": {"from": window.first.isoformat(), "to": window.last.isoformat()} if window else None,
        "restock_on": told.restock_on.isoformat() if told.restock_on else None,
        "when": when_in_words(told),
        "as_of": told.as_of.isoformat() if told.as_of else None,
        "wish": wish_of(name, told, heard),
    }


def wish_of(name: str, told: Available, heard: Heard) -> dict[str, str] | None:
    """Where one asks to be told when it is back, and what leads there; None where there is nothing to wait for."""
    if not told.takes_wishes:
        return None
    url = wish_page(heard.caller.key or heard.caller.slug, name)
    return {"url": f"{url}?lang={get_language()}", "words": wish_in_words()}


def units_for(row: Shown, told: Available, heard: Heard) -> dict[str, Any]:
    """How many there are: for a program of the shop, and for strangers as far as the shop shows it."""
    if heard.caller.token:
        return {"units": told.units, "or_more": False}
    if not row.shows_units or told.units is None:
        return {}
    return {"units": min(told.units, row.most_units), "or_more": told.units > row.most_units}
