"""Levels that a supplier's program sends. Docs: docs/api.md and the page at /api/docs."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.core.files.base import File
from django.http import Http404, HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from stocke.core.web.api import ApiRequest, ErrorOut, ErrorsOut, TokenAuth
from suppliers.api.levels import Checked, NotReadable, levels_by_line, levels_in
from suppliers.domain.push_keys import SCOPE, feed_of
from suppliers.domain.pushes import COLUMNS, KeyTaken, Received, receive
from suppliers.domain.sentences import in_this_language
from suppliers.models import Feed, Push, RunStatus, Transport
from suppliers.queries.withheld import waiting_lines

router = Router(tags=["stock"])
BLOCK, MOST_ERRORS = 256 * 1024, 100
LINES = "application/x-ndjson"
LEVEL = {
    "type": "object",
    "required": ["sku", "quantity"],
    "properties": {
        "sku": {"type": "string", "maxLength": 120, "description": "the supplier's own SKU"},
        "quantity": {
            "oneOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}],
            "description": "a whole number, the supplier's words (“>20”, “en stock”), or null for unknown",
        },
        "name": {"type": "string"},
        "gtin": {"type": "string"},
        "price": {"type": "number", "description": "purchase price, net"},
        "currency": {"type": "string", "examples": ["EUR"]},
        "lead_days": {"type": "integer"},
    },
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"levels": {"type": "array", "items": LEVEL}}},
                "example": {
                    "levels": [{"sku": "UE-1001", "quantity": 12}, {"sku": "UE-1002", "quantity": ">20"}]
                },
            },
            LINES: {
                "schema": LEVEL,
                "example": '{"sku": "UE-1001", "quantity": 12}\n{"sku": "UE-1002", "quantity": 0}',
            },
        },
    }
}
STATES = {
    RunStatus.QUEUED: "waiting",
    RunStatus.RUNNING: "working",
    RunStatus.APPLIED: "counted",
    RunStatus.UNCHANGED: "counted",
    RunStatus.HELD: "held",
    RunStatus.REJECTED: "rejected",
    RunStatus.UNDONE: "undone",
}


class PushOut(Schema):
    push: int = Field(description="our number of what was sent")
    outcome: str = Field(description="`stored`, or `same` for what was sent under this key before")
    rows: int


class PushStateOut(Schema):
    push: int
    rows: int
    complete: bool
    received_at: datetime
    state: str = Field(
        description="`waiting`, `working`, `counted`, `held` (a person looks at it), `rejected` or `undone`"
    )
    withheld: int = Field(
        default=0,
        description="of a doubtful import that counted: how many of its levels rise much or are gone, and do not "
        "count before they are sent so once more or a person says so",
    )
    problem: str = Field(default="", description="why it waits, in the language of Accept-Language")

    @classmethod
    def of(cls, push: Push) -> "PushStateOut":
        """A failed import is made again, together with what was sent since: until then its levels wait."""
        run = push.run
        kept = run.facts.get("problem", {}).get("text", {}) if run else {}
        return cls(
            push=push.pk,
            rows=push.rows,
            complete=push.complete,
            received_at=push.received_at,
            state=STATES.get(RunStatus(run.status), "waiting") if run else "waiting",
            withheld=waiting_lines(run).count() if run else 0,
            problem=in_this_language(kept) if kept else "",
        )


@router.post(
    "/pushes",
    auth=TokenAuth(SCOPE),
    response={
        200: PushOut,
        202: PushOut,
        **dict.fromkeys([401, 403, 409, 413, 415, 422], ErrorsOut),
    },
    openapi_extra=BODY,
    summary="Send levels of your stock",
)
def push_levels(
    request: ApiRequest,
    complete: Query[bool] = False,
    idempotency_key: Annotated[str, Header(max_length=120, pattern="^[ -~]*$")] = "",
) -> Status[Any]:
    """The levels you name are stored, and count within seconds; SKUs that you do not name keep what they stated.

    With `complete=true` the body names everything you have: what is not named is treated as missing. The answer 202
    means that nothing you sent can be lost. The same body under the same Idempotency-Key is one push, however often
    it is sent. One bad level refuses the whole body, and each is named by row and field.
    """
    feed = open_feed(request)
    if feed is None:
        return refusal(HTTPStatus.CONFLICT, "feed_off", "this feed takes no levels at the moment")
    try:
        received = taken_in(request, feed, complete=complete, key=idempotency_key)
    except KeyTaken:
        told = "something else was sent under this Idempotency-Key"
        return refusal(HTTPStatus.CONFLICT, "key_taken", told)
    except NotReadable:
        told = 'the body is {"levels": [...]}'
        return refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", told)
    except Refused as problem:
        return Status(problem.status, ErrorsOut(errors=problem.errors))
    push = received.push
    out = PushOut(push=push.pk, outcome="stored" if received.is_new else "same", rows=push.rows)
    return Status(HTTPStatus.ACCEPTED if received.is_new else HTTPStatus.OK, out)


@router.get(
    "/pushes/{number}",
    auth=TokenAuth(SCOPE),
    response={200: PushStateOut, **dict.fromkeys([401, 403, 404], ErrorsOut)},
    summary="What became of what you sent",
)
def push_state(request: ApiRequest, number: int) -> PushStateOut:
    """By our number. What was sent to another feed is not found."""
    feed = feed_of(request.auth)
    push = Push.objects.select_related("run").filter(feed=feed, pk=number).first() if feed else None
    if push is None:
        raise Http404
    return PushStateOut.of(push)


class Refused(Exception):
    """The body is not taken; nothing was kept."""

    def __init__(self, errors: list[ErrorOut], status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(status)
        self.errors, self.status = errors, status


def too_large() -> Refused:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    told = f"application/json is taken up to {most} bytes, {LINES} up to {most_bytes()}"
    return Refused([ErrorOut(code="too_large", message=told)], HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def wrong_type() -> Refused:
    told = f"send application/json or {LINES}"
    return Refused([ErrorOut(code="wrong_type", message=told)], HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def refusal(status: HTTPStatus, code: str, message: str) -> Status[ErrorsOut]:
    return Status(status, ErrorsOut(errors=[ErrorOut(code=code, message=message)]))


def open_feed(request: ApiRequest) -> Feed | None:
    feed = feed_of(request.auth)
    return feed if feed and feed.active and feed.transport == Transport.PUSH else None


def taken_in(request: ApiRequest, feed: Feed, *, complete: bool, key: str) -> Received:
    """Check and keep the body. Raises NotReadable, Refused or KeyTaken, with nothing kept."""
    digest = hashlib.sha256(b"complete" if complete else b"")
    with tempfile.TemporaryFile() as file:
        rows = written(levels_of(request, digest), file)
        file.seek(0)
        return receive(
            feed,
            File(file, "push.csv"),
            rows=rows,
            digest=digest.hexdigest(),
            complete=complete,
            key=key,
            token=request.auth,
        )


def levels_of(request: HttpRequest, digest: Any) -> Iterator[Checked]:
    if request.content_type == LINES:
        return levels_by_line(blocks_of(request, digest, most_bytes()))
    if request.content_type == "application/json":
        return levels_in(b"".join(blocks_of(request, digest, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)))
    raise wrong_type()


def most_bytes() -> int:
    return int(settings.FEED_MAX_BYTES)


def blocks_of(request: HttpRequest, digest: Any, limit: int) -> Iterator[bytes]:
    """The body as it comes, never more of it than we take."""
    size = 0
    while block := request.read(BLOCK):
        size += len(block)
        if size > limit:
            raise too_large()
        digest.update(block)
        yield block


def written(levels: Iterator[Checked], file: Any) -> int:
    """The levels as rows of a file; how many. Raises Refused with what is wrong, up to a bound, by row."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer, errors, rows = csv.writer(text, quoting=csv.QUOTE_ALL), list[ErrorOut](), 0
    writer.writerow(COLUMNS)
    for level in levels:
        errors += level.errors
        if len(errors) >= MOST_ERRORS:
            break
        rows += 1
        if not errors:
            writer.writerow(level.values)
    if errors or not rows:
        nothing = ErrorOut(code="missing", message="no level is named", field="levels")
        raise Refused(errors[:MOST_ERRORS] or [nothing])
    text.detach()
    return rows
