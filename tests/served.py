"""The house as it is served, with an empty view beside its own: what `tests/bench/availability.py` asks."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

application = get_wsgi_application()

from stocke.urls import urlpatterns  # noqa: E402  Models must be there first.


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns.append(path("empty/", include([path("", empty)])))
