"""What a BigCommerce store sells, and telling it how much there is at one location."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from stocke.channels.connectors.bigcommerce.transport import call, v3_pages
from stocke.channels.connectors.errors import Refused
from stocke.channels.connectors.shape import Batch, Door, RemoteListing, Said, Wanted

LARGEST_BATCH = 2_000
FIELDS = "name,inventory_tracking,base_variant_id"
KEEPING = {"variant": "own", "product": "own", "none": "none"}


def listings(door: Door) -> Iterator[Sequence[RemoteListing]]:
    """Every variant; a product without options is its one base variant."""
    products = {
        row["id"]: row
        for rows in v3_pages(door, "v3/catalog/products", {"include_fields": FIELDS})
        for row in rows
    }
    for rows in v3_pages(door, "v3/catalog/variants"):
        yield [listing_of(row, products.get(row["product_id"], {})) for row in rows]


def listing_of(row: Mapping[str, Any], product: Mapping[str, Any]) -> RemoteListing:
    tracking = str(product.get("inventory_tracking") or "none")
    is_alone = product.get("base_variant_id") == row["id"]
    shares = tracking == "product" and not is_alone
    level = row.get("inventory_level")
    return RemoteListing(
        remote_id=str(row["id"]),
        parent="",
        sku=str(row.get("sku") or ""),
        gtin=str(row.get("gtin") or row.get("upc") or ""),
        name=str(product.get("name") or "")[:250],
        keeping="parent" if shares else KEEPING.get(tracking, "none"),
        backorders=False,
        quantity=level if isinstance(level, int) else None,
        facts={"product": row["product_id"], "by_product": tracking == "product"},
    )


def batches(wanted: Sequence[Wanted]) -> list[Batch]:
    return [Batch(tuple(chunk)) for chunk in batched(wanted, LARGEST_BATCH)]


def tell(door: Door, batch: Batch, key: str) -> list[Said]:
    """Set the numbers. The store takes all of a call or nothing, and carries it out a moment later.

    One that it refuses alone is looked for: perhaps it was deleted there.
    """
    items = [item_of(one, int(door.facts["location"])) for one in batch.wanted]
    data = {"reason": f"Stock e {key}", "items": items}
    try:
        call(door, "PUT", "v3/inventory/adjustments/absolute", data=data)
    except Refused:
        if len(batch.wanted) > 1 or is_there(door, batch.wanted[0]):
            raise
        return [Said(batch.wanted[0].remote_id, problem="gone")]
    return [Said(one.remote_id, quantity=one.quantity) for one in batch.wanted]


def is_there(door: Door, one: Wanted) -> bool:
    told = call(door, "GET", "v3/catalog/variants", {"id": one.remote_id})
    return bool(told and told.get("data"))


def item_of(one: Wanted, location: int) -> dict[str, int]:
    """By the id under which the store keeps this stock: the other one is refused."""
    name = "product_id" if one.facts.get("by_product") else "variant_id"
    number = int(one.facts["product"]) if name == "product_id" else int(one.remote_id)
    return {"location_id": location, name: number, "quantity": one.quantity}
