"""In a browser: an import was wrong; see what its undo would do, undo it, and undo the undo."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.models import OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.journeys.house import empty_queues, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
RIGHT = {"A": 4, "B": 20, "C": 7}
WRONG = {"A": 40, "B": 2, "C": 7, "D": 9}


@pytest.fixture(autouse=True)
def fresh_queues() -> Iterator[None]:
    empty_queues()
    yield
    empty_queues()


@pytest.fixture
def wrong(sign_in: Callable[[AbstractBaseUser], None]) -> Run:
    """An import that nobody should have let count; three units of B are promised."""
    sign_in(person("operations", language="fr", first_name="Léa"))
    ProductFactory(sku="B", name="Théière Brume")
    feed = FeedFactory(name="Stock quotidien")
    for stated in (RIGHT, WRONG):
        run = receive_file(feed, ContentFile(csv(stated.items()), "stock.csv"), by=CLOCK)
        Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
        work()
    OfferStock.objects.filter(offer__supplier_sku="B").update(reserved=3)
    run.refresh_from_db()
    assert run.status == RunStatus.APPLIED
    return run


def known() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


def test_a_wrong_import_is_undone_and_the_undo_undone(
    page: Page, wrong: Run, axe_by_day_and_night: Callable[[Page], None]
) -> None:
    page.goto(reverse("suppliers:run", args=[wrong.pk]))

    page.get_by_role("button", name="Annuler cet import…").click()
    work()
    expect(page.get_by_role("heading", name=f"Annuler l’import {wrong.pk}")).to_be_visible()
    expect(page.get_by_role("row", name="Article B")).to_contain_text("3")
    axe_by_day_and_night(page)
    assert known() == WRONG

    page.get_by_label("Pourquoi").fill("Mauvais entrepôt")
    page.get_by_role("button", name="Annuler cet import").click()
    work()
    expect(page.get_by_role("heading", name=f"L’import {wrong.pk} est annulé")).to_be_visible()
    axe_by_day_and_night(page)
    assert known() == RIGHT | {"D": None}

    page.get_by_role("button", name="Annuler l’annulation").click()
    work()
    expect(page.get_by_role("heading", name=f"L’import {wrong.pk} compte de nouveau").first).to_be_visible()
    assert known() == WRONG

    page.goto(reverse("suppliers:run", args=[wrong.pk]))
    expect(page.get_by_text("Mauvais entrepôt").first).to_be_visible()
    axe_by_day_and_night(page)
