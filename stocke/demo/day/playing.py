"""The demonstration's day: what happens outside, played against the running product faster than it would happen.

Nothing here reaches into the product: customers order by its API and choose on their page, suppliers answer on the
page behind the link of our mail, by mail or by its API, and lay their files where their feeds look. So it may be
stopped at any moment, and what was done is done. What people decide depends on the seed and on what they are asked,
not on the moment. What a newcomer should not miss comes early and for sure (`plots`); for the one who stays silent
the time that he has is let pass, because nobody would wait for it.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import httpx
from django.utils import timezone

from stocke.demo.day import customers, letters, parcels, plots, suppliers
from stocke.demo.day.customers import Good
from stocke.demo.day.outside import Clock, Outside
from stocke.demo.day.pages import Visitor
from stocke.demo.day.suppliers import ACCEPTED, REJECTED, Said
from stocke.demo.mailbox import CaughtMail, find_mails
from stocke.demo.world.traders import BY_CODE, Temper

LINK = re.compile(r"https?://\S+?(/(?:p/all|p|q|c|r/answer|r)/[^\s/?]+/)")
RETURNS = "{name}, Retours\n3 quai de la Démo\n59000 Lille"
SUPPLIER = re.compile(r"commandes@([a-z]+)\.example")
LOOK_EVERY = 1.0


@dataclass(order=True)
class Due:
    """Something that will be done at a moment of the day."""

    at: datetime
    place: int
    act: Callable[[], None] = field(compare=False)
    is_plotted: bool = field(default=False, compare=False)


@dataclass
class Day:
    outside: Outside
    clock: Clock
    seed: int
    say: Callable[[str], None]
    waiting: list[Due] = field(default_factory=list)
    ready: list[tuple[bool, Due]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    placed: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    parcels: int = 0
    planned: int = 0
    plotted: dict[str, Said | None] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    is_sold_out: bool = False

    def play(self, until: datetime) -> None:
        """Until that moment of the day. What is refused or does not answer is said and passed over."""
        self.began = self.clock.now()
        self.plan(self.began, self.order)
        for plot, good in zip(plots.PLOTS, self.outside.plotted(len(plots.PLOTS)), strict=False):
            self.plot(plot.minutes, partial(self.begin_plot, plot, good))
        for temper in BY_CODE.values():
            self.plan(self.began + timedelta(minutes=temper.every_minutes), partial(self.file, temper))
        while self.clock.now() < until:
            self.read_mails()
            is_idle = not self.do_next()
            for words in self.outside.news():
                self.tell(f"  {words}")
            if is_idle:
                self.clock.wait(LOOK_EVERY)

    def in_minutes(self, minutes: float) -> datetime:
        return self.clock.now() + timedelta(minutes=minutes)

    def plan(self, at: datetime, act: Callable[[], None], *, is_plotted: bool = False) -> None:
        """What is plotted is not late because of other things, on however slow a machine."""
        self.planned += 1
        heapq.heappush(self.waiting, Due(at, self.planned, act, is_plotted))

    def plot(self, minutes: float, act: Callable[[], None]) -> None:
        self.plan(self.in_minutes(minutes), act, is_plotted=True)

    def do_next(self) -> bool:
        """Whether anything was due. One at a time: on a busy machine there may always be more, and news beside it."""
        while self.waiting and self.waiting[0].at <= self.clock.now():
            due = heapq.heappop(self.waiting)
            heapq.heappush(self.ready, (not due.is_plotted, due))
        if not self.ready:
            return False
        _is_other, due = heapq.heappop(self.ready)
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
        link = LINK.search(mail.text)
        if link is None or any(number in mail.text + mail.subject for number in self.silent):
            return
        random, [path] = self.random(mail.recipients, mail.subject), link.groups()
        supplier = SUPPLIER.search(" ".join(mail.recipients))
        if supplier and (temper := BY_CODE.get(supplier[1])):
            self.expect_supplier(temper, path, mail, random)
        elif path.startswith("/c/"):
            at = customers.opens_at(self.clock.now(), mail.text, random)
            self.plan(at, partial(self.customer_chooses, path, mail), is_plotted=True)
        elif path.startswith("/r/"):
            self.expect_return(path, mail, random)

    def expect_supplier(self, temper: Temper, path: str, mail: CaughtMail, random: Random) -> None:
        """When and how he answers: by his temper, where the article is not one of those that are plotted."""
        at = suppliers.answers_at(temper, self.clock.now(), random)
        if path.startswith("/r/"):
            for later in (timedelta(), timedelta(minutes=90)):
                self.plan(at + later, partial(self.take_back, temper, path))
            return
        name = self.plotted_in(mail) if path.startswith("/p/") else None
        act = partial(self.supplier_answers, temper, path, mail, random=random)
        soon = random.randint(*plots.ANSWERS_AFTER)
        if name is None:
            answers = partial(act, suppliers.by_temper(temper, random))
            self.plot(soon, answers) if self.is_awaited(mail) else self.plan(at, answers)
            return
        said = self.plotted.pop(name)
        if said in (None, REJECTED):
            # Whoever is asked next has it, so that this comes to a good end.
            self.plotted[name] = ACCEPTED
        if said is None:
            self.keep_silent(temper, path, mail, random)
        else:
            self.plot(soon, partial(act, lambda: said, packs=plots.PACKS_AFTER))

    def begin_plot(self, plot: plots.Plot, good: Good) -> None:
        """Somebody orders the article of which whoever is asked first says what was plotted."""
        self.plotted[good[1]] = plot.said(good)
        self.place([good], lambda wanted: customers.order_for(wanted, good, plot.quantity))

    def plotted_in(self, mail: CaughtMail) -> str | None:
        """The article in this mail of which something was plotted: what the next who is asked for it says."""
        return next((name for name in self.plotted if name in mail.text), None)

    def is_awaited(self, mail: CaughtMail) -> bool:
        """Whether it is the question to cancel to who has said yes too late."""
        return any(number in mail.subject for number in self.late)

    def keep_silent(self, temper: Temper, path: str, mail: CaughtMail, random: Random) -> None:
        """He says nothing until his time is over, and then that he has it after all."""
        number = suppliers.purchase_in(mail)
        self.silent.add(number)
        for minutes, share in plots.SILENCE:
            self.plot(minutes, partial(self.let_pass, temper, number, share))
        says = suppliers.by_temper(temper, random)
        self.plot(plots.TOO_LATE, partial(self.break_silence, temper, path, mail, says, random))

    def break_silence(
        self, temper: Temper, path: str, mail: CaughtMail, says: suppliers.Says, random: Random
    ) -> None:
        """He has it after all, and reads his mails again."""
        number = suppliers.purchase_in(mail)
        self.silent.discard(number)
        self.late.add(number)
        self.supplier_answers(temper, path, mail, says, random)

    def let_pass(self, temper: Temper, number: str, share: float) -> None:
        self.outside.let_pass(number, share)
        over = "all" if share > 1 else f"{share:.0%}"
        self.tell(f"{temper.name} says nothing of {number}; {over} of his time is over")

    def supplier_answers(
        self,
        temper: Temper,
        path: str,
        mail: CaughtMail,
        says: suppliers.Says,
        random: Random,
        packs: tuple[int, int] = suppliers.PACKS,
        *,
        has_answered: bool = False,
    ) -> None:
        """He says what is to be said; and when he has accepted, he packs, and says later that it has left."""
        again = partial(self.supplier_answers, temper, path, mail, says, random, packs, has_answered=True)
        if has_answered and self.visit(lambda visitor: suppliers.asks(visitor, path)):
            # What he has sent is not read yet: he does not say it twice.
            self.plan(self.in_minutes(30), again)
            return
        said = "" if has_answered else self.answer_otherwise(temper, path, mail, says)
        said = said or self.visit(lambda visitor: suppliers.answer(visitor, path, says, random))
        if said:
            self.tell(f"{temper.name} {said} ({mail.subject})")
        if said.startswith("accepts"):
            self.plan(self.in_minutes(random.randint(*packs)), again)

    def answer_otherwise(self, temper: Temper, path: str, mail: CaughtMail, says: suppliers.Says) -> str:
        """What he says without opening our page, where that is his way and there is something to answer; else empty."""
        if temper.answers_by == "page" or not self.visit(lambda visitor: suppliers.asks(visitor, path)):
            return ""
        if temper.answers_by == "api" and (key := self.outside.keys.get(temper.code)):
            return self.visit(lambda visitor: suppliers.answer_by_api(visitor, key, mail, says))
        reply = letters.reply(self.outside.mails, mail, temper, says) if temper.answers_by == "mail" else None
        if reply is None:
            return ""
        self.outside.post(reply.mail)
        return reply.words

    def customer_chooses(self, path: str, mail: CaughtMail, has_asked: bool = False) -> None:
        """He chooses; or he asks something first, and comes back later."""
        name = ", ".join(mail.recipients)
        answered = self.chosen.total()
        asks = not has_asked and self.asked * customers.TURN <= answered
        if asks and self.visit(lambda visitor: customers.ask(visitor, path)):
            self.asked += 1
            self.tell(f"{name} asks a question before he chooses")
            back = partial(self.customer_chooses, path, mail, has_asked=True)
            self.plot(customers.OPENS_AFTER[1], back)
            return
        wavers = answered % customers.TURN == 1
        if said := self.visit(lambda visitor: customers.choose(visitor, path, self.chosen, wavers=wavers)):
            self.tell(f"{name} {said}")

    def expect_return(self, path: str, mail: CaughtMail, random: Random) -> None:
        """A parcel has left for him: its carrier reports, and some of it may come back. Or he may send it back now."""
        name, parcel = ", ".join(mail.recipients), parcels.parcel_in(mail)
        if parcel is None:
            at = customers.opens_at(self.clock.now(), mail.text, random)
            act = partial(parcels.hand_over, url=path, random=random)
            self.plan(at, partial(self.say_of, name, act))
            return
        for minutes, state, words in parcels.STEPS:
            self.plan(self.in_minutes(minutes), partial(self.carrier_reports, *parcel, state, words))
        self.parcels += 1
        if self.parcels % parcels.BACK == 1:
            ask = partial(self.say_of, name, partial(parcels.ask_back, url=path))
            self.plan(self.in_minutes(parcels.SEEN_AFTER), ask)

    def carrier_reports(self, order: str, number: str, state: str, words: str) -> None:
        if self.visit(lambda visitor: parcels.report(visitor, self.outside.token, order, number, state)):
            self.tell(f"Parcel {number} {words} (order {order})")

    def take_back(self, temper: Temper, path: str) -> None:
        address = RETURNS.format(name=temper.name)
        self.say_of(temper.name, lambda visitor: parcels.take_back(visitor, path, address))

    def say_of(self, name: str, act: Callable[[Visitor], str]) -> None:
        if said := self.visit(act):
            self.tell(f"{name} {said}")

    def visit[T](self, act: Callable[[Visitor], T]) -> T:
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
        self.place(goods)

    def place(
        self,
        goods: Sequence[Good],
        as_wanted: Callable[[dict[str, Any]], dict[str, Any]] = lambda wanted: wanted,
    ) -> None:
        self.placed += 1
        name = f"jour-{self.seed}-{self.began:%Y%m%d%H%M%S}"
        wanted = customers.order_of(
            self.placed, name, self.outside.people, goods, self.clock.now(), self.seed
        )
        self.tell(self.visit(lambda visitor: self.hand_over(visitor, as_wanted(wanted))))

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
