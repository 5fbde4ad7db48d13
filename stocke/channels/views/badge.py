"""The badge for pages of shops: its program, and a picture in its place where no program runs."""

import hashlib
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html

from stocke.channels.domain.availability import Available, answer_of
from stocke.channels.tables.availability import LIGHTS, WORDS, when_in_words, wish_in_words
from stocke.channels.views.visitors import Heard, answered, is_known

SCRIPT = Path(__file__).parent.parent / "badge" / "badge.js"
# An hour: what it shows is asked for anew each time.
SCRIPT_KEPT = "public, max-age=3600"
COLOURS = {"green": "#14692f", "amber": "#8a4b00", "red": "#b3261e", "grey": "#555555"}
SHAPES = {
    "green": "M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0Zm-1.2 8.7L2.4 6.3l.9-.9 1.5 1.5L8.7 3l.9.9Z",
    "amber": "M6 0 12 11.5H0ZM5.4 4v4h1.2V4Zm0 5v1.2h1.2V9Z",
    "red": "M1 0h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H1a1 1 0 0 1-1-1V1a1 1 0 0 1 1-1Zm1.5 5.3v1.4h7V5.3Z",
    "grey": "M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0Zm0 1.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2Z",
}
# Of a usual sans serif at 13 pixels; the picture is a little wide rather than too narrow.
BOLD, PLAIN, MARGIN = 7.8, 6.5, 30
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="26" viewBox="0 0 {width} 26" role="img"'
    ' aria-label="{label}"><title>{label}</title>'
    '<rect x=".5" y=".5" width="{inner}" height="25" rx="5" fill="#ffffff" stroke="#c9c9c9"/>'
    '<path transform="translate(9 7)" fill="{colour}" fill-rule="evenodd" d="{shape}"/>'
    '<text x="27" y="17.5" font-family="Arial, Helvetica, sans-serif" font-size="13" fill="{colour}">'
    '<tspan font-weight="bold">{words}</tspan><tspan fill="#333333" dx="6">{when}</tspan>'
    '<tspan fill="#333333" dx="6" text-decoration="underline">{wish}</tspan></text></svg>'
)
NO_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@cache
def script() -> tuple[bytes, str]:
    """The program and its tag."""
    body = SCRIPT.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def badge_script(request: HttpRequest) -> HttpResponse:
    """The same for everybody; a page that loads it tells its own channel."""
    body, tag = script()
    if is_known(tag, request):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        response["Content-Length"] = str(len(body))
    response["ETag"], response["Cache-Control"] = tag, SCRIPT_KEPT
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def badge_image(request: HttpRequest) -> HttpResponse:
    """One product as a picture with words. Whatever is refused is a picture of nothing, never a broken one.

    With `wish`, it stands in a link to where one asks to be told, and says so where there is none to buy.
    """
    response = answered(request, partial(as_picture, is_link="wish" in request.GET), most=1)
    if response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT}:
        return response
    empty = HttpResponse(NO_PICTURE, content_type="image/svg+xml")
    empty["Cache-Control"] = "no-store"
    return empty


def as_picture(heard: Heard, *, is_link: bool) -> HttpResponse:
    told = answer_of(heard.rows[0], timezone.now(), heard.country) if heard.sound[0] else None
    body = drawn(told, is_link=is_link) if isinstance(told, Available) else NO_PICTURE
    return HttpResponse(body, content_type="image/svg+xml")


def drawn(told: Available, *, is_link: bool) -> str:
    words, when, light = str(WORDS[told.state]), when_in_words(told), LIGHTS[told.state]
    wish = wish_in_words() if is_link and told.takes_wishes else ""
    more = [part for part in (when, wish) if part]
    width = round(MARGIN + BOLD * len(words) + sum(PLAIN * len(part) + 6 for part in more) + 6)
    return format_html(
        PICTURE,
        width=width,
        inner=width - 1,
        label=", ".join([words, *more]),
        colour=COLOURS[light],
        shape=SHAPES[light],
        words=words,
        when=when,
        wish=wish,
    )
