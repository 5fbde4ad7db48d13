"""From where a walk sets out: houses in which something has come far already, by the product's own operations only."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any

from orders.domain import choices, second_thoughts
from orders.models import (
    CaseOption,
    OptionKind,
    Order,
    OrderLine,
    PurchaseOrder,
    Return,
    Shipment,
    ShipmentState,
)
from orders.models import StockoutCase as Case
from tests.machine import acts
from tests.machine.world import PRODUCTS, House, pass_time


@dataclass(frozen=True)
class Stage:
    """What is done before the walk, one after the other, and the merchant's rules that it takes."""

    name: str
    steps: tuple[Callable[[House], None], ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, house: House) -> None:
        for step in self.steps:
            step(house)
            house.collect()


def work(house: House) -> None:
    house.work_off()


def grow_old(house: House) -> None:
    """No figure is young enough to be believed without a person."""
    pass_time(timedelta(hours=170))


def want_the_same(house: House) -> None:
    """More than any supplier states, by people who do not know of each other."""
    for number in (6, 7, 8):
        acts.buy(house, number, [(0, 2)])


def ask(house: House) -> None:
    pass_time(timedelta(minutes=2))
    house.run("orders.jobs.questions.ask_suppliers")


def give_one_up(house: House) -> None:
    """Also a line whose supplier is asked about it."""
    acts.give_up(0)


def confirm_all(house: House) -> None:
    for number in range(Order.objects.filter(status="to_verify").count()):
        acts.confirm(number)
    house.collect()
    house.work_off()


def say(*ways: str) -> Callable[[House], None]:
    """Every supplier who was asked answers so, or each in another way."""

    def answered(house: House) -> None:
        waiting = PurchaseOrder.objects.filter(status="waiting").order_by("pk")
        for purchase, how in zip(waiting, cycle(ways), strict=False):
            acts.acknowledged(purchase, how)
        house.collect()
        house.work_off()

    return answered


def ask_some_back(house: House) -> None:
    """One supplier lets it be, the other has not answered yet."""
    acts.ask_back(0)
    acts.answer_cancel(0, True)
    acts.ask_back(1)


def state_figures(house: House) -> None:
    """Their next files: what they have accepted is in them."""
    for feed in house.feeds:
        house.file(feed, {product.sku: (3, None, "") for product in house.products})
    house.work_off()


def push_figures(house: House) -> None:
    """Their programs send levels: twice before any worker comes, or before a file that says something newer."""
    for program in house.programs:
        program.push({product.sku: 4 for product in house.products}, complete=False)
        program.push({house.products[0].sku: 5}, complete=False)
    house.collect()
    house.work_off()
    house.programs[1].push({product.sku: 5 for product in house.products}, complete=False)
    house.collect()
    house.file(house.feeds[1], {product.sku: (3, None, "") for product in house.products})
    house.work_off()
    house.undo(1)
    house.programs[0].push({house.products[0].sku: 6}, complete=False)


def be_silent(house: House) -> None:
    """Their time passes, by half and altogether; the others' figures are young, so that they are asked."""
    pass_time(timedelta(hours=13))
    house.run("orders.jobs.purchasing.chase_suppliers")
    pass_time(timedelta(hours=75))
    state_figures(house)
    house.run("orders.jobs.purchasing.chase_suppliers")
    house.work_off()


def say_yes_after_all(house: House) -> None:
    """The first of those who were silent answers when somebody else was asked already, and says it again."""
    for _time in range(2):
        acts.acknowledged(PurchaseOrder.objects.order_by("pk")[0], "yes")


def give_up_all(house: House) -> None:
    for number in range(OrderLine.objects.count()):
        acts.give_up(number)


def offer_ways_out(house: House) -> None:
    for number in range(Case.objects.count()):
        acts.propose(number)
    acts.letters_leave(comes_back=False)


def want_the_dearest(house: House) -> None:
    acts.buy(house, 9, [(PRODUCTS - 1, 1)])


def take_what_is_cheaper(house: House) -> None:
    """One customer, whatever the others choose."""
    cheaper = CaseOption.objects.filter(kind=OptionKind.SUBSTITUTE, price_difference_cents__lt=0)
    if option := cheaper.order_by("case", "price_difference_cents").first():
        choices.choose(option.case_id, option.pk, version=option.version, by=acts.CUSTOMER)


def choose(*kinds: OptionKind) -> Callable[[House], None]:
    """Each other customer one of these ways out, where he has it; it is carried out a day later."""

    def chosen(house: House) -> None:
        for case, kind in zip(Case.objects.filter(choice=None).order_by("pk"), cycle(kinds), strict=False):
            option = case.options.filter(version=case.version, kind=kind).first()
            if option:
                # Another customer may have had the last one of what it offers.
                with suppress(choices.OptionGone):
                    choices.choose(case.pk, option.pk, version=case.version, by=acts.CUSTOMER)
        pass_time(timedelta(hours=30))
        house.run("orders.jobs.cases.execute_choices")

    return chosen


def change_a_mind(house: House) -> None:
    """Two customers choose a substitute; the first would rather have his money. Neither is carried out yet."""
    wanted = CaseOption.objects.filter(kind=OptionKind.SUBSTITUTE).order_by("case", "pk").distinct("case")
    for option in wanted[:2]:
        choices.choose(option.case_id, option.pk, version=option.version, by=acts.CUSTOMER)
    first = Case.objects.filter(choice__kind=OptionKind.SUBSTITUTE).order_by("pk").first()
    if first is not None:
        money = first.options.get(version=first.version, kind=OptionKind.REFUND)
        choices.choose(first.pk, money.pk, version=first.version, by=acts.CUSTOMER)


def take_the_money(house: House) -> None:
    """Whoever chose a voucher first wants his money after all."""
    if case := Case.objects.filter(choice__kind=OptionKind.VOUCHER).order_by("pk").first():
        second_thoughts.refund_instead(case.pk, by=acts.CUSTOMER)


def send_all(house: House) -> None:
    """Whatever was accepted leaves; each parcel is announced twice."""
    for number in range(PurchaseOrder.objects.filter(status="answered").count()):
        acts.ship(number, 9)
    for number in range(Shipment.objects.count()):
        acts.ship_again(number)
    house.collect()
    house.work_off()


def arrive(house: House) -> None:
    """All but the last parcel are delivered."""
    for number in range(Shipment.objects.count()):
        acts.scan(number, ShipmentState.DELIVERED if number else ShipmentState.IN_TRANSIT)


def send_back_all(house: House) -> None:
    """Everybody asks for it twice."""
    for number in [*range(Order.objects.count())] * 2:
        acts.send_back(number)


def allow_returns(house: House) -> None:
    for number in range(Return.objects.count()):
        acts.move_return(number, "approve")
    acts.move_return(0, "owe")


ASKED = {"asks_first": True, "thin_below": 3, "confirms_itself": False}
SURE = {"asks_first": False, "confirms_itself": True, "thin_below": 1, "acts_alone": False}
OURS = {**SURE, "confirms_itself": False}
BOUGHT = (work, confirm_all)
PRESENT = (OptionKind.SUBSTITUTE, OptionKind.VOUCHER, OptionKind.REFUND)
REFUSED = (*BOUGHT, *[say("back_on")] * 3)
SENT = (*BOUGHT, say("yes"), state_figures, send_all, arrive)

STAGES = (
    Stage("Received"),
    Stage("Asked", (work, ask, give_one_up), ASKED),
    Stage("Doubted", (grow_old, want_the_same, work, confirm_all), OURS),
    Stage("Answered", (*BOUGHT, say("one", "dearer", "yes")), SURE),
    Stage("Accepted", (*BOUGHT, say("yes"), ask_some_back), SURE),
    Stage("Silent", (*BOUGHT, be_silent, say_yes_after_all), {**SURE, "silence_is_no": True}),
    Stage("Refused", (*REFUSED, offer_ways_out, change_a_mind), SURE),
    Stage(
        "Chosen",
        (want_the_dearest, work, give_up_all, offer_ways_out, take_what_is_cheaper, choose(*PRESENT)),
        OURS,
    ),
    Stage(
        "Waiting",
        (*REFUSED, offer_ways_out, choose(OptionKind.WAIT, OptionKind.VOUCHER), take_the_money),
        SURE,
    ),
    Stage("Sent", SENT, SURE),
    Stage("Returned", (*SENT, send_back_all, allow_returns), SURE),
    Stage("Pushed", (*BOUGHT, push_figures), OURS),
)
