"""A small file of orders to start from: two lines of one order, one of another, with products that are sold here."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice

from orders.domain.order_files import COLUMNS
from stocke.core.web.exports import harmless
from stocke.core.web.formats import is_french
from stocke.products.models import Product

CUSTOMERS = (
    {
        "order": "S-1001",
        "email": "camille@customer.example",
        "first name": "Camille",
        "last name": "Exemple",
        "language": "fr",
        "street": "12 rue de la Démo",
        "postal code": "59000",
        "city": "Lille",
        "country": "FR",
        "currency": "EUR",
    },
    {
        "order": "S-1002",
        "email": "alex@customer.example",
        "first name": "Alex",
        "last name": "Sample",
        "language": "en",
        "street": "3 Example Road",
        "postal code": "N1 1AA",
        "city": "London",
        "country": "GB",
        "currency": "EUR",
    },
)


def sample_lines(products: Sequence[Product], today: date) -> Iterator[list[object]]:
    """Headings and lines, as a spreadsheet of the reader's language would save them."""
    yield [column.label for column in COLUMNS]
    goods = list(islice(cycle(products or [Product(sku="SKU-1", name="Lamp", price_cents=4900)]), 3))
    first, second = CUSTOMERS
    for customer, product, quantity in ((first, goods[0], 2), (first, goods[1], 1), (second, goods[2], 1)):
        cells = {
            **customer,
            "placed at": written(today),
            "promised on": written(today + timedelta(days=7)),
            "sku": product.sku,
            "product": product.name,
            "quantity": str(quantity),
            "unit price": amount(product.price_cents),
            "shipping": amount(490),
        }
        yield [harmless(cells.get(column.name, "")) for column in COLUMNS]


def written(when: date) -> str:
    return when.strftime("%d/%m/%Y") if is_french() else when.isoformat()


def amount(cents: int) -> str:
    text = f"{cents / 100:.2f}"
    return text.replace(".", ",") if is_french() else text
