"""Orders, feeds, answers, choices, kills and restarts in any order: after each step the house is still true.

Thousands of steps with new seeds: `make hunt`. It tells after every round, of one walk from each stage, how far it is.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import SystemRandom
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from orders.models import Said, ShipmentState
from tests.machine import acts
from tests.machine.stages import STAGES, Stage
from tests.machine.states import NAMED, seen
from tests.machine.tally import Tally
from tests.machine.truths import ALWAYS, nothing_waits_for_nobody, untruths
from tests.machine.world import PRODUCTS, SUPPLIERS, SWEEPS, House, pass_time

ROUNDS = max(1, int(os.environ.get("HUNTS", 100)) // len(STAGES))
# No further round is begun after so many.
MINUTES = int(os.environ.get("MINUTES", 24 * 60))
# The round of this number is played first: what a round has found is found again by it.
FIRST_ROUND = int(os.environ.get("ROUND", 0))
# What is found is not shrunk: each try costs seconds, and the steps are printed as they are.
HUNT = settings(max_examples=1, stateful_step_count=60, phases=[Phase.generate])
STEADY = settings(max_examples=1, stateful_step_count=18, derandomize=True, phases=[Phase.generate])

which = st.integers(0, 7)
baskets = st.lists(st.tuples(st.integers(0, PRODUCTS - 1), st.integers(1, 3)), min_size=1, max_size=3)
statements = st.dictionaries(
    st.integers(0, PRODUCTS - 1), st.sampled_from([0, 1, 2, 3, 5, 9, None]), min_size=1
)
# Most workers live. Those who do not die early or late in their work.
deaths = st.none() | st.none() | st.integers(1, 60)
RULES = st.fixed_dictionaries(
    {
        "confirms_itself": st.booleans(),
        "may_split": st.booleans(),
        "silence_is_no": st.booleans(),
        "asks_first": st.booleans(),
        "thin_below": st.sampled_from([1, 3]),
        "tries_on": st.booleans(),
        "parcels": st.sampled_from(["any", "preferred", "required"]),
        "acts_alone": st.booleans(),
    }
)


def when(*states: str) -> Callable[[Any], Any]:
    """A step that makes sense only where something is in one of these states."""
    return precondition(lambda machine: not machine.seen.isdisjoint(states))


class Machine(RuleBasedStateMachine):
    """The rules are what may happen; `acts` and `world` do it."""

    stage: Stage
    house: House
    seen: frozenset[str] = frozenset()
    looks = 0
    tally: ClassVar[Tally] = Tally()

    @initialize(luck=st.integers(0, 999), rules=RULES, bought=st.lists(baskets, min_size=2, max_size=4))
    def open(self, luck: int, rules: dict[str, Any], bought: Sequence[acts.Basket]) -> None:
        """A house is opened with some orders in it, which may have come far already."""
        # The first walk that Hypothesis tries is the simplest: one step again and again. It is not worth its time.
        assume(luck)
        self.house = House({**rules, **self.stage.rules})
        for number, basket in enumerate(bought, start=1):
            acts.buy(self.house, number, basket)
        self.house.collect()
        self.stage.prepare(self.house)

    def teardown(self) -> None:
        """Hypothesis calls it also where the house could not be opened."""
        if hasattr(self, "house"):
            self.house.close()
            self.tally.note_walk(self.stage.name, steps=self.looks - 1)

    @invariant()
    def the_house_is_true(self) -> None:
        if hasattr(self, "house"):
            self.house.collect()
            assert self.house.complaints.heard == []
            assert untruths(ALWAYS) == {}
            self.seen = seen()
            self.tally.seen.update(self.seen)
            self.looks += 1

    @rule(number=st.integers(1, 5), basket=baskets)
    def an_order_comes_or_is_amended(self, number: int, basket: Sequence[tuple[int, int]]) -> None:
        acts.buy(self.house, number, basket)

    @rule(number=which)
    def a_shop_cancels(self, number: int) -> None:
        acts.shop_cancels(number)

    @rule(number=which)
    def staff_cancels(self, number: int) -> None:
        acts.staff_cancels(number)

    @when("order to_verify")
    @rule(number=which)
    def a_person_confirms(self, number: int) -> None:
        acts.confirm(number)

    @rule(number=which, how=st.sampled_from(["unconfirm", "give_up", "ask_back", "pay_refund"]))
    def staff_acts(self, number: int, how: str) -> None:
        getattr(acts, how)(number)

    @rule(supplier=st.integers(0, SUPPLIERS - 1), stated=statements)
    def a_file_comes(self, supplier: int, stated: dict[int, int | None]) -> None:
        house = self.house
        said = {house.products[number].sku: (units, None, "") for number, units in stated.items()}
        house.file(house.feeds[supplier], said)

    @rule(supplier=st.integers(0, SUPPLIERS - 1), stated=statements, complete=st.booleans())
    def a_program_pushes(self, supplier: int, stated: dict[int, int | None], complete: bool) -> None:
        levels = {self.house.products[number].sku: units for number, units in stated.items()}
        self.house.programs[supplier].push(levels, complete=complete)

    @when("push waiting", "push counted", "push held")
    @rule(supplier=st.integers(0, SUPPLIERS - 1), number=which)
    def a_program_repeats_itself(self, supplier: int, number: int) -> None:
        self.house.programs[supplier].push_again(number)

    @when("import held")
    @rule(number=which, lets=st.booleans())
    def a_held_import_is_decided(self, number: int, lets: bool) -> None:
        acts.decide_held(number, lets)

    @rule(number=which)
    def an_import_is_undone(self, number: int) -> None:
        self.house.undo(number)

    @rule(number=which, units=st.sampled_from([0, 1, 2, 4]))
    def a_supplier_states(self, number: int, units: int) -> None:
        acts.state(number, units)

    @when("purchase order waiting", "purchase order answered", "purchase order cancelled")
    @rule(number=which, how=st.sampled_from(sorted(acts.ANSWERS)))
    def a_supplier_answers(self, number: int, how: str) -> None:
        acts.answer(number, how)

    @when("purchase order waiting", "answer by silence")
    @rule(number=which)
    def a_supplier_says_yes(self, number: int) -> None:
        acts.answer(number, "yes")

    @when("purchase order priced")
    @rule(number=which, takes=st.booleans())
    def a_price_is_decided(self, number: int, takes: bool) -> None:
        acts.decide_price(number, takes)

    @when("purchase order to be cancelled")
    @rule(number=which, agrees=st.booleans())
    def a_supplier_answers_to_a_cancellation(self, number: int, agrees: bool) -> None:
        acts.answer_cancel(number, agrees)

    @when("question open")
    @rule(number=which, said=st.sampled_from([Said.YES, Said.PART, Said.NO, Said.LATER]))
    def a_question_is_answered(self, number: int, said: Said) -> None:
        acts.answer_question(number, said)

    @when("question open")
    @rule(number=which)
    def nobody_waits_for_an_answer(self, number: int) -> None:
        acts.wait_no_longer(number)

    @when("case to_propose", "case with_customer")
    @rule(number=which)
    def an_agent_proposes(self, number: int) -> None:
        acts.propose(number)

    @when("case with_customer", "case to_execute")
    @rule(number=which, option=which)
    def a_customer_chooses(self, number: int, option: int) -> None:
        acts.choose(number, option)

    @when("case to_execute", "case settled")
    @rule(number=which, after_all=st.booleans())
    def a_customer_thinks_again(self, number: int, after_all: bool) -> None:
        (acts.money_after_all if after_all else acts.choose_original)(number)

    @when("case to_propose", "case with_customer", "case to_execute")
    @rule(number=which, how=st.sampled_from(sorted(acts.SETTLING)))
    def an_agent_settles(self, number: int, how: str) -> None:
        acts.settle_case(number, how)

    @when("case to_propose", "case with_customer", "case to_execute", "case settled")
    @rule(number=which, as_money=st.booleans())
    def an_agent_is_generous(self, number: int, as_money: bool) -> None:
        acts.be_generous(number, as_money)

    @when("line accepted")
    @rule(number=which, units=st.integers(1, 3))
    def a_parcel_leaves(self, number: int, units: int) -> None:
        acts.ship(number, units)

    @when("parcel label", "parcel in_transit", "parcel delivered")
    @rule(number=which)
    def a_parcel_is_announced_again(self, number: int) -> None:
        acts.ship_again(number)

    @when("parcel label", "parcel in_transit", "parcel out_for_delivery", "parcel problem", "parcel returned")
    @rule(number=which, state=st.sampled_from(list(ShipmentState)))
    def a_parcel_is_scanned(self, number: int, state: ShipmentState) -> None:
        acts.scan(number, state)

    @when("line shipped", "line delivered")
    @rule(number=which)
    def goods_come_back(self, number: int) -> None:
        acts.send_back(number)

    @when("return requested", "return refused", "return approved", "return sent", "return received")
    @rule(number=which, how=st.sampled_from(sorted(acts.MOVES)))
    def a_return_moves(self, number: int, how: str) -> None:
        acts.move_return(number, how)

    @rule(comes_back=st.booleans())
    def letters_leave(self, comes_back: bool) -> None:
        acts.letters_leave(comes_back)

    @rule(number=which, killed_at=deaths)
    def a_worker_takes_a_job(self, number: int, killed_at: int | None) -> None:
        self.house.work(number, killed_at)

    @rule(job=st.sampled_from(SWEEPS), killed_at=deaths)
    def the_clock_strikes(self, job: str, killed_at: int | None) -> None:
        self.house.run(job, killed_at=killed_at)

    @rule()
    def the_queue_is_wiped(self) -> None:
        self.house.queue.clear()

    @rule(hours=st.sampled_from([1, 5, 13, 30, 75, 170, 400]))
    def time_passes(self, hours: int) -> None:
        pass_time(timedelta(hours=hours))

    @rule()
    def everything_calms_down(self) -> None:
        self.house.calm_down()
        assert untruths([nothing_waits_for_nobody]) == {}


def walk_from(stage: Stage) -> type[Machine]:
    return type(f"From{stage.name}", (Machine,), {"stage": stage})


def play_round(number: int, chosen: settings) -> None:
    """One walk from each stage."""
    for place, stage in enumerate(STAGES):
        walk = seed(number * len(STAGES) + place)(walk_from(stage))
        run_state_machine_as_test(walk, settings=chosen)


def hunted(say: Callable[[str], None]) -> Iterator[int]:
    """The numbers of a hunt's rounds; it tells of each."""
    first, started = FIRST_ROUND or SystemRandom().randrange(1, 10**6), time.monotonic()
    for number in range(first, first + ROUNDS):
        if time.monotonic() - started > 60 * MINUTES:
            return
        say(f"round {number}, {number - first + 1} of {ROUNDS}")
        yield number
        say(Machine.tally.told(time.monotonic() - started, NAMED))


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_whatever_happens_in_whatever_order_the_house_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    def say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{text}\n")

    is_hunt = settings.get_current_profile_name() == "hunt"
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    chosen = settings(HUNT if is_hunt else STEADY, suppress_health_check=quiet)
    Machine.tally = Tally()
    played = 0
    for number in hunted(say) if is_hunt else [0]:
        play_round(number, chosen)
        played += 1
    # A hunt that its minutes have ended may not have seen everything.
    is_cut_short = is_hunt and played < ROUNDS
    assert is_cut_short or NAMED - Machine.tally.seen.keys() == set()
