"""In a browser: review a held import, release it safely, let a withheld line count, and set the limits."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.models import Feed, OfferStock, Run
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.journeys.house import empty_queues, told, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [(f"ND-{n}", str(10 + n)) for n in range(10, 30)]
# The end is missing, one article falls, one rises much.
CUT = [("ND-10", "3"), ("ND-11", "900"), *USUAL[2:8]]


@pytest.fixture(autouse=True)
def fresh_queues() -> Iterator[None]:
    empty_queues()
    yield
    empty_queues()


@pytest.fixture
def lea(sign_in: Callable[[AbstractBaseUser], None]) -> AbstractBaseUser:
    user = person("operations", language="fr", email="lea@shop.example", first_name="Léa", last_name="Démo")
    sign_in(user)
    return user


def hand_in(feed: Feed, stated: list[tuple[str, str]]) -> Run:
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    work()
    run.refresh_from_db()
    return run


@pytest.fixture
def held() -> Run:
    ProductFactory(sku="ND-29", name="Lampe Alba")
    feed = FeedFactory()
    hand_in(feed, USUAL)
    run = hand_in(feed, CUT)
    assert run.status == "held"
    return run


def stated(*skus: str) -> list[Any]:
    quantities = dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))
    return [quantities[sku] for sku in skus]


def test_a_held_import_is_reviewed_and_released(
    page: Page, lea: AbstractBaseUser, held: Run, axe: Callable[[Page], None]
) -> None:
    page.goto(reverse("suppliers:run", args=[held.pk]))
    expect(page.get_by_role("heading", name="Le fichier semble coupé")).to_contain_text("12 références")
    guards = page.get_by_role("region", name="Garde-fous, tableau")
    expect(guards.get_by_role("row", name=re.compile("Références connues absentes"))).to_contain_text("60")
    page.get_by_role("navigation", name="Filtrer les changements").get_by_role(
        "link", name=re.compile("Disparues")
    ).click()
    expect(page.get_by_role("region", name="Ce qui changerait, tableau").get_by_role("row")).to_have_count(13)

    page.keyboard.press("b")
    page.wait_for_url(re.compile(f"/imports/{held.pk}/$"))
    work()

    expect(page.get_by_text("Appliqué avec prudence", exact=True).first).to_be_visible()
    waiting = page.get_by_role("region", name="Ce qui attend une confirmation, tableau")
    expect(waiting.get_by_role("row")).to_have_count(14)
    assert stated("ND-10", "ND-11", "ND-29") == [3, 21, 39]
    axe(page)

    page.get_by_label("Choisir ND-11").check()
    page.get_by_role("button", name="Prendre en compte les lignes choisies").click()
    expect(told(page, "1 ligne sera prise en compte")).to_be_visible()
    work()
    page.goto(reverse("suppliers:run", args=[held.pk]))

    expect(page.get_by_text("1 ligne compte\u00a0: décision de Léa Démo.")).to_be_visible()
    assert stated("ND-10", "ND-11", "ND-29") == [3, 900, 39]


def test_limits_are_tried_before_they_are_saved(
    page: Page, lea: AbstractBaseUser, held: Run, axe: Callable[[Page], None]
) -> None:
    page.goto(reverse("suppliers:run", args=[held.pk]))
    page.get_by_role("link", name="Régler les seuils").click()
    for check in ("Lignes", "Références connues absentes"):
        page.get_by_label(f"{check}\u00a0: retenir au-delà de").fill("90")

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Essayer sur les derniers imports").click()

    heading = page.get_by_role("heading", name="Avec ces seuils, les 2 derniers imports auraient été")
    expect(heading).to_be_visible()
    changed = page.get_by_role("region", name="Imports au verdict différent, tableau")
    expect(changed.get_by_role("row", name=str(held.pk))).to_contain_text("Appliqué avec prudence")
    axe(page)
    page.get_by_role("button", name="Enregistrer les garde-fous").click()

    expect(page.get_by_text("seuils propres")).to_be_visible()
    held.feed.refresh_from_db()
    assert held.feed.limits == {"rows": ["0.1", "0.9"], "lost": ["0.05", "0.9"]}
