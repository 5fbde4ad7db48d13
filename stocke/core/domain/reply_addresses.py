"""The address that a mail of ours asks to be answered at: our mailbox, with a signed part that names the mail.

Only who has the mail knows the signed part, so whoever writes to it has read the mail. Small letters and figures only:
mail servers may change the case.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT, SIGNS = "stocke.reply", 20
TAG = re.compile(r"\+m(\d{1,18})-([0-9a-f]{20})@")


def signature(message_id: int, key: str | None = None) -> str:
    return salted_hmac(SALT, str(message_id), secret=key, algorithm="sha256").hexdigest()[:SIGNS]


def reply_address(mailbox_address: str, message_id: int) -> str:
    """Where answers to this mail are to go."""
    name, _at, host = mailbox_address.rpartition("@")
    return f"{name}+m{message_id}-{signature(message_id)}@{host}"


def message_named_by(addresses: Iterable[str]) -> int | None:
    """The mail that one of these addresses was made for; None where none of them is ours."""
    for address in addresses:
        found = TAG.search(address.lower())
        if found and is_ours(int(found[1]), found[2]):
            return int(found[1])
    return None


def is_ours(message_id: int, given: str) -> bool:
    keys = [None, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(given, signature(message_id, key)) for key in keys)
