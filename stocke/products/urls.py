"""Addresses of the products context."""

from django.urls import URLPattern

app_name = "products"
urlpatterns: list[URLPattern] = []
