"""Addresses of the customers context."""

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
