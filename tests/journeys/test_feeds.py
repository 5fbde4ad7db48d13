"""In a browser: connect a strange feed from nothing; look at a held import, reject one, let one count."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from stocke.core.actors import Actor
from stocke.core.models import Message
from suppliers.domain.feeds import receive_file
from suppliers.models import OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.journeys.house import empty_queues, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
SignIn = Callable[[AbstractBaseUser], None]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0"), ("E", "7")]
STRANGE = """USINE ESSAI - TARIF & DISPO

Réf.;Désignation;EAN;Dispo;Délai;PA HT
UE-1001;Applique Lune noir mat;2000010010011;12;48 h;38,50 €
UE-1002;Applique Lune laiton;2000010010028;>20;48 h;41,00 €
UE-1014;Lampadaire Arc 180;2000010010141;sur demande;30 jours;1.249,00
UE-1021;Théière Brume;2000010010219;0;2-3 j;19,80 €
;Tabouret Trio;2000010010417;3;48 h;22,00 €
"""


@pytest.fixture(autouse=True)
def fresh_queues() -> Iterator[None]:
    empty_queues()
    yield
    empty_queues()


@pytest.fixture
def lea(sign_in: SignIn) -> AbstractBaseUser:
    user = person("operations", language="fr", email="lea@shop.example")
    sign_in(user)
    return user


@pytest.fixture
def held() -> Run:
    ProductFactory(sku="B", name="Théière")
    feed = FeedFactory()
    receive_file(feed, ContentFile(csv(USUAL), "stock.csv"), by=CLOCK)
    work()
    run = receive_file(feed, ContentFile(csv([("A", "3")]), "stock.csv"), by=CLOCK)
    work()
    run.refresh_from_db()
    assert run.status == RunStatus.HELD
    return run


def test_one_key_rejects_a_held_import(page: Page, lea: AbstractBaseUser, held: Run) -> None:
    page.goto(reverse("suppliers:run", args=[held.pk]))
    expect(page.get_by_role("heading", name="Le fichier semble coupé")).to_be_visible()

    page.keyboard.press("r")

    expect(page.get_by_text("rien n’en est pris en compte")).to_be_visible()
    held.refresh_from_db()
    assert (held.status, held.decided_by) == (RunStatus.REJECTED, lea)
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 4


def test_applying_all_asks_first_with_its_effects(page: Page, lea: AbstractBaseUser, held: Run) -> None:
    page.goto(reverse("suppliers:run", args=[held.pk]))

    page.keyboard.press("t")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 offres deviennent inconnues")
    expect(dialog.get_by_role("button", name="Garder retenu")).to_be_focused()
    dialog.get_by_label("Pourquoi").fill("Le fournisseur confirme")
    dialog.get_by_role("button", name="Tout appliquer").click()
    work()

    expect(page.get_by_text("Le fournisseur confirme").first).to_be_visible()
    held.refresh_from_db()
    assert held.status == RunStatus.APPLIED
    assert OfferStock.objects.get(offer__supplier_sku="B").kind == "unknown"


def test_the_team_is_told_once_by_mail(lea: AbstractBaseUser, held: Run) -> None:
    receive_file(held.feed, ContentFile(csv([("A", "2")]), "stock.csv"), by=CLOCK)
    work()

    told = Message.objects.filter(kind="feed_held").values_list("recipient", "thread")
    assert list(told) == [("lea@shop.example", f"run:{held.pk}")]


def test_the_pages_break_no_rule_of_access(
    page: Page, lea: AbstractBaseUser, held: Run, axe_by_day_and_night: Callable[[Page], None]
) -> None:
    unmapped = FeedFactory(mapped=False)
    receive_file(unmapped, ContentFile(STRANGE.encode(), "dispo.csv"), by=CLOCK)
    work()
    applied = Run.objects.filter(status=RunStatus.APPLIED).latest("pk")
    pages = [
        reverse("suppliers:feed_list"),
        reverse("suppliers:feed_new"),
        reverse("suppliers:feed", args=[held.feed_id]),
        reverse("suppliers:feed_upload", args=[held.feed_id]),
        reverse("suppliers:feed_columns", args=[unmapped.pk]),
        reverse("suppliers:run", args=[held.pk]),
        reverse("suppliers:run", args=[applied.pk]),
    ]
    for url in pages:
        page.goto(url)
        axe_by_day_and_night(page)
