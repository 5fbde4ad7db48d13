"""Eight suppliers of different temper, and which product each of them offers."""

from dataclasses import dataclass
from random import Random

from stocke.demo.world.catalogue import hash_of
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock, Supplier


@dataclass(frozen=True)
class Temper:
    """How a supplier is: what he offers, how he writes, how often he is wrong, and how he answers.

    Of a hundred promises he serves `serves`, and `serves_few` of those that stand on a stated 1 or 2. He answers so
    many minutes after he was asked, and while he `rests` at weekends not at all. `answers_by`: on the page behind
    our link, by our table sent back by mail, or by a program and our API.
    """

    code: str
    name: str
    contact: str
    share: float
    cost_share: float
    lead_days: int
    sku_pattern: str
    dialect: str
    every_minutes: int
    language: str = "fr"
    country: str = "FR"
    currency: str = "EUR"
    serves: int = 97
    serves_few: int = 92
    answers_after: tuple[int, int] = (10, 45)
    rests: bool = False
    answers_by: str = "page"


# The honest one, the slow one, the one whose last pieces are seldom there, the one who keeps his weekends free, and the
# one who refuses. The others are as suppliers usually are.
TEMPERS = (
    Temper("nordique", "Nordique Démo", "Astrid Démo", 0.42, 0.52, 4, "ND-{:05d}", "semicolon_cp1252", 60),
    Temper(
        "comptoir", "Comptoir Exemple", "Bruno Exemple", 0.38, 0.55, 2, "CE.{:04d}", "xlsx_banner", 240,
        answers_after=(240, 600),
    ),
    Temper(
        "grossiste", "Grossiste Témoin", "Chloé Témoin", 0.34, 0.49, 3, "{:07d}", "comma_exact", 30,
        serves=93, serves_few=30, answers_by="mail",
    ),
    Temper(
        "atelier", "Atelier Modèle", "Denis Modèle", 0.16, 0.58, 12, "AM-{:04d}/B", "words_in_french", 1440
    ),
    Temper("rivage", "Rivage Démo", "Elsa Démo", 0.26, 0.54, 3, "RIV{:05d}", "tab_utf16", 120, rests=True),
    Temper(
        "specimen", "Maison Spécimen", "Farid Spécimen", 0.20, 0.53, 5, "MS{:05d}FR", "at_least", 180,
        serves=52, serves_few=40, answers_by="api",
    ),
    Temper("usine", "Usine Essai", "Gita Essai", 0.14, 0.45, 21, "U-{:05d}", "flags", 720, "en", "PT"),
    Temper(
        "fictif", "Import Fictif", "Hans Fictif", 0.12, 0.47, 9, "IF{:06d}", "comma_exact", 360, "en", "DE"
    ),
)  # fmt: skip
BY_CODE = {temper.code: temper for temper in TEMPERS}


def save_suppliers() -> dict[str, Supplier]:
    made = Supplier.objects.bulk_create(
        [
            Supplier(
                code=t.code,
                name=t.name,
                contact_name=t.contact,
                email=f"commandes@{t.code}.example",
                language=t.language,
                country=t.country,
                currency=t.currency,
                lead_days=t.lead_days,
            )
            for t in TEMPERS
        ]
    )
    return {supplier.code: supplier for supplier in made}


def offers_product(temper: Temper, position: int, product: Product) -> bool:
    """Every product has a source: the first three suppliers share the catalogue out, the others join by chance."""
    if TEMPERS[position % 3] is temper:
        return True
    return hash_of(temper.code + product.sku) % 100 < temper.share * 45


def save_offers(products: list[Product], suppliers: dict[str, Supplier], random: Random) -> list[Offer]:
    """Offers with nothing said yet: their first feed will say it. The cheapest is first in the backup list."""
    offers = [offer for n, p in enumerate(products) for offer in _offers_of(n, p, suppliers, random)]
    made = Offer.objects.bulk_create(offers, batch_size=2000)
    OfferStock.objects.bulk_create([OfferStock(offer=offer) for offer in made], batch_size=2000)
    return made


def _offers_of(
    position: int, product: Product, suppliers: dict[str, Supplier], random: Random
) -> list[Offer]:
    takers = [t for t in TEMPERS if offers_product(t, position, product)]
    priced = sorted((_cost(product, t, random), t.code, t) for t in takers)
    return [
        Offer(
            supplier=suppliers[code],
            product=product,
            supplier_sku=temper.sku_pattern.format(position + 100),
            name=product.name,
            gtin=product.gtin,
            cost_cents=cost,
            lead_days=temper.lead_days,
            rank=rank,
        )
        for rank, (cost, code, temper) in enumerate(priced, start=1)
    ]


def _cost(product: Product, temper: Temper, random: Random) -> int:
    return round(product.price_cents * temper.cost_share * random.uniform(0.94, 1.08))
