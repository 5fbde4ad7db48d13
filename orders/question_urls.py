"""Addresses of questions to suppliers."""

from django.urls import URLPattern, path

from orders.views import asking, availability, availability_interfaces, questions, reliability

QUESTIONS: list[URLPattern] = [
    path("q/<str:token>/", availability.availability, name="availability"),
    path(
        "suppliers/<int:pk>/availability/",
        availability_interfaces.availability_interface,
        name="availability_interface",
    ),
    path("suppliers/<int:pk>/feed-habit/", reliability.feed_habit, name="feed_habit"),
    path("verification/questions/", questions.questions, name="questions"),
    path("verification/questions/rules/", asking.asking, name="asking"),
    path("verification/questions/<int:pk>/", questions.question, name="question"),
    path("verification/questions/<int:pk>/stop/", questions.question_stop, name="question_stop"),
]
