"""Sourcing policies: which one rules a line, how they are kept, and what a preview finds without writing anything."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from orders.domain.rulebook import Rulebook, most_specific
from orders.domain.rules import PolicyName, Priority, Rules
from orders.domain.sourcing_policies import (
    THREAD,
    Draft,
    PolicyChanged,
    ScopeTaken,
    end_policy,
    restore_version,
    save_policy,
)
from orders.domain.sourcing_trials import ask_preview, recover_trials, save_trial
from orders.domain.verification import verify_order
from orders.jobs.sourcing import try_policy
from orders.models import (
    Allocation,
    Order,
    OrderingRules,
    OrderLine,
    SourcingPolicy,
    SourcingPolicyVersion,
    SourcingTrial,
    VerificationPolicy,
)
from orders.queries.sourcing_policies import Scope
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Category, Product
from suppliers.models import Supplier
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import asking
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
CHEAP = {"priorities": ["cost"]}
POSTED = {
    "name": "Cheap", "order": "cost,lead,reliability,own", "use": ["cost"], "parcels": "any", "version": "0",
    "orders": "100",
}  # fmt: skip


def policy(name: str = "All", **given: Any) -> SourcingPolicy:
    return save_policy(None, Draft(name, rules=given.pop("rules", CHEAP), **given), by=BY)


def supplier(name: str, **rules: Any) -> Supplier:
    made = SupplierFactory(name=name)
    OrderingRules.objects.create(supplier=made, **rules)
    return made


def on_offer(north: Supplier, south: Supplier, **south_offer: Any) -> Product:
    """North stands first in the backup list, South is what the test says."""
    product = ProductFactory(price_cents=6000)
    OfferFactory(product=product, supplier=north, rank=1, cost_cents=3000)
    OfferFactory(product=product, supplier=south, rank=2, **{"cost_cents": 2500, **south_offer})
    return product


def order_of(*products: Product, **given: Any) -> Order:
    order = OrderFactory(lines=[{"product": one, "quantity": 2} for one in products], **given)
    verify_order(order.pk, by=BY)
    return order


def sources(order: Order) -> list[str]:
    held = Allocation.objects.filter(line__order=order).order_by("line__position")
    return list(held.values_list("offer__supplier__name", flat=True))


def test_without_a_policy_the_backup_list_and_points_decide() -> None:
    order = order_of(on_offer(supplier("North"), supplier("South")))

    assert sources(order) == ["North"]
    assert (order.lines.get().evidence["policy"], order.lines.get().evidence["priorities"]) == (None, [])


@pytest.mark.parametrize(
    ("priority", "south", "south_rules", "chosen"),
    [
        ("cost", {}, {}, "South"),
        ("cost", {}, {"parcel_cents": 1200}, "North"),
        ("cost", {"cost_cents": None}, {}, "North"),
        ("lead", {"lead_days": 1}, {}, "South"),
        ("lead", {"lead_days": 9}, {}, "North"),
        ("own", {}, {"is_own": True}, "South"),
    ],
)
def test_a_policy_prefers(
    priority: str, south: dict[str, Any], south_rules: dict[str, Any], chosen: str
) -> None:
    kept = policy(rules={"priorities": [priority]})

    order = order_of(on_offer(supplier("North"), supplier("South", **south_rules), **south))

    assert sources(order) == [chosen]
    assert order.lines.get().evidence["policy"] == {"id": kept.pk, "name": "All", "version": 1}


def test_who_refuses_less_is_preferred() -> None:
    kept = policy(rules={"priorities": ["reliability"]})
    asked = PurchaseFactory()
    asked.lines.update(answer="rejected")
    refuser = asked.supplier

    order = order_of(on_offer(refuser, supplier("South")))

    assert sources(order) == ["South"]
    assert [one["asked"] for one in order.lines.get().evidence["candidates"]] == [0, 1]
    assert kept.version == 1


@pytest.mark.parametrize(
    ("rules", "failing"),
    [
        ({"most_lead_days": 2}, "most_lead"), ({"countries": ["DE"]}, "country"), ({"margin_percent": 60}, "margin"),
    ],
)  # fmt: skip
def test_beyond_a_limit_a_person_decides(rules: dict[str, Any], failing: str) -> None:
    policy(rules={**CHEAP, **rules})

    order = order_of(on_offer(supplier("North"), supplier("South")))

    assert (sources(order), order.lines.get().status) == ([], "doubtful")
    checks = order.lines.get().evidence["checks"]
    assert [one["check"] for one in checks if not one["passed"]] == [failing]


def test_one_parcel_is_chosen_for_the_whole_order_and_required_of_its_last_line() -> None:
    north, south, both = supplier("North"), supplier("South"), supplier("Both")
    lamp, chair = on_offer(north, both), on_offer(south, both)
    apart = order_of(lamp, chair)
    policy(rules={"priorities": [], "parcels": "required"})

    together = order_of(lamp, chair)

    assert (sources(apart), sources(together)) == (["North", "South"], ["Both", "Both"])
    assert [line.evidence["joint"] for line in together.lines.all()] == [True, True]
    assert together.lines.first().evidence["checks"][-1] == {  # type: ignore[union-attr]
        "check": "parcels", "passed": True, "value": 1, "limit": 1,
    }  # fmt: skip


def test_a_line_sourced_anew_stays_in_the_parcel_of_its_order() -> None:
    north, south, both = supplier("North"), supplier("South"), supplier("Both")
    lamp, chair = on_offer(north, both), on_offer(south, both)
    policy(rules={"priorities": [], "parcels": "required"})
    order = order_of(lamp, chair)
    late = order.lines.get(position=2)
    Allocation.objects.filter(line=late).update(status="released")
    OrderLine.objects.filter(pk=late.pk).update(status="new")
    Order.objects.filter(pk=order.pk).update(status="to_verify")

    verify_order(order.pk, by=BY)

    assert list(
        Allocation.objects.filter(line=late, status="held").values_list("offer__supplier__name", flat=True)
    ) == ["Both"]


def rule(name: str, **scope: Any) -> SourcingPolicy:
    return SourcingPolicy(name=name, **scope)


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (Scope("csv"), "all"),
        (Scope("shop"), "shop"),
        (Scope("csv", 7), "lamps"),
        (Scope("shop", 7), "lamps"),
        (Scope("csv", None, "trade"), "trade"),
        (Scope("shop", 7, "trade"), "shop and trade"),
        (Scope("csv", 7, "trade"), "lamps"),
    ],
)
def test_the_most_specific_policy_rules(scope: Scope, name: str) -> None:
    policies = [
        rule("all"), rule("shop", channel="Shop"), rule("lamps", category_id=7), rule("trade", customer_class="Trade "),
        rule("shop and trade", channel="shop", customer_class="trade"),
    ]  # fmt: skip

    found = most_specific(policies, scope)

    assert found is not None
    assert found.name == name


def test_a_line_finds_its_policy_by_channel_category_and_class() -> None:
    lamps = Category.objects.create(name="Lamps")
    policy("Everything", rules={"priorities": []})
    policy("Trade lamps", category_id=lamps.pk, customer_class="trade", channel="demo")
    product = on_offer(supplier("North"), supplier("South"))
    Product.objects.filter(pk=product.pk).update(category=lamps)

    trade = order_of(product, customer=CustomerFactory(customer_class="Trade"))
    other = order_of(product)

    assert (sources(trade), sources(other)) == (["South"], ["North"])
    assert trade.lines.get().evidence["policy"]["name"] == "Trade lamps"


def test_a_policy_leaves_to_the_rules_of_verification_what_it_does_not_say() -> None:
    base = VerificationPolicy(margin_percent=12, may_split=True, fresh_hours=6, thin_below=2)
    silent, speaking = (
        rule("s", rules={}),
        rule("t", rules={"margin_percent": 3, "may_split": False, "parcels": "preferred"}),
    )

    assert Rules.of(base, silent) == Rules(6, 12, 2, True, policy=PolicyName(0, "s", 1))
    assert Rules.of(base, speaking) == Rules(
        6, 3, 2, False, fewest_parcels=True, policy=PolicyName(0, "t", 1)
    )
    assert Rulebook(base).rules_for(Scope("csv")) == Rules(6, 12, 2, True)


def test_every_version_is_kept_and_an_earlier_one_can_be_restored() -> None:
    kept = policy(rules={**CHEAP, "margin_percent": 5})
    save_policy(kept.pk, Draft("All", rules={**CHEAP, "margin_percent": 9}, version=1), by=BY)

    restored = restore_version(kept.pk, 1, seen=2, by=BY)

    assert (restored.version, restored.rules["margin_percent"]) == (3, 5)
    assert list(
        SourcingPolicyVersion.objects.order_by("version").values_list("version", "rules__margin_percent")
    ) == [(1, 5), (2, 9), (3, 5)]
    last = HistoryEntry.objects.filter(thread=THREAD).latest("pk")
    assert (last.before, last.after) == ({"margin_percent": 9}, {"margin_percent": 5})


def test_saving_the_same_writes_nothing() -> None:
    kept = policy()

    save_policy(kept.pk, Draft("All", rules=CHEAP, version=1), by=BY)

    assert SourcingPolicyVersion.objects.count() == HistoryEntry.objects.filter(thread=THREAD).count() == 1


def tables(*but: type[Any]) -> dict[str, list[Any]]:
    """Every row of the house, apart from these models."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in but and model._meta.managed
    }


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda kept: save_policy(None, Draft("Twin"), by=BY), ScopeTaken),
        (lambda kept: save_policy(kept.pk, Draft("Late", version=4), by=BY), PolicyChanged),
        (lambda kept: end_policy(kept.pk, seen=4, by=BY), PolicyChanged),
    ],
)
def test_a_twin_or_an_overtaken_change_is_refused_with_nothing_changed(
    act: Callable[[SourcingPolicy], object], error: type[Exception]
) -> None:
    kept = policy()
    before = tables()

    with pytest.raises(error):
        act(kept)

    assert tables() == before


def test_after_a_policy_has_ended_its_lines_are_under_the_next_one() -> None:
    kept = policy()

    end_policy(kept.pk, seen=1, by=BY)

    assert sources(order_of(on_offer(supplier("North"), supplier("South")))) == ["North"]
    assert policy().version == 1


def preview(draft: Draft, policy_id: int | None = None) -> SourcingTrial:
    trial = ask_preview(policy_id, draft, orders=100, by=BY)
    try_policy(trial.pk)
    trial.refresh_from_db()
    return trial


def past() -> list[Order]:
    """Two lines at two suppliers where a third has both; and an order that nobody can serve."""
    north, south, both = supplier("North"), supplier("South"), supplier("Both", parcel_cents=400)
    parted = order_of(on_offer(north, both, lead_days=5), on_offer(south, both, lead_days=5, cost_cents=3100))
    return [parted, order_of(ProductFactory())]


def test_a_preview_shows_sources_cost_parcels_days_and_cases_old_beside_new() -> None:
    parted, none = past()

    trial = preview(Draft("One parcel", rules={"priorities": ["cost"], "parcels": "required"}))

    assert (trial.status, trial.looked_at) == ("done", 2)
    assert trial.result == {
        "orders": 2,
        "both_dated": 1,
        "changes": 1,
        "before": {
            "ways": {"alone": 1, "case": 1},
            "parcels": 2,
            "asked": 0,
            "cost_cents": {"EUR": 12000},
            "days": 3,
        },
        "after": {
            "ways": {"alone": 1, "case": 1},
            "parcels": 1,
            "asked": 0,
            "cost_cents": {"EUR": 11600},
            "days": 5,
        },
        "changed": [
            {
                "number": parted.number,
                "currency": "EUR",
                "lines": [
                    {"sku": parted.lines.first().ordered_sku, "before": ["North"], "after": ["Both"]},  # type: ignore[union-attr]
                    {"sku": parted.lines.last().ordered_sku, "before": ["South"], "after": ["Both"]},  # type: ignore[union-attr]
                ],
                "before": {"way": "alone", "parcels": 2, "cost_cents": 12000, "days": 3},
                "after": {"way": "alone", "parcels": 1, "cost_cents": 11600, "days": 5},
            }
        ],
    }
    assert none.lines.get().status == "short"


def test_a_preview_counts_the_lines_about_which_a_supplier_would_be_asked_first() -> None:
    north, thin = supplier("North"), supplier("Thin")
    order_of(on_offer(north, thin, quantity=3), on_offer(north, thin, quantity=3))
    asking(older_hours=720, thin_below=2)

    trial = preview(Draft("Cheapest", rules={"priorities": ["cost"]}))

    assert [trial.result[side]["asked"] for side in ("before", "after")] == [0, 2]


def test_days_of_a_preview_are_those_of_the_house_and_not_of_greenwich() -> None:
    line = order_of(on_offer(supplier("North"), supplier("South"))).lines.get()
    late = datetime.combine(timezone.localdate(), time(23, 30), UTC) - timedelta(days=1)
    OrderLine.objects.update(evidence={**line.evidence, "at": late.isoformat(timespec="seconds")})
    assert timezone.localdate(late) == late.date() + timedelta(days=1)

    trial = preview(Draft("All", rules={"priorities": []}))

    lead = line.evidence["candidates"][0]["lead_days"]
    assert (trial.result["both_dated"], trial.result["before"]["days"]) == (1, lead)


def test_a_preview_writes_nothing_but_its_own_row() -> None:
    past()
    kept = policy(rules={"priorities": []})
    before = tables(SourcingTrial)

    preview(Draft("All", rules={"priorities": ["cost"], "parcels": "preferred"}, version=1), kept.pk)

    assert tables(SourcingTrial) == before


def test_a_preview_of_the_policy_in_force_changes_no_order() -> None:
    past()
    kept = policy(rules={"priorities": ["cost"]})

    trial = preview(Draft("All", rules={"priorities": ["cost"]}, version=1), kept.pk)

    assert (trial.result["changes"], trial.result["before"]) == (0, trial.result["after"])


def test_what_was_previewed_can_be_saved_once() -> None:
    trial = preview(Draft("Cheap", rules=CHEAP))

    saved = save_trial(trial, by=BY)

    assert (saved.name, saved.rules, saved.version) == ("Cheap", CHEAP, 1)
    with pytest.raises(ScopeTaken):
        save_trial(trial, by=BY)
    assert SourcingPolicy.objects.count() == 1


def test_a_preview_that_its_worker_left_is_worked_off_by_another_and_given_up_after_three() -> None:
    trial = ask_preview(None, Draft("Cheap", rules=CHEAP), orders=100, by=BY)
    long_ago = timezone.now() - timedelta(minutes=5)
    SourcingTrial.objects.update(status="running", attempts=1, heartbeat_at=long_ago)

    recover_trials()
    try_policy(trial.pk)
    again = SourcingTrial.objects.get()
    SourcingTrial.objects.update(status="running", attempts=3, heartbeat_at=long_ago)
    recover_trials()

    assert (again.status, again.attempts) == ("done", 2)
    assert SourcingTrial.objects.get().status == "failed"


def test_the_order_of_priorities_is_changed_without_saving_and_without_javascript() -> None:
    page = client_as().post("/sourcing/new/", {**POSTED, "move": "cost-down"}).content.decode()

    assert page.index("the shortest lead time") < page.index("the lowest landed cost")
    assert 'name="order" value="lead,cost,reliability,own"' in page
    assert (SourcingPolicy.objects.count(), SourcingTrial.objects.count()) == (0, 0)


def test_a_policy_is_saved_from_its_sentences() -> None:
    said = {
        **POSTED, "use": ["lead", "cost"], "margin_percent": "12", "countries": "fr, be", "may_split": "no",
        "parcels": "limited", "most_parcels": "2", "customer_class": " Trade ",
    }  # fmt: skip

    client_as().post("/sourcing/new/save/", said)

    kept = SourcingPolicy.objects.get()
    assert (kept.name, kept.customer_class, kept.version) == ("Cheap", "Trade", 1)
    assert kept.rules == {
        "priorities": [Priority.COST, Priority.LEAD], "margin_percent": 12, "most_lead_days": None,
        "countries": ["BE", "FR"], "may_split": False, "parcels": "limited", "most_parcels": 2,
    }  # fmt: skip


def test_the_tab_of_sourcing_is_marked_on_the_page_of_a_policy_too() -> None:
    pages = [client_as().get(f"/sourcing/{rest}").content.decode() for rest in ("", "new/")]

    marks = [re.search(r'<a href="/sourcing/"\s+aria-current="(\w+)"', page) for page in pages]
    assert [mark and mark[1] for mark in marks] == ["page", "true"]


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"countries": "France"}, {"parcels": "limited"}, {"margin_percent": "99"}]
)
def test_a_policy_without_sense_is_handed_back(wrong: dict[str, str]) -> None:
    for url in ("/sourcing/new/", "/sourcing/new/save/"):
        assert client_as().post(url, {**POSTED, **wrong}).status_code == 422

    assert (SourcingPolicy.objects.count(), SourcingTrial.objects.count()) == (0, 0)


def test_operations_may_preview_but_not_save() -> None:
    kept = policy()
    omar = client_as("operations")

    assert omar.post("/sourcing/new/", POSTED).status_code == 303
    for url in ("new/save", f"{kept.pk}/save", f"{kept.pk}/end", f"{kept.pk}/versions/1"):
        assert omar.post(f"/sourcing/{url}/", POSTED).status_code == 403
    assert SourcingPolicy.objects.get().version == 1


def test_the_line_says_why_this_source_and_by_which_policy() -> None:
    policy("Cheapest first")
    order = order_of(on_offer(supplier("North"), supplier("South")))

    page = client_as().get(f"/orders/{order.number}/").content.decode()

    assert "the lowest landed cost: €50.00, North €60.00" in page
    assert "By the policy Cheapest first, version 1." in page
