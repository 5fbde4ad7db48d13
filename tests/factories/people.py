"""Members of staff: `person("operations")`. Histories: `entry("user.invited")`."""

from itertools import count
from typing import Any

from django.test import Client

from stocke.core.models import User

numbers = count(1)
PASSWORD = "a-long-password-for-tests"


def person(role: str = "administrator", **given: Any) -> User:
    number = next(numbers)
    defaults = {"first_name": "Léa", "last_name": f"Démo {number}", "language": "en"}
    email = given.pop("email", f"staff{number}@shop.example")
    return User.objects.create_user(email, PASSWORD, role=role, **{**defaults, **given})


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def client_as(role: str = "administrator", **given: Any) -> Client:
    return client_of(person(role, **given))
