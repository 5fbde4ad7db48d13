"""Secrets of other people's servers: sealed when they are kept, open only in the memory of the job that uses them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from stocke.core.models import Credential
from stocke.core.sealing import NotOpened, Secrets, key_from, reseal, seal, unseal

BATCH = 500


@dataclass(frozen=True)
class Resealed:
    """What a change of keys did: envelopes that are now under the first key, and those that no key opens."""

    renewed: int
    lost: int


def keys() -> list[str]:
    """The operator's keys, newest first; on a machine without any, one that follows from SECRET_KEY."""
    return list(settings.CREDENTIAL_KEYS) or [
        key_from(phrase) for phrase in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def reveal(credential: Credential | None) -> Secrets:
    """The secrets themselves; none for none. Raises NotOpened."""
    return unseal(credential.sealed, keys()) if credential else Secrets()


def keep_secrets(
    credential: Credential | None, given: Mapping[str, str], *, kept: Collection[str] = ()
) -> Credential | None:
    """Seal what was given, beside those of the stored ones that are `kept`; the rest is forgotten.

    None when nothing is left to keep. A stored envelope that cannot be opened any more counts as empty.
    """
    secrets = {**(only(stored(credential), kept) if kept else {}), **given}
    if not secrets:
        if credential:
            credential.delete()
        return None
    credential = credential or Credential()
    credential.sealed = seal(secrets, keys())
    credential.save()
    return credential


def stored(credential: Credential | None) -> Secrets:
    """Like `reveal`, and empty where the key is gone."""
    try:
        return reveal(credential)
    except NotOpened:
        return Secrets()


def only(secrets: Secrets, names: Collection[str]) -> dict[str, str]:
    return {name: secrets[name] for name in names if name in secrets}


def reseal_all() -> Resealed:
    """Bring every envelope under the first key. Harmless at any time and twice; one batch is one transaction."""
    renewed, lost, last = 0, 0, 0
    while batch := reseal_after(last):
        renewed += sum(outcome is True for _pk, outcome in batch)
        lost += sum(outcome is None for _pk, outcome in batch)
        last = batch[-1][0]
    return Resealed(renewed, lost)


@transaction.atomic
def reseal_after(last: int) -> list[tuple[int, bool | None]]:
    """The next envelopes by key: True where it was renewed, False where it was right, None where nothing opens it."""
    found = Credential.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:BATCH]
    return [(credential.pk, renew(credential)) for credential in found]


def renew(credential: Credential) -> bool | None:
    try:
        sealed = reseal(credential.sealed, keys())
    except NotOpened:
        return None
    if sealed == credential.sealed:
        return False
    Credential.objects.filter(pk=credential.pk).update(sealed=sealed)
    return True
