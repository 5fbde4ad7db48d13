"""Typed readers of the environment. Only stocke/settings.py uses them."""

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def for_library(name: str, value: str) -> None:
    """Tell a library what it asks the environment for when it is loaded, unless the operator has."""
    os.environ.setdefault(name, value)


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no; refuses anything else, because "False" is a true string."""
    value = text(name).lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if value == "" else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, *, default: int) -> int:
    value = text(name)
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, *, default: str = "") -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def fernet_keys(name: str) -> list[str]:
    """Keys for sealing, newest first; `manage.py credentials new-key` makes one. Never quotes a key it refuses."""
    keys = words(name)
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            message = f"Key {place} of {name} is none: `manage.py credentials new-key` makes one."
            raise ImproperlyConfigured(message) from None
    return keys


def choice(name: str, allowed: set[str], *, default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value


def announced(name: str, services_file: Path) -> str:
    """A setting from the environment, else what the running demo left of it in its file, else empty."""
    if value := text(name):
        return value
    try:
        return str(json.loads(services_file.read_text())[name])
    except (OSError, ValueError, KeyError):
        return ""


def database(url: str) -> dict[str, object]:
    """Django's settings for one PostgreSQL URL. An empty URL gives settings that fail at the first query only."""
    parts = urlsplit(url)
    if url and parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address; nothing else is supported.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "stocke",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def mailer(url: str) -> dict[str, object]:
    """Django's MAILERS entry for `smtp://user:password@host:port`, `smtps://` or empty (mails to the console)."""
    parts = urlsplit(url)
    if not url:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"}:
        raise ImproperlyConfigured("MAIL_URL must start with smtp://, smtp+tls:// or smtps://.")
    return {
        "BACKEND": "stocke.core.mail_backend.SmtpMailer",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": 20,
        },
    }
