"""Three simulated shops with the limits of their platforms, a catalogue that never rests, and what it all came to."""

import random
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from stocke.channels.domain.connecting import connect, knock
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.products.models import Level, Product
from suppliers.domain.levels import recompute_all, recompute_dirty
from suppliers.models import Offer, OfferStock, Supplier
from tests.bench.rows import Rows
from tests.fakes import bigcommerce, shopify, woocommerce
from tests.fakes.budgets import Points, Requests

BY = Actor.job("soak")
MOST = 50
PRODUCT = "JOIN products_product product ON product.sku = 'SOAK-' || n"
NUMBERED = "generate_series(1, %(listings)s) n"
GOODS = (
    Rows(Product, {"sku": "'SOAK-' || n", "name": "'Article ' || n", "price_cents": "4900"}, NUMBERED),
    Rows(
        Offer,
        {
            "supplier_id": "supplier.id",
            "product_id": "product.id",
            "supplier_sku": "'SOAK-' || n",
            "name": "product.name",
            "cost_cents": "500",
            "lead_days": "2",
        },
        f"{NUMBERED} {PRODUCT} JOIN suppliers_supplier supplier ON supplier.code = 'soak'",
    ),
    Rows(
        OfferStock,
        {"offer_id": "offer.id", "kind": "'exact'", "quantity": "20", "promisable": "20", "as_of": "now()"},
        f"{NUMBERED} JOIN suppliers_offer offer ON offer.supplier_sku = 'SOAK-' || n",
    ),
)
RESTATE = """
WITH said AS (
    UPDATE suppliers_offerstock stock SET quantity = said.quantity, promisable = said.quantity, as_of = now()
    FROM unnest(%s::text[], %s::integer[]) AS said (sku, quantity)
    JOIN suppliers_offer offer ON offer.supplier_sku = said.sku
    WHERE stock.offer_id = offer.id RETURNING offer.product_id
)
INSERT INTO products_dirtylevel (product_id, since, cause) SELECT product_id, now(), 'statement' FROM said
"""


def make_goods(listings: int) -> None:
    """So many products, each with one offer of twenty units."""
    Supplier.objects.create(code="soak", name="Soak")
    with connection.cursor() as cursor:
        for rows in GOODS:
            rows.insert(cursor, {"listings": listings})
        cursor.execute("ANALYZE")
    recompute_all()


@dataclass
class Front:
    """One simulated shop. `writes` are its calls that tell stock; `largest` listings take one of each."""

    channel: Channel
    shop: Any
    largest: int
    writes: frozenset[str]
    rows: dict[str, Any]
    quantity_of: Callable[[Any], int]
    sell_one: Callable[[Any], Any]
    sold: dict[str, int] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """So many were made to tell stock."""
        return sum(call in self.writes for call in self.shop.calls)

    def fewest(self, listings: int) -> int:
        """So many are needed to tell so many listings at once."""
        return -(-listings // self.largest) * len(self.writes)

    def sell(self, sku: str) -> None:
        with self.shop.lock:
            if self.quantity_of(self.rows[sku]) > 0:
                self.sell_one(self.rows[sku])
                self.sold[sku] = self.sold.get(sku, 0) + 1

    def shown(self) -> dict[str, int]:
        return {sku: self.quantity_of(row) for sku, row in self.rows.items()}

    def right(self) -> dict[str, int]:
        """What it should show: what may be promised, less what it has sold and nobody has counted yet."""
        levels = Level.objects.filter(product__sku__in=self.rows).values_list("product__sku", "sellable")
        return {sku: max(0, sellable - self.sold.get(sku, 0)) for sku, sellable in levels}


@contextmanager
def three_shops(listings: int) -> Generator[list[Front]]:
    """A WooCommerce, a Shopify and a BigCommerce, each with a third of the listings, connected and not told yet."""
    skus = [f"SOAK-{number}" for number in range(1, listings + 1)]
    with ExitStack() as stack:
        fronts = [
            woo(stack.enter_context(woocommerce.running_shop()), skus[0::3]),
            shopify_shop(stack.enter_context(shopify.running_shopify()), skus[1::3]),
            store(stack.enter_context(bigcommerce.running_store()), skus[2::3]),
        ]
        for front in fronts:
            # Connecting has knocked at it.
            front.shop.calls.clear()
        yield fronts


def woo(shop: woocommerce.Shop, skus: Iterable[str]) -> Front:
    rows = {sku: shop.add_product(sku, 0) for sku in skus}
    return Front(
        connected("woocommerce", shop.url, {"key": woocommerce.KEY, "secret": woocommerce.SECRET}),
        shop,
        100,
        frozenset({"POST /wc/v3/products/batch"}),
        rows,
        lambda row: row["stock_quantity"],
        lambda row: shop.sell((row, 1)),
    )


def shopify_shop(shop: shopify.ShopifyShop, skus: Iterable[str]) -> Front:
    rows = {sku: shop.add(sku, 0) for sku in skus}
    return Front(
        connected("shopify", shop.url, {"token": shopify.TOKEN, "client_secret": shopify.CLIENT_SECRET}),
        shop,
        250,
        frozenset({"Quantities", "Tell"}),
        rows,
        lambda row: row["quantity"],
        lambda row: shop.sell(row, 1),
    )


def store(shop: bigcommerce.Store, skus: Iterable[str]) -> Front:
    rows = {sku: shop.add(sku, 0) for sku in skus}
    return Front(
        connected(
            "bigcommerce",
            shop.url,
            {"token": bigcommerce.TOKEN, "client_secret": bigcommerce.CLIENT_SECRET},
        ),
        shop,
        2_000,
        frozenset({"PUT v3/inventory/adjustments/absolute"}),
        rows,
        lambda row: row["inventory_level"],
        lambda row: shop.sell(row, 1),
    )


def connected(kind: str, url: str, keys: dict[str, str]) -> Channel:
    return connect(kind, url, keys, knock(kind, url, keys), by=BY, slug=kind)


def limit_asking(fronts: Iterable[Front]) -> None:
    """From now on Shopify and BigCommerce keep to their plans; a WooCommerce has no limit of its own."""
    for front in fronts:
        if isinstance(front.shop, shopify.ShopifyShop):
            front.shop.points = Points()
        elif isinstance(front.shop, bigcommerce.Store):
            front.shop.requests = Requests()


def exceeded(fronts: Iterable[Front]) -> int:
    """So many calls were more than a platform allows."""
    budgets = [
        getattr(front.shop, "points", None) or getattr(front.shop, "requests", None) for front in fronts
    ]
    return sum(budget.exceeded for budget in budgets if budget)


@dataclass
class Trouble:
    """What goes wrong, seeded: an answer lost after the work was done, a shop that breaks, one that asks for rest."""

    chance: random.Random
    share: float
    seen: int = 0

    def strike(self, front: Front) -> None:
        front.shop.loses = self.is_lost
        if self.chance.random() < self.share:
            self.seen += 1
            front.shop.faults.append(self.fault_of(front.shop))

    def is_lost(self, call: str) -> bool:
        lost = self.chance.random() < self.share / 2
        self.seen += lost
        return lost

    def fault_of(self, shop: Any) -> Any:
        if isinstance(shop, woocommerce.Shop):
            broken: woocommerce.Answer = (500, "<html>Fatal error</html>", {})
            rest: woocommerce.Answer = (
                429,
                {"code": "too_many", "message": "Slow down."},
                {"Retry-After": "1"},
            )
            answer = self.chance.choice([broken, rest])
            return lambda call: answer
        if isinstance(shop, shopify.ShopifyShop):
            return {"errors": [{"message": "Internal", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
        headers = {"X-Rate-Limit-Time-Reset-Ms": "1000"}
        return self.chance.choice([(502, None, {}), (429, {"status": 429, "title": "Too many"}, headers)])


@dataclass
class Catalogue:
    """What suppliers state, and how it changes: seeded."""

    chance: random.Random
    skus: list[str]
    stated: dict[str, int] = field(default_factory=dict)

    def change(self, count: int) -> set[str]:
        """So many suppliers' statements become others; the SKUs whose number moved."""
        said = {sku: self.chance.randrange(MOST) for sku in self.chance.sample(self.skus, count)}
        moved = {sku for sku, quantity in said.items() if self.stated.get(sku, 20) != quantity}
        self.stated |= said
        with connection.cursor() as cursor:
            cursor.execute(RESTATE, [list(said), list(said.values())])
        while recompute_dirty():
            pass
        return moved
