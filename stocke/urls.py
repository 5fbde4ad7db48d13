"""Who answers which address."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from orders.api.orders import router as orders_router
from orders.api.orders import unknown_skus
from orders.api.purchases import router as purchases_router
from orders.api.shipments import router as shipments_router
from stocke.channels.api.availability import router as availability_router
from stocke.channels.views.availability import availability
from stocke.channels.views.badge import badge_image, badge_script
from stocke.core.web.api import new_api
from suppliers.api.pushes import router as stock_router

api = new_api({"hand_over": unknown_skus})
api.add_router("v1/orders", orders_router)
api.add_router("v1/stock", stock_router)
api.add_router("v1/orders", shipments_router)
api.add_router("v1/purchases", purchases_router)
api.add_router("availability", availability_router)

# What shoppers' browsers ask by the thousand is answered before sessions, users and preferences are looked at.
SLIM: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "/api/availability": availability,
    "/badge.js": badge_script,
    "/badge.svg": badge_image,
}

urlpatterns = [
    path("", include("stocke.core.urls")),
    path("", include("stocke.insights.urls")),
    path("", include("stocke.channels.urls")),
    path("", include("stocke.channels.adfeeds.urls")),
    path("", include("stocke.products.urls")),
    path("", include("suppliers.urls")),
    path("", include("orders.urls")),
    path("", include("customers.urls")),
    path("api/", api.urls),
    path("demo/", include("stocke.demo.urls")),
]
handler400 = "stocke.core.views.errors.bad_request"
handler403 = "stocke.core.views.errors.forbidden"
handler404 = "stocke.core.views.errors.not_found"
handler500 = "stocke.core.views.errors.server_error"
