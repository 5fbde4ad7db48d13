"""The demonstration's day: what happens outside, played against the running product faster than it would happen.

Nothing here reaches into the product: customers order by its API and choose on their page, suppliers answer on the
page behind the link of our mail, by mail or by its API, and lay their files where their feeds look. So it may be
stopped at any moment, and what was done is done. What people decide depends on the seed and on what they are asked,
not on the moment.
"""

import heapq
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Protocol

import httpx
from django.utils import timezone

from stocke.demo.day import customers, letters, suppliers
from stocke.demo.day.customers import Good
from stocke.demo.day.pages import Visitor
from stocke.demo.mailbox import CaughtMail, find_mails
from stocke.demo.world.traders import BY_CODE, Temper

LINK = re.compile(r"https?://\S+?(/(?:p/all|p|q|c)/[^\s/?]+/)")
SUPPLIER = re.compile(r"commandes@([a-z]+)\.example")
LOOK_EVERY = 1.0


class Clock(Protocol):
    """The time of the demonstration's day, and a real pause."""

    def now(self) -> datetime: ...
    def wait(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Outside:
    """Where the product is, who buys there, and what may be bought.

    `post` hands a mail to the product's mailbox. `keys` are those of suppliers' programs, by the supplier's code.
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


@dataclass(order=True)
class Due:
    """Something that will be done at a moment of the day."""

    at: datetime
    place: int
    act: Callable[[], None] = field(compare=False)


@dataclass
class Day:
    outside: Outside
    clock: Clock
    seed: int
    say: Callable[[str], None]
    waiting: list[Due] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    placed: int = 0
    chosen: int = 0
    planned: int = 0
    is_sold_out: bool = False

    def play(self, until: datetime) -> None:
        """Until that moment of the day. What is refused or does not answer is said and passed over."""
        self.began = self.clock.now()
        self.plan(self.began, self.order)
        for temper in BY_CODE.values():
            self.plan(self.began + timedelta(minutes=temper.every_minutes), partial(self.file, temper))
        while self.clock.now() < until:
            self.read_mails()
            is_idle = not self.do_next()
            for words in self.outside.news():
                self.tell(f"  {words}")
            if is_idle:
                self.clock.wait(LOOK_EVERY)

    def plan(self, at: datetime, act: Callable[[], None]) -> None:
        self.planned += 1
        heapq.heappush(self.waiting, Due(at, self.planned, act))

    def do_next(self) -> bool:
        """Whether anything was due. One at a time: on a busy machine there may always be more, and news beside it."""
        if not self.waiting or self.waiting[0].at > self.clock.now():
            return False
        due = heapq.heappop(self.waiting)
        try:
            due.act()
        except httpx.HTTPError as error:
            self.tell(f"The product does not answer ({error}); going on.")
        return True

    def tell(self, words: str) -> None:
        self.say(f"{timezone.localtime(self.clock.now()):%a %H:%M}  {words}")

    def random(self, *about: object) -> Random:
        return Random("|".join(map(str, (self.seed, *about))))  # noqa: S311  # a made-up world, not a secret

    def visitor(self) -> Visitor:
        return Visitor(self.outside.base, self.outside.transport)

    def read_mails(self) -> None:
        """Each new mail with a link is answered some time later by whoever got it."""
        for mail in sorted(find_mails(self.outside.mails), key=lambda one: one.number):
            if mail.number not in self.seen:
                self.seen.add(mail.number)
                self.expect_answer(mail)

    def expect_answer(self, mail: CaughtMail) -> None:
        link, asked = LINK.search(mail.text), self.clock.now()
        if link is None:
            return
        random, [path] = self.random(mail.recipients, mail.subject), link.groups()
        supplier = SUPPLIER.search(" ".join(mail.recipients))
        if supplier and (temper := BY_CODE.get(supplier[1])):
            at = suppliers.answers_at(temper, asked, random)
            self.plan(at, partial(self.supplier_answers, temper, path, mail, random))
        elif path.startswith("/c/"):
            self.plan(customers.opens_at(asked, random), partial(self.customer_chooses, path, mail, random))

    def supplier_answers(
        self, temper: Temper, path: str, mail: CaughtMail, random: Random, has_answered: bool = False
    ) -> None:
        """He says what is to be said; and when he has accepted, he packs, and says later that it has left."""
        again = partial(self.supplier_answers, temper, path, mail, random, has_answered=True)
        if has_answered and self.visit(lambda visitor: suppliers.asks(visitor, path)):
            # What he has sent is not read yet: he does not say it twice.
            self.plan(self.clock.now() + timedelta(hours=1), again)
            return
        said = "" if has_answered else self.answer_otherwise(temper, path, mail, random)
        said = said or self.visit(lambda visitor: suppliers.answer(visitor, temper, path, random))
        if said:
            self.tell(f"{temper.name} {said} ({mail.subject})")
        if said.startswith("accepts"):
            packed = self.clock.now() + timedelta(minutes=random.randint(*suppliers.PACKS))
            self.plan(packed, again)

    def answer_otherwise(self, temper: Temper, path: str, mail: CaughtMail, random: Random) -> str:
        """What he says without opening our page, where that is his way and there is something to answer; else empty."""
        if temper.answers_by == "page" or not self.visit(lambda visitor: suppliers.asks(visitor, path)):
            return ""
        if temper.answers_by == "api" and (key := self.outside.keys.get(temper.code)):
            return self.visit(lambda visitor: suppliers.answer_by_api(visitor, key, mail, temper, random))
        reply = (
            letters.reply(self.outside.mails, mail, temper, random) if temper.answers_by == "mail" else None
        )
        if reply is None:
            return ""
        self.outside.post(reply.mail)
        return reply.words

    def customer_chooses(self, path: str, mail: CaughtMail, random: Random, has_asked: bool = False) -> None:
        """He chooses; or he asks something first, and comes back later."""
        name = ", ".join(mail.recipients)
        if not has_asked and self.visit(lambda visitor: customers.ask(visitor, path, random)):
            self.tell(f"{name} asks a question before he chooses")
            back = customers.opens_at(self.clock.now(), random)
            self.plan(back, partial(self.customer_chooses, path, mail, random, has_asked=True))
            return
        turn = self.chosen
        if said := self.visit(lambda visitor: customers.choose(visitor, path, turn, random)):
            self.chosen += 1
            self.tell(f"{name} {said}")

    def visit(self, act: Callable[[Visitor], str]) -> str:
        visitor = self.visitor()
        try:
            return act(visitor)
        finally:
            visitor.close()

    def order(self) -> None:
        """Somebody orders, and the next one will."""
        gap = self.random("gap", self.placed).randint(*customers.NEXT_ORDER)
        self.plan(self.clock.now() + timedelta(minutes=gap), self.order)
        goods = self.outside.goods()
        if not goods:
            self.say_sold_out()
            return
        self.is_sold_out = False
        self.placed += 1
        name = f"jour-{self.seed}-{self.began:%Y%m%d%H%M%S}"
        wanted = customers.order_of(
            self.placed, name, self.outside.people, goods, self.clock.now(), self.seed
        )
        self.tell(self.visit(lambda visitor: self.hand_over(visitor, wanted)))

    def say_sold_out(self) -> None:
        """Once, until something is there again."""
        if not self.is_sold_out:
            self.tell("Nobody orders: nothing is in stock any more.")
        self.is_sold_out = True

    def hand_over(self, visitor: Visitor, wanted: dict[str, Any]) -> str:
        headers = {"Authorization": f"Bearer {self.outside.token}"}
        # Nobody orders in the future, however fast the day goes by.
        sent = {**wanted, "placed_at": timezone.now().isoformat(timespec="seconds")}
        answer = visitor.browser.post("/api/v1/orders", json=sent, headers=headers)
        if answer.status_code >= 400:
            return f"An order was refused: {answer.text[:200]}"
        names = " and ".join(f"{one['quantity']} × {one['name']}" for one in wanted["lines"])
        return f"{wanted['ship_to']['name']} orders {names} (order {answer.json()['number']})"

    def file(self, temper: Temper) -> None:
        """His next file, and later the one after it."""
        self.plan(self.clock.now() + timedelta(minutes=temper.every_minutes), partial(self.file, temper))
        if said := self.outside.deliver(temper, self.random("file", temper.code, self.planned)):
            self.tell(said)
