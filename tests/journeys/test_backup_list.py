"""A product's page in a real browser: the backup list moves by key, by button and by hand; charts have their table."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.products.models import Product
from suppliers.domain.levels import recompute_all
from suppliers.queries.products import backup_order
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def product() -> Product:
    """Three suppliers, a buffer, and a week of statements."""
    product = ProductFactory(name="Bouilloire Onde", buffer=2)
    for rank, name in enumerate(("North", "South", "West"), start=1):
        offer = OfferFactory(product=product, rank=rank, quantity=4, supplier=SupplierFactory(name=name))
        with connection.cursor() as cursor:
            for day in range(7):
                cursor.execute(
                    "INSERT INTO suppliers_observation (at, offer_id, kind, quantity) VALUES (%s, %s, 'exact', %s)",
                    [timezone.now() - timedelta(days=day, minutes=rank), offer.pk, day],
                )
    recompute_all()
    return product


@pytest.fixture
def operator(sign_in: Callable[[User], None]) -> User:
    user = User.objects.create_user("o@demo.example", first_name="Sam", role=Role.OPERATIONS, language="en")
    sign_in(user)
    return user


def names(page: Page) -> list[str]:
    return page.locator("#numbers tr[data-item] th a").all_inner_texts()


def test_an_offer_moves_by_key_button_and_hand_and_back_by_undo(
    page: Page, operator: User, product: Product, axe: Callable[[Page], None]
) -> None:
    page.goto(f"/products/{product.pk}/")
    axe(page)
    before = backup_order(product)

    page.get_by_role("link", name="South").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#numbers tr[data-item] th a").first).to_have_text("South")
    assert names(page) == ["South", "North", "West"]

    page.keyboard.press("z")
    expect(page.locator("#numbers tr[data-item] th a").first).to_have_text("North")
    assert backup_order(product) == before

    page.get_by_role("button", name="Move West up").click()
    expect(page.locator("#numbers tr[data-item] th a").nth(1)).to_have_text("West")

    rows = page.locator("#numbers tr[data-item]")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 40, "y": 2})
    expect(page.locator("#numbers tr[data-item] th a").first).to_have_text("South")
    expect(page.get_by_text("Backup list reordered").first).to_be_visible()
    assert names(page) == ["South", "North", "West"]


def test_the_chart_and_its_table_change_places(page: Page, operator: User, product: Product) -> None:
    page.goto(f"/products/{product.pk}/")
    chart, table = page.locator("[data-plot]"), page.locator("[data-twin]")

    expect(chart.locator("canvas")).to_be_visible()
    expect(table).to_be_hidden()
    page.get_by_role("button", name="Table").click()

    expect(table).to_be_visible()
    expect(chart).to_be_hidden()


@pytest.mark.parametrize(
    "address", ["/products/", "/suppliers/", "/settings/prudence/", "/offers/unmatched/"]
)
def test_the_pages_are_for_everybody(
    page: Page, operator: User, product: Product, axe: Callable[[Page], None], address: str
) -> None:
    OfferFactory(product=None)

    page.goto(address)

    axe(page)
