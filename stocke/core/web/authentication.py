"""The e-mail address is the login."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from stocke.core.models import User


class EmailBackend(ModelBackend):
    """Like Django's own, blind to capitals. A wrong address costs as much time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        address = (username or kwargs.get("email") or "").strip().lower()
        user = super().authenticate(request, username=address, password=password)
        return user if isinstance(user, User) else None
