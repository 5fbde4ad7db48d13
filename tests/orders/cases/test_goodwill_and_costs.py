"""Goodwill on top, what a case costs, and the report by cause and supplier."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.cases import claim, release
from orders.domain.choices import choose, execute
from orders.domain.goodwill import AboveLimit, AlreadyGiven, give, limit_of
from orders.models import Goodwill, GoodwillKind, OptionKind, Playbook, Refund, StockoutCase, Voucher
from orders.queries.case_costs import CostRow, costs_since
from orders.queries.cases import shipping_went_back
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from stocke.core.models.user import Role
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, agent, open_scene, send

pytestmark = pytest.mark.django_db
SERVICE, OPERATIONS = [Role.CUSTOMER_SERVICE], [Role.OPERATIONS]


def given(scene: Scene, cents: int, kind: GoodwillKind = GoodwillKind.VOUCHER) -> Goodwill:
    return give(scene.case.pk, kind=kind, amount_cents=cents, reason="A attendu", roles=SERVICE, by=CLOCK)


def settled(kind: OptionKind, product: str = "", **order: str) -> Scene:
    scene = open_scene(order=order)
    send(scene)
    option = scene.option(kind, getattr(scene, product) if product else None)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    return scene


def test_each_role_has_its_limit_and_administrators_none() -> None:
    playbook = Playbook(goodwill_service_cents=1500, goodwill_operations_cents=5000)

    assert [
        limit_of(roles, playbook)
        for roles in (SERVICE, OPERATIONS, [*SERVICE, *OPERATIONS], [Role.VIEWER], [Role.ADMINISTRATOR])
    ] == [1500, 5000, 5000, 0, None]


def test_a_voucher_on_top_is_told_once_and_changes_nothing_else() -> None:
    scene = open_scene()

    goodwill = given(scene, 1000)

    voucher = Voucher.objects.get()
    assert (goodwill.voucher, voucher.case, voucher.amount_cents) == (voucher, None, 1000)
    letter = Message.objects.get()
    assert (letter.kind, letter.dedupe_key) == ("goodwill", f"case:{scene.case.pk}:goodwill")
    assert voucher.code in letter.text
    # Two gestures of one order are two letters that nobody takes for the same.
    assert scene.line.ordered_name in letter.subject
    assert scene.fresh.status == scene.case.status
    assert HistoryEntry.objects.get(kind="goodwill.given").why == "A attendu"


def test_a_sum_on_top_is_owed_like_any_refund_and_is_no_shipping_charge() -> None:
    scene = open_scene()

    given(scene, 2000, GoodwillKind.MONEY)

    owed = Refund.objects.get()
    assert (owed.amount_cents, owed.reason, owed.case) == (2000, "goodwill", None)
    assert shipping_went_back(scene.fresh) is False


def test_above_the_limit_and_a_second_time_are_refused_and_nothing_changes() -> None:
    scene = open_scene()

    with pytest.raises(AboveLimit):
        given(scene, 2001)
    assert not Goodwill.objects.exists()
    given(scene, 2000)
    with pytest.raises(AlreadyGiven):
        given(scene, 500)

    assert (Goodwill.objects.count(), Voucher.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_the_desk_gives_it_and_says_when_it_is_too_much(client: Client) -> None:
    scene = open_scene()
    client.force_login(agent("Léa"))
    url = reverse("orders:stockout_goodwill", args=[scene.case.number])

    refused = client.post(url, {"kind": "voucher", "amount": "20.01", "reason": "Retard"}, follow=True)
    client.post(url, {"kind": "voucher", "amount": "20", "reason": "Retard"})

    assert "jusqu’à 20,00 €" in refused.content.decode().replace("\u00a0", " ")
    assert Goodwill.objects.get().amount_cents == 2000


def test_the_cost_of_a_case_is_on_the_record_when_it_is_carried_out() -> None:
    refunded, replaced = settled(OptionKind.REFUND), settled(OptionKind.SUBSTITUTE, "dune")

    told = [(one.fresh.cost_cents, one.fresh.margin_lost_cents) for one in (refunded, replaced)]
    # The refund costs the shipping charge and the whole margin; the Dune costs the difference, and as much to buy.
    assert told == [(590, 3990), (500, 0)]


def test_the_minutes_are_those_in_which_an_agent_had_the_case() -> None:
    scene, lea = open_scene(), Actor.person(agent("Léa"))
    claim(scene.case, by=lea)
    StockoutCase.objects.update(claimed_at=timezone.now() - timedelta(minutes=3))
    claim(scene.case, by=lea)
    StockoutCase.objects.update(claimed_at=timezone.now() - timedelta(minutes=4))
    release(scene.case, by=lea)
    claim(scene.case, by=lea)
    StockoutCase.objects.update(claimed_at=timezone.now() - timedelta(hours=9))

    claim(scene.case, by=Actor.person(agent("Samir")))

    assert scene.fresh.worked_seconds // 60 == 3 + 4 + 10


def test_what_was_sold_in_another_currency_is_a_row_of_its_own() -> None:
    settled(OptionKind.REFUND)
    settled(OptionKind.REFUND, currency="CHF")

    rows = costs_since(timezone.now() - timedelta(days=30))

    assert sorted((row.currency, row.cases, row.extra_cents) for row in rows) == [
        ("CHF", 1, 590),
        ("EUR", 1, 590),
    ]


def test_the_report_sums_settled_cases_by_cause_and_supplier(client: Client) -> None:
    refunded = settled(OptionKind.REFUND)
    settled(OptionKind.SUBSTITUTE, "dune")
    open_scene()
    given(refunded, 1000)
    StockoutCase.objects.filter(pk=refunded.case.pk).update(worked_seconds=600)

    rows = costs_since(timezone.now() - timedelta(days=30))

    assert rows == [CostRow("supplier_refused", "Grossiste", "EUR", 2, 3990, 1090, 1000, 0, 10)]
    assert costs_since(timezone.now() + timedelta(days=1)) == []
    client.force_login(agent("Léa"))
    html = client.get(reverse("orders:case_costs"), {"days": "30"}).content.decode().replace("\u00a0", " ")
    assert "60,80 €" in html
