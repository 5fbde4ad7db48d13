"""The made-up merchant: the same on every machine, whole, and with something open for everybody."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from customers.models import Demand, Restock
from orders.jobs.undoing import undo_import
from orders.models import (
    CaseOption,
    CaseStatus,
    OptionKind,
    Order,
    OrderStatus,
    PurchaseOrder,
    Question,
    Return,
    SourcingPolicy,
    StockoutCase,
)
from orders.queries.cause_tallies import shared_causes
from stocke.channels.adfeeds.models import AdFeed
from stocke.channels.models import Listing
from stocke.core.actors import Actor
from stocke.core.models import IncomingMessage, User
from stocke.demo.pictures import SHAPES, picture_of
from stocke.demo.world.catalogue import check_digit, gtin_of, make_items
from stocke.demo.world.words import RANGES
from stocke.insights.models import AdSpend
from stocke.products.models import Category, Level, Product
from suppliers.domain.undoing import request_undo
from suppliers.models import Run, RunStatus, ServedRate, Supplier


def test_the_same_seed_makes_the_same_goods() -> None:
    assert make_items(200, Random(7)) == make_items(200, Random(7))


def test_made_up_barcodes_have_their_check_digit_and_belong_to_nobody() -> None:
    codes = [gtin_of(number) for number in range(500)]

    assert len(set(codes)) == 500
    assert all(code.startswith("20") and code[-1] == check_digit(code[:-1]) for code in codes)


def test_the_check_digit_is_the_one_of_the_standard() -> None:
    # The worked example of the GS1 General Specifications.
    assert check_digit("629104150021") == "3"


def test_every_category_has_a_picture_of_its_own() -> None:
    assert set(SHAPES) == {one.category for one in RANGES}

    drawn = {picture_of(Product(category=Category(name=name), attributes={})) for name in SHAPES}

    assert len(drawn) == len(SHAPES)


@pytest.mark.django_db(transaction=True)
def test_a_small_world_has_something_for_everybody(tmp_path: Path, settings: Settings) -> None:
    settings.LOCAL_DIR, settings.WATCHED_ROOT = tmp_path, tmp_path / "watched"

    call_command("seed_demo", products=240)

    assert (Supplier.objects.count(), Product.objects.count(), Level.objects.count()) == (8, 240, 240)
    assert Order.objects.filter(status=OrderStatus.DONE).count() > 1000
    assert Order.objects.filter(status=OrderStatus.TO_VERIFY).exists()
    assert Run.objects.filter(status=RunStatus.HELD).count() == 1
    open_cases = set(StockoutCase.objects.values_list("status", flat=True))
    assert any(cause.cases >= 5 for cause in shared_causes())
    assert {CaseStatus.TO_PROPOSE, CaseStatus.WITH_CUSTOMER} <= open_cases
    offered = CaseOption.objects.filter(case__status=CaseStatus.WITH_CUSTOMER)
    assert set(offered.values_list("kind", flat=True)) == set(OptionKind.values)
    said = Counter(Question.objects.values_list("said", flat=True))
    assert (said["yes"], said["no"], said[""] > 0) == (1, 1, True)
    assert [one.status for one in IncomingMessage.objects.order_by("pk") if one.via == "mail"] == [
        "open",
        "open",
    ]
    assert PurchaseOrder.objects.filter(lines__reason="no_answer").exists()
    seldom = ServedRate.objects.get(supplier__code="grossiste", stated="few", age="any")
    assert seldom.permille < 450
    steps = [step["step"] for level in Level.objects.all() for step in level.steps]
    assert "learned" in steps
    states = sorted(Return.objects.values_list("status", flat=True))
    assert states == ["received", "refused", "requested", "sent"]
    assert SourcingPolicy.objects.filter(ended_at=None).count() == 1
    assert Listing.objects.filter(channel__slug="boutique").count() == 240
    assert set(AdFeed.objects.values_list("rows", flat=True)) == {240}
    assert AdSpend.objects.filter(wasted_cents__gt=0).exists()
    assert Demand.objects.filter(waiting__gt=3, product__level__light="out").exists()
    assert Restock.objects.filter(opened_at=None, ended_at=None).exists()
    assert {way for run in last_imports() for way in changed_beside_by_undoing(run)} <= {
        "stated",
        "terms",
        "rests",
    }
    told = json.loads((tmp_path / "demo-logins.json").read_text())
    assert sorted(login["role"] for login in told["logins"]) == [
        "administrator",
        "customer_service",
        "operations",
        "viewer",
    ]


def last_imports() -> list[Run]:
    return list(Run.objects.filter(status=RunStatus.APPLIED).order_by("feed_id", "-pk").distinct("feed_id"))


def changed_beside_by_undoing(run: Run) -> dict[str, int]:
    """Names and prices that stood before must not go with the last file that confirmed them."""
    undo = request_undo(run, by=Actor.job("clock"))
    undo_import(undo.pk)
    undo.refresh_from_db()
    return dict(undo.facts["beside"])


@pytest.mark.django_db
def test_a_database_with_accounts_is_left_as_it_is(tmp_path: Path, settings: Settings) -> None:
    settings.LOCAL_DIR = tmp_path
    User.objects.create_user("somebody@example.com", first_name="Some")

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("seed_demo")

    assert (Product.objects.count(), User.objects.count()) == (0, 1)
