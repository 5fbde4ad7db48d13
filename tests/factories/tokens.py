"""API tokens: `headers = token_headers(channel="shop", scopes=["orders.write"])`."""

from itertools import count

from stocke.core.actors import Actor
from stocke.core.domain.tokens import issue

numbers = count(1)
EVERY_SCOPE = ("orders.read", "orders.write")


def token_headers(*, channel: str = "demo", scopes: tuple[str, ...] = EVERY_SCOPE) -> dict[str, str]:
    """The header by which a new token opens the API."""
    _, secret = issue(
        name=f"Token {next(numbers)}", channel=channel, scopes=list(scopes), by=Actor.job("test")
    )
    return {"Authorization": f"Bearer {secret}"}
