"""Secrets as values that show themselves to nobody, and the envelope they are kept in."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NotOpened(Exception):
    """None of our keys opens the envelope: the key it was sealed with is gone."""


class Secrets(Mapping[str, str]):
    """Secret values by name. Neither its repr nor an error about it holds a value."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._values))})"


def key_from(phrase: str) -> str:
    """The key that a machine without one of its own uses: the same for the same phrase."""
    digest = hashlib.sha256(b"stocke credentials " + phrase.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


def new_key() -> str:
    return Fernet.generate_key().decode()


def envelope(keys: Sequence[str]) -> MultiFernet:
    """Seals with the first key, opens with any."""
    return MultiFernet([Fernet(key) for key in keys])


def seal(secrets: Mapping[str, str], keys: Sequence[str]) -> str:
    return envelope(keys).encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> Secrets:
    """What was sealed. Raises NotOpened."""
    try:
        return Secrets(json.loads(envelope(keys).decrypt(sealed.encode())))
    except InvalidToken:
        raise NotOpened from None


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """The same under the first key; unchanged where it is under it already. Raises NotOpened."""
    try:
        Fernet(keys[0]).decrypt(sealed.encode())
    except InvalidToken:
        try:
            return envelope(keys).rotate(sealed.encode()).decode()
        except InvalidToken:
            raise NotOpened from None
    return sealed
