"""Addresses of ad feeds."""

from django.urls import path

from stocke.channels.adfeeds.views import feeds, serving

app_name = "adfeeds"
urlpatterns = [
    path("ads/<str:token>/<str:name>", serving.feed_file, name="file"),
    path("channels/ads/", feeds.feed_list, name="feeds"),
    path("channels/ads/new/", feeds.feed_new, name="feed_new"),
    path("channels/ads/<int:pk>/", feeds.feed_page, name="feed"),
    path("channels/ads/<int:pk>/edit/", feeds.feed_edit, name="feed_edit"),
    path("channels/ads/<int:pk>/act/<str:act>/", feeds.feed_act, name="feed_act"),
    path("channels/ads/<int:pk>/rows/", feeds.entry_list, name="entries"),
    path("channels/ads/<int:pk>/preview/", feeds.feed_preview, name="preview"),
]
