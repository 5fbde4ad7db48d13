"""What the database can keep of texts that others wrote."""


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it: no NUL, and nothing that UTF-8 cannot write (half of a surrogate pair)."""
    return "\x00" not in text and (text.isascii() or _encodes(text))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
