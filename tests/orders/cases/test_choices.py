"""Choosing, changing one's mind, and what is done then: each once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.cancelling_lines import Fate, cancel_lines
from orders.domain.cases import CaseClosed
from orders.domain.choices import (
    OptionGone,
    ProposalOutdated,
    StillMissing,
    choose,
    choose_original,
    execute,
    is_choosable,
    reinstate,
    settle_silence,
)
from orders.domain.proposals import LetterDraft, propose, take_back
from orders.domain.second_thoughts import NoWayBack, refund_instead
from orders.domain.shortfalls import Outcome, check_offers
from orders.domain.ways_out import ways_out
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseOption,
    CaseStatus,
    LineStatus,
    OptionKind,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
    StockoutCase,
    Voucher,
)
from stocke.core.models import HistoryEntry, Message
from suppliers.models import Offer, OfferStock
from tests.factories.orders import AllocationFactory, OrderFactory, OrderLineFactory
from tests.orders.cases.scenes import (
    CLOCK,
    CUSTOMER,
    Scene,
    letters_leave,
    open_more,
    open_scene,
    send,
    short_statuses,
    stock,
)

pytestmark = pytest.mark.django_db


def chosen(kind: OptionKind, product: str = "", **given: object) -> Scene:
    """A case whose customer has just chosen this."""
    scene = open_scene(**given)  # type: ignore[arg-type]
    if kind == OptionKind.WAIT:
        scene.lamp_offer.lead_days = 21
        scene.lamp_offer.save()
    send(scene)
    option = scene.option(kind, getattr(scene, product) if product else None)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    return scene


def refunds() -> list[tuple[int, str, int]]:
    """Amount, reason, and days left to pay."""
    today = timezone.localdate()
    return [(r.amount_cents, r.reason, (r.due_on - today).days) for r in Refund.objects.all()]


def live_promises(scene: Scene) -> list[tuple[int, int]]:
    live = Allocation.objects.filter(line=scene.fresh.line, status=AllocationStatus.HELD)
    return [(allocation.offer_id, allocation.quantity) for allocation in live]


def test_a_choice_is_recorded_and_waits_to_be_carried_out() -> None:
    scene = chosen(OptionKind.REFUND)

    assert scene.fresh.status == CaseStatus.TO_EXECUTE
    assert scene.line.status == LineStatus.SHORT
    assert not Refund.objects.exists()
    entry = HistoryEntry.objects.get(kind="case.chosen")
    assert (entry.actor_label, entry.after, entry.data["via"]) == ("Jean Démo", {"option": "refund"}, "link")


def test_until_it_is_carried_out_the_customer_may_change_his_mind() -> None:
    scene = chosen(OptionKind.REFUND)

    choose(scene.case.pk, scene.option(OptionKind.VOUCHER).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)

    assert Voucher.objects.count() == 1
    assert not Refund.objects.exists()


def test_choosing_the_same_again_changes_nothing() -> None:
    scene = chosen(OptionKind.REFUND)
    before = scene.fresh.chosen_at

    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    assert scene.fresh.chosen_at == before
    assert HistoryEntry.objects.filter(kind="case.chosen").count() == 1


def test_a_choice_made_on_an_older_proposal_is_refused() -> None:
    scene = open_scene()
    send(scene)
    old = scene.option(OptionKind.REFUND)
    send(scene, keys=("refund",))

    with pytest.raises(ProposalOutdated):
        choose(scene.case.pk, old.pk, version=1, by=CUSTOMER)

    assert scene.fresh.choice is None


def test_a_proposal_that_was_taken_back_cannot_be_chosen() -> None:
    scene = open_scene()
    send(scene)
    option = scene.option(OptionKind.REFUND)
    take_back(scene.case.pk, version=1, by=CLOCK)

    with pytest.raises(ProposalOutdated):
        choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)

    assert scene.fresh.status == CaseStatus.TO_PROPOSE


def test_a_substitute_that_sold_out_before_the_click_is_refused_at_once() -> None:
    scene = open_scene()
    send(scene)
    stock(scene.dune_offer, 0)

    with pytest.raises(OptionGone):
        choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)

    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER


def taken(offer: Offer) -> int:
    return OfferStock.objects.get(offer=offer).reserved


def test_what_a_customer_has_chosen_is_kept_for_him_so_that_nobody_else_can_choose_the_last_one() -> None:
    scene = open_scene()
    other = open_more(scene)
    for case in (scene.case, other):
        propose(case.pk, version=0, options=ways_out(case), letter=LetterDraft(), by=CLOCK)
    stock(scene.dune_offer, 1)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)
    theirs = CaseOption.objects.get(case=other, product=scene.dune)

    with pytest.raises(OptionGone):
        choose(other.pk, theirs.pk, version=1, by=CUSTOMER)

    other.refresh_from_db()
    assert (other.status, other.choice, taken(scene.dune_offer)) == (CaseStatus.WITH_CUSTOMER, None, 1)
    execute(scene.case.pk, by=CLOCK)
    assert live_promises(scene) == [(scene.dune_offer.pk, 1)]
    assert (taken(scene.dune_offer), prove_counters()) == (1, [])


def test_what_was_kept_is_free_again_when_he_changes_his_mind() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")
    before = taken(scene.dune_offer)

    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.smaller).pk, version=1, by=CUSTOMER)
    meanwhile = taken(scene.dune_offer), taken(scene.smaller_offer)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    assert (before, meanwhile) == (1, (0, 1))
    assert (taken(scene.dune_offer), taken(scene.smaller_offer), prove_counters()) == (0, 0, [])


def test_his_page_still_offers_the_last_one_that_is_kept_for_himself(client: Client) -> None:
    scene = open_scene()
    send(scene)
    stock(scene.dune_offer, 1)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)

    page = client.get(scene.link(), {"change": ""}).content.decode()

    assert "Suspension Dune Ø 40" in page
    assert "It has just sold out." not in page


def test_a_feed_that_no_longer_covers_what_is_kept_breaks_no_promise_to_somebody_else() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")
    order = OrderFactory(lines=[{"product": scene.dune, "status": LineStatus.SAFE}])
    AllocationFactory(line=order.lines.get(), offer=scene.dune_offer)
    stock(scene.dune_offer, 1)

    assert check_offers([scene.dune_offer.pk]) == Outcome()
    execute(scene.case.pk, by=CLOCK)

    assert order.lines.get().status == LineStatus.SAFE
    assert "sold_out" in scene.fresh.facts
    assert (taken(scene.dune_offer), prove_counters()) == (1, [])


def test_a_line_that_is_cancelled_keeps_nothing() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")

    cancel_lines(scene.order.pk, {scene.line.pk: Fate.NOW}, by=CLOCK)

    assert (scene.fresh.status, taken(scene.dune_offer)) == (CaseStatus.CANCELLED, 0)
    assert prove_counters() == []


def test_a_substitute_replaces_what_will_be_sent_and_keeps_what_was_ordered() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")

    execute(scene.case.pk, by=CLOCK)

    line, case = scene.line, scene.fresh
    assert line.product == scene.dune
    assert (line.ordered_sku, line.ordered_name) == (scene.lamp.sku, "Suspension Galet Ø 40")
    assert line.status == LineStatus.CONFIRMED
    assert line.promised_on == timezone.localdate() + timedelta(days=3)
    assert live_promises(scene) == [(scene.dune_offer.pk, 1)]
    assert (case.status, case.cost_cents) == (CaseStatus.SETTLED, 500)
    assert case.executed_at is not None
    assert refunds() == []


def test_a_cheaper_substitute_gives_the_difference_back() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "smaller", quantity=2)

    execute(scene.case.pk, by=CLOCK)

    assert refunds() == [(2000, "difference", 14)]
    assert live_promises(scene) == [(scene.smaller_offer.pk, 2)]
    assert scene.fresh.cost_cents == 0


@pytest.mark.parametrize(
    ("product", "pays", "given_back", "borne_cents"),
    [("smaller", 4490, [(500, "difference", 14)], 0), ("dune", 4990, [], 500)],
)
def test_a_line_of_49_90_is_replaced_for_44_90_with_5_00_back_or_for_54_90_without_a_charge(
    product: str, pays: int, given_back: list[tuple[int, str, int]], borne_cents: int
) -> None:
    scene = chosen(OptionKind.SUBSTITUTE, product, prices=(4990, 5490, 4490), cost_cents=2500)

    execute(scene.case.pk, by=CLOCK)

    line = scene.line
    assert (line.product, line.unit_price_cents) == (getattr(scene, product), pays)
    assert (refunds(), scene.fresh.cost_cents) == (given_back, borne_cents)


def test_the_promises_of_the_missing_product_are_taken_back() -> None:
    scene = open_scene()
    AllocationFactory(line=scene.case.line, offer=scene.lamp_offer)
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)

    execute(scene.case.pk, by=CLOCK)

    assert live_promises(scene) == [(scene.dune_offer.pk, 1)]
    scene.lamp_offer.stock.refresh_from_db()
    assert scene.lamp_offer.stock.reserved == 0


def test_a_substitute_that_sold_out_after_the_click_goes_back_to_the_agent_with_the_reason() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")
    stock(scene.dune_offer, 0)

    execute(scene.case.pk, by=CLOCK)

    case = scene.fresh
    assert (case.status, case.choice, case.executed_at) == (CaseStatus.TO_PROPOSE, None, None)
    assert case.facts["sold_out"]["product"] == "Suspension Dune Ø 40"
    assert (scene.line.product, scene.line.status) == (scene.lamp, LineStatus.SHORT)
    assert taken(scene.dune_offer) == 0
    assert HistoryEntry.objects.get(kind="case.sold_out").data["product"] == "Suspension Dune Ø 40"
    assert Message.objects.count() == 1


def test_after_that_the_customer_may_still_choose_another_answer() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")
    stock(scene.dune_offer, 0)
    execute(scene.case.pk, by=CLOCK)

    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)

    assert refunds() == [(9580, "line", 14)]


def test_a_refund_is_owed_within_fourteen_days_and_ends_the_line() -> None:
    scene = chosen(OptionKind.REFUND)

    execute(scene.case.pk, by=CLOCK)

    assert refunds() == [(9580, "line", 14)]
    assert scene.line.status == LineStatus.REFUNDED
    assert scene.order.status == OrderStatus.CANCELLED
    receipt = Message.objects.get(kind="choice_received")
    assert "Nous vous remboursons 95,80" in receipt.text


def test_a_voucher_has_a_code_and_a_letter() -> None:
    scene = chosen(OptionKind.VOUCHER)

    execute(scene.case.pk, by=CLOCK)

    voucher = Voucher.objects.get()
    assert (voucher.amount_cents, voucher.customer) == (10538, scene.customer)
    assert voucher.expires_on == timezone.localdate() + timedelta(days=365)
    assert scene.line.status == LineStatus.VOUCHERED
    assert voucher.code in Message.objects.get(kind="voucher_issued").text
    assert not Message.objects.filter(kind="choice_received").exists()


def test_a_customer_who_waits_is_promised_the_date_he_agreed_to() -> None:
    scene = chosen(OptionKind.WAIT)

    execute(scene.case.pk, by=CLOCK)

    assert scene.line.status == LineStatus.WAITING
    assert scene.line.promised_on == timezone.localdate() + timedelta(days=21)
    assert scene.fresh.status == CaseStatus.SETTLED


def test_carrying_out_twice_does_it_once() -> None:
    scene = chosen(OptionKind.VOUCHER)

    execute(scene.case.pk, by=CLOCK)
    execute(scene.case.pk, by=CLOCK)

    assert Voucher.objects.count() == 1
    assert Message.objects.filter(kind="voucher_issued").count() == 1
    assert HistoryEntry.objects.filter(kind="case.settled").count() == 1


def test_a_choice_changed_since_is_left_for_later() -> None:
    scene = chosen(OptionKind.REFUND)

    execute(scene.case.pk, by=CLOCK, chosen_before=timezone.now() - timedelta(minutes=10))

    assert scene.fresh.status == CaseStatus.TO_EXECUTE
    assert not Refund.objects.exists()


def test_a_settled_case_cannot_be_chosen_again() -> None:
    scene = chosen(OptionKind.REFUND)
    execute(scene.case.pk, by=CLOCK)

    with pytest.raises(CaseClosed):
        choose(scene.case.pk, scene.option(OptionKind.VOUCHER).pk, version=1, by=CUSTOMER)

    assert not Voucher.objects.exists()


def test_silence_is_settled_by_the_refund_that_was_announced_with_one_entry_on_the_record() -> None:
    scene = open_scene()
    send(scene)
    letters_leave()
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(seconds=1))

    assert settle_silence(scene.case.pk, by=CLOCK) is True
    assert settle_silence(scene.case.pk, by=CLOCK) is False

    assert refunds() == [(9580, "line", 14)]
    kinds = HistoryEntry.objects.filter(kind__startswith="case.").values_list("kind", flat=True)
    assert sorted(kinds) == ["case.defaulted", "case.opened", "case.proposed"]


@pytest.mark.parametrize("status", ["bounced", "failed", "unsure", "approved"])
def test_silence_after_a_letter_that_reached_nobody_decides_nothing_and_asks_a_person(status: str) -> None:
    scene = open_scene()
    send(scene)
    Message.objects.update(status=status)
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(seconds=1))

    settle_silence(scene.case.pk, by=CLOCK)
    settle_silence(scene.case.pk, by=CLOCK)

    case = scene.fresh
    assert (case.status, case.choice, case.facts["unreached"]["product"]) == (
        CaseStatus.TO_PROPOSE,
        None,
        scene.lamp.name,
    )
    assert case.respond_by > timezone.now()
    assert (refunds(), scene.line.status) == ([], LineStatus.SHORT)
    assert HistoryEntry.objects.filter(kind="case.unreached").count() == 1
    assert is_choosable(case)


def test_before_the_deadline_silence_settles_nothing() -> None:
    scene = open_scene()
    send(scene)

    assert settle_silence(scene.case.pk, by=CLOCK) is False

    assert not Refund.objects.exists()


def test_the_ordered_product_that_came_back_can_be_chosen() -> None:
    scene = open_scene()
    send(scene)
    stock(scene.lamp_offer, 5)

    choose_original(scene.case.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)

    assert scene.line.product == scene.lamp
    assert live_promises(scene) == [(scene.lamp_offer.pk, 1)]
    assert (scene.fresh.status, scene.fresh.cost_cents) == (CaseStatus.SETTLED, 0)


def test_the_ordered_product_cannot_be_chosen_while_nobody_has_it() -> None:
    scene = open_scene()
    send(scene)

    with pytest.raises(StillMissing):
        choose_original(scene.case.pk, version=1, by=CUSTOMER)

    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER


def test_staff_reinstate_a_line_only_when_somebody_can_deliver_it() -> None:
    scene = open_scene()
    with pytest.raises(StillMissing):
        reinstate(scene.case.pk, by=CLOCK)
    assert scene.fresh.status == CaseStatus.TO_PROPOSE
    stock(scene.lamp_offer, 5)

    reinstate(scene.case.pk, by=CLOCK)

    assert scene.fresh.status == CaseStatus.SETTLED
    assert (scene.line.status, live_promises(scene)) == (
        LineStatus.CONFIRMED,
        [(scene.lamp_offer.pk, 1)],
    )
    assert HistoryEntry.objects.filter(kind="case.reinstated").count() == 1


def test_an_unconfirmed_order_goes_on_with_the_substitute() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune", confirmed=False)

    execute(scene.case.pk, by=CLOCK)

    assert (scene.line.status, scene.order.status) == (LineStatus.CONFIRMED, OrderStatus.CONFIRMED)


def test_only_the_missing_units_are_settled_and_the_others_stay_promised() -> None:
    scene = open_scene(quantity=4, missing=2)
    AllocationFactory(
        line=scene.case.line, offer=scene.lamp_offer, quantity=2, status=AllocationStatus.ACCEPTED
    )
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    execute(scene.case.pk, by=CLOCK)

    lines = OrderLine.objects.filter(order=scene.order).order_by("position")
    assert [(line.quantity, line.status) for line in lines] == [
        (2, LineStatus.ACCEPTED),
        (2, LineStatus.REFUNDED),
    ]
    assert refunds() == [(17980, "line", 14)]
    assert sum(line.total_cents for line in lines) == 4 * 8990


def test_who_waits_may_still_have_his_money_while_he_waits() -> None:
    scene = chosen(OptionKind.WAIT)
    execute(scene.case.pk, by=CLOCK)

    refund_instead(scene.case.pk, by=CUSTOMER)
    refund_instead(scene.case.pk, by=CUSTOMER)

    assert refunds() == [(9580, "instead", 14)]
    assert scene.line.status == LineStatus.REFUNDED


def test_a_voucher_can_be_given_back_for_two_weeks_and_no_longer() -> None:
    scene = chosen(OptionKind.VOUCHER)
    execute(scene.case.pk, by=CLOCK)
    Voucher.objects.update(returnable_until=timezone.localdate() - timedelta(days=1))

    with pytest.raises(NoWayBack):
        refund_instead(scene.case.pk, by=CUSTOMER)
    assert refunds() == []
    Voucher.objects.update(returnable_until=timezone.localdate())

    refund_instead(scene.case.pk, by=CUSTOMER)

    assert refunds() == [(9580, "instead", 14)]
    assert Voucher.objects.get().returned_at is not None


def test_a_substitute_that_was_sent_cannot_be_turned_into_money_here() -> None:
    scene = chosen(OptionKind.SUBSTITUTE, "dune")
    execute(scene.case.pk, by=CLOCK)

    with pytest.raises(NoWayBack):
        refund_instead(scene.case.pk, by=CUSTOMER)

    assert scene.line.status == LineStatus.CONFIRMED


def test_an_order_back_at_the_desk_goes_on_when_its_case_is_all_that_was_to_decide() -> None:
    scene = open_scene()
    Order.objects.update(status=OrderStatus.TO_VERIFY)
    OrderLineFactory(order=scene.order, status="ordered")
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    execute(scene.case.pk, by=CLOCK)

    assert short_statuses(scene) == ("settled", "refunded", "confirmed")
    assert HistoryEntry.objects.filter(kind="order.confirmed").count() == 1
