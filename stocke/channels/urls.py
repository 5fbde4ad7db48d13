"""Addresses of the channels context."""

from django.urls import path

from stocke.channels.views import badge, categories, channels, classes, hooks, listings, windows

app_name = "channels"
urlpatterns = [
    path("badge.js", badge.badge_script, name="badge_script"),
    path("badge.svg", badge.badge_image, name="badge_image"),
    path("hooks/<slug:slug>/", hooks.hook, name="hook"),
    path("channels/", channels.channel_list, name="channels"),
    path("channels/new/", channels.channel_new, name="channel_new"),
    path("channels/<int:pk>/", channels.channel_page, name="channel"),
    path("channels/<int:pk>/edit/", channels.channel_edit, name="channel_edit"),
    path("channels/<int:pk>/keys/", channels.channel_keys, name="channel_keys"),
    path("channels/<int:pk>/categories/", categories.categories, name="categories"),
    path("channels/<int:pk>/classes/", classes.classes, name="classes"),
    path("channels/<int:pk>/window/", windows.window, name="window"),
    path("channels/<int:pk>/window/<str:act>/", windows.window_act, name="window_act"),
    path("channels/<int:pk>/act/<str:act>/", channels.channel_act, name="channel_act"),
    path("channels/<int:pk>/reports/<int:report>/again/", channels.report_again, name="report_again"),
    path("channels/<int:pk>/listings/", listings.listing_list, name="listings"),
    path("channels/<int:pk>/listings/own/", listings.listings_own_stock, name="listings_own_stock"),
    path("channels/<int:pk>/listings/make/", listings.listings_make_products, name="listings_make_products"),
    path("channels/<int:pk>/messages/", listings.delivery_list, name="deliveries"),
    path("channels/<int:pk>/orders/", listings.shop_order_list, name="shop_orders"),
    path("channels/<int:pk>/orders/take/", listings.shop_orders_take, name="shop_orders_take"),
    path("channels/listings/<int:pk>/", listings.listing_page, name="listing"),
    path("channels/listings/<int:pk>/match/", listings.listing_match, name="listing_match"),
    path("channels/listings/<int:pk>/rules/", listings.listing_rules, name="listing_rules"),
    path("channels/told/<int:pk>/", listings.telling_page, name="telling"),
]
