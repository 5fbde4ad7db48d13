"""What tests of transports share: a fetch as a run makes it, and a failure with its sentence."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from stocke.core.outbound import OutboundError
from stocke.core.sealing import Secrets
from suppliers.transports import Fetched, NotFetched, Source, open_source, save

MORNING = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)


def nothing(done: int, total: int | None) -> None: ...


def source(access: dict[str, Any], *, location: str = "", seconds: float = 20, **secrets: str) -> Source:
    return Source(location, access, Secrets(secrets), seconds=seconds)


def fetched(transport: str, asked: Source, desk: Path) -> Fetched:
    try:
        with open_source(transport, asked) as incoming:
            return save(incoming, desk, asked_at=datetime.now(UTC), progress=nothing)
    except OutboundError as error:
        raise NotFetched.of(error) from error


def failed(transport: str, asked: Source, desk: Path) -> tuple[str, bool]:
    """The code of the refusal, and whether it may pass by itself. Its sentence never holds a secret."""
    with pytest.raises(NotFetched) as caught:
        fetched(transport, asked, desk)
    problem = caught.value
    for language in ("en", "fr"):
        with translation.override(language):
            sentence = f"{problem} {problem!r} {problem.__cause__!r}"
        assert [name for name, word in asked.secrets.items() if word and word in sentence] == []
    return problem.code, problem.retry
