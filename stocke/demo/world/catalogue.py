"""Products: categories, names, prices and barcodes."""

from dataclasses import dataclass
from itertools import product as pairs
from random import Random
from zlib import crc32

from stocke.demo.world.words import BRANDS, MODELS, RANGES, Range
from stocke.products.models import Category, Product


@dataclass(frozen=True)
class Item:
    """A product before it is a row."""

    sku: str
    name: str
    category: str
    brand: str
    gtin: str
    price_cents: int
    attributes: dict[str, str]


def check_digit(digits: str) -> str:
    """The last digit of a GTIN (GS1 General Specifications, section 7.9): weights 3 and 1 from the right."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin_of(number: int) -> str:
    """A GTIN-13 from the range that GS1 reserves for use inside a company (prefix 20): nobody's real product."""
    body = f"20{number:010d}"
    return body + check_digit(body)


def make_items(count: int, random: Random) -> list[Item]:
    """`count` products over all categories, each model in several variants at close prices."""
    shapes = [(r, model, variant) for r in RANGES for model, variant in pairs(MODELS, r.variants)]
    chosen = sorted(random.sample(range(len(shapes)), min(count, len(shapes))))
    prices = {
        (r.category, m): random.randrange(*r.price_cents, 100) // 100 * 100 + 90
        for r in RANGES
        for m in MODELS
    }
    return [
        _item(n, *shapes[i], prices[shapes[i][0].category, shapes[i][1]], random)
        for n, i in enumerate(chosen)
    ]


def _item(number: int, kind: Range, model: str, variant: str, base_cents: int, random: Random) -> Item:
    return Item(
        sku=f"ME-{10000 + number}",
        name=f"{kind.noun} {model}, {variant}",
        category=kind.category,
        brand=BRANDS[hash_of(model) % len(BRANDS)],
        gtin=gtin_of(1000 + number),
        price_cents=base_cents + 100 * random.randrange(-6, 7),
        attributes={"modèle": model, "variante": variant},
    )


def hash_of(word: str) -> int:
    """A stable number for a word; Python's own hash differs between runs."""
    return crc32(word.encode())


def save_catalogue(items: list[Item]) -> list[Product]:
    names = sorted({item.category for item in items})
    Category.objects.bulk_create([Category(name=name) for name in names])
    categories = {category.name: category for category in Category.objects.all()}
    return Product.objects.bulk_create(
        [
            Product(
                sku=item.sku,
                name=item.name,
                brand=item.brand,
                category=categories[item.category],
                gtin=item.gtin,
                price_cents=item.price_cents,
                attributes=item.attributes,
            )
            for item in items
        ]
    )
