"""Levels that a supplier's program sends, over the real door of the API: late, twice, or while a file counts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client

from stocke.core.actors import Actor
from suppliers.domain.feeds import create_feed
from suppliers.domain.push_keys import issue_key
from suppliers.models import Feed, Supplier

ADDRESS = "/api/v1/stock/pushes"
NOTE = "INSERT INTO pushed_level VALUES (%s, %s, %s)"


@dataclass(frozen=True)
class Sent:
    """One body under its own key. What is `complete` names everything he has."""

    key: str
    levels: Mapping[str, int | None]
    complete: bool


@dataclass
class Program:
    """An ERP with a token of its own, which remembers what it has sent."""

    feed: Feed
    secret: str
    sent: list[Sent] = field(default_factory=list)

    @classmethod
    def of(cls, supplier: Supplier, *, by: Actor) -> "Program":
        feed = create_feed(supplier, by=by, name="ERP", transport="push")
        return cls(feed, issue_key(feed, name="ERP", by=by)[1])

    def push(self, levels: Mapping[str, int | None], *, complete: bool) -> None:
        said = Sent(f"push-{len(self.sent)}", dict(levels), complete)
        answer = self.post(said)
        assert answer["outcome"] == "stored"
        self.sent.append(said)
        with connection.cursor() as cursor:
            cursor.executemany(NOTE, [(answer["push"], sku, units) for sku, units in levels.items()])

    def push_again(self, number: int) -> None:
        """The answer was lost on its way, so the same is sent once more."""
        if self.sent:
            assert self.post(self.sent[-1 - number % len(self.sent)])["outcome"] == "same"

    def post(self, said: Sent) -> dict[str, str]:
        levels = [{"sku": sku, "quantity": units} for sku, units in said.levels.items()]
        client = Client(headers={"Authorization": f"Bearer {self.secret}", "Idempotency-Key": said.key})
        answer = client.post(
            f"{ADDRESS}?complete={json.dumps(said.complete)}",
            json.dumps({"levels": levels}),
            content_type="application/json",
        )
        told: dict[str, str] = answer.json()
        return told
