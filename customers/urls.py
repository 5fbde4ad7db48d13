"""Addresses of the customers context."""

from django.urls import path

from customers.views import customers

app_name = "customers"
urlpatterns = [
    path("customers/", customers.customer_list, name="customers"),
    path("customers/<int:pk>/", customers.customer_page, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
]
