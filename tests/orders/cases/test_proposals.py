"""Writing to the customer, once per version, and taking it back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.domain.case_letters import LINK_PURPOSE
from orders.domain.cases import CaseClosed, HeldByAnother, cancel_case, claim
from orders.domain.choices import reinstate
from orders.domain.proposals import (
    LetterDraft,
    LetterIncomplete,
    ProposalOutdated,
    TooLate,
    propose,
    take_back,
)
from orders.domain.ways_out import ways_out
from orders.models import CaseOption, CaseStatus, OptionKind, Order, OrderLine, StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.links import Link, read
from stocke.core.models import HistoryEntry, Message, MessageStatus
from tests.orders.cases.scenes import CLOCK, agent, open_scene, send, stock

pytestmark = pytest.mark.django_db


def test_everything_there_is_can_be_offered_and_is_priced() -> None:
    scene = open_scene()

    keys = {
        option.key: option.price_difference_cents or option.amount_cents for option in ways_out(scene.fresh)
    }

    assert keys == {
        f"substitute:{scene.dune.pk}": 500,
        f"substitute:{scene.smaller.pk}": -1000,
        "refund": 9580,
        "voucher": 10538,
    }


def test_a_product_that_is_not_in_stock_in_sufficient_number_is_not_suggested() -> None:
    scene = open_scene(quantity=4)

    assert [option.product_id for option in ways_out(scene.fresh) if option.product_id] == [scene.dune.pk]


def test_a_proposal_is_one_letter_with_its_options_and_a_last_day() -> None:
    scene = open_scene()

    proposal = send(scene)

    case = scene.fresh
    assert (case.status, case.version) == (CaseStatus.WITH_CUSTOMER, 1)
    assert case.deadline is not None
    assert timezone.localtime(case.deadline).date() == timezone.localdate() + timedelta(days=7)
    kinds = [option.kind for option in CaseOption.objects.filter(case=case, version=1)]
    assert kinds == [OptionKind.SUBSTITUTE, OptionKind.SUBSTITUTE, OptionKind.REFUND, OptionKind.VOUCHER]
    message = Message.objects.get()
    assert message == proposal.message
    assert message.kind == "stockout_confirmed"
    assert (message.recipient, message.status) == (scene.customer.email, MessageStatus.APPROVED)


def test_the_letter_says_what_happened_what_he_may_do_and_what_silence_means() -> None:
    scene = open_scene()

    message = send(scene).message

    assert message is not None
    text = message.text.replace("\u00a0", " ")
    assert "Notre fournisseur a refusé notre commande : il n’a plus ce produit." in text
    assert "– recevoir Suspension Dune Ø 40 à la place" in text
    assert "– obtenir votre remboursement, soit 95,80 €" in text
    assert "– recevoir un bon d’achat de 105,38 €" in text
    (token,) = re.findall(r"/c/([^/\s]+)/", text)
    assert read(LINK_PURPOSE, token, days=1) == Link(scene.case.pk, version=1)
    assert "Sans réponse de votre part avant le " in text


def test_an_order_that_was_never_confirmed_gets_the_letter_that_says_so() -> None:
    scene = open_scene(confirmed=False)

    message = send(scene).message

    assert message is not None
    assert message.kind == "stockout_unconfirmed"


def test_a_customer_who_reads_english_gets_it_in_english() -> None:
    scene = open_scene(customer={"language": "en"})

    message = send(scene).message

    assert message is not None
    assert "Our supplier declined our order: it no longer has this product." in message.text
    assert "get €95.80 back" in message.text


def test_an_american_customer_is_offered_no_voucher() -> None:
    scene = open_scene(customer={"country": "US"})

    assert OptionKind.VOUCHER not in [option.kind for option in ways_out(scene.fresh)]


def test_the_refund_cannot_be_left_out() -> None:
    scene = open_scene()

    send(scene, keys=(f"substitute:{scene.dune.pk}",))

    kinds = [option.kind for option in CaseOption.objects.filter(case=scene.case)]
    assert kinds == [OptionKind.SUBSTITUTE, OptionKind.REFUND]


def test_the_agents_own_words_are_sent_with_their_facts() -> None:
    scene = open_scene()
    letter = LetterDraft(subject="Votre {line.product}", body="Bonjour, {refund.amount} : {choice_link}")

    message = propose(
        scene.case.pk, version=0, options=ways_out(scene.fresh), letter=letter, by=CLOCK
    ).message

    assert message is not None
    assert message.subject == "Votre Suspension Galet Ø 40"
    assert "95,80" in message.text


def test_a_letter_with_a_missing_fact_is_refused_and_nothing_changes() -> None:
    scene = open_scene()
    letter = LetterDraft(subject="Retard", body="Nouvelle date : {new_date}")

    with pytest.raises(LetterIncomplete) as incomplete:
        propose(scene.case.pk, version=0, options=ways_out(scene.fresh), letter=letter, by=CLOCK)

    assert incomplete.value.names == ("new_date",)
    assert scene.fresh.status == CaseStatus.TO_PROPOSE
    assert (Message.objects.count(), CaseOption.objects.count()) == (0, 0)


def test_a_second_click_finds_the_proposal_made_and_sends_nothing() -> None:
    scene = open_scene()
    first = send(scene)

    second = propose(scene.case.pk, version=0, options=ways_out(scene.fresh), letter=LetterDraft(), by=CLOCK)

    assert (second.message, second.is_new) == (first.message, False)
    assert Message.objects.count() == 1
    assert scene.fresh.version == 1


def test_a_page_drawn_before_the_proposal_was_taken_back_cannot_send() -> None:
    scene = open_scene()
    send(scene)
    take_back(scene.case.pk, version=1, by=CLOCK)

    with pytest.raises(ProposalOutdated):
        propose(scene.case.pk, version=0, options=ways_out(scene.fresh), letter=LetterDraft(), by=CLOCK)

    assert Message.objects.get().status == MessageStatus.CANCELLED


def test_undo_cancels_the_letter_and_gives_the_case_back() -> None:
    scene, lea = open_scene(), Actor.person(agent())
    send(scene, by=lea)

    take_back(scene.case.pk, version=1, by=lea)

    assert (scene.fresh.status, scene.fresh.deadline) == (CaseStatus.TO_PROPOSE, None)
    assert Message.objects.get().status == MessageStatus.CANCELLED
    assert HistoryEntry.objects.filter(kind="case.taken_back").count() == 1


def test_a_letter_that_has_left_cannot_be_taken_back() -> None:
    scene = open_scene()
    send(scene)
    Message.objects.update(status=MessageStatus.SENT)

    with pytest.raises(TooLate):
        take_back(scene.case.pk, version=1, by=CLOCK)

    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER


def test_a_better_proposal_within_two_days_changes_the_page_without_a_second_apology() -> None:
    scene = open_scene()
    send(scene)

    proposal = send(scene, keys=("refund",))

    assert (proposal.message, proposal.case.version) == (None, 2)
    assert Message.objects.count() == 1
    assert [option.kind for option in CaseOption.objects.filter(case=scene.case, version=2)] == ["refund"]


def test_an_agent_cannot_send_from_a_case_that_another_holds() -> None:
    scene = open_scene()
    claim(scene.case, by=Actor.person(agent("Samir")))

    with pytest.raises(HeldByAnother):
        send(scene, by=Actor.person(agent("Léa")))

    assert not Message.objects.exists()
    assert scene.fresh.version == 0


def test_a_closed_case_can_be_proposed_no_more() -> None:
    scene = open_scene()
    cancel_case(scene.case, by=CLOCK, why="gone")

    with pytest.raises(CaseClosed):
        send(scene)

    assert not Message.objects.exists()


def test_shipping_goes_back_only_when_nothing_else_is_delivered() -> None:
    scene = open_scene()
    other = OrderLine.objects.create(
        order=scene.case.line.order,
        position=2,
        ordered_sku="X",
        ordered_name="Tabouret",
        quantity=1,
        unit_price_cents=1000,
        status="safe",
    )

    with_other = {option.key: option.amount_cents for option in ways_out(scene.fresh)}
    OrderLine.objects.filter(pk=other.pk).update(status="refunded")
    alone = {option.key: option.amount_cents for option in ways_out(scene.fresh)}

    assert (with_other["refund"], alone["refund"]) == (8990, 9580)


def test_a_date_is_offered_only_when_a_supplier_stated_one() -> None:
    scene = open_scene()
    assert OptionKind.WAIT not in [option.kind for option in ways_out(scene.fresh)]
    scene.lamp_offer.lead_days = 21
    scene.lamp_offer.save()
    stock(scene.lamp_offer, 0)

    waits = [option for option in ways_out(scene.fresh) if option.kind == OptionKind.WAIT]

    assert [option.until for option in waits] == [timezone.localdate() + timedelta(days=21)]
    assert StockoutCase.objects.count() == Order.objects.count() == 1


def test_a_letter_that_has_not_left_stays_when_the_line_can_be_delivered_after_all() -> None:
    scene = open_scene()
    send(scene, by=Actor.person(agent()))
    stock(scene.lamp_offer, 5)

    reinstate(scene.case.pk, by=CLOCK)

    assert Message.objects.get(kind__startswith="stockout").status == "cancelled"
