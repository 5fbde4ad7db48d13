"""Shops of every kind that reads and is read, run by tests in the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stocke.channels.domain.connecting import connect, knock
from stocke.channels.models import Channel
from tests.channels.conftest import BY
from tests.fakes import bigcommerce, shopify, woocommerce
from tests.fakes.woocommerce import Row


@dataclass
class Kind:
    """How one kind of shop is run, given keys, filled and emptied. `rekey`: from now on it knows only these keys."""

    running: Callable[[], Any]
    keys: dict[str, str]
    add: Callable[[Any, str], Row]
    sell: Callable[[Any, Row], Row]
    lose: Callable[[Any, Row], Any]
    rekey: Callable[[Any, dict[str, str]], None]
    newer: dict[str, str]


APP = {"token": shopify.TOKEN, "client_secret": shopify.CLIENT_SECRET}
STORE = {"token": bigcommerce.TOKEN, "client_secret": bigcommerce.CLIENT_SECRET}
KINDS = {
    "woocommerce": Kind(
        woocommerce.running_shop,
        {"key": woocommerce.KEY, "secret": woocommerce.SECRET},
        lambda shop, sku: shop.add_product(sku, 7),
        lambda shop, row: shop.sell((row, 1)),
        lambda shop, row: shop.products.pop(row["id"]),
        lambda shop, keys: setattr(shop, "key", keys["key"]),
        {"key": "ck_newer", "secret": woocommerce.SECRET},
    ),
    "shopify": Kind(
        shopify.running_shopify,
        APP,
        lambda shop, sku: shop.add(sku, 7),
        lambda shop, row: shop.sell(row, 1),
        lambda shop, row: shop.items.pop(row["item"]),
        lambda shop, keys: setattr(shop, "token", keys["token"]),
        {**APP, "token": "newer"},
    ),
    "bigcommerce": Kind(
        bigcommerce.running_store,
        STORE,
        lambda shop, sku: shop.add(sku, 7),
        lambda shop, row: shop.sell(row, 1),
        lambda shop, row: shop.variants.pop(row["id"]),
        lambda shop, keys: setattr(shop, "token", keys["token"]),
        {**STORE, "token": "newer"},
    ),
}


def connected(kind: str, shop: Any, slug: str = "boutique") -> Channel:
    """As a person connects it: knocked at, then kept."""
    keys = KINDS[kind].keys
    return connect(kind, shop.url, keys, knock(kind, shop.url, keys), by=BY, slug=slug)
