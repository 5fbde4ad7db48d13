"""In a browser: connect a strange feed from nothing, until its levels stand."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from stocke.core.actors import Actor
from stocke.products.models import Level, Product
from suppliers.domain.matching import Matching
from suppliers.domain.trials import Proposed, receive_sample, try_out
from suppliers.domain.words import learn
from suppliers.models import Feed, LearnedWord, OfferStock, Stands
from suppliers.readers.values import ColumnMap
from tests.factories.feeds import FeedFactory
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.factories.suppliers import SupplierFactory
from tests.journeys.house import empty_queues, told, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
SignIn = Callable[[AbstractBaseUser], None]
CLOCK = Actor.job("clock")
STRANGE = """USINE ESSAI - TARIF & DISPO

Réf.;Désignation;EAN;Dispo;Délai;PA HT
UE-1001;Applique Lune noir mat;2000010010011;12;48 h;38,50 €
UE-1002;Applique Lune laiton;2000010010028;>20;48 h;41,00 €
UE-1014;Lampadaire Arc 180;2000010010141;chez nous;30 jours;1.249,00
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


def test_a_newcomer_connects_a_strange_feed(page: Page, lea: AbstractBaseUser) -> None:
    SupplierFactory(name="Usine Essai")
    ProductFactory(sku="ue-1001")
    page.goto(reverse("suppliers:feed_list"))
    page.get_by_role("link", name="Brancher un flux").first.click()
    page.get_by_label("Fournisseur", exact=True).select_option(label="Usine Essai")
    page.get_by_label("Nom", exact=True).fill("Dispo")
    page.get_by_role("button", name="Brancher le flux").click()
    strange = FilePayload(name="dispo.csv", mimeType="text/csv", buffer=STRANGE.encode("cp1252"))
    page.get_by_label("Fichier", exact=True).set_input_files(strange)
    page.get_by_role("button", name="Envoyer le fichier").click()

    # The columns: one corrected, one word explained.
    expect(page.locator("#id_column_key")).to_have_value("0")
    page.get_by_label("Délai de réapprovisionnement", exact=True).select_option("")
    page.get_by_role("button", name="Lire ainsi").click()
    expect(page.get_by_text("5 champs absents du fichier")).to_be_visible()
    page.get_by_label("Sens de «\u00a0chez nous\u00a0»").select_option("in_stock")
    page.get_by_role("button", name="Rapprocher et essayer").click()
    expect(page.get_by_role("heading", name="Le fichier est en cours de comparaison")).to_be_visible()
    work()

    # The products: one is known, three are made.
    expect(page.get_by_role("heading", name="Lignes sans produit")).to_be_visible()
    page.get_by_label("Choisir toute la page").check()
    page.get_by_role("button", name="En faire des produits").click()
    page.get_by_label("À ajouter au prix d’achat").fill("60")
    page.get_by_role("button", name="Créer 3 produits").click()
    expect(told(page, "3 produits créés")).to_be_visible()

    # The dry run, and then the act.
    page.get_by_role("link", name="Ce qui changerait").click()
    expect(page.get_by_role("heading", name="Ce que ce fichier changerait aujourd’hui")).to_be_visible()
    assert not OfferStock.objects.exists()
    page.get_by_role("button", name="Enregistrer et importer").click()
    page.wait_for_url("**/imports/*/")
    work()

    expect(page.get_by_role("heading", name="Ce qu’il a changé")).to_be_visible()
    stock = OfferStock.objects.values_list("offer__supplier_sku", "kind", "quantity", "offer__lead_days")
    assert sorted(stock) == [
        ("UE-1001", "exact", 12, None),
        ("UE-1002", "at_least", 20, None),
        ("UE-1014", "flag", None, None),
        ("UE-1021", "exact", 0, None),
    ]
    levels = dict(Level.objects.values_list("product__sku", "sellable"))
    assert {sku: levels[sku] > 0 for sku in levels} == {
        "ue-1001": True,
        "UE-1002": True,
        "UE-1014": True,
        "UE-1021": False,
    }
    assert Product.objects.get(sku="UE-1002").price_cents == 6560
    assert LearnedWord.objects.get(stands=Stands.CELL).meaning == "in_stock"
    assert Feed.objects.get().mapping is not None


def test_the_pages_break_no_rule_of_access(
    page: Page, lea: AbstractBaseUser, axe_by_day_and_night: Callable[[Page], None]
) -> None:
    feed = FeedFactory(mapped=False)
    trial, new = (
        receive_sample(feed, ContentFile(STRANGE.encode(), "dispo.csv"), by=CLOCK) for _number in range(2)
    )
    fields = {"key": 0, "name": 1, "gtin": 2, "quantity": 3, "lead": 4, "price": 5}
    column_map = ColumnMap(fields=fields, header=(), header_row=3)
    try_out(trial, Proposed(column_map.to_json(), Matching()))
    work()
    (word,) = learn({"chez nous": ">5"}, supplier=None, by=CLOCK)
    pages = [
        reverse("suppliers:feed_upload", args=[feed.pk]),
        reverse("suppliers:feed_columns", args=[feed.pk]) + f"?trial={new.pk}",
        reverse("suppliers:trial_products", args=[trial.pk]),
        reverse("suppliers:trial_changes", args=[trial.pk]),
        reverse("suppliers:words"),
        reverse("suppliers:word_new"),
        reverse("suppliers:word", args=[word.pk]),
        reverse("suppliers:unmatched_list"),
    ]

    for url in pages:
        page.goto(url)
        axe_by_day_and_night(page)
