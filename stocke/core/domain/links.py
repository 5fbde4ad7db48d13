"""Signed links for people without a login: one purpose, one subject, an end."""

from dataclasses import dataclass

from django.core import signing


class LinkExpired(Exception):
    """The link was ours, and its time is over. `subject_id` tells the page whom to point onward."""

    def __init__(self, subject_id: int) -> None:
        super().__init__(f"the link to {subject_id} has expired")
        self.subject_id = subject_id


class LinkTampered(Exception):
    """The link is not ours, or was changed on the way."""


@dataclass(frozen=True)
class Link:
    """What a link carries: the row it opens and the version of the proposal it was sent with."""

    subject_id: int
    version: int


def sign(purpose: str, subject_id: int, *, version: int = 1) -> str:
    """A token for a URL. `purpose` is the salt: a token for one page opens no other."""
    return signing.dumps([subject_id, version], salt=f"stocke.link.{purpose}", compress=False)


def read(purpose: str, token: str, *, days: int) -> Link:
    """The link in `token`. Raises LinkTampered, or LinkExpired when it is older than `days`."""
    salt = f"stocke.link.{purpose}"
    try:
        subject_id, version = signing.loads(token, salt=salt)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkTampered(purpose) from None
    try:
        signing.loads(token, salt=salt, max_age=days * 24 * 3600)
    except signing.SignatureExpired:
        raise LinkExpired(subject_id) from None
    return Link(subject_id, version)
