"""What a shop's own clock says, by which its orders are dated."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def shop_clock(headers: Mapping[str, str]) -> datetime:
    """As its answer says; ours where it does not."""
    try:
        return parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return datetime.now(UTC)


def clock_facts(headers: Mapping[str, str]) -> dict[str, Any]:
    """How many seconds its clock is ahead of ours."""
    return {"seconds_ahead": round((shop_clock(headers) - datetime.now(UTC)).total_seconds())}
