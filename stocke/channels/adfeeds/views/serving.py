"""Where platforms fetch their files: by a signed address, packed where they take that, and not at all where theirs is
still the last one."""

import gzip
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from stocke.channels.adfeeds.domain.building import ad_storage
from stocke.channels.adfeeds.domain.feeds import note_fetch
from stocke.channels.adfeeds.domain.links import LinkRevoked, LinkWrong, feed_of
from stocke.channels.adfeeds.models import AdFeed, FileFormat

CHUNK = 1 << 16
TYPES = {
    FileFormat.TSV: "text/tab-separated-values; charset=utf-8",
    FileFormat.RSS: "application/xml; charset=utf-8",
}
SOON = 300


@require_safe
def feed_file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The last whole file. 404 for an address that is none of ours, 410 for one that counts no more."""
    try:
        feed = feed_of(token)
    except LinkWrong:
        return said("This is no address of a feed.", 404)
    except LinkRevoked:
        return said("This address was revoked. Take the new one from the page of the feed.", 410)
    response = answer(request, feed)
    note_fetch(feed, agent=request.headers.get("User-Agent", ""), status=response.status_code)
    return response


def said(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def answer(request: HttpRequest, feed: AdFeed) -> HttpResponseBase:
    """Whole, or 304, or 503 as long as there is no file."""
    if feed.built_at is None:
        response: HttpResponseBase = said("The first file of this feed is being built.", 503)
        response["Retry-After"] = str(SOON)
        return response
    is_packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = f'"{feed.sha256[:32]}{"-gz" if is_packed else ""}"'
    at = int(feed.built_at.timestamp())
    headers = {"ETag": etag, "Last-Modified": http_date(at), "Cache-Control": "no-cache"}
    unchanged = get_conditional_response(request, etag=etag, last_modified=at)
    response = unchanged or whole(request, feed, is_packed=is_packed)
    for key, value in headers.items():
        response[key] = value
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def whole(request: HttpRequest, feed: AdFeed, *, is_packed: bool) -> HttpResponseBase:
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        file = ad_storage().open(feed.file)
        response = FileResponse(file) if is_packed else StreamingHttpResponse(unpacked(file))
    response["Content-Type"] = TYPES[FileFormat(feed.format)]
    response["Content-Length"] = str(feed.packed_bytes if is_packed else feed.size_bytes)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response


def unpacked(file: object) -> Iterator[bytes]:
    """Piece by piece: a million rows are not held to be sent."""
    with file, gzip.GzipFile(fileobj=file) as content:  # type: ignore[attr-defined, call-overload]
        while chunk := content.read(CHUNK):
            yield chunk
