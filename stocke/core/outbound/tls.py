"""The proof of who answers, for every kind of secure connection of the house."""

import ssl
from functools import lru_cache

from django.conf import settings


def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the machine's authorities and those the operator has added."""
    return _context(settings.EXTRA_CA_FILE)


@lru_cache(maxsize=4)
def _context(extra: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if extra:
        context.load_verify_locations(extra)
    return context
