"""What stands before the views: the short way of a few addresses, and the language of each request."""

from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from stocke.core.models import User
from stocke.core.web.undo import forget_used_undo

type Answer = Callable[[HttpRequest], HttpResponseBase]
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


def asked_language(request: HttpRequest) -> str:
    """`?lang=en` (the language link of public pages), then the cookie of the login page, then French."""
    for asked in (request.GET.get("lang"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        if asked in LANGUAGES:
            return str(asked)
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Speaks the visitor's language while his request is answered, and no longer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(asked_language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


@cache
def slim_views() -> Mapping[str, Answer]:
    """By address; composed in the root of addresses, which core must not import."""
    views: Mapping[str, Answer] = import_string(f"{settings.ROOT_URLCONF}.SLIM")
    return views


class SlimMiddleware:
    """Answers a few public addresses at once, past all that stands behind it: no session, no user, no cookie."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = slim_views().get(request.path_info)
        return view(request) if view else self.get_response(request)


class StaffPreferencesMiddleware:
    """Speaks the member of staff's own language, shows him a page where an action was opened by its address, and
    drops an undo that was used. Stands behind the authentication."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User) and request.user.language in LANGUAGES:
            translation.activate(request.user.language)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and isinstance(request.user, User):
            response = not_allowed(request, response)
        forget_used_undo(request)
        patch_vary_headers(response, ["Cookie"])
        return response


def not_allowed(request: HttpRequest, refused: HttpResponseBase) -> HttpResponse:
    """A page instead of an empty answer: reloading what an action answered calls the action by its address."""
    answer = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    answer["Allow"] = refused.get("Allow", "")
    return answer
