"""The world around the product, as the day knows it: its clock, and where everything is that people act on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Protocol

import httpx

from stocke.demo.day.customers import Good
from stocke.demo.world.traders import Temper


class Clock(Protocol):
    """The time of the demonstration's day, and a real pause."""

    def now(self) -> datetime: ...
    def wait(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Outside:
    """Where the product is, who buys there, and what may be bought.

    `post` hands a mail to the product's mailbox. `keys` are those of suppliers' programs, by the supplier's code.
    `plotted` finds so many articles that more than one supplier has in plenty. `let_pass` lets a share of the time for
    an answer to a purchase order be over.
    """

    base: str
    token: str
    mails: Path
    people: Sequence[Mapping[str, str]]
    goods: Callable[[], Sequence[Good]]
    deliver: Callable[[Temper, Random], str]
    transport: httpx.BaseTransport | None = None
    news: Callable[[], Sequence[str]] = tuple
    post: Callable[[EmailMessage], object] = lambda _mail: None
    keys: Mapping[str, str] = field(default_factory=dict)
    plotted: Callable[[int], Sequence[Good]] = lambda _count: ()
    let_pass: Callable[[str, float], None] = lambda _number, _share: None
