"""What a WooCommerce shop sells, and telling it how much there is."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched, groupby
from typing import Any

from stocke.channels.connectors.shape import Batch, Door, RemoteListing, Said, Wanted
from stocke.channels.connectors.woocommerce.transport import call, pages, status_meant

# One object more and the shop refuses them all (413).
LARGEST_BATCH = 100
KNOWN_BY = "id,parent_id,name,sku,global_unique_id,type,status,variations,attributes"
FIELDS = f"{KNOWN_BY},manage_stock,stock_quantity,backorders"
# What is bought as something else, or nowhere here.
NOT_SOLD = frozenset({"grouped", "external"})


def listings(door: Door) -> Iterator[Sequence[RemoteListing]]:
    """Everything that can be bought, page by page: products, and the variations of those that have some."""
    for rows in product_pages(door, "products"):
        yield [listing_of(row) for row in rows if row.get("type") not in NOT_SOLD]
        for row in rows:
            if row.get("type") == "variable" or row.get("variations"):
                for found in product_pages(door, f"products/{row['id']}/variations"):
                    yield [listing_of(one, parent=row) for one in found]


def product_pages(door: Door, path: str) -> Iterator[list[dict[str, Any]]]:
    page = 1
    while True:
        query = {"per_page": "100", "page": str(page), "orderby": "id", "order": "asc", "_fields": FIELDS}
        reply = call(door, "GET", path, query)
        yield reply.rows
        if page >= pages(reply.headers):
            return
        page += 1


def listing_of(row: Mapping[str, Any], parent: Mapping[str, Any] | None = None) -> RemoteListing:
    """Older versions do not say what a variation is called, only what it is like, or know no barcode. Pure."""
    name = str(row.get("name") or "") or likeness(row)
    if parent is not None:
        whole = str(parent.get("name") or "")
        name = name if name.startswith(whole) else f"{whole} · {name}".strip(" ·")
    return RemoteListing(
        remote_id=str(row["id"]),
        parent=str(parent["id"] if parent else row.get("parent_id") or ""),
        sku=str(row.get("sku") or ""),
        gtin=str(row.get("global_unique_id") or ""),
        name=name[:250],
        keeping=keeping_of(row.get("manage_stock")),
        backorders=str(row.get("backorders") or "no") != "no",
        quantity=row.get("stock_quantity") if isinstance(row.get("stock_quantity"), int) else None,
        facts={"type": str(row.get("type") or ""), "has_variations": bool(row.get("variations"))},
    )


def likeness(row: Mapping[str, Any]) -> str:
    """What tells a variation from the others of its product: “S, red”."""
    told = (one.get("option") for one in row.get("attributes") or () if isinstance(one, dict))
    return ", ".join(str(option) for option in told if option)


def keeping_of(managed: Any) -> str:
    """`manage_stock` is true, false, or the word "parent"."""
    if managed == "parent":
        return "parent"
    return "own" if managed is True else "none"


def batches(wanted: Sequence[Wanted]) -> list[Batch]:
    """As few calls as the shop allows: all products together, variations by their parent. Pure."""
    ordered = sorted(wanted, key=lambda one: (one.parent, int(one.remote_id)))
    return [
        Batch(tuple(chunk), parent)
        for parent, group in groupby(ordered, key=lambda one: one.parent)
        for chunk in batched(group, LARGEST_BATCH)
    ]


def tell(door: Door, batch: Batch, key: str) -> list[Said]:
    """Have each listing carry its number. What the shop says of each; a failure of one is no failure of the others.

    The number only counts where the shop keeps one for this listing, so that is switched on with it. Whether it may
    be bought at zero (backorders) stays as the merchant has set it.
    """
    path = f"products/{batch.parent}/variations/batch" if batch.parent else "products/batch"
    update = [
        {"id": int(one.remote_id), "manage_stock": True, "stock_quantity": one.quantity}
        for one in batch.wanted
    ]
    answered = call(door, "POST", path, data={"update": update}).row
    return said_of(batch.wanted, answered.get("update") or [])


def said_of(wanted: Sequence[Wanted], rows: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Per listing what became of it, from an answer that is a yes as a whole. Pure."""
    by_id = {str(row.get("id")): row for row in rows if isinstance(row, dict)}
    return [said_of_one(one, by_id.get(one.remote_id)) for one in wanted]


def said_of_one(one: Wanted, row: Mapping[str, Any] | None) -> Said:
    if row is None:
        return Said(one.remote_id, problem="unanswered")
    error = row.get("error")
    if isinstance(error, dict):
        is_gone = status_meant(error) == 404 or "invalid_id" in str(error.get("code", ""))
        words = str(error.get("message", ""))[:200]
        return Said(one.remote_id, problem="gone" if is_gone else "refused", words=words)
    kept = row.get("stock_quantity")
    if kept != one.quantity:
        return Said(one.remote_id, quantity=kept, problem="not_kept")
    return Said(one.remote_id, quantity=one.quantity)
