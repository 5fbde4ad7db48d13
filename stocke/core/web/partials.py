"""Answers of views: the whole page, or the fragment that htmx asked for, from one template."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.messages import get_messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from stocke.core.web.navigation import ENTRIES, count
from stocke.core.web.shell import NavItem
from stocke.core.web.undo import undo_changed, undo_offer


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx will swap the answer into a part of the page. Going back always takes the whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type") != "full"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A whole page."""
    return render(request, template, context, status=status)


def form_page(request: HttpRequest, template: str, *, form: BaseForm, **context: Any) -> HttpResponse:
    """A page, or its fragment, around a form: 422 when something is to be corrected, so that nothing looks saved."""
    status = 422 if form.is_bound and not form.is_valid() else 200
    return partial(request, template, status=status, form=form, **context)


def go_on(request: HttpRequest, url: str) -> HttpResponse:
    """After an act: to the next thing. htmx follows, and the next view answers with its fragment."""
    return HttpResponseRedirect(url, status=303)


def partial(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    announce: str = "",
    push: bool = False,
    counters: Sequence[str] = (),
    also: Sequence[str] = (),
    **context: Any,
) -> HttpResponse:
    """`"orders/order.html#verdict"`: that fragment for htmx, the whole page for everybody else.

    Messages and a new undo offer ride along; `counters` names navigation entries to draw anew, `also` further
    fragments (each holds its own `<hx-partial>`), `push` puts this address into the browser's history.
    """
    if not wants_fragment(request):
        response = render(request, template.partition("#")[0], context, status=status)
    else:
        response = fragment(request, [template, *also], context, counters, status)
        tell(request, response, announce)
        if push:
            response["HX-Push-Url"] = request.get_full_path()
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    return response


def fragment(
    request: HttpRequest,
    templates: Sequence[str],
    context: dict[str, Any],
    counters: Sequence[str],
    status: int,
) -> HttpResponse:
    parts = [render_to_string(template, context, request) for template in templates]
    items = [NavItem(ENTRIES[key], count(ENTRIES[key], fresh=True)) for key in counters if key in ENTRIES]
    extras = {
        "items": items,
        "notices": list(get_messages(request)),
        "undo": undo_offer(request),
        "undo_changed": undo_changed(request),
    }
    return HttpResponse(
        "".join([*parts, render_to_string("parts/riders.html", extras, request)]), status=status
    )


def tell(request: HttpRequest, response: HttpResponse, announce: str) -> None:
    """Have the live region of the page say it."""
    if announce:
        response["HX-Trigger"] = json.dumps({"announce": {"target": "body", "text": str(announce)}})
