"""A file at a URL, and how its server lets us in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from stocke.core.outbound import (
    AddressRefused,
    Answer,
    OutboundError,
    Unreachable,
    Validators,
    WebAccess,
    check_url,
    open_download,
)
from stocke.core.outbound.addresses import addresses_of
from suppliers.transports.errors import NotFetched
from suppliers.transports.sources import Incoming, Source


def check_address(url: str) -> None:
    """Refuse early what we would never fetch. Raises NotFetched; a name that nobody knows today may pass."""
    try:
        parsed = check_url(url)
        addresses_of(parsed.host, parsed.port or 443)
    except Unreachable:
        return
    except OutboundError as error:
        raise NotFetched.of(error) from error


@contextmanager
def open_address(source: Source) -> Iterator[Incoming]:
    """The file, unless the server says that it is the one we have (NotModified)."""
    access, known = web_access(source), Validators(**source.remembered.get("validators", {}))
    with open_download(source.location, limits=source.limits, access=access, known=known) as answer:
        yield incoming_of(answer)


def incoming_of(answer: Answer) -> Incoming:
    """When it was written is counted back from our own clock: a wrong one on the other side does not matter."""
    written = None if answer.age is None else timezone.now() - timedelta(seconds=answer.age)
    told = answer.validators
    marks = {"validators": {"etag": told.etag, "modified": told.modified}} if told else {}
    return Incoming(answer.file_name, answer.total, answer.blocks, written_at=written, remember=marks)


def door_of(url: str) -> str:
    """Scheme, host and port: what opens one door is not shown at another. Empty for what is no address."""
    try:
        parsed = check_url(url)
    except AddressRefused:
        return ""
    return f"{parsed.scheme}://{parsed.netloc.decode()}"


def web_access(source: Source) -> WebAccess:
    """What the server asks for: nothing, user and password, a token, or a key in a header or in the address."""
    kind, secret, name = source.said("auth"), source.secrets.get("secret", ""), source.said("name")
    if kind == "basic":
        return WebAccess.basic(source.said("user"), secret)
    if kind == "bearer":
        return WebAccess.bearer(secret)
    if kind == "header":
        return WebAccess(headers={name: secret})
    if kind == "query":
        return WebAccess(query={name: secret})
    return WebAccess()
