"""Knocking at a source before it is saved: what would be fetched, and how its beginning reads."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from stocke.core.outbound import OutboundError
from suppliers.domain.feeds import GivenSecrets, secrets_with
from suppliers.models import Feed
from suppliers.readers import Limits, NotAFeed
from suppliers.readers.sampling import Sample, sample
from suppliers.transports import Incoming, NotFetched, Source, open_source

# A person waits for it, so only the beginning of a large file is fetched.
LOOKED_AT, SECONDS, LINES = 10_000_000, 20.0, 5


@dataclass(frozen=True)
class Probe:
    """What a test of the connection showed. `sample` is None where the file is no table, `problem` says why."""

    file_name: str
    size: int | None
    is_whole: bool
    written_at: datetime | None
    told: Mapping[str, Any] = field(default_factory=dict)
    sample: Sample | None = None
    problem: str = ""


def probe(
    transport: str,
    location: str,
    access: Mapping[str, Any],
    secrets: GivenSecrets,
    *,
    feed: Feed | None,
    seconds: float = SECONDS,
) -> Probe:
    """Fetch the beginning of the file and look at it. Raises NotFetched. Nothing is saved, and nothing remembered.

    Secrets that stay are those of `feed`.
    """
    source = Source(location, access, secrets_with(feed, secrets), seconds=seconds, glance=True)
    with tempfile.TemporaryDirectory(prefix="stocke-probe-") as folder:
        path = Path(folder) / "fetched"
        try:
            with open_source(transport, source) as incoming:
                found = beginning(incoming, path)
        except OutboundError as error:
            raise NotFetched.of(error) from error
        return looked_at(found, path)


def beginning(incoming: Incoming, path: Path) -> Probe:
    """Write the first bytes of the file, and what its source says of it."""
    size, is_whole = 0, not incoming.goes_on
    with path.open("wb") as file:
        for block in incoming.blocks:
            file.write(block)
            size += len(block)
            if size >= LOOKED_AT:
                is_whole = False
                break
    announced = size if is_whole else incoming.total  # of a file in pieces, nobody knows
    return Probe(incoming.file_name, announced, is_whole, incoming.written_at, incoming.remember)


def looked_at(found: Probe, path: Path) -> Probe:
    limits = Limits(max_bytes=settings.FEED_MAX_BYTES, max_rows=settings.FEED_MAX_ROWS, seconds=SECONDS)
    try:
        shown = sample(path, lines=LINES, limits=limits)
    except NotAFeed as problem:
        return replace(found, problem=str(problem.message))
    articles = tuple(line for line in shown.lines if line.number > (shown.header_row or 0))
    return replace(found, sample=replace(shown, lines=articles))
