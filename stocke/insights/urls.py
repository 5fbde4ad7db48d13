"""Addresses of the insights context."""

from django.urls import path

from stocke.insights.views import today

app_name = "insights"
urlpatterns = [path("today/", today.today, name="today")]
