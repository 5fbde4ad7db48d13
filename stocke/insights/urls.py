"""Addresses of the insights context."""

from django.urls import path

from stocke.insights.views import ad_spend, today

app_name = "insights"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("channels/ads/spend/", ad_spend.ad_spend, name="ad_spend"),
    path("channels/ads/spend/upload/", ad_spend.ad_spend_upload, name="ad_spend_upload"),
]
