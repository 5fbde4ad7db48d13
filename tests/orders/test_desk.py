"""The verification desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.verification import verify_order
from orders.models import Allocation, Order, OrderLine, Question, StockoutCase
from orders.queries.desk import waiting_orders
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock
from tests.core.listpage_checks import queries_of
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.questions import QuestionFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
DESK = reverse("orders:verification")


def stale(product: Product | None = None, **given: Any) -> Offer:
    old = timezone.now() - timedelta(hours=30)
    return OfferFactory(product=product or ProductFactory(name="Lampe Alba"), as_of=old, **given)


def waiting(*offers: Offer, days: int = 10, **given: Any) -> Order:
    promised = timezone.localdate() + timedelta(days=days)
    order = OrderFactory(
        lines=[{"product": offer.product} for offer in offers], promised_on=promised, **given
    )
    verify_order(order.pk, by=Actor.job("test"))
    order.refresh_from_db()
    return order


def url(name: str, order: Order, *more: int) -> str:
    return reverse(f"orders:{name}", args=[order.number, *more])


def state() -> list[Any]:
    tables = (Order, OrderLine, Allocation, OfferStock, HistoryEntry, StockoutCase)
    return [list(model.objects.order_by("pk").values()) for model in tables]


@pytest.fixture
def agent() -> Client:
    return client_as("operations")


def test_the_oldest_promise_is_open_and_the_others_wait_in_order(agent: Client) -> None:
    later, first = waiting(stale(), days=9), waiting(stale(), days=4)

    page = agent.get(DESK)

    assert page.context["view"].order == first
    assert [row.order for row in page.context["desk"].queue] == [first, later]
    text = page.content.decode()
    assert "30 h, limit 24 h" in text
    assert "1 purchase order:" in text


def test_an_order_whose_lines_are_all_in_cases_is_not_on_this_desk(agent: Client) -> None:
    waiting(OfferFactory(quantity=0))

    assert agent.get(DESK).context["desk"].count == 0


def test_an_order_of_which_nothing_can_be_delivered_is_never_called_safe(agent: Client) -> None:
    nothing, partly = waiting(OfferFactory(quantity=0)), waiting(OfferFactory(quantity=0), stale())
    partly.lines.filter(status="doubtful").update(status="safe")

    views = [agent.get(url("verification_order", order)) for order in (nothing, partly)]

    assert [(one.context["desk"].view.is_out, len(one.context["desk"].view.short)) for one in views] == [
        (True, 1),
        (False, 1),
    ]
    assert "Out of stock" in views[0].content.decode()
    assert "The rest of the order can be delivered" in views[1].content.decode()


def test_who_is_asked_waits_for_his_supplier_until_a_doubt_or_the_end_of_his_time_needs_a_person() -> None:
    only_asked, forced, doubtful, confirmed = (QuestionFactory().line.order for _ in range(4))
    Question.objects.filter(line__order=forced).update(forced_at=timezone.now())
    for order in (only_asked, doubtful):
        OrderLineFactory(order=order, status="safe")
    OrderLineFactory(order=doubtful, status="doubtful")
    OrderLineFactory(order=confirmed, status="doubtful")
    Order.objects.filter(pk=confirmed.pk).update(status="confirmed")
    safe = OrderFactory(status="to_verify", lines=[{"status": "safe"}])

    assert sorted(waiting_orders().values_list("pk", flat=True)) == sorted([forced.pk, doubtful.pk, safe.pk])


def test_an_empty_desk_says_so(agent: Client) -> None:
    assert "No order waits for you" in agent.get(DESK).content.decode()


def test_the_queue_is_narrowed_to_one_kind_of_doubt(agent: Client) -> None:
    waiting(stale(), days=4)
    dear, dearer = (
        waiting(OfferFactory(cost_cents=4890), days=5),
        waiting(OfferFactory(cost_cents=4890), days=6),
    )

    page = agent.get(DESK, {"doubt": "margin"})

    assert page.context["view"].order == dear
    assert [row.order for row in page.context["desk"].queue] == [dear, dearer]
    assert [(chip.label, chip.count) for chip in page.context["desk"].chips] == [
        ("All", 3),
        ("Freshness", 1),
        ("Margin", 2),
    ]
    assert (
        agent.post(url("confirm", dear) + "?doubt=margin")["Location"]
        == f"{url('verification_order', dearer)}?doubt=margin"
    )


def test_confirming_goes_on_to_the_next_order_and_offers_undo(agent: Client) -> None:
    first, second = waiting(stale(), days=4), waiting(stale(), days=5)

    answer = agent.post(url("confirm", first))

    first.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, url("verification_order", second))
    assert first.status == "confirmed"
    assert url("unconfirm", first) in agent.get(answer["Location"]).content.decode()


def test_another_source_is_chosen_with_the_radio_button(agent: Client) -> None:
    lamp = ProductFactory()
    stale(lamp)
    second = stale(lamp, rank=2)
    order = waiting(second)
    line = order.lines.get()

    agent.post(url("confirm", order), {f"source_{line.pk}": second.pk})

    assert Allocation.objects.get().offer == second


def test_a_source_that_is_none_is_refused_and_changes_nothing(agent: Client) -> None:
    order, before = waiting(stale()), None
    line = order.lines.get()
    before = state()

    answers = [
        agent.post(url("confirm", order), {f"source_{line.pk}": value}) for value in ("999999", "x", "-1")
    ]

    assert [answer.status_code for answer in answers] == [409, 422, 422]
    assert state() == before


def test_a_source_sold_out_meanwhile_is_told_with_fresh_figures(agent: Client) -> None:
    lamp = ProductFactory()
    offer = stale(lamp)
    stale(lamp, rank=2)
    order = waiting(offer)
    OfferStock.objects.filter(offer=offer).update(quantity=0, promisable=0)

    answer = agent.post(url("confirm", order))

    assert answer.status_code == 409
    assert "sold out meanwhile" in answer.content.decode()
    assert Allocation.objects.count() == 0
    assert [one.offer_id for one in answer.context["view"].lines[0].evidence.choosable] != [offer.pk]


def test_a_second_click_changes_nothing(agent: Client) -> None:
    order = waiting(stale())
    agent.post(url("confirm", order))
    before = state()

    answer = agent.post(url("confirm", order))

    assert (answer.status_code, answer["Location"]) == (303, url("order", order))
    assert state() == before


def test_a_confirmation_is_taken_back(agent: Client) -> None:
    order = waiting(stale())
    agent.post(url("confirm", order))

    answer = agent.post(url("unconfirm", order))

    order.refresh_from_db()
    assert (answer["Location"], order.status) == (url("verification_order", order), "to_verify")
    assert prove_counters() == []


def test_taking_back_what_was_never_confirmed_is_told(agent: Client) -> None:
    order = waiting(stale())
    before = state()

    page = agent.post(url("unconfirm", order), follow=True)

    assert "Too late" in page.content.decode()
    assert state() == before


def test_the_sources_are_checked_again(agent: Client) -> None:
    order = waiting(stale())
    OfferStock.objects.update(as_of=timezone.now())

    agent.post(url("recheck", order))

    order.refresh_from_db()
    assert order.status == "confirmed"


def test_a_case_is_opened_for_a_doubtful_line_and_the_rest_stays(agent: Client) -> None:
    order = waiting(stale(), OfferFactory())
    line = order.lines.get(position=1)

    answer = agent.post(url("give_up", order, line.pk))

    case = StockoutCase.objects.get()
    assert (case.line, case.cause) == (line, "feed_late")
    assert answer["Location"] == url("verification_order", order)


def test_a_case_without_a_recorded_cause_claims_none(agent: Client) -> None:
    order = waiting(OfferFactory(cost_cents=4890))

    agent.post(url("give_up", order, order.lines.get().pk))

    case = StockoutCase.objects.get()
    assert (case.cause, set(case.facts)) == ("oversold", {"ordered_at"})
    assert Offer.objects.get().stock.reserved == 0


def test_no_case_is_opened_for_a_line_that_is_settled(agent: Client) -> None:
    order, other = waiting(stale()), waiting(stale())
    before = state()

    agent.post(url("give_up", order, other.lines.get().pk))

    assert state() == before


def test_a_viewer_looks_and_does_nothing() -> None:
    order, viewer = waiting(stale()), client_as("viewer")
    line = order.lines.get()
    before = state()

    page = viewer.get(DESK).content.decode()

    assert url("confirm", order) in page
    assert "do-confirm" not in page
    for answer in (
        viewer.post(url("confirm", order)),
        viewer.post(url("unconfirm", order)),
        viewer.post(url("recheck", order)),
        viewer.post(url("give_up", order, line.pk)),
    ):
        assert answer.status_code == 403
    assert state() == before


def test_htmx_gets_the_desk_only_and_the_address(agent: Client) -> None:
    order = waiting(stale())
    headers = {"HX-Request": "true", "HX-Target": "div#desk"}

    answer = agent.get(url("verification_order", order), headers=headers)

    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"] == url("verification_order", order)


def test_an_order_that_left_the_desk_is_shown_on_its_own_page(agent: Client) -> None:
    order = OrderFactory(status="confirmed", lines=[{}])

    assert agent.get(url("verification_order", order))["Location"] == url("order", order)
    assert agent.get(reverse("orders:verification_order", args=["none"])).status_code == 404


def test_the_desk_costs_the_same_for_one_order_and_for_three(agent: Client) -> None:
    waiting(stale(), days=1)
    agent.get(DESK)
    once = queries_of(agent, DESK)
    waiting(stale(), stale(), OfferFactory(), days=2)
    waiting(stale(), days=3)

    assert len(queries_of(agent, DESK)) == len(once)
