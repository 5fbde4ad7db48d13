"""Who answers which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("stocke.core.urls")),
    path("", include("stocke.insights.urls")),
    path("", include("stocke.products.urls")),
    path("", include("suppliers.urls")),
    path("", include("orders.urls")),
    path("", include("customers.urls")),
    path("demo/", include("stocke.demo.urls")),
]
handler400 = "stocke.core.views.errors.bad_request"
handler403 = "stocke.core.views.errors.forbidden"
handler404 = "stocke.core.views.errors.not_found"
handler500 = "stocke.core.views.errors.server_error"
