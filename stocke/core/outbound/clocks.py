"""Times that other people's servers tell. Their clocks may be wrong, so only differences by one clock are believed."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from django.utils import timezone


def http_time(text: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def age_of(headers: httpx.Headers) -> float | None:
    """Seconds from the change of the file to the answer, both by the server's clock; None where it makes no sense."""
    changed, now = http_time(headers.get("Last-Modified", "")), http_time(headers.get("Date", ""))
    if changed is None or now is None or changed > now:
        return None
    return (now - changed).total_seconds()


def seconds_to_wait(headers: httpx.Headers) -> float | None:
    """How long the server asks us to stay away; a date counts from its own."""
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said[:9])
    until = http_time(said) if said else None
    if until is None:
        return None
    now = http_time(headers.get("Date", "")) or timezone.now()
    return max(0.0, (until - now).total_seconds())
