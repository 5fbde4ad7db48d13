"""The page that describes the API: drawn here, light, without a script and without anything from elsewhere.

The page is in its reader's language; what the API says of itself is in English, as the names of its fields are.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from stocke.core.web.api_words import operations
from stocke.core.web.partials import page


class ApiPage(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        with override("en"):
            described = api.get_openapi_schema()
        return page(
            request,
            "public/api.html",
            about=described["info"]["description"],
            operations=operations(described),
            host=request.build_absolute_uri("/").rstrip("/"),
            schema_url=self.get_openapi_url(api, kwargs),
        )
