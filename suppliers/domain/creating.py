"""Products made of what suppliers offer and we do not sell yet: by set, on the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record, record_all
from stocke.products.domain.creating import NewProduct, create_products
from stocke.products.models import Product
from suppliers.domain.levels import refresh
from suppliers.domain.locks import lock_suppliers
from suppliers.models import Offer, ProductBatch

LONGEST_SKU = Product._meta.get_field("sku").max_length or 0
MOST_CENTS = 2_147_483_647
# The product is new, so its list is empty and nobody else can be adding to it.
ATTACH = """
UPDATE suppliers_offer offer SET product_id = listed.product_id, rank = listed.rank
FROM (SELECT wanted.offer_id, wanted.product_id,
             row_number() OVER (PARTITION BY wanted.product_id ORDER BY wanted.offer_id) AS rank
      FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (offer_id, product_id)
      JOIN suppliers_offer free ON free.id = wanted.offer_id AND free.product_id IS NULL) listed
WHERE offer.id = listed.offer_id AND offer.product_id IS NULL
RETURNING offer.id, offer.product_id, offer.supplier_sku,
          (SELECT name FROM suppliers_supplier supplier WHERE supplier.id = offer.supplier_id)
"""


@dataclass(frozen=True)
class Article:
    """A thing as a supplier describes it; `offer_id` is empty while his file is only looked at."""

    sku: str
    name: str
    gtin: str
    cost_cents: int | None
    currency: str
    offer_id: int | None = None


@dataclass(frozen=True)
class PriceRule:
    """A selling price from a purchase price: so many per cent more, up to the next amount that ends in `ending` cents.

    Without a rule, or without a purchase price, there is no price yet: 0.
    """

    markup: Decimal | None = None
    ending: int | None = None

    def price_of(self, cost_cents: int | None) -> int:
        if self.markup is None or not cost_cents:
            return 0
        price = int((cost_cents * (100 + self.markup) / 100).to_integral_value(ROUND_HALF_UP))
        if self.ending is not None:
            price += (self.ending - price) % 100
        return min(price, MOST_CENTS)


@dataclass(frozen=True)
class Made:
    """What came of it: the products by their SKU, how many offers have them, and the SKUs that could not be.

    The `batch` may be taken back.
    """

    products: Mapping[str, int]
    attached: int
    taken: Sequence[str]
    too_long: Sequence[str]
    batch: ProductBatch


@transaction.atomic
def make_products(articles: Sequence[Article], *, rule: PriceRule, by: Actor) -> Made:
    """A product of each article whose SKU is free, with all given offers of that SKU in its backup list."""
    lock_suppliers_of(articles)
    fitting = {article.sku: article for article in articles if 0 < len(article.sku) <= LONGEST_SKU}
    made = create_products([new_product(article, rule) for article in fitting.values()], by=by)
    attached = attach([article for article in articles if article.sku in made], made, by=by)
    refresh(made.values(), cause="product")
    batch = ProductBatch.objects.create(made_by_id=by.user_id, products=list(made.values()))
    record(batch, "products.made", by=by, after={"products": len(made)})
    return Made(
        batch=batch,
        products=made,
        attached=attached,
        taken=[sku for sku in fitting if sku not in made],
        too_long=[article.sku for article in articles if len(article.sku) > LONGEST_SKU],
    )


def lock_suppliers_of(articles: Sequence[Article]) -> None:
    """No import writes offers in its own order while they are attached."""
    offers = Offer.objects.filter(pk__in=[article.offer_id for article in articles if article.offer_id])
    lock_suppliers(offers.values_list("supplier_id", flat=True))


def new_product(article: Article, rule: PriceRule) -> NewProduct:
    return NewProduct(
        sku=article.sku,
        name=article.name or article.sku,
        gtin=article.gtin,
        price_cents=rule.price_of(article.cost_cents),
        currency=article.currency,
    )


def attach(articles: Sequence[Article], products: Mapping[str, int], *, by: Actor) -> int:
    """Give these offers their new products; how many had none meanwhile."""
    offers = sorted(
        (article.offer_id, products[article.sku]) for article in articles if article.offer_id is not None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            ATTACH, [[offer for offer, _product in offers], [product for _offer, product in offers]]
        )
        attached = cursor.fetchall()
    record_all(
        (
            Fact(
                f"product:{product}",
                "offer.attached",
                data={"offer": offer, "supplier": supplier, "supplier_sku": sku},
            )
            for offer, product, sku, supplier in attached
        ),
        by=by,
    )
    return len(attached)
