"""The program of a made-up supplier that tells what he has, as docs/availability.md describes it."""

import json
from random import Random
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stocke.demo.day.suppliers import serves
from stocke.demo.world.traders import BY_CODE, Temper


@csrf_exempt
@require_POST
def stockroom(request: HttpRequest, code: str) -> JsonResponse:
    """The same question gets the same answer, by his temper. 404 where nobody is made up."""
    temper = BY_CODE.get(code)
    if temper is None or not settings.MAILBOX_DIR:
        raise Http404("no such supplier of the demonstration")
    try:
        asked = json.loads(request.body)
        told = [answer_to(temper, str(asked["request"]), line) for line in asked["lines"]]
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"error": "this is no question"}, status=400)
    return JsonResponse({"lines": told})


def answer_to(temper: Temper, question: str, line: dict[str, Any]) -> dict[str, object]:
    chance = Random(f"{question}|{line['line']}")  # noqa: S311  # a made-up world, not a secret
    return {"line": line["line"], "available": serves(temper, chance)}
