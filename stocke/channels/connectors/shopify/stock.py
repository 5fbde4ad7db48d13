"""What a Shopify shop sells, and telling it how much there is: only where it still has what we last saw there."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from stocke.channels.connectors.errors import Busy, Refused
from stocke.channels.connectors.shape import Batch, Door, RemoteListing, Said, Wanted
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import call, refuse, user_errors

LARGEST_BATCH = 250
# Sold between our look and our word: told again at once, from what is there then.
STALE = "CHANGE_FROM_QUANTITY_STALE"
GONE = frozenset({"INVALID_INVENTORY_ITEM"})
IN_PROGRESS = "IDEMPOTENCY_CONCURRENT_REQUEST"


def listings(door: Door) -> Iterator[Sequence[RemoteListing]]:
    after = None
    while True:
        page = call(door, documents.LISTINGS, {"after": after})["productVariants"]
        yield [listing_of(node) for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def listing_of(node: Mapping[str, Any]) -> RemoteListing:
    item = node["inventoryItem"]
    return RemoteListing(
        remote_id=str(node["legacyResourceId"]),
        parent="",
        sku=str(node.get("sku") or ""),
        gtin=str(node.get("barcode") or ""),
        name=str(node.get("displayName") or "")[:250],
        keeping="own" if item["tracked"] else "none",
        backorders=node.get("inventoryPolicy") == "CONTINUE",
        # Over all locations: what one of them has is looked at when it is told.
        quantity=None,
        facts={"item": item["id"], "tracked": bool(item["tracked"])},
    )


def batches(wanted: Sequence[Wanted]) -> list[Batch]:
    return [Batch(tuple(chunk)) for chunk in batched(wanted, LARGEST_BATCH)]


def tell(door: Door, batch: Batch, key: str) -> list[Said]:
    """Set the numbers of one location, each only from the number that is there now.

    Shopify carries out all of a call or nothing; what it names as wrong is left out, and the rest told again.
    """
    here = quantities(door, batch.wanted)
    said = [Said(one.remote_id, problem="gone") for one in batch.wanted if item(one) not in here]
    known = [one for one in batch.wanted if item(one) in here]
    said += [Said(one.remote_id, problem="not_stocked") for one in known if here[item(one)] is None]
    left = [one for one in known if here[item(one)] is not None]
    start_tracking(door, left)
    right = [one for one in left if here[item(one)] == one.quantity]
    said += [Said(one.remote_id, quantity=one.quantity) for one in right]
    left = [one for one in left if here[item(one)] != one.quantity]
    while left:
        wrong = told(door, left, here, key)
        if not wrong:
            return [*said, *(Said(one.remote_id, quantity=one.quantity) for one in left)]
        said += wrong.values()
        left = [one for one in left if one.remote_id not in wrong]
    return said


def item(one: Wanted) -> str:
    return str(one.facts.get("item", ""))


def quantities(door: Door, wanted: Sequence[Wanted]) -> dict[str, int | None]:
    """What the location has, by inventory item; None where it does not carry it. What was deleted is left out."""
    asked = {"ids": [item(one) for one in wanted], "location": door.facts["location"]}
    nodes = call(door, documents.QUANTITIES, asked)["nodes"]
    return {node["id"]: available(node.get("inventoryLevel")) for node in nodes if node}


def available(level: Mapping[str, Any] | None) -> int | None:
    return None if level is None else int(level["quantities"][0]["quantity"])


def start_tracking(door: Door, wanted: Sequence[Wanted]) -> None:
    """A number counts only where the shop keeps one."""
    for one in wanted:
        if one.facts.get("tracked") is False:
            refuse(user_errors(call(door, documents.TRACK, {"id": item(one)})["inventoryItemUpdate"]))


def told(door: Door, wanted: Sequence[Wanted], here: Mapping[str, int | None], key: str) -> dict[str, Said]:
    """One call. What it refused, by listing; with anything refused, nothing was done."""
    quantities = [
        {
            "inventoryItemId": item(one),
            "locationId": door.facts["location"],
            "quantity": one.quantity,
            "changeFromQuantity": here[item(one)],
        }
        for one in wanted
    ]
    asked = {"name": "available", "reason": "correction", "quantities": quantities}
    payload = call(door, documents.TELL, {"input": asked, "key": key_for(key, quantities)})
    return refused_of(user_errors(payload["inventorySetQuantities"]), wanted)


def key_for(key: str, quantities: Sequence[Mapping[str, Any]]) -> str:
    """The same for the same words only: a key that comes with others is refused."""
    return hashlib.sha256(f"{key}{quantities}".encode()).hexdigest()[:32]


def refused_of(errors: Sequence[Mapping[str, Any]], wanted: Sequence[Wanted]) -> dict[str, Said]:
    """By listing. Raises Refused for an error that names none. Pure."""
    found: dict[str, Said] = {}
    for error in errors:
        place = next((part for part in error.get("field") or () if str(part).isdecimal()), None)
        code, words = str(error.get("code") or ""), str(error.get("message") or "")[:200]
        if code == IN_PROGRESS:
            raise Busy("busy", wait=2, said=words)
        if place is None or int(place) >= len(wanted):
            raise Refused("refused", said=words, error=code)
        one = wanted[int(place)]
        found[one.remote_id] = Said(one.remote_id, problem=problem_of(code), words=words)
    return found


def problem_of(code: str) -> str:
    if code == STALE:
        return "moved"
    return "gone" if code in GONE else "refused"
