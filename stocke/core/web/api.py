"""The JSON API: tokens with scopes, one shape for every error, a page that describes it.

Every refusal is {"errors": [{"code", "field", "row", "value", "message"}]}. `code` is stable, `message` is for people.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from stocke.core.domain.tokens import recognise
from stocke.core.models import ApiToken
from stocke.core.web.api_page import ApiPage
from stocke.core.web.limits import seconds_left


class ErrorOut(Schema):
    """One thing wrong. `row` counts lines from 1 and is null for the whole."""

    code: str
    message: str
    field: str = ""
    row: int | None = None
    value: str | None = None


class ErrorsOut(Schema):
    errors: list[ErrorOut]


class ApiRequest(HttpRequest):
    """A request that a token has let in."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`: a living token that holds the scope. 401 without one, 403 without the scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        known = recognise(token)
        if known is not None and self.scope not in known.scopes:
            raise HttpError(HTTPStatus.FORBIDDEN, f"this token lacks the scope {self.scope}")
        return known


def errors(request: HttpRequest, api: NinjaAPI, status: int, found: Sequence[ErrorOut]) -> HttpResponse:
    return api.create_response(request, ErrorsOut(errors=list(found)), status=status)


def shape_errors(refused: ValidationError) -> list[ErrorOut]:
    """What does not fit the described shape; the row is found in the path of the value."""
    return [shape_error(error) for error in refused.errors]


def shape_error(error: dict[str, object]) -> ErrorOut:
    path = [part for part in cast("Sequence[str | int]", error["loc"]) if part not in ("body", "payload")]
    row = next((part + 1 for part in path if isinstance(part, int)), None)
    names = [str(part) for part in path if isinstance(part, str)]
    field = names[-1] if row is not None else ".".join(names)
    code = "missing" if error["type"] == "missing" else "malformed"
    return ErrorOut(code=code, message=str(error["msg"]), field=field, row=row)


type Completion = Callable[[HttpRequest], Sequence[ErrorOut]]


def new_api(completions: Mapping[str, Completion]) -> NinjaAPI:
    """The API without its routers; stocke/urls.py adds those of the contexts.

    A completion adds, to the errors of shape of the operation it is named after, what is wrong besides.
    """
    api = NinjaAPI(
        title="Stock e",
        version="1",
        description="Hand over orders, ask what became of them. Send your token as `Authorization: Bearer …`.",
        urls_namespace="api",
        docs=ApiPage(),
    )

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, refused: ValidationError) -> HttpResponse:
        operation = request.resolver_match.url_name if request.resolver_match else None
        complete = completions.get(operation or "")
        found = [*shape_errors(refused), *(complete(request) if complete else ())]
        found.sort(key=lambda error: error.row or 0)
        return errors(request, api, HTTPStatus.UNPROCESSABLE_ENTITY, found)

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, refused: AuthenticationError) -> HttpResponse:
        told = ErrorOut(code="unauthorized", message="send a valid token as Authorization: Bearer …")
        response = errors(request, api, HTTPStatus.UNAUTHORIZED, [told])
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        code = HTTPStatus(error.status_code).name.lower()
        response = errors(request, api, error.status_code, [ErrorOut(code=code, message=str(error))])
        if error.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response["Retry-After"] = str(seconds_left())
        return response

    @api.exception_handler(Http404)
    def unknown(request: HttpRequest, error: Http404) -> HttpResponse:
        return errors(
            request, api, HTTPStatus.NOT_FOUND, [ErrorOut(code="not_found", message="there is no such thing")]
        )

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        told = ErrorOut(code="too_large", message="the body is larger than the limit")
        return errors(request, api, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [told])

    return api
