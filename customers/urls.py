"""Addresses of the customers context."""

from django.urls import path

from customers.views import customers, wish_mine, wish_page, wishes

app_name = "customers"
urlpatterns = [
    path("wishes/", wishes.wish_list, name="wishes"),
    path("wishes/<int:pk>/", wishes.wish_product, name="wish_product"),
    path("settings/wishes/", wishes.wish_rules, name="wish_rules"),
    path("wish/<slug:channel>/<path:sku>", wish_page.wish_ask, name="wish_ask"),
    path("w/<str:token>/", wish_mine.wish_mine, name="wish_mine"),
    path("w/<str:token>/end/", wish_mine.wish_end, name="wish_end"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/<int:pk>/", customers.customer_page, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
]
