"""Addresses of the orders context."""

from django.urls import URLPattern, path

from orders.views import answer, choice

app_name = "orders"
urlpatterns: list[URLPattern] = [
    path("c/<str:token>/", choice.choice, name="choice"),
    path("c/<str:token>/refund/", choice.refund, name="choice_refund"),
    path("p/<str:token>/", answer.answer, name="answer"),
]
