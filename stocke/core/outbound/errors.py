"""What may go wrong on the way out. An error knows whether trying again makes sense, and carries facts, not text."""


class OutboundError(Exception):
    """`code` names what happened, `facts` are its figures; the sentence is made where it is shown."""

    retry = True

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code, self.facts = code, facts


class NotModified(Exception):
    """The server says that the file is the one we have. No error, and no file either."""


class AddressRefused(OutboundError):
    """We do not go there: `scheme`, `credentials`, `host` (none in the address), `private`, `astray` (that is where a
    server sends us on to), or `login` with a word that no header can carry."""

    retry = False


class Unreachable(OutboundError):
    """No complete answer: `unknown_host`, `connect`, `secure` (TLS), `slow` or `cut`."""


class BadAnswer(OutboundError):
    """The server answered, and not with a file: `status`. `retry_after` are the seconds it asks us to stay away."""

    PASSING = frozenset({408, 425, 429})

    def __init__(self, status: int, *, retry_after: float | None = None) -> None:
        super().__init__("status", status=status)
        self.status, self.retry_after = status, retry_after
        self.retry = status >= 500 or status in self.PASSING


class TooMuch(OutboundError):
    """A bound was reached: `bytes`, `redirects` or `encoding` (a compression that we did not ask for)."""

    retry = False
