"""The house as it is served, with an empty view beside its own: what `tests/bench/availability.py` asks."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from stocke.wsgi import application  # noqa: F401  Named on the command line; it makes the models ready.

from stocke.urls import urlpatterns  # isort: skip


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns.append(path("empty/", include([path("", empty)])))
